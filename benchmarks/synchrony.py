"""How often two hearts are said to move together: who never met, and who share a signal.

    python -m benchmarks.synchrony [--pairs 400]

Real hearts of seven people (COHERENCE_DATA). docs/synchrony.md quotes what this prints.
"""

import argparse
import time

import numpy as np
from tests.analysis.dyads import mixed, unrelated
from tests.conftest import DATA

from coherence.analysis.synchrony import MEASURES, Synchrony, synchrony
from coherence.model import Reason

LENGTHS_S = (250.0, 300.0, 600.0, 1200.0)
SHARES = (0.3, 0.5, 0.7, 1.0)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--pairs", type=int, default=400)
    pairs = arguments.parse_args().pairs
    print("claimed of hearts that never met, of those with few enough gaps")
    for seconds in LENGTHS_S:
        rng = np.random.default_rng(round(seconds))
        found, taken_s = [], []
        for _ in range(pairs):
            pair = unrelated(DATA, rng, seconds)
            begun_s = time.perf_counter()
            one = synchrony(*pair, measures=MEASURES[:1])
            taken_s.append(time.perf_counter() - begun_s)
            if isinstance(one, Synchrony):
                found.append(one)
        claims = sum(each.claim for each in found)
        mean = np.mean([each.told.value for each in found])
        print(
            f"  {seconds:5.0f} s  {claims:3d} of {len(found)} ({100 * claims / len(found):.1f} %)"
            f"   value {mean:.2f}   {1e3 * np.median(taken_s):.0f} ms a pair"
        )
    print("claimed of hearts with a share of their variance in common")
    for seconds in LENGTHS_S[1:3]:
        for share in SHARES:
            rng = np.random.default_rng(round(seconds + 100 * share))
            some = [
                synchrony(*mixed(DATA, rng, seconds, share), measures=MEASURES[:1])
                for _ in range(pairs // 4)
            ]
            some = [each for each in some if not isinstance(each, Reason)]
            claims = sum(each.claim for each in some)
            mean = np.mean([each.told.value for each in some])
            print(
                f"  {seconds:5.0f} s  {100 * share:3.0f} %  {100 * claims / len(some):5.1f} %"
                f"   value {mean:.2f}"
            )


if __name__ == "__main__":
    main()
