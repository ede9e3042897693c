"""How the record is protected, and what is wished of that: a part of the page about people."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLineEdit

from coherence.storage.encryption import Protection, Turn, Wish
from coherence.storage.keys import SHORTEST
from coherence.translation import _, ngettext
from coherence.ui.sheet_screen import SheetScreen
from coherence.ui.theme import Theme
from coherence.ui.widgets import Pill, announce

RECORD = _("The record")
PLAIN = _(
    "The record is not encrypted: who can read the files of this account can read it. With more "
    "than one person here a passphrase is worth having."
)
BY_PASSPHRASE = _("The record is encrypted, and opens with its passphrase.")
BY_KEYRING = _("The record is encrypted; this system's keyring has its key.")
WILL_BE = {
    Turn.ON: _(
        "When coherence closes, the record is encrypted with this passphrase. Keep it well."
    ),
    Turn.REST: _("When coherence closes, the rest is encrypted as well."),
    Turn.CHANGE: _(
        "When coherence closes, the new passphrase takes the old one's place. Keep it well."
    ),
    Turn.OFF: _(
        "When coherence closes, the record is written anew without encryption. Nothing in it "
        "changes."
    ),
}
KEYRING_WILL = _("When coherence closes, this system's keyring takes care of the key.")
WAS = {
    Turn.ON: _("The record is encrypted now."),
    Turn.REST: _("The record and all of its backups are encrypted now."),
    Turn.CHANGE: _("The record now opens in the new way."),
    Turn.OFF: _("The record is not encrypted any more."),
}
NOW = _("The passphrase that holds now")
PASSPHRASE, AGAIN = _("A passphrase: a few words"), _("The same once more")
DIFFER = _("The two are not the same: type them once more.")
SHORT = _("A passphrase has at least {n} letters.")
WRONG = _("That is not the passphrase of this record: try it once more.")
CANNOT = _(
    "To encrypt the record, install the extra `secure`: pip install 'coherence-hrv[secure]'."
)


class RecordPart(QObject):
    """Fields and buttons on a sheet. Nothing is done here: ``wished`` says what, or ``None``."""

    wished = Signal(object)  # Wish | None

    def __init__(
        self,
        sheet: SheetScreen,
        theme: Theme,
        protection: Protection,
        *,
        can_encrypt: bool,
        keyring_works: bool,
        wish: Wish | None,
        holds: Callable[[str], bool],
    ) -> None:
        super().__init__(sheet)
        self._sheet, self._protection, self._holds = sheet, protection, holds
        self._can, self._keyring_works = can_encrypt, keyring_works
        sheet.head(RECORD)
        self.state = sheet.paragraph("")
        self.now, self.first, self.second = (self._field(name) for name in (NOW, PASSPHRASE, AGAIN))
        encrypted = protection.encrypted
        self.take = Pill(_("Change the passphrase") if encrypted else _("Encrypt"), theme)
        self.keyring = Pill(_("Let this system's keyring keep the key"), theme)
        self.rest = Pill(_("Encrypt the rest"), theme)
        self.off = Pill(_("Turn encryption off"), theme)
        self.leave = Pill(_("Leave it as it is"), theme)
        sheet.row(self.now)
        sheet.row(self.first, self.second)
        for pill in (self.take, self.keyring, self.rest, self.off, self.leave):
            sheet.row(pill)  # each on its own: other languages need the room
        self.trouble = sheet.paragraph("")
        self.trouble.hide()
        self.second.returnPressed.connect(self._take)
        self.take.clicked.connect(self._take)
        self.keyring.clicked.connect(lambda: self._wish(self._on_or_change(None)))
        self.rest.clicked.connect(lambda: self._wish(Wish(Turn.REST)))
        self.off.clicked.connect(lambda: self._wish(Wish(Turn.OFF)))
        self.leave.clicked.connect(lambda: self._settle(None))
        self._show(wish)

    def _field(self, name: str) -> QLineEdit:
        field = self._sheet.field(QLineEdit())
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.setPlaceholderText(name)
        field.setAccessibleName(name)
        return field

    def _show(self, wish: Wish | None) -> None:
        """What there is to say and to do, now that this is wished."""
        kept, open_to = self._protection, wish is None and self._can
        self.state.set_words(_will(wish) if wish is not None else _is(kept, can=self._can))
        by_passphrase = kept.encrypted and kept.kept == "passphrase"
        for widget, there in (
            (self.now, open_to and by_passphrase),
            (self.first, open_to),
            (self.second, open_to),
            (self.take, open_to),
            (self.keyring, open_to and self._keyring_works and kept.kept != "keyring"),
            (self.rest, open_to and kept.encrypted and kept.plain_backups > 0),
            (self.off, open_to and kept.encrypted),
            (self.leave, wish is not None),
        ):
            widget.setVisible(there)

    def _on_or_change(self, passphrase: str | None) -> Wish:
        return Wish(Turn.CHANGE if self._protection.encrypted else Turn.ON, passphrase)

    def _take(self) -> None:
        if self.first.text() != self.second.text():
            self._say_trouble(DIFFER)
        elif len(self.first.text()) < SHORTEST:
            self._say_trouble(SHORT.format(n=SHORTEST))
        else:
            self._wish(self._on_or_change(self.first.text()))

    def _wish(self, wish: Wish) -> None:
        """Whoever passes by an open window does not know the passphrase that holds."""
        guarded = self._protection.kept == "passphrase" and wish.turn in (Turn.CHANGE, Turn.OFF)
        if guarded and not self._holds(self.now.text()):
            self._say_trouble(WRONG)
            self.now.setFocus()
            return
        self._settle(wish)

    def _settle(self, wish: Wish | None) -> None:
        self.trouble.hide()
        for field in (self.now, self.first, self.second):
            field.clear()
        self._show(wish)
        self.wished.emit(wish)
        (self.take if wish is None else self.leave).setFocus()
        announce(self._sheet, self.state.text())
        self._sheet.fit()

    def _say_trouble(self, text: str) -> None:
        self.trouble.set_words(text)
        self.trouble.show()
        announce(self._sheet, text)
        self._sheet.fit()


def _will(wish: Wish) -> str:
    if wish.turn in (Turn.ON, Turn.CHANGE) and wish.passphrase is None:
        return KEYRING_WILL
    return WILL_BE[wish.turn]


def _is(protection: Protection, *, can: bool) -> str:
    if not protection.encrypted:
        return PLAIN if can else f"{PLAIN} {CANNOT}"
    said = BY_KEYRING if protection.kept == "keyring" else BY_PASSPHRASE
    if plain := protection.plain_backups:
        left = ngettext(
            "{n} backup is not encrypted yet.", "{n} backups are not encrypted yet.", plain
        )
        said = f"{said} {left.format(n=plain)}"
    return said
