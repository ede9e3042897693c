"""What a frame of the practice window costs: CPU time of the process, software raster, offscreen.

    python benchmarks/frames.py [--size 1440x900] [--frames 300] [--profile]

Goal (performance.md 11): at 30 frames a second at most 40 % of one core at 1440×900 (13.3 ms a
frame), better 30 % (10 ms). A frame here is all of it: the session's tick (scripted), staging,
scene, bars, and Qt's own bringing to the screen.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from coherence.ui.practice import PracticeWindow
from coherence.ui.sample import SampleSession, Script
from coherence.ui.theme import DUSK, MORNING, load_fonts

FPS = 30


class Painted(QObject):
    """Counts the frames that were painted."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        self.count += event.type() == QEvent.Type.Paint
        return False


def measure(width: int, height: int, frames: int, *, dusk: bool, light_moves: bool) -> list[float]:
    """CPU milliseconds of each frame."""
    script = Script(light=0.85)
    session = SampleSession(script, length_s=330.0 + frames / FPS)
    window = PracticeWindow(session, DUSK if dusk else MORNING, sound="waves")
    window.resize(width, height)
    window.show()
    window._timer.stop()
    painted = Painted()
    window.scene.installEventFilter(painted)
    costs = []
    for i in range(frames + 30):
        if light_moves:
            script.light = 0.1 if (i // 120) % 2 else 0.95
        session.advance(1 / FPS)
        began = time.process_time()
        window.tick()
        while painted.count <= i:
            time.sleep(0.001)  # not counted: Qt paints when its platform asks for it
            QApplication.processEvents()
        costs.append(1000.0 * (time.process_time() - began))
    window._session.ended = True
    window.close()
    return costs[30:]  # the first frames make the plates


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", default="1440x900")
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--profile", action="store_true", help="say where the time goes")
    args = parser.parse_args()
    app = QApplication.instance() or QApplication(sys.argv[:1])
    load_fonts()
    width, height = (int(part) for part in args.size.split("x"))
    if args.profile:
        import cProfile
        import pstats

        profile = cProfile.Profile()
        profile.runcall(measure, width, height, args.frames, dusk=True, light_moves=False)
        pstats.Stats(profile).sort_stats("tottime").print_stats(22)
        return 0
    print(f"{app.platformName()}, {width}x{height}, {args.frames} frames; ms of CPU a frame")
    for dusk in (True, False):
        for light_moves in (False, True):
            costs = measure(width, height, args.frames, dusk=dusk, light_moves=light_moves)
            mean, p95 = statistics.fmean(costs), statistics.quantiles(costs, n=20)[-1]
            name = f"{'dusk' if dusk else 'morning'}, light {'moving' if light_moves else 'still'}"
            print(
                f"{name:24} mean {mean:5.2f}  median {statistics.median(costs):5.2f}"
                f"  95 % {p95:5.2f}  = {mean * FPS / 10:4.1f} % of a core at {FPS} fps"
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
