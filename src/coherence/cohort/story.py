"""What a table of many recordings tells, as plain data: read once, a column at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.markers import MARKERS
from coherence.cohort.columns import WHAT_FOR
from coherence.cohort.fetching import filesystem, is_url
from coherence.reports.needing import needing
from coherence.translation import _

Floats = NDArray[np.float64]

TOLD = (
    "heart_rate_bpm", "rmssd_ms", "sdnn_ms", "lf_ms2", "hf_ms2", "breaths_per_min", "rsa_bpm",
    "coherence", "dfa_alpha1",
)  # fmt: skip
APART_KEYS = ("heart_rate_bpm", "rmssd_ms", "sdnn_ms")
BY_RATIO = frozenset({"rmssd_ms", "sdnn_ms", "lf_ms2", "hf_ms2"})  # spread by factors, not steps
OVER_TIME = ("heart_rate_bpm", "rmssd_ms", "coherence")
QUALITIES = ("good", "fair", "poor", "unusable")
FAR = 3.5  # robust standard deviations: Iglewicz and Hoaglin 1993
FEWEST_TO_COMPARE = 8
LONG_S = 2 * 3600.0
COLUMNS = (
    "file", "person", "started_at", "window", "from_s", "to_s", "error", "error_kind",
    "duration_s", "beats", "accepted", "artefact_pct", "quality", "paced", *TOLD,
)  # fmt: skip
LABELS = {marker.key: marker.label for marker in MARKERS}
UNITS = {marker.key: marker.unit for marker in MARKERS}


class NoTable(Exception):
    """A file that holds no table of recordings: one sentence that says what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Recordings:
    """The table by recordings (n,): of windows and steps the median, weighed alike."""

    file: list[str]
    person: list[str | None]
    started_at: list[str | None]
    duration_s: Floats
    artefact_pct: Floats
    quality: list[str | None]
    values: dict[str, Floats]  # by marker key; NaN: none


@dataclass(frozen=True, slots=True)
class Apart:
    """A recording that lies far from the others in a number."""

    file: str
    key: str
    value: float
    times: float  # so many robust standard deviations from the median; below it less than 0


