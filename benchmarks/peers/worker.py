"""One library in a process of its own: takes jobs as JSON lines, answers with seconds a call.

Runs in the environment of that library, so it imports nothing but NumPy and the library's module
beside it. `python worker.py with_heartpy`
"""

import importlib
import json
import os
import resource
import sys
import time
import traceback

for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[threads] = "1"
os.environ["MPLBACKEND"] = "Agg"

import numpy as np  # noqa: E402 (after its threads are set)

LONGEST_ROUND_S = 6.0  # one call is always made


def answer(jobs, order):
    """Time the calls that ``order`` asks for; the first one, which fills caches, does not count."""
    if order["job"] not in jobs:
        return {"absent": True}
    call = jobs[order["job"]](np.load(order["beats"]))
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    values = call()
    first_s = time.process_time() - began_cpu_s
    seconds = []
    while len(seconds) < order["calls"]:
        spent_s = time.perf_counter() - began_s
        if (seconds or first_s > LONGEST_ROUND_S / 2) and spent_s > LONGEST_ROUND_S:
            break
        if order["pause_s"]:
            time.sleep(order["pause_s"])
        # The processor's time: what a neighbour takes away is not the library's.
        start_s = time.process_time()
        call()
        seconds.append(time.process_time() - start_s)
    return {"seconds": seconds or [first_s], "values": values}


def main():
    said = sys.stdout
    sys.stdout = sys.stderr  # libraries print; the answers must stay alone on their line
    import warnings

    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    start_s = time.perf_counter()
    try:
        module = importlib.import_module(sys.argv[1])
    except BaseException as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), file=said, flush=True)
        return
    ready = {"ready": time.perf_counter() - start_s, "version": module.VERSION}
    print(json.dumps(ready), file=said, flush=True)
    for line in sys.stdin:
        try:
            reply = answer(module.JOBS, json.loads(line))
        except Exception as error:
            traceback.print_exc()
            reply = {"error": f"{type(error).__name__}: {error}"}
        reply["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(reply), file=said, flush=True)


if __name__ == "__main__":
    main()
