"""If the strap is not found: the page looks by itself, says what it finds, and lets go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from PySide6.QtTest import QTest
from tests.ui.desk import Key, brought_up, let_go, not_reached, unnamed, wait

from coherence.devices.sources import SourceLoop
from coherence.devices.which_radio import WhichRadio
from coherence.doctor.finding import Finding, State
from coherence.storage.places import places
from coherence.storage.settings import Settings
from coherence.ui.app import App
from coherence.ui.settings_screen import SettingsScreen
from coherence.ui.strap_help import AMISS, LOOKING, WELL, StrapHelp
from coherence.ui.theme import DUSK
from coherence.ui.welcome import Welcome

FOUND = (
    Finding("python", "Python", State.FINE, "All of it."),
    Finding("adapter", "Bluetooth adapter", State.FINE, "It is on."),
    Finding("straps", "Straps nearby", State.TO_KNOW, "None.", "Put it on.", "Anna's"),
    Finding("heart", "Heart rate", State.NOT_LOOKED_AT, "Not yet."),
)
OFF = Finding("adapter", "Bluetooth adapter", State.TO_DO, "It is off.", "Turn it on.")


@pytest.fixture
def loop() -> Iterator[SourceLoop]:
    running = SourceLoop()
    yield running
    running.stop()


def shown(page: StrapHelp) -> StrapHelp:
    return brought_up(page, 900, 640)


def test_it_looks_when_it_is_shown_and_anew_when_asked(loop: SourceLoop) -> None:
    looked = []

    async def examine() -> AsyncIterator[Finding]:
        looked.append(1)
        for each in FOUND if len(looked) == 1 else (OFF,):
            yield each

    page = shown(StrapHelp(DUSK, examine, loop))
    try:
        wait(lambda: page._state.text() == WELL)
        said = page._lines.text()
        assert said.splitlines() == [
            "✓  Bluetooth adapter: It is on.",
            "•  Straps nearby: None.",
            "     Put it on.",
        ]
        page.again.click()
        assert page._state.text() == LOOKING
        wait(lambda: page._state.text() == AMISS)
        assert page._lines.text().startswith("!  Bluetooth adapter: It is off.\n")
    finally:
        let_go(page)


def test_it_lets_go_of_the_radio_when_it_is_left(loop: SourceLoop) -> None:
    ended = []

    async def examine() -> AsyncIterator[Finding]:
        try:
            yield OFF
            await asyncio.Event().wait()
        finally:
            ended.append(1)

    page = shown(StrapHelp(DUSK, examine, loop))
    left = []
    page.done.connect(lambda: left.append(1))
    try:
        wait(lambda: page.findings == [OFF])
        QTest.keyClick(page, Key.Key_Escape)
        assert left == [1]
        page.hide()
        wait(lambda: ended == [1])
    finally:
        let_go(page)


def test_everything_on_it_has_a_name_and_can_be_reached(loop: SourceLoop) -> None:
    async def examine() -> AsyncIterator[Finding]:
        yield OFF

    page = shown(StrapHelp(DUSK, examine, loop))
    try:
        wait(lambda: page._state.text() == AMISS)
        assert unnamed(page) == []
        assert not_reached(page, page.back) == set()
    finally:
        let_go(page)


def test_it_is_reached_from_the_welcome_and_from_the_settings() -> None:
    pytest.importorskip("bumble", reason="--radio needs the extra `sim`")
    window = App(
        places(), None, Settings(first_run_done=True), None, WhichRadio("tcp-client:127.0.0.1:9")
    )
    window.show_welcome()
    window.show()
    assert QTest.qWaitForWindowActive(window)
    try:
        welcome = window.currentWidget()
        assert isinstance(welcome, Welcome)
        assert not welcome._missing.isVisible()
        wait(welcome._missing.isVisible)
        welcome._missing.click()
        page = window.currentWidget()
        assert isinstance(page, StrapHelp)
        wait(lambda: page._state.text() == AMISS)
        assert "No radio answers there." in page._lines.text()
        page.back.click()
        assert isinstance(window.currentWidget(), Welcome)
        window.show_settings()
        settings = window.currentWidget()
        assert isinstance(settings, SettingsScreen)
        settings._missing.click()
        assert isinstance(window.currentWidget(), StrapHelp)
    finally:
        let_go(window)
