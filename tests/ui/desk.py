"""What the tests of the window share: a strap without radio, waiting, and looking at widgets."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from itertools import islice
from typing import TypeVar

from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QGraphicsView,
    QLabel,
    QRadioButton,
    QWidget,
)

from coherence.devices.people import PEOPLE
from coherence.devices.simulator import wearer
from coherence.devices.sources import SessionClock
from coherence.model import Arrival
from coherence.sessions.opening import Listen
from coherence.storage.settings import Settings
from coherence.ui.app import App
from coherence.ui.practice import PracticeWindow
from coherence.ui.welcome import Welcome

W = TypeVar("W", bound=QWidget)
Key = Qt.Key
MINE = Settings(first_run_done=True, ask_reflection=False)
SAYING = (QAbstractButton, QComboBox, QLabel, QGraphicsView)  # what a screen reader stops at


def wait(until: Callable[[], object], timeout_s: float = 8.0) -> None:
    """Let Qt run until ``until()`` holds."""
    end_s = time.monotonic() + timeout_s
    while not until():
        assert time.monotonic() < end_s, "waited in vain"
        QTest.qWait(10)


def press(key: Qt.Key) -> None:
    """A key, where the keyboard is."""
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key)


def brought_up(widget: W, width: int, height: int) -> W:
    """The widget in a window of that size, which has the keyboard."""
    widget.resize(width, height)
    widget.show()
    widget.activateWindow()
    assert QTest.qWaitForWindowActive(widget)
    return widget


def let_go(widget: QWidget) -> None:
    """Close a window and really delete what it held, pictures too."""
    widget.close()
    widget.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()


def strap_of(arrivals: int, ends_with: Exception | None = None) -> Listen:
    """A strap that says so many things at once and then keeps quiet, or breaks."""

    async def listen(clock: SessionClock) -> AsyncGenerator[Arrival, None]:
        for arrival in islice(wearer(seed=4, person=PEOPLE["practised"]), arrivals):
            yield arrival
        if ends_with is not None:
            raise ends_with
        await asyncio.Event().wait()

    return listen


def unnamed(screen: QWidget) -> list[QWidget]:
    """The widgets of ``screen`` that can be seen, say something, and have no accessible name."""
    return [
        widget
        for widget in screen.findChildren(QWidget)
        if widget.isVisibleTo(screen)
        and (isinstance(widget, SAYING) or widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and not widget.accessibleName()
        and not (isinstance(widget, QLabel) and not widget.text())
    ]


def reached_by_tab(start: QWidget) -> Iterator[QWidget]:
    """Where Tab goes from ``start``, until it comes round."""
    seen: list[QWidget] = []
    start.setFocus()
    while (now := QApplication.focusWidget()) is not None and now not in seen:
        seen.append(now)
        yield now
        QTest.keyClick(now, Key.Key_Tab)


def not_reached(screen: QWidget, start: QWidget) -> set[str]:
    """Names of enabled buttons and fields that Tab misses; of radio buttons one stands for all."""
    reached = set(reached_by_tab(start))
    groups = {w.group() for w in reached if isinstance(w, QRadioButton)}
    return {
        widget.accessibleName()
        for widget in screen.findChildren(QWidget)
        if isinstance(widget, QAbstractButton | QComboBox)
        and widget.isVisibleTo(screen)
        and widget.isEnabled()
        and widget not in reached
        and not (isinstance(widget, QRadioButton) and widget.group() in groups)
    }


def practising(window: App) -> PracticeWindow:
    screen = window.currentWidget()
    assert isinstance(screen, PracticeWindow)
    return screen


def welcome(window: App) -> Welcome:
    screen = window.currentWidget()
    assert isinstance(screen, Welcome)
    return screen
