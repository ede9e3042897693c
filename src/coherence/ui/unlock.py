"""The passphrase of an encrypted record, asked for when the window opens."""

from __future__ import annotations

from PySide6.QtWidgets import QInputDialog, QLineEdit

from coherence.translation import _

TITLE = "coherence"
ASKED = _(
    "Your record is encrypted. Its passphrase opens it; without it you can practise all the same."
)


def ask_passphrase(again: str | None = None) -> str | None:
    """What was typed, or ``None`` when the person would rather go on without the record.

    ``again`` says why it is asked once more.
    """
    text, given = QInputDialog.getText(
        None,
        TITLE,
        ASKED if again is None else f"{again}\n{ASKED}",
        QLineEdit.EchoMode.Password,
    )
    return text if given else None
