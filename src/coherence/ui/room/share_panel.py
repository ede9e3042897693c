"""The panel of sharing: an address and the client's consent, then the code and the link."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QColor, QGuiApplication, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from coherence.share.errors import ShareError
from coherence.share.place import Place, place_of
from coherence.share.qr import qr_of
from coherence.translation import _
from coherence.ui.choice import Choice
from coherence.ui.room.addresses import own_addresses
from coherence.ui.room.code_picture import CodePicture
from coherence.ui.room.phones import Phones
from coherence.ui.theme import REGULAR, Theme, stylesheet
from coherence.ui.tick import Tick
from coherence.ui.widgets import Label, Pill, announce

WIDE_PX, LOOK_MS = 460, 500
TITLE = _("Share with a phone or tablet")
ABOUT = _(
    "Whoever has the link sees the moon, the rhythm line and the words of your client's screen, "
    "and can do nothing there. No name goes out and no measured value, unless your client shows "
    "numbers."
)
AGREES = _("My client has agreed to it")
ADDRESS = _("Address of this computer")
READABLE = _(
    "On this address others in the same network could read along. A hotspot of your own, or a "
    "certificate (--cert and --key), keeps it between the two of you."
)
FROM_PHONE = _("The phone has to be in the same network. Scan the code with its camera:")
LINK, COPY, COPIED = _("Link"), _("Copy link"), _("Copied")
SHARE, STOP, CLOSE = _("Share"), _("Stop sharing"), _("Close")


class SharePanel(QWidget):
    """A small window beside the therapist's; closing it leaves the sharing as it is."""

    def __init__(self, theme: Theme, phones: Phones, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Dialog)
        self._theme, self._phones = theme, phones
        self._said, self._shown_url = "", ""
        self.setWindowTitle(TITLE)
        self.setAccessibleName(TITLE)
        self.setFixedWidth(round(WIDE_PX * max(1.0, 0.9 * theme.text_scale)))
        self._build()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self.look()

    def _build(self) -> None:
        theme = self._theme
        column = QVBoxLayout(self)
        column.setContentsMargins(30, 26, 30, 24)
        column.setSpacing(10)
        column.addWidget(Label(TITLE, theme, px=22, tone="hi", wrap=True))
        self.about = self._paragraph(column, ABOUT)
        self.agreed = Tick(AGREES)
        self.agreed.setStyleSheet(stylesheet(theme))
        column.addWidget(self.agreed)
        self.address_title = Label(ADDRESS, theme, px=15, tone="hi")
        column.addWidget(self.address_title)
        self.address = Choice()
        self.address.setAccessibleName(ADDRESS)
        self.address.setEditable(True)
        field = self.address.lineEdit()
        assert field is not None
        field.setAccessibleName(ADDRESS)
        self.address.setStyleSheet(stylesheet(theme))
        self.address.tone = theme.mid
        for text, address in own_addresses():
            self.address.addItem(text, address)
        column.addWidget(self.address)
        self.scan = self._paragraph(column, FROM_PHONE)
        self.code = CodePicture()
        column.addWidget(self.code, 0, Qt.AlignmentFlag.AlignHCenter)
        self.link = QLineEdit()
        self.link.setReadOnly(True)
        self.link.setAccessibleName(LINK)
        self.link.setStyleSheet(stylesheet(theme))
        column.addWidget(self.link)
        self.told = self._paragraph(column, "")
        self.readable = self._paragraph(column, READABLE)
        row = QHBoxLayout()
        row.setSpacing(4)
        self.share, self.copy = Pill(SHARE, theme, primary=True), Pill(COPY, theme)
        self.stop, self.shut = Pill(STOP, theme), Pill(CLOSE, theme)
        for pill in (self.share, self.copy, self.stop, self.shut):
            row.addWidget(pill)
        row.addStretch()
        column.addLayout(row)
        self.agreed.toggled.connect(self.look)
        self.address.editTextChanged.connect(self.look)
        self.share.clicked.connect(self._begin)
        self.copy.clicked.connect(self._copy)
        self.stop.clicked.connect(self._stop)
        self.shut.clicked.connect(self.close)

    def _paragraph(self, column: QVBoxLayout, text: str) -> Label:
        label = Label(text, self._theme, px=14, weight=REGULAR, tone="mid", wrap=True)
        column.addWidget(label)
        return label

    # --- showing ---

    def look(self) -> None:
        """Show how it stands: what to choose, or the code and who looks on."""
        url = self._phones.url
        on = url is not None
        for part in (self.about, self.agreed, self.address_title, self.address, self.share):
            part.setVisible(not on)
        for widget in (self.scan, self.code, self.link, self.copy, self.stop):
            widget.setVisible(on)
        self.share.setEnabled(self.agreed.isChecked())
        place = self._chosen()
        lan = place is not None and not place.only_here
        self.readable.setVisible(self._phones.readable_by_others if on else lan)
        said = self._phones.words or self._phones.trouble
        self.told.setVisible(bool(said))
        self.told.set_words(said)
        if said != self._said:
            self._said = said
            if said:
                announce(self, said)
        if (url or "") != self._shown_url:
            self._show_link(url or "")
        self.setFixedHeight(self.layout().heightForWidth(self.width()))  # type: ignore[union-attr]

    def _show_link(self, url: str) -> None:
        self._shown_url = url
        self.link.setText(url)
        self.link.setCursorPosition(0)
        self.copy.set_words(COPY)
        if url:
            try:
                self.code.show_rows(qr_of(url))
            except ShareError:  # the link itself is there to be typed
                self.code.show_rows(())

    def _chosen(self) -> Place | None:
        try:
            return place_of(self._text())
        except ValueError:
            return None

    def _text(self) -> str:
        """The address of the line chosen, or what was written in its place."""
        i, text = self.address.currentIndex(), self.address.currentText()
        listed = i >= 0 and text == self.address.itemText(i)
        return str(self.address.itemData(i)) if listed else text

    # --- what the therapist does ---

    def _begin(self) -> None:
        try:
            self._phones.begin(place_of(self._text()))
        except ValueError as error:
            self._phones.trouble = str(error)
        self.look()
        if self._phones.url is not None:
            self.copy.setFocus(Qt.FocusReason.OtherFocusReason)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.link.text())
        self.copy.set_words(COPIED)
        announce(self, COPIED)

    def _stop(self) -> None:
        self._phones.stop()
        self.agreed.setChecked(False)  # asked anew each time
        self.look()
        self.agreed.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- Qt ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._timer.stop()
        super().closeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(self._theme.surface))
