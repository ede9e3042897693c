"""What a table of many recordings tells, as plain data: read once, a column at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.markers import MARKERS
from coherence.cohort.columns import WHAT_FOR
from coherence.cohort.fetching import filesystem, is_url
from coherence.cohort.nights import Floats, Night, middle, nights_of
from coherence.reports.needing import needing
from coherence.translation import _

TOLD = (
    "heart_rate_bpm", "rmssd_ms", "sdnn_ms", "lf_ms2", "hf_ms2", "breaths_per_min", "rsa_bpm",
    "coherence", "dfa_alpha1",
)  # fmt: skip
APART_KEYS = ("heart_rate_bpm", "rmssd_ms", "sdnn_ms")
BY_RATIO = frozenset({"rmssd_ms", "sdnn_ms", "lf_ms2", "hf_ms2"})  # spread by factors, not steps
QUALITIES = ("good", "fair", "poor", "unusable")
FAR = 3.5  # robust standard deviations: Iglewicz and Hoaglin 1993
FEWEST_TO_COMPARE = 8
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
    values = {key: columns[key][kept] for key in TOLD}
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
        nights=nights_of(columns, kept, by_file, values)[:nights],
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


def _read(path: str) -> dict[str, Any]:
    """The columns: numbers of markers as arrays, words as lists that share them."""
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
    return {name: _column(found[name], name in TOLD) for name in COLUMNS}


def _column(column: Any, is_marker: bool) -> Any:
    if is_marker:
        return column.to_numpy().astype(np.float64)  # NaN where there is none
    seen: dict[Any, Any] = {}
    return [seen.setdefault(each, each) for chunk in column.chunks for each in chunk.to_pylist()]


def _groups(files: NDArray[np.object_]) -> dict[str, NDArray[np.int64]]:
    """Which rows are of each recording, recordings by name."""
    groups: dict[str, list[int]] = {}
    for i, name in enumerate(files.tolist()):
        groups.setdefault(name, []).append(i)
    return {name: np.array(groups[name], dtype=np.int64) for name in sorted(groups)}


def _recordings(
    columns: dict[str, Any],
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
