"""Where the client's screen is shown, with one display; `displays.py` looks at several."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget

from coherence.practice.library import practice
from coherence.sessions.opening import FromWearer
from coherence.ui.live_loop import PracticeRun
from coherence.ui.room.client import FAR, SMALL, ClientScreen
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


def test_on_a_display_of_its_own_its_letters_are_read_across_the_room(
    client: ClientScreen,
) -> None:
    client.resize(1920, 1080)
    client.show()

    def prompt_px() -> int:
        client.tick()
        client.scene.grab()
        (_cue, prompt) = client.scene._lettering._places[2]
        return prompt[0].pixelSize()

    near = prompt_px()
    client.showFullScreen()
    client.resize(1920, 1080)
    assert client.theme.text_scale == FAR
    # Nunito's small letters are 0.48 of its size: at 3 m on a display of 24 inches (0.277 mm a
    # pixel) 5 minutes of arc, the smallest that a normal eye reads, are 4.4 mm
    assert 0.48 * near * 0.277 < 4.4 < 0.48 * prompt_px() * 0.277
    client.showNormal()
    assert client.theme.text_scale == 1.0


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
