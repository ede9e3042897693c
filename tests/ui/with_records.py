"""Screens that show what was recorded: the journal, the caseload, the room and theirs."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget
from tests.ui.desk import wait

from coherence.model import End, Ended, Origin, SessionRecord, StrapSeen
from coherence.practice.library import library, practice, practices
from coherence.practice.session_plans import shipped_plans
from coherence.sessions.opening import FromWearer, OpenSession
from coherence.storage.database import Store
from coherence.storage.people import add_person, people
from coherence.storage.places import places
from coherence.storage.settings import Settings
from coherence.storage.wanted import Wanted
from coherence.ui.journal.journal import Journal
from coherence.ui.journal.session_page import SessionPage
from coherence.ui.live_loop import PracticeRun
from coherence.ui.room.caseload_screen import CaseloadScreen
from coherence.ui.room.pack_maker import PackMaker
from coherence.ui.room.plan_editor import PlanEditor
from coherence.ui.room.room import Room, Who
from coherence.ui.room.setup_screen import RoomSetup
from coherence.ui.screens import people_screen, taking_screen, titles_of
from coherence.ui.theme import DUSK, MORNING

TODAY = date(2026, 3, 1)
ROOMY = [(1180, 760), (1680, 1050)]  # the least and the usual size of the therapist's window
Made = tuple[QWidget, Callable[[], object]]  # and what ends it


@cache
def store() -> Store:
    """Two simulated sessions, and seven of a person whose own range can be told."""
    made = Store.open(Path(tempfile.mkdtemp()) / "coherence.db")
    for key, seconds in (("soothing_rhythm", 200), ("grounding", 130)):
        source = FromWearer("practised", 2)
        session = OpenSession(source, practice(key), speed=None, store=made, seconds=seconds)
        with session:
            while not session.over:
                session.advance()
    heron = add_person(made, "Heron")
    for days in range(7):
        at = datetime(2026, 2, 20, 10, tzinfo=UTC) - timedelta(days=days)
        about = SessionRecord(
            0, at.isoformat(), 600.0, "soothing_rhythm", Origin.STRAP, End.ENDED, "1", "Polar H10"
        )
        number = made.add_session(about, [Ended(600.0)], fingerprint=str(days), person_id=heron.id)
        resting = {"resting_rmssd_ms": 40.0 + days, "resting_heart_rate_bpm": 61.0}
        guided = {"paced_rsa_bpm": 12.5, "paced_guide_coherence": 0.73}
        made.set_summary(number, json.dumps(resting | guided))
    return made


def journal(person_id: int | None = None) -> Made:
    screen = Journal(
        DUSK, store(), titles_of(library()), TODAY, lambda _: [(20000.0, 5.5), (20010.0, 5.3)],
        person_id,
    )  # fmt: skip
    return screen, lambda: None


def over_weeks() -> Made:
    return journal(people(store())[1].id)


def one_session() -> Made:
    screen, end = journal()
    screen.resize(1300, 860)
    screen.show()
    assert isinstance(screen, Journal)
    screen.list.setCurrentIndex(screen.model.index(1))
    screen.list.activated.emit(screen.list.currentIndex())
    wait(lambda: screen.findChildren(SessionPage), 30.0)
    return screen, end


def room() -> Made:
    run = PracticeRun(
        FromWearer("practised", seed=3), practice("soothing_rhythm"), store=None, loop=None,
        speed=None,
    )  # fmt: skip
    while run.now_s() < 150.0:
        run.tick()
    settings = Settings(first_run_done=True, ask_reflection=False)
    made = Room(run, settings, Who(), change_settings=lambda **_changed: None)
    made.client._timer.stop()
    made.open()
    made._timer.stop()
    made.client._timer.stop()
    made._show()
    made._show()
    return made.window, made.leave


def set_up() -> Made:
    made = RoomSetup(DUSK, people(store()), shipped_plans(), practices())
    for strap in (StrapSeen("AA", "Polar H10 0A1B2C3D"), StrapSeen("BB", "TICKR 1234")):
        made.show_strap(strap)
    made.own.setCurrentIndex(made.own.count() - 1)
    return made, lambda: None


def plan_editor() -> Made:
    keys = [plan.key for plan in shipped_plans()]
    return PlanEditor(DUSK, shipped_plans(), Path(tempfile.mkdtemp()), keys), lambda: None


def caseload() -> Made:
    return CaseloadScreen(MORNING, store(), titles_of(library())), lambda: None


def pack_maker() -> Made:
    made = PackMaker(DUSK, store(), places(), people(store())[1], TODAY, "A friend")
    return made, lambda: None


def people_here() -> Made:
    made = people_screen(DUSK, places(), store(), people(store())[0].id, wish=None)
    return made, lambda: None


def taking() -> Made:
    records = store().sessions(Wanted())
    made = taking_screen(DUSK, library(), store(), people(store())[0].id, records[0].id)
    return made, lambda: None


WITH_RECORDS: dict[str, Callable[[], Made]] = {
    "journal": journal,
    "journal over weeks": over_weeks,
    "one session": one_session,
    "room": room,
    "room, to be set up": set_up,
    "plans": plan_editor,
    "caseload": caseload,
    "pack": pack_maker,
    "people": people_here,
    "taking": taking,
}


def at_size(made: QWidget, size: tuple[int, int]) -> None:
    made.resize(*size)
    made.show()
    for _ in range(4):
        QApplication.processEvents()
