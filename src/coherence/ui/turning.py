"""What is wished of the record, carried out once the window is closed; and said while it lasts."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from coherence.storage.encryption import Turn, Wish, carry_out
from coherence.storage.errors import StorageError
from coherence.storage.places import Places
from coherence.translation import _, ngettext
from coherence.ui.record_part import WAS
from coherence.ui.theme import REGULAR, Theme
from coherence.ui.widgets import Label

WRITING = _("The record is being written anew. This window closes by itself when it is done.")
SIZE_PX = (460, 150)


class Turning(QWidget):
    """A quiet note: the program is still at work. It can be closed; the work goes on."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setWindowTitle("coherence")
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.resize(*(round(px * max(1.0, theme.text_scale)) for px in SIZE_PX))
        column = QVBoxLayout(self)
        column.setContentsMargins(30, 24, 30, 24)
        self.said = Label(WRITING, theme, px=16, weight=REGULAR, tone="hi", wrap=True)
        self.so_far = Label("", theme, px=14, weight=REGULAR, tone="mid")
        column.addWidget(self.said)
        column.addWidget(self.so_far)
        column.addStretch()

    def told(self, done: int, of: int) -> None:
        """So many files are done; what is seen is brought up to date."""
        said = ngettext("{done} of {all} file", "{done} of {all} files", of)
        self.so_far.set_words(said.format(done=done, all=of))
        QCoreApplication.processEvents()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(self._theme.bg))


def carried_out(where: Places, wish: Wish, theme: Theme) -> str:
    """Do what is wished; says what came of it, in one sentence."""
    note = Turning(theme)
    if wish.turn is not Turn.CHANGE:  # which writes one small file
        note.show()
    try:
        carry_out(where, wish, note.told)
        return WAS[wish.turn]
    except StorageError as error:  # it is as it was
        return str(error)
    finally:
        note.close()
        note.deleteLater()
