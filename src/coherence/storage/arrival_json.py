"""Arrivals as plain JSON objects: what our session files hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, cast

from coherence.model import (
    Arrival,
    BreathMarked,
    BreathPattern,
    ClockMark,
    Ended,
    LinkChanged,
    LinkState,
    Moment,
    Notification,
    PaceChanged,
    Paused,
    Resumed,
    StepStarted,
)

# These words, and the field names of the model, are in people's files: they stay.
KINDS: dict[str, type[Arrival]] = {
    "notification": Notification,
    "link_changed": LinkChanged,
    "clock_mark": ClockMark,
    "step_started": StepStarted,
    "pace_changed": PaceChanged,
    "paused": Paused,
    "resumed": Resumed,
    "moment": Moment,
    "breath_marked": BreathMarked,
    "ended": Ended,
}
LATER: dict[str, object] = {"glide": True}  # fields that came later: written where they say more
KIND_OF = {arrival: kind for kind, arrival in KINDS.items()}


class ArrivalError(ValueError):
    """Not an arrival; ``said`` is what was there instead."""

    def __init__(self, reason: str, said: object) -> None:
        super().__init__(reason)
        self.said = said


def to_json(arrival: Arrival) -> dict[str, object]:
    """The arrival as a JSON object; a payload is written in hex.

    >>> to_json(Notification(1.5, "AA", "00002a37-0000-1000-8000-00805f9b34fb", bytes([16, 70])))
    ... # doctest: +NORMALIZE_WHITESPACE
    {'kind': 'notification', 't_s': 1.5, 'strap_id': 'AA',
     'characteristic': '00002a37-0000-1000-8000-00805f9b34fb', 'payload': '1046'}
    """
    said: dict[str, object] = {"kind": KIND_OF[type(arrival)]}
    for field in fields(arrival):
        value = getattr(arrival, field.name)
        if field.name not in LATER or LATER[field.name] != value:
            said[field.name] = _plain(value)
    return said


def from_json(said: object) -> Arrival:
    """The arrival a JSON object stands for. Raises ``ArrivalError`` with what is wrong.

    >>> from_json({"kind": "moment", "t_s": 12})
    Moment(t_s=12.0, label='')
    """
    if not isinstance(said, Mapping):
        raise ArrivalError("an arrival is a JSON object", said)
    kind = said.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise ArrivalError(f"unknown kind of arrival {kind!r}", said)
    rest = {name: value for name, value in said.items() if name != "kind"}
    return cast(Arrival, _built(KINDS[kind], rest))


def _plain(value: object) -> object:
    match value:
        case bytes():
            return value.hex()
        case LinkState():
            return value.value
        case BreathPattern():
            return {field.name: getattr(value, field.name) for field in fields(value)}
    return value


def _built(made: type[Arrival] | type[BreathPattern], said: Mapping[str, object]) -> object:
    """``made`` from its named fields; one left out takes its default, if it has one."""
    readers = {field.name: READERS[str(field.type)] for field in fields(made)}
    if unknown := said.keys() - readers.keys():
        raise ArrivalError(f"{made.__name__} has no {min(unknown)!r}", said)
    values: dict[str, Any] = {}
    for name, value in said.items():
        try:
            values[name] = readers[name](value)
        except (ValueError, TypeError, OverflowError) as error:
            raise ArrivalError(f"{made.__name__} cannot have {name} {value!r}", said) from error
    try:
        return made(**values)
    except TypeError as error:
        raise ArrivalError(f"{made.__name__} is not complete", said) from error


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError
    return float(value)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _payload(value: object) -> bytes:
    return bytes.fromhex(_text(value))


def _state(value: object) -> LinkState:
    return LinkState(value)


def _pattern(value: object) -> BreathPattern | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise TypeError
    return cast(BreathPattern, _built(BreathPattern, value))


# by the type a field is declared with
READERS: dict[str, Callable[[object], object]] = {
    "float": _number,
    "int": _whole,
    "bool": _flag,
    "str": _text,
    "bytes": _payload,
    "LinkState": _state,
    "BreathPattern | None": _pattern,
}
