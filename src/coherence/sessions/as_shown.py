"""What a session showed while it ran, beside what today's program makes of the same arrivals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from coherence import __version__
from coherence.analysis.markers import MARKERS, middle
from coherence.model import Arrival, Reading
from coherence.sessions.trace import readings_in
from coherence.sessions.tracker import SessionTracker
from coherence.storage.shown import Shown, joined, shown_by

BLOCK_S = 600.0  # a day has a million readings: they are put into columns as they come
NOW = {marker.key: marker.version for marker in MARKERS}


@dataclass(frozen=True, slots=True)
class Change:
    """One marker, then and now; both by what of a number is kept."""

    key: str
    version: int  # of the marker, then
    seconds: int  # at which it was due, then
    differing: int  # of these: another number, or one where there was none, or none any more
    then: float | None  # the middle of its numbers
    now: float | None  # of the same seconds
    most: float | None  # the largest difference at a second

    def as_json(self) -> dict[str, object]:
        """What `sessions recompute --json` prints of it."""
        return {name: getattr(self, name) for name in self.__slots__}


def shown_again(arrivals: Iterable[Arrival], tracker: SessionTracker) -> list[Shown]:
    """Fold ``arrivals`` into ``tracker`` to the end; what it would show today."""
    blocks: list[Shown] = []
    block: list[Reading] = []
    for reading in readings_in(arrivals, tracker):
        if block and reading.t_s - block[0].t_s >= BLOCK_S:
            blocks.append(shown_by(block, __version__))
            block = []
        block.append(reading)
    return joined([*blocks, shown_by(block, __version__)] if block else blocks)


def changes(then: Sequence[Shown], now: Sequence[Shown]) -> list[Change]:
    """Each marker that was shown, in the order in which it was."""
    found = []
    for run in then:
        for key, version in run.versions.items():
            t_s, numbers = run.said(key)
            again = _at(now, key, t_s)
            same = (numbers == again) | (np.isnan(numbers) & np.isnan(again))
            apart = np.abs(again.astype(np.float64) - numbers)[~same]
            found.append(
                Change(
                    key,
                    version,
                    len(t_s),
                    int((~same).sum()),
                    _middle(key, numbers),
                    _middle(key, again),
                    float(np.nanmax(apart)) if np.isfinite(apart).any() else None,
                )
            )
    return found


def differs(then: Sequence[Shown]) -> bool:
    """Whether any marker was of another version than today's when it was shown."""
    return any(NOW.get(key) != version for run in then for key, version in run.versions.items())


def middles(then: Sequence[Shown], keys: Iterable[str]) -> dict[str, float | None]:
    """The middle of what was shown over the session, by marker key."""
    found: dict[str, float | None] = {}
    for key in keys:
        said = [run.said(key)[1] for run in then if key in run.versions]
        found[key] = _middle(key, np.concatenate(said)) if said else None
    return found


def _at(now: Sequence[Shown], key: str, t_s: np.ndarray) -> np.ndarray:
    """The numbers at these seconds, NaN where there is none."""
    found = np.full(len(t_s), np.nan, np.float32)
    for run in now:
        if key not in run.versions:
            continue
        seconds, numbers = run.said(key)
        _, ours, theirs = np.intersect1d(t_s, seconds, assume_unique=True, return_indices=True)
        found[ours] = numbers[theirs]
    return found


def _middle(key: str, numbers: np.ndarray) -> float | None:
    known = numbers[np.isfinite(numbers)]
    return middle(key, known) if len(known) else None
