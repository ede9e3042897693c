"""From the numbers of a file to intervals: a piece after the other, or all of it at once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from coherence.reports.aside import Aside, kept
from coherence.reports.recording import Piece, Recording, RecordingFile
from coherence.reports.survey import Survey
from coherence.reports.tables import Columns

APART_S = 0.001  # rows less than this apart came in one notification


def recording(file: RecordingFile, key: str, found: Columns) -> Recording:
    """The recording that ``found`` makes. Raises ``ImportFailed`` where it makes none."""
    aside = Aside(held=True)
    aside.put(found.values, found.lines, found.times)
    return made_of(file, key, aside, found)


def made_of(file: RecordingFile, key: str, aside: Aside, found: Columns | None = None) -> Recording:
    """The same of numbers that are put aside already."""
    found = found or Columns([], [])
    survey = Survey(file, aside, found.doubts, found.times_unit_s)
    pieces = list(pieces_of(aside, survey))
    before = np.cumsum([0, *(len(piece.rr_ms) for piece in pieces)]).tolist()
    arrivals = [piece.arrival_s for piece in pieces if piece.arrival_s is not None]
    return Recording(
        source=file.path.name,
        format=key,
        rr_ms=np.concatenate([piece.rr_ms for piece in pieces]),
        arrival_s=np.concatenate(arrivals) if arrivals else None,
        breaks=tuple(n + i for n, p in zip(before[:-1], pieces, strict=True) for i in p.breaks),
        started_at=found.started_at,
        doubts=tuple(survey.doubts),
    )


def pieces_of(aside: Aside, survey: Survey) -> Iterator[Piece]:
    """The intervals, cut where a notification ends."""
    rr_ms, arrival_s, breaks = np.empty(0), np.empty(0), np.empty(0, np.int64)
    latest_s, timed, begun = 0.0, survey.timed, False
    for rows in aside.pieces():
        at = kept(rows.values)
        following = np.cumsum(at)[~at] + len(rr_ms)  # the interval after each that is none
        rr_ms = np.concatenate((rr_ms, survey.in_ms(rows.values)))
        if timed:
            came_s = np.maximum.accumulate(np.append(latest_s, survey.arrivals(rows)))[1:]
            latest_s = float(came_s[-1]) if len(came_s) else latest_s
            arrival_s = np.concatenate((arrival_s, came_s))
        breaks = np.unique(np.concatenate((breaks, following)))
        if not begun:
            breaks = breaks[breaks > 0]
        cut = len(rr_ms)
        if timed:
            apart = np.flatnonzero(np.diff(arrival_s) >= APART_S)
            cut = int(apart[-1]) + 1 if len(apart) else 0
        if not cut:
            continue
        came = arrival_s[:cut] if timed else None
        yield Piece(rr_ms[:cut], came, breaks[breaks < cut].tolist())
        begun = True
        breaks = breaks[breaks >= cut] - cut
        rr_ms, arrival_s = rr_ms[cut:], arrival_s[cut:]
    if len(rr_ms):
        yield Piece(rr_ms, arrival_s if timed else None, breaks[breaks < len(rr_ms)].tolist())
