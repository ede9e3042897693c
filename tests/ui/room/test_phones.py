"""Sharing from the room: off by default, with consent, what the phone is told, and its end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from tests.share.phone_desk import looking, told
from tests.ui.clipping import clipped
from tests.ui.desk import Key, let_go, not_reached, unnamed, wait
from tests.ui.room.test_room import Desk

pytest.importorskip("starlette", reason="the extra share is not installed")
pytest.importorskip("segno", reason="the extra share is not installed")

from coherence.share.place import LOOPBACK, Place
from coherence.share.qr import qr_of
from coherence.ui import words
from coherence.ui.lock_page import Kind, LockPage
from coherence.ui.room.addresses import own_addresses
from coherence.ui.room.share_panel import SharePanel
from coherence.ui.theme import DUSK, MORNING

KEYS = {
    *("kind", "number", "now", "at", "breaths", "light", "line", "cue", "prompt", "band"),
    *("sentence", "left", "steps", "step", "numbers", "theme", "blank"),
}


@pytest.fixture
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    """A room that has just begun, or where it is asked for (``guided``) one with a guide."""
    made = Desk(100.0 if "guided" in request.fixturenames else 5.0)
    yield made
    made.room.leave()


@pytest.fixture
def guided() -> None:
    """For tests that need a breath guide and a heart's line."""


@pytest.fixture
def phone(desk: Desk) -> Iterator[Any]:
    """A phone that looks on."""
    desk.room.phones.begin(Place())
    server = desk.room.phones._server
    assert server is not None
    with looking(server) as socket:
        wait(lambda: server.viewers == 1)
        yield socket


def panel_of(desk: Desk) -> SharePanel:
    desk.room.open_sharing()
    panel = desk.room.share_panel
    assert panel is not None
    return panel


def newest(desk: Desk, phone: Any) -> dict[str, Any]:
    """The picture of now, as it comes to the phone."""
    desk.room._show()
    server = desk.room.phones._server
    assert server is not None
    while True:
        picture = told(phone)
        if picture.get("number") == server._number:
            return picture


def test_nothing_is_shared_until_the_client_has_agreed(desk: Desk) -> None:
    assert desk.room.phones.url is None
    panel = panel_of(desk)
    assert not panel.share.isEnabled()
    panel.share.click()
    assert desk.room.phones.url is None
    panel.agreed.setChecked(True)
    assert panel.address.currentData() == LOOPBACK  # who wants others to reach it has to choose
    panel.share.click()
    url = desk.room.phones.url
    assert url is not None
    assert url.startswith("http://127.0.0.1:")
    assert panel.link.text() == url
    assert panel.told.text() == "Shared, no phone yet"
    panel.copy.click()
    assert QGuiApplication.clipboard().text() == url
    panel.stop.click()
    assert desk.room.phones.url is None
    assert not panel.agreed.isChecked()


def test_the_code_is_painted_as_it_is(desk: Desk) -> None:
    """Sampled in the middle of each module: what a camera would read."""
    panel = panel_of(desk)
    panel.agreed.setChecked(True)
    panel.share.click()
    panel.resize(panel.sizeHint())
    picture = panel.code.grab().toImage()
    rows = qr_of(panel.link.text())
    module = picture.width() // (len(rows) + 8)
    assert module >= 3
    edge = (picture.width() - module * len(rows)) / 2
    read = tuple(
        tuple(
            picture.pixelColor(int(edge + (j + 0.5) * module), int(edge + (i + 0.5) * module)).red()
            < 128
            for j in range(len(rows))
        )
        for i in range(len(rows))
    )
    assert read == rows
    assert not any(picture.pixelColor(x, int(edge) - 2).red() < 128 for x in range(20, 200))


@pytest.mark.parametrize(
    "theme", [DUSK, MORNING, DUSK.scaled(2.0)], ids=["dusk", "morning", "large"]
)
def test_the_panel_can_be_read_and_reached(desk: Desk, theme: Any) -> None:
    panel = SharePanel(theme, desk.room.phones)
    panel.show()
    panel.agreed.setChecked(True)
    for on in (False, True):
        if on:
            panel.share.click()
        panel.activateWindow()
        assert QTest.qWaitForWindowActive(panel)
        assert clipped(panel) == []
        assert unnamed(panel) == []
        assert not_reached(panel, panel.shut) == set()
    let_go(panel)


def test_what_is_in_the_way_is_said_in_the_panel(desk: Desk) -> None:
    panel = panel_of(desk)
    panel.agreed.setChecked(True)
    panel.address.setEditText("0.0.0.0")
    panel.share.click()
    assert "many addresses at once" in panel.told.text()
    panel.address.setEditText("192.0.2.77")
    assert not panel.readable.isHidden()
    panel.share.click()
    assert "is not an address of this computer" in panel.told.text()
    assert desk.room.phones.url is None


def test_the_addresses_are_those_of_this_computer() -> None:
    import socket

    found = [address for _, address in own_addresses()]
    assert found[0] == LOOPBACK
    for address in found:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family) as probe:
            probe.bind((address, 0))


@pytest.mark.usefixtures("guided")
def test_the_phone_is_told_what_stands_on_the_client_s_screen(desk: Desk, phone: Any) -> None:
    picture = newest(desk, phone)
    client, view = desk.room.client, desk.run.view()
    assert set(picture) == KEYS
    assert picture["now"] == pytest.approx(desk.run.now_s(), abs=1e-3)
    breath = view.guide.at(desk.run.now_s()).breath
    assert picture["breaths"][0][:2] == pytest.approx([breath.start_s, breath.end_s], abs=1e-3)
    assert picture["band"] == words.BAND_NAMES[view.band]
    assert picture["left"] == client.top.time.text()
    assert picture["steps"] == list(desk.run.steps)
    assert picture["cue"] is None  # the phone says it by its own breath
    heart = client.scene.state.heart
    last = picture["line"]["heights"][-1] / 80
    assert last == pytest.approx(heart.heights[-1], abs=0.2)


