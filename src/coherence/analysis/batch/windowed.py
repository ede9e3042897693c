"""windowed: the numbers of many windows of a long recording, in blocks of bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coherence.analysis.batch.block import CODES, Block
from coherence.analysis.batch.recording import KEYS, Recording
from coherence.analysis.series import SAME_TIME_S, NNSeries
from coherence.analysis.spectrum import RATE_HZ, Floats
from coherence.model import Gap, Reason

# Windows worked on together: so many that their grids do not leave the processor's cache for long.
SAMPLES_AT_ONCE = 540_000
SPAN_AT_ONCE_S = 5000.0  # and so that the curve that all of them lie on does not either
FEWEST_AT_ONCE, MOST_AT_ONCE = 128, 2048


@dataclass(frozen=True, slots=True, eq=False)
class WindowTable:
    """What each window (w,) says. ``values``: by marker key, NaN where there is no number."""

    end_s: Floats
    values: dict[str, Floats]
    coverage: Floats  # share of each window's time that accepted beats account for, 0 to 1
    _codes: dict[str, NDArray[np.int8]]

    def __len__(self) -> int:
        return self.end_s.size

    def reason(self, key: str, window: int) -> Reason | None:
        """Why a number is missing, or is what it is."""
        return CODES[int(self._codes[key][window])]

    def count(self, key: str, reason: Reason | None) -> int:
        """How many windows give this reason for a marker."""
        return int(np.count_nonzero(self._codes[key] == CODES.index(reason)))


def windowed(
    series: NNSeries,
    window_s: float,
    end_s: ArrayLike,
    *,
    keys: Sequence[str] = KEYS,
    gaps: Sequence[Gap] = (),
    short: bool = False,
    progress: Callable[[float], None] | None = None,
) -> WindowTable:
    """The markers of the ``window_s`` before each of ``end_s`` (w,), which rises.

    Each window is a recording of its own: values and reasons are those of
    ``value_of(Window(series.window(end - window_s, end), end, gaps=…, whole=True), marker)``, to
    1e-9; what arrays cannot do alike is done in this very way. With ``short`` also numbers for
    which the windows are too short. ``progress`` is told the time reached. Raises ValueError for a
    key that is not among ``KEYS``, times that fall, or a window without length.

    >>> series = NNSeries.from_rr(np.tile([900.0, 950.0, 1000.0, 950.0], 200))
    >>> table = windowed(series, 60.0, every(series, 60.0, 10.0), keys=["rmssd_ms", "lf_ms2"])
    >>> len(table), table.values["rmssd_ms"][:2], table.reason("lf_ms2", 0)
    (71, array([50., 50.]), <Reason.WARMING_UP: 'warming_up'>)
    """
    ends = np.asarray(end_s, dtype=np.float64)
    if not window_s > 0.0 or ends.ndim != 1 or bool((np.diff(ends) < 0.0).any()):
        raise ValueError("windows need a length, and times that rise")
    if unknown := [key for key in keys if key not in KEYS]:
        raise ValueError(f"no windows of {', '.join(unknown)}: there are {', '.join(KEYS)}")
    recording = Recording(series, window_s, tuple(keys), tuple(gaps), short)
    table = WindowTable(
        ends,
        {key: np.full(len(ends), np.nan) for key in keys},
        np.zeros(len(ends)),
        {key: np.zeros(len(ends), np.int8) for key in keys},
    )
    first = 0
    while first < len(ends):
        near = int(ends.searchsorted(ends[first] + SPAN_AT_ONCE_S)) - first
        part = slice(first, first + min(block_size(window_s), max(FEWEST_AT_ONCE, near)))
        first = part.stop
        block = Block(recording, ends[part])
        table.coverage[part] = block.coverage
        for key, (values, codes) in block.told().items():
            table.values[key][part], table._codes[key][part] = values, codes
        if progress is not None:
            progress(float(ends[part][-1]))
    return table


def block_size(window_s: float) -> int:
    """How many windows are worked on together, unless they lie far apart."""
    return int(min(MOST_AT_ONCE, max(FEWEST_AT_ONCE, SAMPLES_AT_ONCE / (window_s * RATE_HZ))))


def every(series: NNSeries, window_s: float, step_s: float) -> Floats:
    """Ends of windows every ``step_s``, from the first that is full to the last beat."""
    first_s = series.start_s + window_s
    return np.arange(first_s, series.end_s + SAME_TIME_S, step_s)
