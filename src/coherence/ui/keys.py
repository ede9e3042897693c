"""Keys of the practice window: what each does, by name, so that a person can choose others."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

DEFAULT_KEYS: Mapping[str, str] = {
    "pause": "Space",
    "end": "Esc",
    "quicker": "Up",
    "slower": "Down",
    "let_go": "R",
    "follow": "F",
    "breath": "B",
    "guide": "G",
    "soothe": "H",
    "help": "F1",
    "sound": "S",
    "louder": "+",
    "softer": "-",
    "numbers": "N",
    "theme": "T",
    "plots": "L",
    "full_screen": "F11",
    "moment": "M",
    "soft_pause": "F9",
    "larger": "Ctrl++",
    "smaller": "Ctrl+-",
    "lock": "Ctrl+L",
    "keys": "?",
}
_DIGITS = tuple("123456789")
_SAME = {"Ctrl+=": "Ctrl++"}  # larger letters without Shift
_TYPED_INTO = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox, QComboBox)


def with_keys(text: str, keys: Mapping[str, str]) -> str:
    """``text`` with the keys that are set in the place of the actions in braces.

    >>> with_keys("press {breath} now", {"breath": "B"})
    'press B now'
    """
    return text.format(**{action: native(key) for action, key in keys.items()})


def native(key: str) -> str:
    """A key as this system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


class KeyMap:
    """Actions by key; ``chosen`` (action to key) takes the place of the usual keys."""

    def __init__(self, chosen: Mapping[str, str] | None = None) -> None:
        self.keys = {**DEFAULT_KEYS, **(chosen or {})}
        self._actions = {_written(key): action for action, key in self.keys.items() if key}

    def action(self, event: QKeyEvent, focus: QWidget | None) -> str | None:
        """What the key does with the keyboard at ``focus``; ``None`` for nothing.

        "mark 1" to "mark 9" are the quick marks. Keys that write (or move in writing) do nothing
        in a text field.
        """
        name = name_of(event)
        if isinstance(focus, _TYPED_INTO) and _writes(event):
            return None
        if name in self._actions:
            return self._actions[name]
        return f"mark {name}" if name in _DIGITS else None


def _writes(event: QKeyEvent) -> bool:
    control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    function = Qt.Key.Key_F1 <= event.key() <= Qt.Key.Key_F35
    return not control and not function and event.key() != Qt.Key.Key_Escape


def name_of(event: QKeyEvent) -> str:
    """The key as settings write it: "Space", "Ctrl++", "?"."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key = Qt.Key(event.key())
    if not Qt.Key.Key_A <= key <= Qt.Key.Key_Z:  # "?" needs Shift on some keyboards only
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    return _written(QKeySequence(QKeyCombination(modifiers, key)).toString())


def _written(name: str) -> str:
    text = QKeySequence(name).toString(QKeySequence.SequenceFormat.PortableText)
    return _SAME.get(text, text)
