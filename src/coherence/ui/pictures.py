"""Pictures of every screen, taken with no display: `python -m coherence.ui.pictures FOLDER`.

What they show is computed: a simulated wearer practises through the same fold as a live one.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from coherence.model import StrapSeen
from coherence.practice.library import practice, practices
from coherence.sessions.opening import FromWearer
from coherence.storage.settings import Settings
from coherence.ui.live_loop import PracticeRun
from coherence.ui.live_plots import LivePlots
from coherence.ui.practice import PracticeWindow
from coherence.ui.safety import Safety
from coherence.ui.settings_screen import SettingsScreen
from coherence.ui.theme import DUSK, MORNING, Theme, load_fonts
from coherence.ui.welcome import Welcome

SIZE = (1440, 900)
NO_KEY = Qt.KeyboardModifier.NoModifier
STRAP = StrapSeen("virtual", "Polar H10 0A1B2C3D", -58)


def run_to(seconds: float, person: str) -> PracticeRun:
    """A simulated practice, run at once to ``seconds``."""
    source = FromWearer(person, seed=3, measures=True)
    plan = practice("soothing_rhythm")
    run = PracticeRun(source, plan, store=None, loop=None, speed=None)
    while run.now_s() < seconds:
        run.tick()
    return run


def practice_picture(theme: Theme, run: PracticeRun, seconds: float) -> PracticeWindow:
    """The practice window after it has followed ``run`` to a telling moment after ``seconds``."""
    now = [run.now_s()]
    window = PracticeWindow(run, theme, clock=lambda: now[0])
    window.resize(*SIZE)
    while run.now_s() < seconds or not telling(run):
        now[0] = run.now_s()
        window.tick()
    window.setFocus()
    now[0] += 0.1
    QApplication.sendEvent(window, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Shift, NO_KEY))
    window.tick()
    return window


def telling(run: PracticeRun) -> bool:
    """Whether the moment shows what there is: a prompt, and the moon nearly full."""
    moment, prompt = run.view().guide.at(run.now_s()), run.prompt(run.now_s())
    full = moment is not None and moment.inhaling and moment.volume > 0.7
    return full and prompt is not None and prompt[1] == 1.0


def take(widget: QWidget, file: Path) -> None:
    """Grab ``widget`` into ``file``."""
    widget.resize(*SIZE)
    widget.show()
    QApplication.processEvents()
    widget.grab().save(str(file))
    widget.hide()


def main(folder: Path) -> None:
    """Take all pictures."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    load_fonts()
    folder.mkdir(parents=True, exist_ok=True)
    for theme in (DUSK, MORNING):
        take(Safety(theme), folder / f"safety_{theme.name}.png")
        welcome = Welcome(theme, practices(), returning=True, last_strap=STRAP.name)
        welcome.show_strap(STRAP)
        take(welcome, folder / f"welcome_{theme.name}.png")
        practising = practice_picture(theme, run_to(280.0, "practised"), 304.4)
        take(practising, folder / f"practice_{theme.name}.png")
        plots = LivePlots(theme)
        plots.resize(*SIZE)
        plots.show_view(run_to(430.0, "practised").view())
        take(plots, folder / f"live_{theme.name}.png")
        settings = Settings(theme="morning" if theme is MORNING else "dusk")
        take(SettingsScreen(theme, settings), folder / f"settings_{theme.name}.png")
    arriving = practice_picture(DUSK, run_to(150.0, "drifting"), 178.0)
    take(arriving, folder / "practice_arriving.png")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Say where the pictures go: python -m coherence.ui.pictures FOLDER")
    main(Path(sys.argv[1]))
