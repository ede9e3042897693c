"""Seconds: what markers said at each second of a long recording, in columns that grow."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.markers import middle
from coherence.model import Reason, Value
from coherence.storage.shown import NUMBER, REASON, REASONS, THIN, state_of

Floats = NDArray[np.float64]
Second = tuple[float, Mapping[str, Value]]


class Seconds:
    """Kept as objects a day's values would take ten times the room; what they say is the same.

    >>> seconds = Seconds([(1.0, {"a": Value(3.0)}), (2.0, {}), (3.0, {"a": Value(4.0)})])
    >>> seconds.typical("a", slice(None)), seconds.last(slice(0, 2))
    (Value(value=3.5, reason=None, uncertainty=None, low_confidence=False, floor=None), (2.0, {}))
    """

    def __init__(self, told: Iterable[Second] = ()) -> None:
        self._t_s = array("d")
        self._columns: dict[str, _Column] = {}
        for t_s, values in told:
            for key, value in values.items():
                if key not in self._columns:
                    self._columns[key] = _Column(len(self._t_s))
                self._columns[key].append(value)
            self._t_s.append(t_s)
            for column in self._columns.values():
                column.skip_to(len(self._t_s))

    def __len__(self) -> int:
        return len(self._t_s)

    @property
    def t_s(self) -> Sequence[float]:
        """The seconds (n,), in order."""
        return self._t_s

    def between(self, from_s: float | None, to_s: float | None) -> slice:
        """Which of them lie in (from_s, to_s]."""
        t_s = np.frombuffer(self._t_s)
        ends = (-math.inf if from_s is None else from_s, math.inf if to_s is None else to_s)
        return slice(*t_s.searchsorted(ends, side="right").tolist())

    def last(self, among: slice) -> Second | None:
        """All that was said at the last second of ``among``."""
        at = range(len(self))[among]
        if not at:
            return None
        found = ((key, column.at(at[-1])) for key, column in self._columns.items())
        return self._t_s[at[-1]], {key: value for key, value in found if value is not None}

    def numbers(self, key: str, among: slice) -> Floats:
        """The numbers that there are among those seconds."""
        if key not in self._columns:
            return np.empty(0)
        values = np.frombuffer(self._columns[key].values)[among]
        numbers: Floats = values[(self._states(key, among) & NUMBER) > 0]
        return numbers

    def typical(self, key: str, among: slice) -> Value:
        """The median of what has a value; else the reason most of them give.

        ``WARMING_UP`` where it was never due: what is asked each fifth second may not come to it.
        """
        if key not in self._columns:
            return Value(None, Reason.WARMING_UP)
        states, floors = self._states(key, among), self._columns[key].floors
        there = (states & NUMBER) > 0
        if not there.any():
            codes = Counter(state & REASON for state in states.tolist() if state)
            code = codes.most_common(1)[0][0] if codes else 0
            return Value(None, REASONS[code - 1] if code else Reason.WARMING_UP)
        known = np.empty(0) if floors is None else np.frombuffer(floors)[among][there]
        return Value(
            middle(key, self.numbers(key, among)),
            low_confidence=2 * int((states[there] & THIN > 0).sum()) > int(there.sum()),
            floor=float(np.median(known[np.isfinite(known)])) if np.isfinite(known).any() else None,
        )

    def _states(self, key: str, among: slice) -> NDArray[np.uint8]:
        return np.frombuffer(self._columns[key].states, np.uint8)[among]


class _Column:
    """One marker: 0 is the state of a second at which it was not due."""

    def __init__(self, n: int) -> None:
        self.values, self.states = array("d", bytes(8 * n)), bytearray(n)
        self.floors: array[float] | None = None  # most have none …
        self._uncertain: array[float] | None = None  # … of either

    def append(self, value: Value) -> None:
        n = len(self.states)
        self.states.append(state_of(value))
        self.values.append(0.0 if value.value is None else value.value)
        self.floors = _with(self.floors, n, value.floor)
        self._uncertain = _with(self._uncertain, n, value.uncertainty)

    def skip_to(self, n: int) -> None:
        if len(self.states) < n:
            self.states.append(0)
            self.values.append(0.0)
            self.floors = _with(self.floors, n - 1, None)
            self._uncertain = _with(self._uncertain, n - 1, None)

    def at(self, i: int) -> Value | None:
        state = self.states[i]
        if not state:
            return None
        code = state & REASON
        return Value(
            self.values[i] if state & NUMBER else None,
            REASONS[code - 1] if code else None,
            uncertainty=_known(self._uncertain, i),
            low_confidence=bool(state & THIN),
            floor=_known(self.floors, i),
        )


def _with(column: array[float] | None, n: int, number: float | None) -> array[float] | None:
    """A column of ``n`` numbers with one more, NaN for none; ``None`` as long as there is none."""
    if column is None and number is not None:
        column = array("d", [math.nan]) * n
    if column is not None:
        column.append(math.nan if number is None else number)
    return column


def _known(column: array[float] | None, i: int) -> float | None:
    return None if column is None or math.isnan(column[i]) else column[i]
