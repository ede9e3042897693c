"""Nothing of a session, a screen or a room outlives it: a day takes no more than an hour."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tests.ui.desk import practising, wait, welcome

from coherence.practice.library import practice
from coherence.sessions.opening import FromWearer
from coherence.ui.app import App

PRACTICE = practice("soothing_rhythm")
ROUNDS = 2


def gone(left: list[weakref.ref[object]]) -> bool:
    """Whether all of it has ended, once garbage is collected."""
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    return all(ref() is None for ref in left)


def practised(here: App, speed: float, *, grown_old: bool = False) -> list[weakref.ref[object]]:
    """A session with its plots, from its first beats to "Done"; weakly, what it was made of."""
    here.practise(FromWearer("practised"), PRACTICE, speed=speed)
    now, screen = here._now, practising(here)
    assert now is not None
    now.open_plots()
    wait(lambda: screen._view is not None and screen._view.beats > 0)
    live = now.run._session.live
    parts = [now, now.run, now.plots, now.plots.heart.plot, live, live.tracker, screen, screen.over]
    parts += [screen.scene, screen.scene._backdrop, *([now.sound] if speed == 1.0 else [])]
    if grown_old:
        gc.collect()
    screen.end()
    screen.over.end_page.done.click()
    assert welcome(here)
    assert None not in parts
    return [weakref.ref(part) for part in parts]


def test_a_session_goes_with_its_screen(window: Callable[..., App]) -> None:
    here = window()
    widgets = []
    for speed in (1.0, 20.0):  # with sound, and without
        left = practised(here, speed)
        here._now.close()  # its sound rings out, else
        here._now.deleteLater()  # as when the next one begins
        here._now = None
        wait(partial(gone, left))
        widgets.append(len(QApplication.allWidgets()))
    assert len(set(widgets)) == 1


def test_screens_go_when_another_comes(window: Callable[..., App]) -> None:
    here = window()
    shows = (
        here.show_welcome, here.show_settings, here.show_help, here.show_strap_help,
        here.show_room_setup, here.show_safety, here.records.show_journal,
        here.records.show_people, here.records.show_packs, here.records.show_caseload,
    )  # fmt: skip

    def looked_at() -> list[weakref.ref[object]]:
        left: list[weakref.ref[object]] = []
        for show in shows:
            show()
            QTest.qWait(10)  # it is seen
            left.append(weakref.ref(here.currentWidget()))
        here.show_first()
        return left

    looked_at()  # the first time loads libraries, and one of them keeps the frame it came from
    widgets = []
    for _ in range(ROUNDS):
        left = looked_at()
        wait(partial(gone, left))
        widgets.append(len(QApplication.allWidgets()))
    assert len(set(widgets)) == 1


def left_room(here: App) -> list[weakref.ref[object]]:
    """A room that was opened and closed again; weakly, what it was made of."""
    here.open_room(FromWearer("practised"), PRACTICE, speed=20.0)
    room = here.in_room
    assert room is not None
    wait(lambda: room.run.view().beats > 3)
    parts = (room, room.run, room.window, room.client, room.client.scene, room.window.heart)
    left: list[weakref.ref[object]] = [weakref.ref(part) for part in parts]
    room.window.close()
    wait(here.isVisible)
    return left


def test_a_room_goes_when_it_is_left(window: Callable[..., App]) -> None:
    here = window()
    widgets = []
    for _ in range(ROUNDS):
        wait(partial(gone, left_room(here)))
        widgets.append(len(QApplication.allWidgets()))
    assert len(set(widgets)) == 1


def test_what_has_grown_old_ends_soon_too(window: Callable[..., App]) -> None:
    """Its generation alone would be due in a minute at the earliest."""
    here = window()
    parts = practised(here, 20.0, grown_old=True)
    here._now.deleteLater()
    here._now = None
    wait(lambda: all(part() is None for part in parts))
