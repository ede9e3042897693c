"""The display stays awake while somebody practises; quietly nothing where wakepy cannot."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack

from PySide6.QtGui import QGuiApplication

Keep = Callable[[], AbstractContextManager[object]]


def presenting() -> AbstractContextManager[object]:
    """Hold the display awake for as long as the context lasts."""
    if QGuiApplication.platformName() == "offscreen":
        return ExitStack()
    from wakepy import keep  # only once a practice runs

    return keep.presenting(on_fail="pass")


class Awake:
    """The display's wakefulness, held or not."""

    def __init__(self, keep: Keep = presenting) -> None:
        self._keep, self._held = keep, False
        self._stack = ExitStack()

    @property
    def held(self) -> bool:
        return self._held

    def hold(self, wanted: bool) -> None:
        """Hold it or let it go; saying the same twice is nothing."""
        if wanted == self._held:
            return
        self._held = wanted
        if wanted:
            self._stack.enter_context(self._keep())
        else:
            self._stack.close()