@dataclass(frozen=True, slots=True, eq=False)
class Night:
    """A long recording by its windows."""

    file: str
    started_at: str | None
    hour: Floats  # since it began: the middle of each window
    values: dict[str, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Story:
    """All that the page tells."""

    rows: int
    recordings: Recordings
    unread: list[tuple[str, str]]  # file, reason
    resting: dict[str, Floats]  # rows without a guide …
    guided: dict[str, Floats]  # … and with one
    apart: list[Apart]
    nights: list[Night]


def story_of(name: str, nights: int = 12) -> Story:
    """Read a table, or the folder of its parts, here or behind a URL.

    Raises ``NoTable``, ``Unreachable``, ``ExtraMissing``.
    """
    columns = _read(name)
    files = np.array(columns["file"], dtype=object)
    failed = np.array([reason is not None for reason in columns["error"]], dtype=bool)
    unread = [(str(files[i]), str(columns["error"][i])) for i in np.flatnonzero(failed)]
    kept = np.flatnonzero(~failed & (np.array(columns["beats"], dtype=float) > 0))
    values = {key: np.array(columns[key], dtype=np.float64)[kept] for key in TOLD}
    paced = np.array([each is True for each in columns["paced"]], dtype=bool)[kept]
    by_file = _groups(files[kept])
    recordings = _recordings(columns, kept, by_file, values)
    return Story(
        rows=len(files),
        recordings=recordings,
        unread=unread,
        resting={key: each[~paced] for key, each in values.items()},
        guided={key: each[paced] for key, each in values.items()},
        apart=far_apart(recordings),
        nights=_nights(columns, kept, by_file, values)[:nights],
    )


def far_apart(recordings: Recordings) -> list[Apart]:
    """What lies more than ``FAR`` robust standard deviations from the median, farthest first."""
    found = []
    for key in APART_KEYS:
        shown = recordings.values[key]
        known = np.isfinite(shown) & ((shown > 0.0) if key in BY_RATIO else True)
        if known.sum() < FEWEST_TO_COMPARE:
            continue
        scale = np.where(known, np.log(shown, where=shown > 0.0, out=np.zeros_like(shown)), 0.0)
        scale = scale if key in BY_RATIO else shown
        middle = float(np.median(scale[known]))
        spread = 1.4826 * float(np.median(np.abs(scale[known] - middle)))
        if spread <= 0.0:
            continue
        for i in np.flatnonzero(known):
            times = (float(scale[i]) - middle) / spread
            if abs(times) > FAR:
                found.append(Apart(recordings.file[i], key, float(shown[i]), times))
    return sorted(found, key=lambda each: -abs(each.times))


def when(started_at: str | None) -> datetime | None:
    """The local time that a recording says, as it says it; zones aside."""
    try:
        return None if not started_at else datetime.fromisoformat(started_at).replace(tzinfo=None)
    except ValueError:
        return None


def _read(path: str) -> dict[str, list[Any]]:
    pq = needing("pyarrow.parquet", "research", WHAT_FOR)
    pa = needing("pyarrow", "research", WHAT_FOR)
    try:
        system, at = filesystem(path) if is_url(path) else (None, path)
        found = pq.read_table(at, columns=list(COLUMNS), filesystem=system)
    except FileNotFoundError:
        raise NoTable(
            _("{path}: there is no such file: check the name.").format(path=path)
        ) from None
    except (pa.ArrowInvalid, pa.ArrowKeyError, OSError) as error:
        raise NoTable(
            _(
                "{path} is no table of recordings: choose one that `coherence cohort` made"
                " ({error})."
            ).format(path=path, error=error)
        ) from error
    if set(COLUMNS) - set(found.column_names):
        raise NoTable(
            _("{path} is no table of recordings: choose one that `coherence cohort` made.").format(
                path=path
            )
        )
    return {name: found[name].to_pylist() for name in COLUMNS}


def _groups(files: NDArray[np.object_]) -> dict[str, NDArray[np.int64]]:
    """Which rows are of each recording, recordings by name."""
    groups: dict[str, list[int]] = {}
    for i, name in enumerate(files.tolist()):
        groups.setdefault(name, []).append(i)
    return {name: np.array(groups[name], dtype=np.int64) for name in sorted(groups)}


def _recordings(
    columns: dict[str, list[Any]],
    kept: NDArray[np.int64],
    by_file: dict[str, NDArray[np.int64]],
    values: dict[str, Floats],
) -> Recordings:
    firsts = [int(kept[rows[0]]) for rows in by_file.values()]
    durations, artefacts, qualities = [], [], []
    for rows in by_file.values():
        at = kept[rows]
        spans = [
            (columns["from_s"][i] or 0.0, columns["to_s"][i] or columns["duration_s"][i])
            for i in at
        ]
        durations.append(max(end for _, end in spans) - min(begin for begin, _ in spans))
        artefacts.append(float(np.median([columns["artefact_pct"][i] for i in at])))
        found = [columns["quality"][i] for i in at]
        qualities.append(max(set(found), key=found.count))
    return Recordings(
        file=list(by_file),
        person=[columns["person"][i] for i in firsts],
        started_at=[columns["started_at"][i] for i in firsts],
        duration_s=np.array(durations, dtype=np.float64),
        artefact_pct=np.array(artefacts, dtype=np.float64),
        quality=qualities,
        values={
            key: np.array([middle(each[rows]) for rows in by_file.values()], dtype=np.float64)
            for key, each in values.items()
        },
    )


def middle(values: Floats) -> float:
    """The median of what is known; NaN where nothing is."""
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")


def _nights(
    columns: dict[str, list[Any]],
    kept: NDArray[np.int64],
    by_file: dict[str, NDArray[np.int64]],
    values: dict[str, Floats],
) -> list[Night]:
    found: list[tuple[float, Night]] = []
    for name, rows in by_file.items():
        windows = [int(row) for row in rows if columns["window"][kept[row]] is not None]
        if len(windows) < 2:
            continue
        middles = np.array(
            [(columns["from_s"][kept[i]] + columns["to_s"][kept[i]]) / 2.0 for i in windows]
        )
        span_s = float(middles[-1] - middles[0])
        if span_s < LONG_S:
            continue
        order: Sequence[int] = np.argsort(middles).tolist()
        chosen = np.array(windows)[order]
        night = Night(
            name,
            columns["started_at"][kept[windows[0]]],
            middles[order] / 3600.0,
            {key: values[key][chosen] for key in OVER_TIME},
        )
        found.append((span_s, night))
    return [night for _, night in sorted(found, key=lambda each: -each[0])]
