"""Arrivals as rows of the store: bytes as they came, the rest as compact JSON."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from coherence.model import Arrival, Notification
from coherence.storage.arrival_json import KIND_OF, ArrivalError, from_json, to_json

# Bluetooth Core Specification, Vol 3 Part B 2.5.1: a 16-bit UUID is short for one of these.
BLUETOOTH_BASE = "0000{}-0000-1000-8000-00805f9b34fb"
_SHORT = re.compile(r"[0-9a-f]{4}")
_LONG = re.compile(BLUETOOTH_BASE.format("([0-9a-f]{4})"))
COLUMNS = "kind, t_s, strap, characteristic, body"  # of the table `arrival`, those of a row
_IN_COLUMNS = ("kind", "t_s", "strap_id")


class ArrivalRow(NamedTuple):
    """One row; the columns of the table ``arrival`` after the session and the number."""

    kind: str
    t_s: float
    strap: str | None
    characteristic: str | None  # "2a37" for a UUID on the Bluetooth base
    body: bytes


def to_row(arrival: Arrival) -> ArrivalRow:
    r"""The row that keeps ``arrival``.

    >>> to_row(Notification(0.8, "AA", "00002a37-0000-1000-8000-00805f9b34fb", bytes([16, 70])))
    ArrivalRow(kind='notification', t_s=0.8, strap='AA', characteristic='2a37', body=b'\x10F')
    """
    kind = KIND_OF[type(arrival)]
    if isinstance(arrival, Notification):
        characteristic = _short(arrival.characteristic)
        return ArrivalRow(kind, arrival.t_s, arrival.strap_id, characteristic, arrival.payload)
    said = to_json(arrival)
    strap = said.get("strap_id")
    rest = {name: value for name, value in said.items() if name not in _IN_COLUMNS}
    body = json.dumps(rest, separators=(",", ":")).encode()
    return ArrivalRow(kind, arrival.t_s, None if strap is None else str(strap), None, body)


def from_row(row: ArrivalRow) -> Arrival:
    """The arrival that ``row`` keeps, equal to what went in. Raises ``ArrivalError``."""
    if row.kind == KIND_OF[Notification]:
        if row.strap is None or row.characteristic is None:
            raise ArrivalError("a notification without its strap or characteristic", row)
        return Notification(row.t_s, row.strap, _long(row.characteristic), row.body)
    try:
        rest = json.loads(row.body)
        said = {"kind": row.kind, "t_s": row.t_s, **rest}
    except (ValueError, TypeError) as error:
        raise ArrivalError("the body of an arrival is not a JSON object", row) from error
    if row.strap is not None:
        said["strap_id"] = row.strap
    return from_json(said)


def insert_arrivals(
    connection: sqlite3.Connection, session_id: int, arrivals: Iterable[tuple[int, Arrival]]
) -> None:
    """Append arrivals to a session, each with its number."""
    connection.executemany(
        f"INSERT INTO arrival(session_id, seq, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        ((session_id, seq, *to_row(arrival)) for seq, arrival in arrivals),
    )


def _short(characteristic: str) -> str:
    found = _LONG.fullmatch(characteristic)
    return found[1] if found else characteristic


def _long(characteristic: str) -> str:
    is_short = _SHORT.fullmatch(characteristic)
    return BLUETOOTH_BASE.format(characteristic) if is_short else characteristic
