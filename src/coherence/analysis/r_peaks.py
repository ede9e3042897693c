"""RPeakDetector: heartbeats in a sampled ECG, live by chunks or whole, timed between the samples.

What rises like a QRS complex is a beat by a threshold that follows recent beats and recent noise,
with a refractory time and a look back when a beat is overdue (after Pan and Tompkins, IEEE Trans
Biomed Eng 1985, 32:230-236). The filters are symmetric: only the answer is late, not the times.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import ArrayLike

from coherence.analysis.qrs_filters import Floats, QrsFilter, RFilter, RWave

SLOWEST_HZ = 90.0  # sampling; below it a QRS complex is three samples

ALONE_S = 0.100  # a candidate is the highest point so far to each side
REFRACTORY_S = 0.250  # of two within it the higher one is the beat
T_WAVE_S, T_WAVE_SHARE = 0.360, 0.5  # so soon after a beat and so low it is that beat's T wave
THRESHOLD = 0.35  # of the way from recent noise to recent beats
OVERDUE = 1.6  # recent intervals without a beat: then half the threshold will do
RECENT = 8  # beats, noises and intervals that are followed
BACKGROUND_S = 2.0
OVER_BACKGROUND = 3.0  # times the median of the last two seconds: noise alone seldom reaches it
LEARNING_S = 4.0  # also the time without a beat after which it learns anew
FLAT = 1e-9  # of the samples around: less is rounding
TURN_BEATS, TURN_RATIO = 8, 1.3  # in a row that point the other way more clearly: a turned lead
BLOCK = 8192  # samples taken in one go
KEPT_S = 2 * LEARNING_S + BACKGROUND_S  # how far back a candidate may be asked about


@dataclass(frozen=True, slots=True)
class RPeak:
    """One R wave. A new ``segment`` begins after each gap: no interval goes across."""

    sample: float  # position, counted from the first sample ever fed; falls between samples
    amplitude: float  # height over its feet in the unit of the samples; negative in a turned lead
    segment: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    at: int  # sample
    level: float


class RPeakDetector:
    """Finds R waves in samples fed in chunks of any size: the same ones, bit for bit, as in one.

    Samples that are not finite are a gap: what was learned is forgotten and a segment begins. The
    first beats come after four seconds, later ones within half a second (an overdue one later).

    >>> ecg = np.exp(-0.5 * ((np.arange(2600) % 104 - 52) / 1.6) ** 2)  # 75 a minute at 130 Hz
    >>> detector = RPeakDetector(130)
    >>> peaks = detector.feed(ecg) + detector.flush()
    >>> [round(peak.sample, 3) for peak in peaks[:3]], len(peaks)
    ([52.0, 156.0, 260.0], 25)

    :raises ValueError: for a rate below 90 Hz, or samples that are not a flat row
    """

    def __init__(self, rate_hz: float) -> None:
        if not (math.isfinite(rate_hz) and rate_hz >= SLOWEST_HZ):
            raise ValueError(f"an ECG needs {SLOWEST_HZ:g} samples a second or more")
        self.rate_hz = float(rate_hz)
        self._qrs, self._r = QrsFilter(self.rate_hz), RFilter(self.rate_hz)
        self._alone = self._samples(ALONE_S)
        self._fed = 0
        self._segment = 0
        self._begin()

    def feed(self, samples: ArrayLike) -> list[RPeak]:
        """Take the next samples, in any unit; return the R waves now decided, oldest first."""
        values = np.asarray(samples, dtype=np.float64)
        if values.ndim != 1:
            raise ValueError("samples must be a flat sequence")
        peaks: list[RPeak] = []
        for part, finite in _stretches(values):
            if finite:
                for i in range(0, len(part), BLOCK):
                    peaks += self._take(part[i : i + BLOCK])
            else:
                peaks += self.flush()
                self._fed += len(part)
                self._begin()
        return peaks

    def flush(self) -> list[RPeak]:
        """Decide what still waits, as at a gap: samples fed later begin a new segment."""
        if not len(self._raw):
            return []
        peaks = self._close()
        self._segment += 1
        self._begin()
        return peaks

    # --- from samples to candidates ---

    def _samples(self, seconds: float) -> int:
        return round(seconds * self.rate_hz)

    def _begin(self) -> None:
        """Forget everything: a new segment begins with the next sample."""
        self._origin = self._fed  # where what is kept of the samples begins
        self._raw: Floats = np.empty(0)
        self._level: Floats = np.empty(0)  # begins self._qrs.reach after the samples
        self._first = self._seen = self._fed + self._qrs.reach  # first level; next to look at
        self._waiting: list[_Candidate] = []  # since the last beat, not taken for one
        self._learn_at = self._fed + self._samples(LEARNING_S)
        self._beats: deque[float] = deque(maxlen=RECENT)  # their levels
        self._noises: deque[float] = deque(maxlen=RECENT)
        self._intervals: deque[int] = deque(maxlen=RECENT)
        self._last: _Candidate | None = None  # the last beat …
        self._settled = True  # … and whether it can no longer give way to a higher one
        self._before: int | None = None  # where the beat before it stands
        self._looked_back = False
        self._sign, self._turned = 0, 0
        self._found: list[RPeak] = []

    def _take(self, samples: Floats) -> list[RPeak]:
        self._fed += len(samples)
        self._raw = np.concatenate((self._raw, samples))
        reach = self._qrs.reach
        if len(self._raw) <= 2 * reach:
            return []
        fresh = self._qrs.level(self._raw[len(self._level) :])
        self._level = np.concatenate((self._level, fresh))
        end = self._origin + reach + len(self._level)
        for candidate in self._candidates(end - self._alone):
            self._consider(candidate)
        self._pass(self._seen)
        self._forget()
        found, self._found = self._found, []
        return found

    def _close(self) -> list[RPeak]:
        end = self._origin + self._qrs.reach + len(self._level)
        for candidate in self._candidates(end):
            self._consider(candidate)
        if not self._beats:
            self._learn()  # from the little there is
        self._pass(end)
        self._settle()
        found, self._found = self._found, []
        return found

    def _candidates(self, end: int) -> Iterator[_Candidate]:
        """Points up to ``end`` that nothing near exceeds."""
        start, self._seen = self._seen, max(self._seen, end)
        if start >= end:
            return
        base = self._origin + self._qrs.reach
        low = max(start - base, 1)
        level = self._level[low - 1 : end - base + 1]
        rises = np.flatnonzero((level[1:-1] > level[:-2]) & (level[1:-1] >= level[2:])) + low
        for i in rises.tolist():
            height = self._level[i]
            around = self._level[max(0, i - self._alone) : i + self._alone + 1]
            if height >= around.max() and self._is_real(base + i, height):
                yield _Candidate(base + i, float(height))

    def _is_real(self, at: int, level: float) -> bool:
        i = at - self._origin
        around = self._raw[i - self._qrs.reach : i + self._qrs.reach + 1]
        return bool(level > FLAT * np.abs(around).max())

    def _forget(self) -> None:
        kept = self._samples(KEPT_S)
        spare = len(self._raw) - kept
        if spare > kept:
            self._raw, self._level = self._raw[spare:], self._level[spare:]
            self._origin += spare

    # --- from candidates to beats ---

    def _consider(self, candidate: _Candidate) -> None:
        self._pass(candidate.at)
        if not self._beats:
            self._waiting.append(candidate)
        else:
            self._judge(candidate)

    def _pass(self, at: int) -> None:
        """Do what is due when all candidates before ``at`` are known, in the order it fell due."""
        while True:
            self._settle_before(at)
            if self._is_overdue(at) and not self._looked_back:
                self._look_back()
            elif at >= self._learn_at:
                self._learn()
            else:
                return

    def _judge(self, candidate: _Candidate) -> None:
        threshold = self._threshold() * (0.5 if self._is_overdue(candidate.at) else 1.0)
        last = self._last
        if last is not None:
            after = candidate.at - last.at
            if after <= self._samples(REFRACTORY_S):
                if not self._settled and candidate.level > last.level:
                    self._last = candidate
                return
            if after <= self._samples(T_WAVE_S) and candidate.level < T_WAVE_SHARE * last.level:
                return
        if candidate.level >= threshold and self._stands_out(candidate):
            self._accept(candidate)
        else:
            self._noises.append(candidate.level)
            self._waiting.append(candidate)

    def _accept(self, candidate: _Candidate) -> None:
        self._settle()
        if self._last and candidate.at > self._last.at + self._samples(LEARNING_S):
            self._segment += 1  # so long without a beat is a gap
            self._intervals.clear()
            self._before = None
        self._last, self._settled, self._looked_back = candidate, False, False
        self._waiting = [each for each in self._waiting if each.at > candidate.at]
        self._learn_at = candidate.at + self._samples(LEARNING_S)

    def _settle_before(self, at: int) -> None:
        if self._last is not None and at > self._last.at + self._samples(REFRACTORY_S):
            self._settle()

    def _settle(self) -> None:
        """The last beat holds: time it, and follow it."""
        beat = self._last
        if beat is None or self._settled:
            return
        self._settled = True
        self._beats.append(beat.level)
        if self._before is not None:
            self._intervals.append(beat.at - self._before)
        self._before = beat.at
        up, down = self._tops(beat)
        this, other = (up, down) if self._sign > 0 else (down, up)
        clear = abs(other.height) > TURN_RATIO * abs(this.height)
        self._turned = self._turned + 1 if clear else 0
        if self._turned == TURN_BEATS:
            self._sign, self._turned, this = -self._sign, 0, other
        this = self._r.refined(self._raw, this)
        sample = self._origin + this.at + this.shift  # whole numbers first: rounds the same
        self._found.append(RPeak(sample, this.height, self._segment))

    def _is_overdue(self, at: int) -> bool:
        if self._last is None or not self._intervals:
            return False
        overdue_at = self._last.at + OVERDUE * median(self._intervals)
        return overdue_at < min(at, self._learn_at)

    def _look_back(self) -> None:
        """A beat is overdue: take the highest of what was passed over, if it is high enough."""
        self._looked_back = True
        assert self._last is not None
        earliest = self._last.at + self._samples(REFRACTORY_S)
        fit = [
            each
            for each in self._waiting
            if each.at > earliest
            and each.level >= 0.5 * self._threshold()
            and self._stands_out(each)
        ]
        if fit:
            self._accept(max(fit, key=lambda each: each.level))

    def _learn(self) -> None:
        """Find out how high beats are, from what came since the last one; then judge it by that."""
        self._learn_at += self._samples(LEARNING_S)
        waiting, self._waiting = self._waiting, []
        high: dict[int, _Candidate] = {}  # the highest of each second: one of them may be a knock
        for each in waiting:
            second = (each.at - self._first) // self._samples(1.0)
            if self._stands_out(each) and each.level > getattr(high.get(second), "level", 0.0):
                high[second] = each
        if not high:
            return
        highest = sorted(high.values(), key=lambda each: -each.level)[:3]
        self._beats.clear()
        self._noises.clear()
        self._intervals.clear()
        self._before = None
        self._beats.append(highest[min(1, len(highest) - 1)].level)
        if not self._sign:
            tops = [self._tops(each) for each in high.values()]
            self._sign = 1 if sum(up.height + down.height for up, down in tops) >= 0 else -1
        for each in waiting:
            self._settle_before(each.at)
            self._judge(each)

    def _threshold(self) -> float:
        noise = median(self._noises) if self._noises else 0.0
        return noise + THRESHOLD * max(0.0, median(self._beats) - noise)

    def _stands_out(self, candidate: _Candidate) -> bool:
        """Whether it rises over what the last two seconds (or the first two) held."""
        two = self._samples(BACKGROUND_S)
        base = self._origin + self._qrs.reach
        start = max(self._first, candidate.at - two)
        end = max(candidate.at + self._alone, self._first + two)
        background = np.median(self._level[start - base : end - base])
        return bool(candidate.level >= OVER_BACKGROUND * background)

    def _tops(self, candidate: _Candidate) -> tuple[RWave, RWave]:
        return self._r.tops(self._raw, candidate.at - self._origin)


def find_r_peaks(ecg: ArrayLike, rate_hz: float) -> Floats:
    """Times (m,) in s of the R waves of a whole ``ecg`` (n,); those of the live detector.

    Counted from the first sample. Samples that are not finite are a gap.

    >>> ecg = np.exp(-0.5 * ((np.arange(2600) % 104 - 52) / 1.6) ** 2)
    >>> find_r_peaks(ecg, 130)[:3].round(3)
    array([0.4, 1.2, 2. ])

    :raises ValueError: as ``RPeakDetector``
    """
    detector = RPeakDetector(rate_hz)
    peaks = detector.feed(ecg) + detector.flush()
    return np.array([peak.sample for peak in peaks]) / detector.rate_hz


def _stretches(values: Floats) -> Iterator[tuple[Floats, bool]]:
    """``values`` as runs that are finite throughout, or nowhere."""
    if not len(values):
        return
    finite = np.isfinite(values)
    turns = (np.flatnonzero(np.diff(finite)) + 1).tolist()
    for start, end in zip([0, *turns], [*turns, len(values)], strict=True):
        yield values[start:end], bool(finite[start])
