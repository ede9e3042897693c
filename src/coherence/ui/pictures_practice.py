"""Pictures of a practice: each of its phases, the questions, the cards, before and after."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from coherence.practice.library import practice
from coherence.practice.practices import scaled
from coherence.sessions.opening import FromWearer
from coherence.ui.help_screen import Help
from coherence.ui.live_loop import PracticeRun
from coherence.ui.practice import PracticeWindow
from coherence.ui.reflect import Reflect
from coherence.ui.theme import Theme

Take = Callable[[QWidget, Path], None]
CONTACTS = "Somebody next door\nMy therapist"
CHECKED_IN_S = 214.0  # just after two minutes of pacing


class Rehearsal:
    """A practice of a simulated wearer and its window, run at once as far as it is told."""

    def __init__(self, theme: Theme, key: str, size: tuple[int, int]) -> None:
        source = FromWearer("practised", seed=3, measures=True)
        self.run = PracticeRun(source, practice(key), store=None, loop=None, speed=None)
        self.window = PracticeWindow(
            self.run,
            theme,
            clock=self.run.now_s,
            soothing=practice("soothing_threat"),
            grounding=scaled(practice("grounding"), 3),
            contacts=CONTACTS,
        )
        self.window.resize(*size)
        self.window.setFocus()

    def until(self, there: Callable[[], bool]) -> None:
        """Go on until ``there()``, with every frame drawn along."""
        while not self.run.ended and not there():
            self.window.tick()
        key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Shift, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self.window, key)  # so that the bars are there
        for _ in range(6):
            self.window.tick()

    def to(self, seconds: float) -> None:
        self.until(lambda: self.run.now_s() >= seconds)

    def to_step(self, index: int) -> None:
        """To a telling moment of a step: a line can be read, and a guide is nearly full."""

        def telling() -> bool:
            said = self.run.prompt(self.run.now_s())
            moment = self.run.view().guide.at(self.run.now_s())
            full = moment is None or (moment.inhaling and moment.volume > 0.7)
            here = self.run.step_index == index
            return here and full and said is not None and said[1] == 1.0

        self.until(telling)


def practice_pictures(
    theme: Theme, folder: Path, take: Take, size: tuple[int, int], key: str = "soothing_rhythm"
) -> None:
    """Take every phase of a practice."""
    rehearsal = Rehearsal(theme, key, size)
    for index, step in enumerate(practice(key).steps):
        rehearsal.to_step(index)
        name = f"{key}_{index + 1}_{step.kind}_{theme.name}.png"
        take(rehearsal.window, folder / name)
    rehearsal.until(lambda: False)
    take(rehearsal.window, folder / f"{key}_end_{theme.name}.png")


def care_pictures(theme: Theme, folder: Path, take: Take, size: tuple[int, int]) -> None:
    """Take what may lie over a practice, and the screens around it."""
    rehearsal = Rehearsal(theme, "soothing_rhythm", size)
    rehearsal.to(CHECKED_IN_S)
    take(rehearsal.window, folder / f"check_in_{theme.name}.png")
    rehearsal.window.care.close_check_in()
    rehearsal.to(CHECKED_IN_S + 6.0)
    for name, toggle in (
        ("guide", rehearsal.window.toggle_guide),
        ("help_over", rehearsal.window.toggle_help),
        ("keys", rehearsal.window.toggle_keys),
    ):
        toggle()
        take(rehearsal.window, folder / f"{name}_{theme.name}.png")
        toggle()
    rehearsal.window.end()
    rehearsal.to(CHECKED_IN_S + 8.0)
    QApplication.processEvents()
    take(rehearsal.window, folder / f"half_way_{theme.name}.png")
    take(Help(theme, CONTACTS), folder / f"help_{theme.name}.png")
    take(Reflect(theme, after=False), folder / f"before_{theme.name}.png")
    take(Reflect(theme, after=True), folder / f"after_{theme.name}.png")
