"""The rate of an ECG by the times beside its samples, and where these tell of a loss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.r_peaks import SLOWEST_HZ
from coherence.reports.aside import AT_ONCE, Column, Floats
from coherence.reports.ecg_table import EcgColumns
from coherence.reports.recording import ImportFailed
from coherence.reports.survey import middle
from coherence.translation import _, later, number

QUICKEST_HZ = 20_000.0
MOST_LOST = 2**27  # samples, in all jumps of the time together
UNEVEN = 0.5  # of a sample: steps of time beyond it are a loss
COARSE = 0.2  # of the usual step: beyond it stamps are of whole chunks
SAY_RATE = later("say how many samples a second it has with --rate HZ.")


@dataclass(frozen=True, slots=True, eq=False)
class Evenly:
    """The rate of samples, and how many are lost after which of them."""

    rate_hz: float
    after: NDArray[np.int64]
    lost: NDArray[np.int64]

    def filled(self, samples: Column) -> Iterator[Floats]:
        """The samples with holes where time jumps."""
        at = 0
        for values in samples.pieces():
            inside = slice(*self.after.searchsorted((at, at + len(values))).tolist())
            begin = 0
            for after, lost in zip(
                self.after[inside].tolist(), self.lost[inside].tolist(), strict=True
            ):
                end = after - at + 1
                yield values[begin:end]
                for first in range(0, lost, AT_ONCE):
                    yield np.full(min(AT_ONCE, lost - first), np.nan)
                begin = end
            yield values[begin:]
            at += len(values)


def evenly(path: Path, found: EcgColumns, doubts: list[str]) -> Evenly:
    """What the times say. Raises ``ImportFailed`` where no ECG has such a rate."""
    times = found.times
    assert times is not None
    n = times.n - 1  # steps

    def steps() -> Iterator[Floats]:
        before = np.empty(0)
        for each in times.pieces():
            rising = np.concatenate((before, each * found.unit_s))
            yield np.diff(rising)
            before = rising[-1:]

    step_s = middle(steps, n)
    coarse = sum(
        int(np.count_nonzero(abs(each[each > 0] - step_s) > COARSE * step_s)) for each in steps()
    )
    none = np.empty(0, np.int64)
    if step_s <= 0.0 or coarse > n / 10:
        # one stamp for many samples, or stamps of the phone: only their whole span tells a rate
        ends = times.read(0, 1)[0], times.read(n, 1)[0]
        rate_hz = _rounded(n / float((ends[1] - ends[0]) * found.unit_s))
        _checked_by_times(path, rate_hz)
        doubts.append(
            _(
                "The times are uneven; {rate_hz} samples a second were taken for the whole. --rate"
                " HZ says it better, if you know it."
            ).format(rate_hz=number(rate_hz))
        )
        return Evenly(rate_hz, none, none)
    sum_s, steady, at = 0.0, 0, 0
    jumps, lengths_s = [none], [np.empty(0)]
    for each in steps():
        is_steady = np.abs(each - step_s) <= UNEVEN * step_s
        sum_s += float(each[is_steady].sum())
        steady += int(np.count_nonzero(is_steady))
        jumps.append(np.flatnonzero(~is_steady) + at)
        lengths_s.append(each[~is_steady])
        at += len(each)
    rate_hz = _rounded(steady / sum_s)
    _checked_by_times(path, rate_hz)
    after = np.concatenate(jumps)
    if not after.size:
        return Evenly(rate_hz, none, none)
    lost = np.rint(np.concatenate(lengths_s) * rate_hz).astype(np.int64) - 1
    lost = np.clip(lost, 1, MOST_LOST // len(after))
    jump = _("Time jumps at {at} s; no interval is taken across.")
    many = _("Time jumps at {n} places; no interval is taken across them.")
    first_s = float(times.read(int(after[0]), 1)[0] - times.read(0, 1)[0]) * found.unit_s
    doubts.append((jump if len(after) == 1 else many).format(at=number(first_s, 1), n=len(after)))
    return Evenly(rate_hz, after, lost)


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
                say_rate=_(SAY_RATE),
            ),
        )


def _rounded(rate_hz: float) -> float:
    """A rate that is whole but for the rounding of the times."""
    whole = round(rate_hz)
    return float(whole) if abs(rate_hz - whole) < 2e-4 * rate_hz else rate_hz
