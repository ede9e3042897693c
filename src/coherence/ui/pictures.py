"""Pictures of every screen, taken with no display: `python -m coherence.ui.pictures FOLDER`.

What they show is computed: a simulated wearer practises through the same fold as a live one.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from coherence.analysis.resonance import Found
from coherence.model import StrapSeen
from coherence.practice.library import practice, practices
from coherence.sessions.assessment import Protocol
from coherence.sessions.found_paces import FoundBefore, beside
from coherence.sessions.looking_back import looked_back
from coherence.sessions.opening import FromWearer, OpenSession
from coherence.storage.database import Store
from coherence.storage.settings import Settings
from coherence.ui.journal.journal import Journal
from coherence.ui.journal.said import day_of
from coherence.ui.journal.session_page import SessionPage
from coherence.ui.live_loop import PracticeRun
from coherence.ui.live_plots import LivePlots
from coherence.ui.pace_screen import PaceScreen
from coherence.ui.pictures_practice import care_pictures, practice_pictures
from coherence.ui.practice import PracticeWindow
from coherence.ui.safety import Safety
from coherence.ui.settings_screen import SettingsScreen
from coherence.ui.theme import DUSK, MORNING, Theme, load_fonts
from coherence.ui.welcome import Welcome

SIZE = (1440, 900)
MARCH = datetime(2026, 3, 3, 12, tzinfo=UTC)
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
    window = PracticeWindow(run, theme, clock=lambda: now[0], sound="waves")
    window.resize(*SIZE)
    while run.now_s() < seconds or not telling(run):
        now[0] = run.now_s()
        awake = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Shift, NO_KEY)
        QApplication.sendEvent(window, awake)  # the bars stay
        window.tick()
    window.setFocus()
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
    for _ in range(4):  # what is new is laid out from the inside outwards
        QApplication.processEvents()
    widget.grab().save(str(file))
    widget.hide()


def pace_pictures(theme: Theme, folder: Path) -> None:
    """What assessments find: a pace beside an earlier one, a slide, and nothing to tell."""
    told = {
        "pace": ("resonance_stepped", "practised"),
        "pace_slide": ("resonance_sliding", "calm"),
        "pace_none": ("resonance_stepped", "resting"),
    }
    for name, (key, person) in told.items():
        source, plan = FromWearer(person, seed=3), practice(key)
        run = PracticeRun(source, plan, store=None, loop=None, speed=None)
        while not run.ended:
            run.tick()
        found = run.assessment()
        assert found is not None
        before = FoundBefore(1, MARCH, Protocol.STEPPED, Found(5.7, 0.4))
        compared = beside(found.result, found.protocol, [before], before.at + timedelta(days=40))
        own = 5.6 if name == "pace_slide" else None
        screen = PaceScreen(theme, found, own_per_min=own, beside=compared)
        take(screen, folder / f"{name}_{theme.name}.png")


def journal_picture(theme: Theme, file: Path) -> None:
    """The journal, with one session recorded just now in full."""
    plan = practice("soothing_rhythm")
    with (
        TemporaryDirectory() as home,
        Store.open(Path(home) / "coherence.db") as store,
    ):
        with OpenSession(FromWearer("practised", 3), plan, speed=None, store=store) as session:
            while not session.over:
                session.advance()
        (record,) = store.sessions()
        journal = Journal(theme, store, {plan.key: plan.title}, day_of(record))
        back = looked_back(store.arrivals(record.id))
        journal.show_page(SessionPage(theme, record, plan.title, back))
        take(journal, file)


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
        welcome.choice.all.click()
        take(welcome, folder / f"welcome_all_{theme.name}.png")
        practising = practice_picture(theme, run_to(280.0, "practised"), 304.4)
        take(practising, folder / f"practice_{theme.name}.png")
        practice_pictures(theme, folder, take, SIZE)
        care_pictures(theme, folder, take, SIZE)
        plots = LivePlots(theme)
        plots.resize(*SIZE)
        plots.show_view(run_to(430.0, "practised").view())
        take(plots, folder / f"live_{theme.name}.png")
        pace_pictures(theme, folder)
        journal_picture(theme, folder / f"journal_{theme.name}.png")
        settings = Settings(theme="morning" if theme is MORNING else "dusk")
        take(SettingsScreen(theme, settings), folder / f"settings_{theme.name}.png")
    arriving = practice_picture(DUSK, run_to(150.0, "drifting"), 178.0)
    take(arriving, folder / "practice_arriving.png")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Say where the pictures go: python -m coherence.ui.pictures FOLDER")
    main(Path(sys.argv[1]))
