"""What the live plots cost: CPU time of the process, software raster, offscreen.

    python benchmarks/plots.py [--seconds 120] [--size 1440x900]

A simulated practice is gone through by quarter seconds, as the window does: the plots are given a
view and painted. Said are the share of one core that takes, and for how long the window's thread
is busy where a beat has come. Goals (performance.md 12 and 13): 10 % of a core, and a tenth of
the 42 to 48 ms for which OpenHRV 1.1.0 blocks at each beat. The practice itself is not in it: see
frames.py.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from coherence.ui.live_plots import LivePlots
from coherence.ui.pictures import run_to
from coherence.ui.theme import DUSK, load_fonts

EVERY_S = 0.25
FROM_S = 200.0  # all curves are there
WAIT_S = 0.02  # Qt's offscreen platform paints a few milliseconds after it is asked


def measure(seconds: float, width: int, height: int) -> tuple[list[float], list[float]]:
    """CPU milliseconds of each quarter second without a new beat, and of each with one."""
    run = run_to(FROM_S, "practised")
    plots = LivePlots(DUSK)
    plots.resize(width, height)
    plots.show()
    calm, with_beat = [], []
    beats, shown_s = -1, FROM_S
    while shown_s < FROM_S + seconds:
        while run.now_s() < shown_s:
            run.tick()
        view = run.view()
        began = time.process_time()
        plots.show_view(view)
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            QApplication.processEvents()
            time.sleep(0.002)
        took = 1000.0 * (time.process_time() - began)
        (with_beat if view.beats != beats else calm).append(took)
        beats, shown_s = view.beats, shown_s + EVERY_S
    plots.close()
    return calm, with_beat[4:]  # the first ones lay the page out


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--size", default="1440x900")
    args = parser.parse_args()
    app = QApplication.instance() or QApplication(sys.argv[:1])
    load_fonts()
    width, height = (int(part) for part in args.size.split("x"))
    calm, with_beat = measure(args.seconds, width, height)
    share = (sum(calm) + sum(with_beat)) / (len(calm) + len(with_beat)) / (10.0 * EVERY_S)
    print(f"{app.platformName()}, {args.size}, {len(calm) + len(with_beat)} quarter seconds")
    print(f"{share:.1f} % of a core")
    for name, costs in (("with a beat", with_beat), ("without", calm)):
        if len(costs) > 1:
            p95 = statistics.quantiles(costs, n=20)[-1]
            print(f"{name:12} median {statistics.median(costs):5.2f} ms  95 % {p95:5.2f} ms")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
