"""Where the client's screen is shown, with one display; `displays.py` looks at several."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget

from coherence.practice.library import practice
from coherence.sessions.opening import FromWearer
from coherence.ui.live_loop import PracticeRun
from coherence.ui.room.client import SMALL, ClientScreen
from coherence.ui.room.client_place import ClientPlace
from coherence.ui.theme import chosen_theme


@pytest.fixture
def client() -> Iterator[ClientScreen]:
    source = FromWearer("practised", seed=3)
    run = PracticeRun(source, practice("soothing_rhythm"), store=None, loop=None, speed=None)
    screen = ClientScreen(run, chosen_theme("dusk", 1.0), in_room=True)
    yield screen
    screen.ending = True
    screen.close()
    run.close()
    screen.deleteLater()


def test_with_one_display_it_waits_and_then_has_a_window(client: ClientScreen) -> None:
    place, window = ClientPlace(client, "WALL 1920x1080+1680+0"), QWidget()
    window.resize(400, 300)
    place.open(window)
    assert window.isVisible()
    assert not client.isVisible()
    assert place.words(window) == ("Shown only here: there is one display", "Own window")
    assert place.show(window) is None, "there is no other display to remember"
    assert client.isVisible()
    assert not place.is_full
    assert place.words(window) == ("Shown in a window of its own", "Take back")
    place.screens_changed(window)
    assert client.isVisible(), "a window loses nothing when displays come and go"
    place.take_back()
    assert not client.isVisible()
    window.close()


def test_only_a_screen_over_a_whole_display_can_be_in_the_way(client: ClientScreen) -> None:
    place, window = ClientPlace(client, None), QWidget()
    window.resize(400, 300)
    place.open(window)
    place.show(window)
    assert client.geometry().intersects(window.geometry())
    assert not place.is_under(window)
    client.showFullScreen()
    assert place.is_full
    assert place.is_under(window)
    at = client.geometry()
    window.move(at.right() - 10, at.top())  # its edge only
    assert not place.is_under(window)
    window.move(at.center())
    assert place.is_under(window)
    place.screens_changed(window)  # its display is gone: taken back
    assert not client.isVisible()
    assert not place.is_under(window)
    assert client.size().toTuple() == SMALL
    window.close()
