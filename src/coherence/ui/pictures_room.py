"""Pictures of the room, taken with no display: `python -m coherence.ui.pictures_room FOLDER`.

Two simulated hearts go through the same folds as live ones; what is shown is computed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from coherence.practice.session_plans import shipped_plans
from coherence.sessions.opening import FromWearer
from coherence.storage.settings import Settings
from coherence.ui.live_loop import PracticeRun
from coherence.ui.room.room import Room, Who
from coherence.ui.theme import load_fonts

SIZE = (1680, 1050)
UNTIL_S = 600.0
MOMENTS = {70.0: "safe place", 125.0: "critic", 260.0: "kind voice", 430.0: "safe place"}


def room_picture(theme: str) -> Room:
    """A room ten minutes into the plan that ships, with both hearts."""
    plan = shipped_plans()[0].practice()
    run = PracticeRun(FromWearer("practised", seed=3), plan, store=None, loop=None, speed=None)
    own = PracticeRun(
        FromWearer("resting", seed=4), None, store=None, loop=None, speed=None, beside=run
    )
    room = Room(run, Settings(room_theme=theme), Who(subtitle=plan.title), own=own)  # type: ignore[arg-type]
    room.client._timer.stop()
    clock, due = [0.0], dict(MOMENTS)
    room.client._clock = lambda: clock[0]
    while run.now_s() < UNTIL_S:
        clock[0] = run.now_s()
        (room.client.tick if clock[0] > UNTIL_S - 40.0 else run.tick)()
        own.tick()
        for at_s in [at_s for at_s in due if at_s <= clock[0]]:
            room.mark(due.pop(at_s))
    room.open()
    room.window.resize(*SIZE)
    QApplication.processEvents()
    room._show()
    room.meeting.take(wait=True)
    for _ in range(2):
        room._show()
    QApplication.processEvents()
    return room


def main(folder: Path) -> None:
    """Take both pictures."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    load_fonts()
    folder.mkdir(parents=True, exist_ok=True)
    for theme in ("dusk", "morning"):
        room = room_picture(theme)
        room.window.grab().save(str(folder / f"room_{theme}.png"))
        room.leave()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Say where the pictures go: python -m coherence.ui.pictures_room FOLDER")
    main(Path(sys.argv[1]))
