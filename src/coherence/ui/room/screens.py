"""Which display the client's screen is for: remembered by name, never the therapist's own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

from coherence.ui.fitting import fitted


def name_of(screen: QScreen) -> str:
    """The name of a display with its size: two of a kind are told apart by where they lie.

    "HDMI-1 1920x1080+1680+0"
    """
    at = screen.geometry()
    return f"{screen.name()} {at.width()}x{at.height()}+{at.x()}+{at.y()}"


def client_screen(remembered: str | None, of: QWidget | None = None) -> QScreen | None:
    """The display for the client: the remembered one, else the first that is not the therapist's.

    ``of`` is the therapist's window; ``None`` is returned where there is one display only.
    """
    screens = QGuiApplication.screens()
    if len(screens) < 2:
        return None
    own = QGuiApplication.primaryScreen() if of is None else of.screen()
    known = _remembered(screens, remembered)
    if known is not None and (of is None or not of.isVisible() or known is not own):
        return known
    return next(screen for screen in screens if screen is not own)


def therapist_screen(clients: QScreen | None) -> QScreen:
    """A display that is not the client's; the one there is, where there is no other."""
    screens = QGuiApplication.screens()
    primary = QGuiApplication.primaryScreen()
    if primary is not clients:
        return primary
    return next((screen for screen in screens if screen is not clients), primary)


def _remembered(screens: Sequence[QScreen], name: str | None) -> QScreen | None:
    if name is None:
        return None
    exactly = [screen for screen in screens if name_of(screen) == name]
    by_name = [screen for screen in screens if screen.name() == name.partition(" ")[0]]
    return next(iter(exactly + by_name), None)


def put_on(window: QWidget, screen: QScreen, *, full: bool) -> None:
    """Show a window on a display: over all of it, or in the middle of it."""
    at = screen.availableGeometry()
    window.setScreen(screen)
    if full:
        window.setGeometry(screen.geometry())
        window.showFullScreen()
        return
    size = fitted(window.size(), screen)
    window.resize(size)
    window.move(at.center().x() - size.width() // 2, at.center().y() - size.height() // 2)
    window.show()