@pytest.mark.usefixtures("guided")
def test_a_pace_changes_on_the_phone_at_the_breath_s_turn(desk: Desk, phone: Any) -> None:
    before = newest(desk, phone)["breaths"]
    desk.room.window.pace.rate.setValue(45)
    desk.room.window.pace._ask()
    desk.go_on(0.1)
    after = newest(desk, phone)["breaths"]
    assert after[0] == before[0]
    assert after[1][0] == before[0][1]
    rates = [row[2] for row in after]
    assert rates == sorted(rates, reverse=True)  # a glide of three breaths
    assert rates[1] > 4.5
    assert rates[3] == 4.5


@pytest.mark.usefixtures("guided")
def test_no_name_no_number_and_no_interval_go_out(desk: Desk, phone: Any) -> None:
    """A pseudonym, a mark, a note and the values of the moment are looked for in all that comes."""
    desk.room.mark("critic")
    desk.room.window.moments.note.setPlainText("a private word")
    desk.go_on(2.0)
    picture = newest(desk, phone)
    assert picture["numbers"] == ""
    text = json.dumps(picture)
    for word in ("critic", "private", "Your client", "bpm", "rr_ms"):
        assert word not in text
    view = desk.run.view()
    sent = {float(each) for each in picture["line"]["heights"] if each is not None}
    assert all(abs(each) <= 1.45 * 80 for each in sent)
    numbers = set(_numbers(picture))
    for value in (*view.rr_ms[-60:], *view.hr_bpm[-60:]):
        assert not any(abs(value - each) < 1e-3 for each in numbers)


def _numbers(part: object) -> Iterator[float]:
    if isinstance(part, dict):
        for each in part.values():
            yield from _numbers(each)
    elif isinstance(part, list):
        for each in part:
            yield from _numbers(each)
    elif isinstance(part, int | float):
        yield float(part)


@pytest.mark.usefixtures("guided")
def test_numbers_go_out_only_where_the_client_s_screen_shows_them(desk: Desk, phone: Any) -> None:
    desk.room.client.bottom.numbers.setChecked(True)
    desk.go_on(1.0)
    assert "beats a minute" in newest(desk, phone)["numbers"]
    desk.room.window.seen.numbers.click()
    desk.go_on(1.0)
    assert newest(desk, phone)["numbers"] == ""


@pytest.mark.usefixtures("guided")
def test_a_soft_pause_blanks_the_phone_at_once(desk: Desk, phone: Any) -> None:
    assert newest(desk, phone)["line"] is not None
    QTest.keyClick(desk.room.window, Key.Key_F9)
    server = desk.room.phones._server
    assert server is not None
    while (picture := told(phone))["number"] != server._number:
        pass  # sent by the key itself: nothing else was asked to show
    assert picture["blank"] is True
    assert picture["line"] is None
    assert picture["breaths"] == []
    assert picture["cue"] == ""  # where it is null the phone says it by its own breath
    assert (picture["numbers"], picture["prompt"][0], picture["band"]) == ("", "", "")
    assert picture["sentence"] == words.SOFT_PAUSE


def test_who_looks_on_is_counted_where_the_therapist_sees_it(desk: Desk, phone: Any) -> None:
    desk.room._show()
    window = desk.room.window
    assert window.seen.phone.text() == "Phone: 1"
    assert window.seen.where.text().endswith("1 phone looks on")
    assert "1 phone looks on" in window.seen.phone.accessibleName()
    window.resize(1180, 760)
    desk.go_on(0.0)
    assert window.head.drawer.text() == "1 phone looks on"
    assert "Controls" in window.head.drawer.accessibleName()
    phone.close()
    wait(lambda: desk.room.phones._server.viewers == 0)
    desk.room._show()
    assert window.seen.where.text().endswith("Shared, no phone yet")


def test_it_ends_with_the_session(desk: Desk, phone: Any) -> None:
    server = desk.room.phones._server
    desk.room.end()
    desk.go_on(0.0)
    while (last := told(phone))["kind"] != "closed":
        pass
    assert last["say"].endswith("That counts, whatever the lines did")
    assert desk.room.phones.url is None
    assert server is not None
    server._thread.join(4.0)
    assert not server._thread.is_alive()


def test_leaving_the_room_shuts_the_door(desk: Desk, phone: Any) -> None:
    server = desk.room.phones._server
    panel = panel_of(desk)
    desk.room.leave()
    assert server is not None
    assert not server._thread.is_alive()
    assert not panel.isVisible()


def test_under_the_lock_the_phone_goes_on_and_the_code_is_put_away(desk: Desk, phone: Any) -> None:
    """As the client's screen does; whoever passes the locked window finds no link to scan."""
    panel = panel_of(desk)
    desk.room.lock(LockPage(DUSK, Kind.REAL))
    assert not panel.isVisible()
    first = newest(desk, phone)
    desk.go_on(1.0)
    assert newest(desk, phone)["now"] > first["now"]
    desk.room.client.end()
    desk.room._show()
    while (last := told(phone))["kind"] != "closed":
        pass
    assert "That counts" in last["say"]
