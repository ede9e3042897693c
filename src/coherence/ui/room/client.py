"""The client's screen in the room: the practice window, led by the therapist."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent

from coherence.ui.practice import PracticeWindow

SMALL = (960, 600)  # while it is only looked at from the therapist's window
FAR = 1.5  # letters over a whole display, which is looked at from three metres rather than one
LEFT_OUT = ("soft_pause", "plots", "moment", "keys", "lock")  # what is the therapist's here


class ClientScreen(PracticeWindow):
    """Closing it only takes it away: the session is the therapist's to end."""

    put_away = Signal()
    ending = False  # the room is being left
    _far = False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        far = self.isFullScreen()
        if event.type() == QEvent.Type.WindowStateChange and far is not self._far:
            self._far = far
            scale = self.theme.text_scale
            self.set_theme(self.theme.scaled(scale * FAR if far else scale / FAR))

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.ending:
            super().closeEvent(event)
            return
        event.ignore()
        self.hide()
        self.put_away.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = self._keys.action(event, self.focusWidget())
        if action in LEFT_OUT or (action or "").startswith("mark "):
            event.ignore()
            return
        super().keyPressEvent(event)
