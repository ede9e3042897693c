"""An hour of practice, run at once in the real window; says as JSON what a frame costs along it."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from dataclasses import replace

from PySide6.QtWidgets import QApplication

from coherence.practice.library import practice
from coherence.sessions.opening import FromWearer
from coherence.sessions.view import SessionView
from coherence.ui.live_loop import PracticeRun
from coherence.ui.live_plots import LivePlots
from coherence.ui.practice import PracticeWindow
from coherence.ui.theme import DUSK, load_fonts

FRAMES, FPS = 200, 30


class Held(PracticeRun):
    """A run that can be held at its time: frames then cost what a frame costs, no more."""

    held_s: float | None = None

    def now_s(self) -> float:
        return super().now_s() if self.held_s is None else self.held_s

    def tick(self) -> SessionView:
        return super().tick() if self.held_s is None else self.view()


def frame_ms(run: Held, window: PracticeWindow, now: list[float]) -> float:
    """CPU milliseconds of a frame at this point: view, staging, scene, paint."""
    run.held_s = run.now_s()
    costs = []
    for _ in range(FRAMES):
        run.held_s += 1 / FPS
        now[0] += 1 / FPS
        began = time.process_time()
        window.tick()
        window.scene.grab()
        costs.append(time.process_time() - began)
    run.held_s = None
    return 1000 * sorted(costs)[FRAMES // 2]


def plots_ms(run: Held, plots: LivePlots) -> float:
    costs = []
    for _ in range(20):
        plots.heart.beats, plots.coherence._shown = -1, (-1, -1)  # as when a second has passed
        plots.heart._slower_s = -1e9
        began = time.process_time()
        plots.show_view(run.view())
        plots.grab()
        costs.append(time.process_time() - began)
    return 1000 * sorted(costs)[10]


def rss_mb() -> float:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 1e6


def main(seconds: float) -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication([])
    load_fonts()
    plan = practice("soothing_rhythm")
    *most, last = plan.steps  # longer than the app itself would offer
    middle = replace(most[-1], seconds=seconds)
    plan = replace(plan, steps=(*most[:-1], middle, last))
    run = Held(FromWearer(), plan, store=None, loop=None, speed=None)
    now = [0.0]
    window = PracticeWindow(run, DUSK, numbers=True, clock=lambda: now[0])
    window.resize(1440, 900)
    window.show()
    window._timer.stop()
    plots = LivePlots(DUSK)
    rows = []
    for minute in (5, 10, seconds / 60 / 2, seconds / 60):
        while run.now_s() < 60 * minute:
            assert not run.ended
            window.tick()
            now[0] = max(now[0], run.now_s())
        app.processEvents()
        rows.append(
            {
                "minute": minute,
                "frame_ms": frame_ms(run, window, now),
                "plots_ms": plots_ms(run, plots),
                "rss_mb": rss_mb(),
            }
        )
    sys.stdout.write(json.dumps(rows))


if __name__ == "__main__":
    main(float(sys.argv[1]))
