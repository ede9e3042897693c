"""What stands beside the arrivals in our session files: what was shown, and the diary."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import groupby, pairwise
from typing import Any

import numpy as np

from coherence.model import Practised, Reflection
from coherence.storage.beside import DiaryLine
from coherence.storage.diary import AFTER, BEFORE
from coherence.storage.shown import DUE, NUMBER, REASON, REASONS, THIN, Shown
from coherence.storage.whole_text import is_whole

LATEST_S = 1e8  # three years: beyond it a time is a mistake
MOMENTS = (BEFORE, AFTER)
_CODES = {reason.value: code for code, reason in enumerate(REASONS, start=1)}
Object = dict[str, Any]


class BesideError(ValueError):
    """What stands there makes no sense; the message says why."""


# --- what was shown ---


def shown_json(shown: Shown) -> Object:
    """Numbers as they are kept, to the last bit; by marker when it was due, if not always."""
    markers: Object = {}
    for row, (key, version) in enumerate(shown.versions.items()):
        due = shown.states[row] >= DUE
        states = shown.states[row][due].tolist()
        one: Object = {"version": version}
        if not due.all():
            one["t_s"] = shown.t_s[due].astype(int).tolist()
        numbers = shown.values[row][due]
        one["values"] = [
            float(str(number)) if state & NUMBER else None  # the shortest that is this float32
            for number, state in zip(numbers, states, strict=True)
        ]
        codes = _runs([state & REASON for state in states])
        if reasons := [[REASONS[code - 1].value, *span] for code, *span in codes if code]:
            one["reasons"] = reasons
        if thin := [span for is_thin, *span in _runs([s & THIN for s in states]) if is_thin]:
            one["low_confidence"] = thin
        markers[key] = one
    return {
        "app_version": shown.app_version,
        "t_s": shown.t_s.astype(int).tolist(),
        "markers": markers,
    }


def shown_read(said: object) -> Shown:
    """The other way round. Raises ``BesideError``."""
    try:
        return _shown(said)
    except (KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
        raise BesideError(f"what it says was shown makes no sense ({error})") from error


def _shown(said: Any) -> Shown:
    seconds = _seconds(said["t_s"])
    columns = {second: column for column, second in enumerate(seconds)}
    markers: Mapping[str, Any] = dict(said["markers"])
    states = np.zeros((len(markers), len(seconds)), np.uint8)
    values = np.full(states.shape, np.nan, np.float32)
    versions: dict[str, int] = {}
    for row, (key, one) in enumerate(sorted(markers.items())):
        versions[key] = _whole(one["version"])
        at = [columns[second] for second in _seconds(one.get("t_s", seconds))]
        numbers = one["values"]
        if len(numbers) != len(at):
            raise ValueError(f"{key} has {len(numbers)} numbers at {len(at)} seconds")
        known = [number is not None for number in numbers]
        with np.errstate(over="ignore"):
            found = np.array([math.nan if n is None else _number(n) for n in numbers], np.float32)
        if not np.isfinite(found[known]).all():
            raise ValueError(f"a number of {key} is none")
        state = np.where(known, DUE | NUMBER, DUE).astype(np.uint8)
        for why, first, last in one.get("reasons", ()):
            span = _within(first, last, len(at))
            if (state[span] & REASON).any():
                raise ValueError(f"{key} has two reasons at once")
            state[span] |= _CODES[why]
        for first, last in one.get("low_confidence", ()):
            state[_within(first, last, len(at))] |= THIN
        states[row, at], values[row, at] = state, found
    return Shown(
        _text(said["app_version"]), versions, np.array(seconds, np.float64), states, values
    )


def _runs(items: list[Any]) -> Iterator[tuple[Any, int, int]]:
    """What stands in a row, from where to where (both included)."""
    at = 0
    for item, run in groupby(items):
        length = len(list(run))
        yield item, at, at + length - 1
        at += length


def _within(first: object, last: object, length: int) -> slice:
    start, stop = _whole(first), _whole(last) + 1
    if not 0 <= start < stop <= length:
        raise ValueError(f"there is nothing from {first} to {last}")
    return slice(start, stop)


def _seconds(said: object) -> list[int]:
    if not isinstance(said, list):
        raise TypeError("its seconds are no list")
    seconds = [_whole(second) for second in said]
    if any(b <= a for a, b in pairwise(seconds)):
        raise ValueError("its seconds do not follow each other")
    if seconds and not 0 <= seconds[0] <= seconds[-1] <= LATEST_S:
        raise ValueError("its seconds cannot be")
    return seconds


# --- the diary ---


def line_json(line: DiaryLine) -> Object:
    """A line of the diary; its number and whose it is stay in the store."""
    was = line.practised
    said: Object = {
        "practice": was.practice,
        "begun_at": was.begun_at,
        "offset_min": was.offset_min,
        "seconds": was.seconds,
        "paced_s": was.paced_s,
        "whole": was.whole,
    }
    for moment in MOMENTS:
        if (reflection := line.said.get(moment)) is not None:
            said[moment] = {
                "body": reflection.body,
                "mood": reflection.mood,
                "words": reflection.words,
            }
    return said


def line_read(said: object) -> DiaryLine:
    """The other way round. Raises ``BesideError``."""
    try:
        return _line(said)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise BesideError(f"a line of its diary makes no sense ({error})") from error


def _line(said: Any) -> DiaryLine:
    datetime.fromisoformat(_text(said["begun_at"]))
    whole = said["whole"]
    if not isinstance(whole, bool):
        raise TypeError("whole is neither true nor false")
    practised = Practised(
        0,
        _text(said["practice"]),
        said["begun_at"],
        _offset(said["offset_min"]),
        _length(said["seconds"]),
        _length(said["paced_s"]),
        whole,
    )
    return DiaryLine(
        practised,
        {
            moment: Reflection(
                _slider(said[moment].get("body")),
                _slider(said[moment].get("mood")),
                _text(said[moment].get("words", "")),
            )
            for moment in MOMENTS
            if isinstance(said.get(moment), dict)
        },
    )


def _slider(said: object) -> float | None:
    if said is None:
        return None
    share = _number(said)
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"{share} is not from 0 to 1")
    return share


def _offset(said: object) -> int:
    minutes = _whole(said)
    if abs(minutes) > 24 * 60:
        raise ValueError(f"{minutes} min is no time zone")
    return minutes


def _length(said: object) -> float:
    seconds = _number(said)
    if not 0.0 <= seconds <= LATEST_S:
        raise ValueError(f"{seconds} s is no length")
    return seconds


def _number(said: object) -> float:
    if isinstance(said, bool) or not isinstance(said, int | float):
        raise TypeError(f"{said!r:.40} is no number")
    return float(said)


def _whole(said: object) -> int:
    if isinstance(said, bool) or not isinstance(said, int):
        raise TypeError(f"{said!r:.40} is no whole number")
    return said


def _text(said: object) -> str:
    if not isinstance(said, str):
        raise TypeError(f"{said!r:.40} is no text")
    if not is_whole(said):
        raise ValueError("half a character is none")
    return said
