"""Where the client's screen is shown: on a display of its own, in a window, or nowhere yet."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from coherence.ui.room import sayings
from coherence.ui.room.client import SMALL, ClientScreen
from coherence.ui.room.screens import client_screen, name_of, put_on, therapist_screen

EDGE_PX = 16  # a frame may reach so far over the edge of a display


class ClientPlace:
    """Shows it and takes it back, beside the therapist's ``window``, which may be made anew."""

    def __init__(self, client: ClientScreen, remembered: str | None) -> None:
        self._client = client
        self._remembered = remembered  # the display, by name and place
        client.resize(*SMALL)

    @property
    def is_full(self) -> bool:
        """Whether it has a display of its own."""
        return self._client.isVisible() and self._client.isFullScreen()

    def open(self, window: QWidget) -> None:
        """Put both screens up, the client's only where there is a second display."""
        clients = client_screen(self._remembered)
        put_on(window, therapist_screen(clients), full=False)
        if clients is not None:
            put_on(self._client, clients, full=True)

    def show(self, window: QWidget) -> str | None:
        """Show it on the other display, whose name is returned, or else in a window."""
        screen = client_screen(self._remembered, window)
        if screen is None:
            self._client.resize(*SMALL)
            put_on(self._client, window.screen(), full=False)
            return None
        put_on(self._client, screen, full=True)
        self._remembered = name_of(screen)
        return self._remembered

    def take_back(self) -> None:
        """Show it nowhere."""
        self._client.hide()
        self._client.showNormal()
        self._client.hide()
        self._client.resize(*SMALL)

    def screens_changed(self, window: QWidget) -> None:
        """A display came or went: what has lost its own is taken back, and nothing is swapped."""
        if not self.is_full:
            return
        screen = client_screen(self._remembered, window)
        if screen is None:
            self.take_back()
        elif screen is not self._client.screen():
            put_on(self._client, screen, full=True)

    def is_under(self, window: QWidget) -> bool:
        """Whether ``window`` lies open on the display that the client looks at."""
        common = self._client.geometry().intersected(window.geometry())
        return self.is_full and min(common.width(), common.height()) > EDGE_PX

    def words(self, window: QWidget) -> tuple[str, str]:
        """Where it is shown, and what the button would do."""
        if self._client.isVisible():
            place = self._client.screen().name()
            said = sayings.ON_SECOND.format(place) if self.is_full else sayings.ON_THIS
            return said, sayings.TAKE_BACK
        if client_screen(self._remembered, window) is None:
            return sayings.ONE_DISPLAY, sayings.OWN_WINDOW
        return sayings.NOT_SHOWN, sayings.SECOND_SCREEN
