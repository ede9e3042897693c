"""A sampled ECG as a recording: read from CSV or .npy, and turned into exact intervals."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np

from coherence.analysis.r_peaks import SLOWEST_HZ, RPeak, RPeakDetector
from coherence.devices import intervals
from coherence.model import Arrival, Ended, LinkChanged, LinkState, Notification
from coherence.reports.ecg_table import Floats, ecg_columns
from coherence.reports.recording import ImportFailed, bytes_of, text_of
from coherence.translation import _, later, number

LARGEST_B = 2**30
QUICKEST_HZ = 20_000.0
LOUDEST = 1e12  # in whatever unit: beyond it a sample is damage
SHORTEST_S = 5.0
UNEVEN = 0.5  # of a sample: steps of time beyond it are a loss
COARSE = 0.2  # of the usual step: beyond it stamps are of whole chunks
_SAY_RATE = later("say how many samples a second it has with --rate HZ.")


@dataclass(frozen=True, slots=True, eq=False)
class Ecg:
    """A sampled ECG in its own unit. Not finite: a sample that is missing."""

    source: str  # the file's name
    samples: Floats  # (n,)
    rate_hz: float
    doubts: tuple[str, ...] = ()  # a plain sentence each

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.rate_hz


def read_ecg(path: Path, rate_hz: float | None = None) -> Ecg:
    """Read a sampled ECG: a CSV with a column of that name, or with one column, or a .npy row.

    ``rate_hz`` overrides the rate that a column of times gives. Raises ``ImportFailed``, with one
    sentence for people, where the file cannot be read or nothing says the rate.
    """
    raw = bytes_of(path, LARGEST_B, _("an ECG"))
    if rate_hz is not None:
        _checked_rate(path, rate_hz)
    doubts: list[str] = []
    if raw.startswith(b"\x93NUMPY"):
        samples, times_s = _from_numpy(path, raw), None
    else:
        text = text_of(raw)
        if text is None:
            raise ImportFailed(path, _("this is no text and no .npy file: save the ECG as CSV."))
        samples, times_s = ecg_columns(path, text, doubts)
    if times_s is not None and rate_hz is None:
        samples, rate_hz = _evenly(path, samples, times_s, doubts)
    if rate_hz is None:
        raise ImportFailed(
            path, _("nothing in this ECG tells its rate: {rate}").format(rate=_(_SAY_RATE))
        )
    samples = np.where(np.abs(samples) < LOUDEST, samples, np.nan)
    missing = int(np.count_nonzero(np.isnan(samples)))
    if missing == len(samples):
        raise ImportFailed(
            path, _("this ECG holds no sample that can be one: choose another file.")
        )
    if len(samples) < SHORTEST_S * rate_hz:
        raise ImportFailed(
            path,
            _(
                "at {rate} samples a second this ECG lasts {seconds} s, too short to find"
                " heartbeats in: choose a longer one, or another --rate."
            ).format(rate=number(rate_hz), seconds=number(len(samples) / rate_hz, 1)),
        )
    if missing:
        doubts.append(
            _("{missing} of {n} samples are missing; no interval is taken across them.").format(
                missing=missing, n=len(samples)
            )
        )
    return Ecg(path.name, samples, rate_hz, tuple(doubts))


def r_peaks_of(ecg: Ecg) -> list[RPeak]:
    """The R waves of a whole ECG."""
    detector = RPeakDetector(ecg.rate_hz)
    return detector.feed(ecg.samples) + detector.flush()


def arrivals_of_ecg(ecg: Ecg, *, strap_id: str = "imported") -> Iterator[Arrival]:
    """The intervals between R waves as arrivals, each told where it ends, in s from the start.

    The link is lost wherever the ECG is, so that no interval and no difference goes across.
    """
    yield LinkChanged(0.0, strap_id, LinkState.STREAMING)
    end_s = 0.0
    for _segment, group in groupby(r_peaks_of(ecg), key=lambda peak: peak.segment):
        at_s = [peak.sample / ecg.rate_hz for peak in group]
        if end_s and len(at_s) > 1:
            yield LinkChanged(end_s, strap_id, LinkState.LOST, "the ECG has a gap")
            yield LinkChanged(at_s[0], strap_id, LinkState.STREAMING)
        for before_s, t_s in pairwise(at_s):
            rr_ms = (t_s - before_s) * 1000.0
            said = intervals.encode([rr_ms])
            yield Notification(t_s, strap_id, intervals.CHARACTERISTIC, said)
            end_s = t_s
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


def _from_numpy(path: Path, raw: bytes) -> Floats:
    # Read by hand, so that nothing but plain numbers can ever come out of it.
    start = 12 if raw[6:7] != b"\x01" else 10
    length = int.from_bytes(raw[8:start], "little")
    head = raw[start : start + length].decode("latin-1")
    kind = re.search(r"'descr': '([<>|=]?[fiu][1248])'", head)
    shape = re.search(r"'shape': \(([\d, ]*)\)", head)
    body = raw[start + length :]
    if kind is None or shape is None:
        raise ImportFailed(path, _("this array holds no row of numbers: save the ECG as one."))
    sizes = [int(size) for size in shape[1].split(",") if size.strip()]
    dtype, n = np.dtype(kind[1]), math.prod(sizes)
    if n == 0 or n != max(sizes, default=0) or len(body) != n * dtype.itemsize:
        raise ImportFailed(
            path, _("this array is cut, or not a single row: save one lead as a row.")
        )
    return np.frombuffer(body, dtype).astype(np.float64)


# --- times ---


def _evenly(
    path: Path, samples: Floats, times_s: Floats, doubts: list[str]
) -> tuple[Floats, float]:
    """The samples with holes where time jumps, and their rate by the times."""
    steps = np.diff(times_s)
    moving = steps[steps > 0]
    step_s = float(np.median(steps))
    if step_s <= 0.0 or np.count_nonzero(abs(moving - step_s) > COARSE * step_s) > len(steps) / 10:
        # one stamp for many samples, or stamps of the phone: only their whole span tells a rate
        rate_hz = _rounded((len(times_s) - 1) / float(times_s[-1] - times_s[0]))
        _checked_by_times(path, rate_hz)
        doubts.append(
            _(
                "The times are uneven; {rate_hz} samples a second were taken for the whole. --rate"
                " HZ says it better, if you know it."
            ).format(rate_hz=number(rate_hz))
        )
        return samples, rate_hz
    steady = np.abs(steps - step_s) <= UNEVEN * step_s
    rate_hz = _rounded(1.0 / float(steps[steady].mean()))
    _checked_by_times(path, rate_hz)
    jumps = np.flatnonzero(~steady)
    if not jumps.size:
        return samples, rate_hz
    lost = np.rint(steps[jumps] * rate_hz).astype(np.int64) - 1
    lost = np.clip(lost, 1, int(LARGEST_B / 8 / max(1, len(jumps))))
    jump = _("Time jumps at {at} s; no interval is taken across.")
    many = _("Time jumps at {n} places; no interval is taken across them.")
    first_s = float(times_s[jumps[0]] - times_s[0])
    doubts.append((jump if len(jumps) == 1 else many).format(at=number(first_s, 1), n=len(jumps)))
    return np.insert(samples, np.repeat(jumps + 1, lost), np.nan), rate_hz


def _checked_by_times(path: Path, rate_hz: float) -> None:
    if not SLOWEST_HZ <= rate_hz <= QUICKEST_HZ:
        raise ImportFailed(
            path,
            _(
                "by its times this ECG has {rate} samples a second, and heartbeats need {slowest}"
                " to {quickest}: if the times are wrong, {say_rate}"
            ).format(
                rate=number(rate_hz),
                slowest=number(SLOWEST_HZ),
                quickest=number(QUICKEST_HZ),
                say_rate=_(_SAY_RATE),
            ),
        )


def _rounded(rate_hz: float) -> float:
    """A rate that is whole but for the rounding of the times."""
    whole = round(rate_hz)
    return float(whole) if abs(rate_hz - whole) < 2e-4 * rate_hz else rate_hz
