"""The window with a strap on a radio of another program, as somebody would use it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.importorskip("bumble", reason="the virtual radio needs the extra `sim`")

from PySide6.QtTest import QTest
from tests.strap_process import StrapProcess, virtual_strap
from tests.ui.desk import Key, let_go, wait

from coherence.devices import heart_rate
from coherence.devices.which_radio import WhichRadio
from coherence.model import End, LinkChanged, LinkState, Notification, Origin
from coherence.storage.database import Store
from coherence.storage.places import places
from coherence.storage.settings import Settings
from coherence.ui.app import App
from coherence.ui.practice import PracticeWindow
from coherence.ui.welcome import Welcome

MINE = Settings(first_run_done=True, ask_reflection=False)
FOUND_S = 30.0  # on a busy machine


@pytest.fixture(autouse=True)
def quiet_radio() -> None:
    """Here it is looked for straps for real, in place of the quiet of the other tests."""


@pytest.fixture
def strap() -> Iterator[StrapProcess]:
    with virtual_strap() as running:
        yield running


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open() as opened:
        yield opened


def shown(store: Store, transport: str) -> App:
    window = App(places(), store, MINE, None, WhichRadio(transport))
    window.show_welcome()
    window.show()
    assert QTest.qWaitForWindowActive(window)
    return window


@pytest.mark.slow
def test_a_practice_is_kept_whole_through_a_drop(strap: StrapProcess, store: Store) -> None:
    window = shown(store, strap.radio)
    try:
        welcome = window.currentWidget()
        assert isinstance(welcome, Welcome)
        wait(lambda: welcome.strap is not None, FOUND_S)
        assert welcome.strap is not None
        assert welcome.strap.name == "Virtual strap"
        welcome.press_primary()
        screen = window.currentWidget()
        assert isinstance(screen, PracticeWindow)
        wait(lambda: screen._view is not None and screen._view.beats >= 3, FOUND_S)
        strap.order("drop")
        wait(lambda: screen._view.link is LinkState.LOST, FOUND_S)
        before = screen._view.beats
        wait(lambda: screen._view.link is LinkState.STREAMING, FOUND_S)
        wait(lambda: screen._view.beats >= before + 3, FOUND_S)
        beats = screen._view.beats
        QTest.keyClick(screen, Key.Key_Escape)
        screen.over.question.end.click()
        wait(screen.over.end_page.isVisible)
        wait(lambda: store.sessions()[0].end is End.ENDED)
    finally:
        let_go(window)
    (kept,) = store.sessions()
    assert (kept.origin, kept.strap) == (Origin.STRAP, "Virtual strap")
    arrivals = list(store.arrivals(kept.id))
    stored = [
        each.payload
        for each in arrivals
        if isinstance(each, Notification) and each.characteristic == heart_rate.CHARACTERISTIC
    ]
    sent = strap.heard()
    assert stored == sent[: len(stored)]  # one beat in is one beat out
    assert len(sent) - len(stored) <= 1  # sent while the session was closing
    assert beats <= sum(len(heart_rate.decode(each).rr_ticks) for each in stored)
    states = [each.state for each in arrivals if isinstance(each, LinkChanged)]
    assert states.count(LinkState.LOST) == 1
    assert states.count(LinkState.STREAMING) == 2


def test_where_no_radio_answers_the_welcome_says_so(store: Store) -> None:
    window = shown(store, "tcp-client:127.0.0.1:9")
    try:
        welcome = window.currentWidget()
        assert isinstance(welcome, Welcome)
        wait(welcome._trouble.isVisible)
        assert welcome._trouble.text().startswith("No radio answers at tcp-client:127.0.0.1:9:")
    finally:
        let_go(window)
