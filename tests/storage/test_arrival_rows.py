import sqlite3
from dataclasses import fields
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coherence.model import Arrival, BreathPattern, LinkState, Moment, Notification
from coherence.storage.arrival_json import ArrivalError, from_json, to_json
from coherence.storage.arrival_rows import ArrivalRow, from_row, to_row
from coherence.storage.migrations import first_schema
from coherence.storage.writer import INSERT

FINITE = st.floats(allow_nan=False, allow_infinity=False)
UUID = st.one_of(
    st.uuids().map(str),
    st.integers(0, 0xFFFF).map("0000{:04x}-0000-1000-8000-00805f9b34fb".format),
)
BY_TYPE = {
    "float": FINITE,
    "int": st.integers(-(2**31), 2**31),
    "str": st.text(),
    "bytes": st.binary(max_size=300),
    "bool": st.booleans(),
    "LinkState": st.sampled_from(LinkState),
    "BreathPattern | None": st.none() | st.builds(BreathPattern, FINITE, FINITE, FINITE, FINITE),
}
BY_NAME = {
    "characteristic": UUID,
    "t_s": FINITE.map(lambda t_s: t_s + 0.0),  # SQLite's REAL has no -0.0
}


def any_of(kind: type[Arrival]) -> st.SearchStrategy[Arrival]:
    return st.builds(
        kind, **{field.name: BY_NAME.get(field.name, BY_TYPE[field.type]) for field in fields(kind)}
    )


ANY = st.one_of(*map(any_of, get_args(Arrival)))


@given(st.lists(ANY, max_size=20))
def test_every_arrival_comes_back_from_a_real_table_bit_for_bit(arrivals: list[Arrival]) -> None:
    connection = sqlite3.connect(":memory:")
    first_schema(connection)
    rows = ((1, number, *to_row(arrival)) for number, arrival in enumerate(arrivals))
    connection.executemany(INSERT, rows)
    query = "SELECT kind, t_s, strap, characteristic, body FROM arrival ORDER BY seq"
    back = [from_row(ArrivalRow(*row)) for row in connection.execute(query)]
    connection.close()
    # repr tells every float apart, -0.0 from 0.0 as well
    assert (back, repr(back)) == (arrivals, repr(arrivals))


@given(ANY)
def test_every_arrival_comes_back_from_json_bit_for_bit(arrival: Arrival) -> None:
    back = from_json(to_json(arrival))
    assert (back, repr(back)) == (arrival, repr(arrival))


def test_a_notification_is_stored_as_it_came_and_briefly() -> None:
    row = to_row(Notification(1.0, "AA", "00002a37-0000-1000-8000-00805f9b34fb", b"\x16\x46"))
    assert row == ("notification", 1.0, "AA", "2a37", b"\x16\x46")
    polar = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"
    assert to_row(Notification(1.0, "AA", polar, b"")).characteristic == polar


def test_the_rest_is_stored_as_compact_json() -> None:
    assert to_row(Moment(2.0, "Ärger")) == ("moment", 2.0, None, None, b'{"label":"\\u00c4rger"}')


@pytest.mark.parametrize(
    "row",
    [
        ArrivalRow("moment", 1.0, None, None, b"{"),
        ArrivalRow("moment", 1.0, None, None, b"[]"),
        ArrivalRow("moment", 1.0, None, None, b"\xff"),
        ArrivalRow("moment", 1.0, "AA", None, b"{}"),
        ArrivalRow("dream", 1.0, None, None, b"{}"),
        ArrivalRow("notification", 1.0, None, "2a37", b""),
        ArrivalRow("step_started", 1.0, None, None, b'{"index":1}'),
    ],
)
def test_a_row_that_makes_no_sense_is_named(row: ArrivalRow) -> None:
    with pytest.raises(ArrivalError):
        from_row(row)
