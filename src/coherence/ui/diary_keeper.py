"""Writes the diary around the sessions of the window; it never stands in the way of practising."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol, TypeVar

from coherence.model import Practised, Reflection
from coherence.practice.guiding import Guiding
from coherence.storage.database import Store
from coherence.storage.diary import AFTER, BEFORE, Diary
from coherence.storage.errors import StorageError

LOG = logging.getLogger("coherence.diary")
T = TypeVar("T")


class Run(Protocol):
    """What is written down of a session that runs, or has just ended."""

    @property
    def session_id(self) -> int | None: ...
    @property
    def practised_s(self) -> float: ...
    @property
    def whole(self) -> bool: ...
    @property
    def guiding(self) -> Guiding | None: ...
    def now_s(self) -> float: ...


class DiaryKeeper:
    """One line for each practice: begun, finished, and what was said before and after."""

    def __init__(self, store: Store | None, person_id: int | None = None) -> None:
        self._diary = None if store is None else Diary(store, person_id)
        self._number: int | None = None
        self._paced_before_s = 0.0  # in this session, before the practice that goes on

    @property
    def open(self) -> bool:
        """Whether there is a line that words can be added to."""
        return self._number is not None

    def history(self) -> list[Practised]:
        """All that was practised, newest first; none where it cannot be read."""
        diary = self._diary
        return [] if diary is None else self._tried(diary.practised) or []

    def begin(self, practice: str, run: Run, before: Reflection | None = None) -> None:
        """A practice begins; ``before`` is what was said on the way to it."""
        diary, self._number, self._paced_before_s = self._diary, None, 0.0
        if diary is None:
            return
        number = self._number = self._tried(lambda: diary.begin(practice, run.session_id))
        if number is not None and before is not None and not before.empty:
            self._tried(lambda: diary.reflect(number, BEFORE, before))

    def turn(self, run: Run, practice: str) -> None:
        """The same session goes on with another practice; the line before it is finished."""
        if self._number is None:
            return
        self.finish(run, whole=False)
        diary = self._diary
        assert diary is not None
        self._paced_before_s = _paced_s(run)
        self._number = self._tried(lambda: diary.begin(practice, run.session_id))

    def finish(self, run: Run, *, whole: bool | None = None) -> None:
        """Note how long it was."""
        diary, number = self._diary, self._number
        if diary is None or number is None:
            return
        ended = run.whole if whole is None else whole
        seconds, paced_s = run.practised_s, max(0.0, _paced_s(run) - self._paced_before_s)
        self._tried(lambda: diary.finish(number, seconds, paced_s, whole=ended))

    def reflect(self, after: Reflection) -> None:
        """What was said after; it closes the line."""
        diary, number, self._number = self._diary, self._number, None
        if diary is not None and number is not None and not after.empty:
            self._tried(lambda: diary.reflect(number, AFTER, after))

    def _tried(self, do: Callable[[], T]) -> T | None:
        try:
            return do()
        except StorageError:
            LOG.warning("the diary could not be kept")
            return None


def _paced_s(run: Run) -> float:
    return 0.0 if run.guiding is None else run.guiding.paced_s(run.now_s())
