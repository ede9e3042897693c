"""BeatLog: the judged beats of a session in arrays that grow beat by beat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.series import NNSeries
from coherence.model import Beat, JudgedBeat, Verdict

VERDICTS = tuple(Verdict)
_CODES = {verdict: code for code, verdict in enumerate(VERDICTS)}


class BeatLog:
    """Judged beats of a whole session in growing arrays; appending costs the same after hours.

    A beat that is judged again replaces the row it had. Because rows are replaced in place and
    ``series`` hands out views, a series is for use at once: take a new one after the next beat.
    """

    def __init__(self, capacity: int = 1024) -> None:
        self._n = 0  # beats held
        self._gone = 0  # and forgotten before them
        self._rows = _empty(max(1, capacity))
        self._verdicts = np.empty(len(self._rows), np.int8)

    def __len__(self) -> int:
        return self._gone + self._n

    def put(self, judged: JudgedBeat) -> None:
        """Append a beat, or replace one that is there. Indices come without a hole."""
        i = judged.index - self._gone
        if not 0 <= i <= self._n:
            raise ValueError(f"beat {judged.index} cannot follow {len(self)} beats")
        if i == self._n:
            if i == len(self._rows):
                self._grow()
            self._n += 1
        rows, beat = self._rows, judged.beat
        rows.t_s[i] = beat.t_s
        rows.rr_ms[i] = beat.rr_ms
        rows.accepted[i] = judged.verdict is Verdict.NORMAL
        rows.segment[i] = beat.segment
        rows.missing[i] = judged.missing
        self._verdicts[i] = _CODES[judged.verdict]

    def _grow(self) -> None:
        grown = _empty(self._n + max(1024, self._n // 8))
        for name in ("t_s", "rr_ms", "accepted", "segment", "missing"):
            getattr(grown, name)[: self._n] = getattr(self._rows, name)
        self._verdicts = np.concatenate((self._verdicts, np.empty(len(grown) - self._n, np.int8)))
        self._rows = grown

    def forget(self, before: int) -> None:
        """Let go of the beats before that one; the others keep their indices, and the room is used.

        For recordings of any length: what is gone cannot be asked for again.
        """
        gone = min(before, len(self)) - self._gone
        if gone <= 0:
            return
        self._n -= gone
        self._gone += gone
        for name in ("t_s", "rr_ms", "accepted", "segment", "missing"):
            column = getattr(self._rows, name)
            column[: self._n] = column[gone : gone + self._n].copy()
        self._verdicts[: self._n] = self._verdicts[gone : gone + self._n].copy()

    def extend(self, judged: Iterable[JudgedBeat]) -> None:
        """Put each of them."""
        for each in judged:
            self.put(each)

    def series(self, from_s: float | None = None, to_s: float | None = None) -> NNSeries:
        """Return the beats held that end in (from_s, to_s], as views; all of them by default."""
        rows, n = self._rows, self._n
        whole = NNSeries(
            rows.t_s[:n], rows.rr_ms[:n], rows.accepted[:n], rows.segment[:n], rows.missing[:n]
        )
        if from_s is None and to_s is None:
            return whole
        return whole.window(-np.inf if from_s is None else from_s, np.inf if to_s is None else to_s)

    @property
    def judged(self) -> JudgedBeats:
        """The same as beats with their verdicts."""
        return JudgedBeats(self)

    @property
    def verdict_codes(self) -> NDArray[np.int8]:
        """Of each beat held the place of its verdict in ``VERDICTS`` (n,); a view."""
        return self._verdicts[: self._n]

    def at(self, first: int, after: int) -> list[JudgedBeat]:
        """The beats from ``first`` up to ``after``. Raises ``IndexError`` for forgotten ones."""
        if first < self._gone and first < after:
            raise IndexError(f"beat {first} is forgotten")
        rows, part = self._rows, slice(first - self._gone, after - self._gone)
        columns = (rows.t_s, rows.rr_ms, rows.segment, rows.missing, self._verdicts)
        return [
            JudgedBeat(i, Beat(t_s, rr_ms, segment), VERDICTS[code], missing)
            for i, (t_s, rr_ms, segment, missing, code) in enumerate(
                zip(*(column[part].tolist() for column in columns), strict=True), start=first
            )
        ]


class JudgedBeats(Sequence[JudgedBeat]):
    """What a log holds, read as a sequence: beats are made when they are asked for.

    Kept as objects a night of them would take ten times the room.

    >>> log = BeatLog()
    >>> log.put(JudgedBeat(0, Beat(0.8, 800.0, 0), Verdict.NORMAL))
    >>> len(log.judged), log.judged[-1].nn_ms, log.judged == [log.judged[0]]
    (1, 800.0, True)
    """

    def __init__(self, log: BeatLog) -> None:
        self._log = log

    def __len__(self) -> int:
        return len(self._log)

    @overload
    def __getitem__(self, at: int) -> JudgedBeat: ...
    @overload
    def __getitem__(self, at: slice) -> list[JudgedBeat]: ...
    def __getitem__(self, at: int | slice) -> JudgedBeat | list[JudgedBeat]:
        places = range(len(self))[at]
        if isinstance(places, int):
            return self._log.at(places, places + 1)[0]
        if places.step == 1:
            return self._log.at(places.start, places.stop)
        return [self._log.at(i, i + 1)[0] for i in places]

    def __iter__(self) -> Iterator[JudgedBeat]:
        return iter(self._log.at(0, len(self)))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, JudgedBeats | list):
            return len(self) == len(other) and list(self) == list(other)
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]


def _empty(capacity: int) -> NNSeries:
    return NNSeries(
        np.empty(capacity),
        np.empty(capacity),
        np.zeros(capacity, np.bool_),
        np.empty(capacity, np.int64),
        np.empty(capacity, np.int64),
    )
