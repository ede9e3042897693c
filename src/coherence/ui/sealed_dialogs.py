"""Questions about sealed files: whose key, and with which words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget

from coherence.exchange.installed import Installed, installed
from coherence.exchange.sealed_sessions import is_sealed_file
from coherence.exchange.sealing import fingerprint
from coherence.exchange.taking import wants_passphrase
from coherence.storage.keys import SHORTEST
from coherence.storage.places import Places
from coherence.translation import _

TITLE = _("For your therapist")
WHOSE = _("Whose key is it for?")
NEW = _(
    "No pack here brings a key. Choose words that you and your therapist know: with them the file "
    "opens, and without them nobody can read it."
)
AGAIN = _("The same once more")
DIFFER = _("The two are not the same: type them once more.")
SHORT = _("A passphrase has at least {n} letters.")
OPENS = _("The words that {name} was sealed with")


def chosen_pack(parent: QWidget, where: Places) -> tuple[Installed | None, bool]:
    """(the pack whose key is used, whether to go on); ``None`` where no pack brings one."""
    keyed = {pack.manifest.key: pack for pack in installed(where) if pack.manifest.key is not None}
    packs = list(keyed.values())
    if len(packs) < 2:
        return (packs[0] if packs else None), True
    names = [f"{p.manifest.by} ({fingerprint(p.manifest.key or b'')})" for p in packs]
    name, given = QInputDialog.getItem(parent, TITLE, WHOSE, names, 0, False)
    return (packs[names.index(name)], True) if given else (None, False)


def new_passphrase(parent: QWidget) -> str | None:
    """Words typed twice alike, or ``None`` where somebody thought better of it."""
    asked = NEW
    while True:
        first = _typed(parent, asked)
        if first is None:
            return None
        if len(first) < SHORTEST:
            asked = f"{SHORT.format(n=SHORTEST)}\n{NEW}"
            continue
        second = _typed(parent, AGAIN)
        if second is None:
            return None
        if first == second:
            return first
        asked = f"{DIFFER}\n{NEW}"


def passphrases_for(parent: QWidget, paths: Sequence[Path]) -> dict[Path, str]:
    """The words for each sealed file that opens with words; one that is left out stays closed."""
    said: dict[Path, str] = {}
    for path in paths:
        if is_sealed_file(path) and wants_passphrase(path):
            words = _typed(parent, OPENS.format(name=path.name))
            if words is not None:
                said[path] = words
    return said


def _typed(parent: QWidget, asked: str) -> str | None:
    text, given = QInputDialog.getText(parent, TITLE, asked, QLineEdit.EchoMode.Password)
    return text if given else None
