"""Words of another language are longer: each screen with all words 40 % longer, and nothing cut."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QWidget
from tests.ui.clipping import clipped, lengthen
from tests.ui.desk import let_go
from tests.ui.with_records import ROOMY, WITH_RECORDS, at_size

from coherence.model import LinkState, Participant, StrapSeen
from coherence.practice.library import practices
from coherence.sessions.view import Band
from coherence.storage.database import CLIENT, Store
from coherence.storage.encryption import Protection
from coherence.storage.people import add_person, keep_for, people
from coherence.storage.settings import Settings
from coherence.translation import lengthened
from coherence.ui.help_screen import Help
from coherence.ui.keeping_screen import KeepingScreen, sessions_past_keeping
from coherence.ui.lock_page import Kind, LockPage
from coherence.ui.people_screen import PeopleScreen
from coherence.ui.person_screen import PersonScreen
from coherence.ui.practice import PracticeWindow
from coherence.ui.reflect import Reflect
from coherence.ui.room.setup_screen import RoomSetup
from coherence.ui.safety import Safety
from coherence.ui.sample import SampleSession, Script
from coherence.ui.settings_screen import SettingsScreen
from coherence.ui.theme import DUSK
from coherence.ui.welcome import Welcome

SIZES = [(800, 600), (1440, 900)]


def welcome() -> QWidget:
    made = Welcome(DUSK, practices(), returning=True, last_strap="Polar H10 12345678")
    made.show_strap(StrapSeen("AA:1", "Polar H10 12345678", -60))
    return made


def practising(**script: object) -> PracticeWindow:
    session = SampleSession(Script(**script))  # type: ignore[arg-type]
    made = PracticeWindow(session, DUSK, sound="waves", numbers=True)
    made.show()
    made._timer.stop()
    made.tick()
    return made


def asking_to_end() -> QWidget:
    made = practising()
    made.ask_end()
    return made


def at_the_end() -> QWidget:
    made = practising()
    made.end()
    return made


def with_card(name: str) -> QWidget:
    made = practising()
    made.over.toggle(getattr(made.over, name))
    return made


@cache  # else each is left to be collected, which Python 3.13 warns of
def two_people() -> Store:
    """A record of two, with a session that is older than it was meant to be kept."""
    store = Store.open(Path(tempfile.mkdtemp()) / "coherence.db")
    add_person(store, "Willow")
    person = people(store)[0]
    mine = (Participant(CLIENT, person.id),)
    number = store.begin_session("sit", started_at="2024-02-03T07:00:00+00:00", participants=mine)
    store.finish_session(number, 300.0)
    keep_for(store, person, 400)
    return store


def who_practises() -> QWidget:
    store = two_people()
    kept = Protection(True, "passphrase", 2)
    return PeopleScreen(DUSK, store, 1, kept, can_encrypt=True, keyring_works=True)


def a_person(*, asked: bool = False) -> QWidget:
    store = two_people()
    made = PersonScreen(DUSK, store, people(store)[0])
    if asked:
        made.erase.click()
    return made


def older_sessions() -> QWidget:
    store = two_people()
    return KeepingScreen(DUSK, store, sessions_past_keeping(store, datetime.now(UTC)))


SCREENS: dict[str, Callable[[], QWidget]] = {
    "safety": lambda: Safety(DUSK),
    "welcome": welcome,
    "settings": lambda: SettingsScreen(DUSK, Settings(last_strap_name="Polar H10 12345678")),
    "people": who_practises,
    "a person": a_person,
    "a person, to be erased": lambda: a_person(asked=True),
    "older sessions": older_sessions,
    "help": lambda: Help(DUSK, "A friend, evenings"),
    "arriving": lambda: Reflect(DUSK, after=False),
    "afterwards": lambda: Reflect(DUSK, after=True),
    "practice": practising,
    "practice, strap away": lambda: practising(link=LinkState.LOST),
    "practice, slow and even": lambda: practising(band=Band.SLOW_EVEN),
    "asked to end": asking_to_end,
    "the end": at_the_end,
    "keys": lambda: with_card("keys_page"),
    "guide": lambda: with_card("guide_page"),
    "help card": lambda: with_card("help_page"),
    "locked": lambda: LockPage(DUSK, Kind.REAL, running=True),
    "hidden": lambda: LockPage(DUSK, Kind.KEYRING),
}


def fits(name: str, size: tuple[int, int]) -> bool:
    """Whether a screen may be so small: the therapist's window may not."""
    return name != "room" or size in ROOMY


def shown(made: QWidget, size: tuple[int, int]) -> QWidget:
    for box in made.findChildren(QCheckBox):
        box.setText(lengthened(box.text()))
    made.resize(*size)
    made.show()
    for _ in range(3):
        QApplication.processEvents()
    if isinstance(made, PracticeWindow):
        made.tick()
        made._place()
    return made


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", SCREENS)
def test_longer_words_are_not_cut(
    name: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COHERENCE_HOME", "/home/someone/.local/share/coherence")  # only shown
    lengthen(monkeypatch)
    made = shown(SCREENS[name](), size)
    found = clipped(made)
    let_go(made)
    assert found == []


@pytest.mark.parametrize(
    ("name", "size"),
    [(name, size) for name in WITH_RECORDS for size in (*SIZES[:1], *ROOMY) if fits(name, size)],
)
def test_longer_words_are_not_cut_where_records_are_shown(
    name: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    lengthen(monkeypatch)
    made, end = WITH_RECORDS[name]()
    if isinstance(made, RoomSetup):
        made.holds.setCurrentIndex(made.holds.count() - 1)  # a plan's name is content, in each
    for box in made.findChildren(QCheckBox):
        box.setText(lengthened(box.text()))
    at_size(made, size)
    found = clipped(made)
    end()
    let_go(made)
    assert found == []


def test_what_is_cut_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    holder = QWidget()
    holder.resize(300, 100)
    narrow, low, beyond = (QLabel(text, holder) for text in ("narrow", "low", "beyond"))
    narrow.setGeometry(0, 0, 10, 30)
    low.setGeometry(0, 30, 200, 5)
    beyond.setGeometry(280, 60, 100, 30)
    fits = QLabel("fits", holder)
    fits.setGeometry(100, 60, 100, 30)
    holder.show()
    found = clipped(holder)
    assert [each.split("'")[1] for each in found] == ["narrow", "low", "beyond"]
    let_go(holder)
