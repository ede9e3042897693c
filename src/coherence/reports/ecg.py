"""A sampled ECG as a recording: read in pieces from CSV or .npy, turned into exact intervals."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from coherence.analysis.r_peaks import SLOWEST_HZ, RPeak, RPeakDetector
from coherence.devices import intervals
from coherence.model import Arrival, Ended, LinkChanged, LinkState, Notification
from coherence.reports.aside import AT_ONCE, Floats
from coherence.reports.ecg_table import ecg_columns
from coherence.reports.ecg_times import QUICKEST_HZ, SAY_RATE, evenly
from coherence.reports.numpy_numbers import MAGIC, CutRow, NoRow, NumpyRow
from coherence.reports.recording import ImportFailed, beginning_of
from coherence.translation import _, number

LARGEST_B = 2**35  # a week of text at 1000 samples a second
LOUDEST = 1e12  # in whatever unit: beyond it a sample is damage
SHORTEST_S = 5.0

Pieces = Callable[[], Iterator[Floats]]


@dataclass(frozen=True, slots=True, eq=False)
class Ecg:
    """A sampled ECG in its own unit, which is read anew each time. Not finite: it is missing."""

    source: str  # the file's name
    pieces: Pieces
    n: int  # samples
    rate_hz: float
    doubts: tuple[str, ...] = ()  # a plain sentence each

    @classmethod
    def of(cls, source: str, samples: Floats, rate_hz: float) -> Ecg:
        """One that is at hand as a whole."""
        return cls(source, lambda: iter((samples,)), len(samples), rate_hz)

    @property
    def samples(self) -> Floats:
        """All of it at once (n,)."""
        return np.concatenate(list(self.pieces()))

    @property
    def duration_s(self) -> float:
        return self.n / self.rate_hz


def read_ecg(path: Path, rate_hz: float | None = None) -> Ecg:
    """Read a sampled ECG: a CSV with a column of that name, or with one column, or a .npy row.

    ``rate_hz`` overrides the rate that a column of times gives. Raises ``ImportFailed``, with one
    sentence for people, where the file cannot be read or nothing says the rate.
    """
    head = beginning_of(path, LARGEST_B, _("an ECG"))
    if rate_hz is not None:
        _checked_rate(path, rate_hz)
    try:
        return _read(path, head, rate_hz)
    except OSError as error:
        raise ImportFailed(
            path,
            _(
                "its samples could not be put aside in {folder} ({error}): make some room there,"
                " then try again."
            ).format(folder=tempfile.gettempdir(), error=error.strerror),
        ) from error


def _read(path: Path, head: bytes, rate_hz: float | None) -> Ecg:
    doubts: list[str] = []
    pieces, by_times_hz = (_from_numpy if head.startswith(MAGIC) else _from_text)(
        path, rate_hz, doubts
    )
    rate_hz = rate_hz or by_times_hz
    if rate_hz is None:
        raise ImportFailed(
            path, _("nothing in this ECG tells its rate: {rate}").format(rate=_(SAY_RATE))
        )

    def sound() -> Iterator[Floats]:
        for each in pieces():
            yield np.where(np.abs(each) < LOUDEST, each, np.nan)

    n = missing = 0
    for each in sound():
        n, missing = n + len(each), missing + int(np.count_nonzero(np.isnan(each)))
    if missing == n:
        raise ImportFailed(
            path, _("this ECG holds no sample that can be one: choose another file.")
        )
    if n < SHORTEST_S * rate_hz:
        raise ImportFailed(
            path,
            _(
                "at {rate} samples a second this ECG lasts {seconds} s, too short to find"
                " heartbeats in: choose a longer one, or another --rate."
            ).format(rate=number(rate_hz), seconds=number(n / rate_hz, 1)),
        )
    if missing:
        doubts.append(
            _("{missing} of {n} samples are missing; no interval is taken across them.").format(
                missing=missing, n=n
            )
        )
    return Ecg(path.name, sound, n, rate_hz, tuple(doubts))


def r_peaks_of(ecg: Ecg) -> Iterator[RPeak]:
    """The R waves of a whole ECG."""
    detector = RPeakDetector(ecg.rate_hz)
    for samples in ecg.pieces():
        for first in range(0, len(samples), AT_ONCE):
            yield from detector.feed(samples[first : first + AT_ONCE])
    yield from detector.flush()


def arrivals_of_ecg(ecg: Ecg, *, strap_id: str = "imported") -> Iterator[Arrival]:
    """The intervals between R waves as arrivals, each told where it ends, in s from the start.

    The link is lost wherever the ECG is, so that no interval and no difference goes across.
    """
    yield LinkChanged(0.0, strap_id, LinkState.STREAMING)
    end_s, before, begun = 0.0, None, False
    for peak in r_peaks_of(ecg):
        t_s = peak.sample / ecg.rate_hz
        if before is None or before[0] != peak.segment:
            before, begun = (peak.segment, t_s), False
            continue
        if end_s and not begun:
            yield LinkChanged(end_s, strap_id, LinkState.LOST, "the ECG has a gap")
            yield LinkChanged(before[1], strap_id, LinkState.STREAMING)
        said = intervals.encode([(t_s - before[1]) * 1000.0])
        yield Notification(t_s, strap_id, intervals.CHARACTERISTIC, said)
        before, begun, end_s = (peak.segment, t_s), True, t_s
    yield Ended(max(end_s, ecg.duration_s))


# --- files ---


def _checked_rate(path: Path, rate_hz: float) -> None:
    if not (math.isfinite(rate_hz) and SLOWEST_HZ <= rate_hz <= QUICKEST_HZ):
        raise ImportFailed(
            path,
            _(
                "an ECG at {rate_hz} samples a second cannot be read: heartbeats need {slowest_hz}"
                " to {quickest_hz}; check --rate."
            ).format(
                rate_hz=number(rate_hz),
                slowest_hz=number(SLOWEST_HZ),
                quickest_hz=number(QUICKEST_HZ),
            ),
        )


def _from_text(path: Path, rate_hz: float | None, doubts: list[str]) -> tuple[Pieces, float | None]:
    found = ecg_columns(path, doubts)
    if found.times is None or rate_hz is not None:
        return found.samples.pieces, None
    by_times = evenly(path, found, doubts)
    return lambda: by_times.filled(found.samples), by_times.rate_hz


def _from_numpy(
    path: Path, rate_hz: float | None, doubts: list[str]
) -> tuple[Pieces, float | None]:
    try:
        with path.open("rb") as file:
            row = NumpyRow.in_file(file)
    except NoRow:
        raise ImportFailed(
            path, _("this array holds no row of numbers: save the ECG as one.")
        ) from None
    except CutRow:
        raise ImportFailed(
            path, _("this array is cut, or not a single row: save one lead as a row.")
        ) from None

    def pieces() -> Iterator[Floats]:
        with path.open("rb") as file:
            yield from row.pieces(file, AT_ONCE)

    return pieces, None
