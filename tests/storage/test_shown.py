import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from coherence.model import Ended, Reading, Reason, Value
from coherence.storage.database import Store
from coherence.storage.errors import StorageError
from coherence.storage.shown import (
    REASONS,
    Shown,
    ShownError,
    joined,
    packed,
    rounded,
    shown_by,
    unpacked,
)
from coherence.storage.shown_rows import shown_in
from coherence.storage.writer import RecordWriter

KEYS = ("heart_rate_bpm", "rmssd_ms", "lf_peak_hz")
values = some.builds(
    Value,
    some.none() | some.floats(-1e12, 1e12),
    some.none() | some.sampled_from(Reason),
    low_confidence=some.booleans(),
)
readings = some.lists(
    some.builds(
        Reading,
        some.integers(0, 90_000).map(float),
        some.sampled_from(KEYS),
        values,
        some.just(1.0),
        some.just(3),
    ),
    min_size=1,
    max_size=60,
)


def same(one: Shown, other: Shown) -> bool:
    return (
        (one.app_version, list(one.versions.items()))
        == (other.app_version, list(other.versions.items()))
        and bool((one.t_s == other.t_s).all())
        and bool((one.states == other.states).all())
        and one.values.tobytes() == other.values.tobytes()
    )


def test_each_reason_has_a_number_of_its_own() -> None:
    assert sorted(REASONS, key=str) == sorted(Reason, key=str)
    assert [REASONS[0], REASONS[-1]] == [Reason.WARMING_UP, Reason.PACED], "files hold these"


@given(readings)
def test_what_is_packed_is_unpacked_as_it_was(said: list[Reading]) -> None:
    shown = shown_by(said, "1.2.3")
    back = unpacked(packed(shown), shown.versions, "1.2.3")
    assert same(back, shown)
    last = {(each.t_s, each.marker): each.value for each in said}
    for (t_s, key), value in last.items():
        found = back.value(key, int(np.searchsorted(back.t_s, t_s)))
        assert found is not None
        assert (found.reason, found.low_confidence) == (value.reason, value.low_confidence)
        if value.value is None:
            assert found.value is None
        else:
            assert found.value == pytest.approx(value.value, rel=2.0**-13, abs=1e-37)


@given(some.floats(2.0**-100, 2.0**100, width=32))
def test_numbers_are_kept_to_the_nearest_of_four_digits(number: float) -> None:
    (kept,) = rounded(np.array([number])).tolist()
    mantissa, exponent = np.frexp(number)  # an oracle of its own: round the fraction itself
    nearest = np.ldexp(np.floor(mantissa * 2.0**13 + 0.5) / 2.0**13, exponent)
    assert kept == nearest
    assert rounded(np.array([kept])).tolist() == [kept], "once rounded it stays"


def test_what_was_not_due_is_told_from_what_had_no_number() -> None:
    shown = shown_by(
        [
            Reading(1.0, "rmssd_ms", Value(None, Reason.GAP), 0.5, 1),
            Reading(2.0, "rmssd_ms", Value(41.0, low_confidence=True), 1.0, 1),
            Reading(2.0, "lf_peak_hz", Value(0.1, Reason.PACED), 1.0, 1),
        ],
        "1",
    )
    assert shown.value("lf_peak_hz", 0) is None
    assert shown.value("rmssd_ms", 0) == Value(None, Reason.GAP)
    assert shown.value("rmssd_ms", 1) == Value(41.0, low_confidence=True)
    t_s, numbers = shown.said("lf_peak_hz")
    assert (t_s.tolist(), numbers.shape) == ([2.0], (1,))


def test_a_damaged_block_is_told_whatever_is_wrong_with_it() -> None:
    shown = shown_by(
        [Reading(float(n), "rmssd_ms", Value(40.0 + n), 1.0, 1) for n in range(5)], "1"
    )
    body = packed(shown)
    for end in range(len(body)):
        with pytest.raises(ShownError):
            unpacked(body[:end], shown.versions, "1")
    plain = zlib.decompress(body)
    for wrong in (plain[:-4], plain + bytes(4), b"\xff\xff\xff\xff" + plain[4:], b""):
        with pytest.raises(ShownError):
            unpacked(zlib.compress(wrong), shown.versions, "1")
    with pytest.raises(ShownError):
        unpacked(body, {"rmssd_ms": 1, "heart_rate_bpm": 1}, "1")


@given(some.binary(max_size=200))
def test_no_bytes_do_anything_else(body: bytes) -> None:
    for tried in (body, zlib.compress(body)):
        try:
            unpacked(tried, {"rmssd_ms": 1}, "1")
        except ShownError:
            continue


def test_minutes_of_one_version_are_put_together_and_others_are_not() -> None:
    def minute(n: int, version: int) -> Shown:
        return shown_by([Reading(60.0 * n, "rmssd_ms", Value(40.0 + n), 1.0, version)], "1")

    runs = joined([minute(0, 1), minute(1, 1), minute(2, 2)])
    assert [dict(run.versions) for run in runs] == [{"rmssd_ms": 1}, {"rmssd_ms": 2}]
    assert runs[0].t_s.tolist() == [0.0, 60.0]
    assert runs[0].values.tolist() == [[40.0, 41.0]]
    assert joined([]) == []


def test_a_short_block_without_some_markers_goes_with_the_others() -> None:
    def at(t_s: float, *keys: str) -> Shown:
        return shown_by([Reading(t_s, key, Value(t_s), 1.0, 1) for key in keys], "1")

    (run,) = joined([at(1.0, "rmssd_ms"), at(2.0, "rmssd_ms", "lf_peak_hz"), at(3.0, "rmssd_ms")])
    assert [times.tolist() for times in run.said("lf_peak_hz")] == [[2.0], [2.0]]
    assert [times.tolist() for times in run.said("rmssd_ms")] == [[1.0, 2.0, 3.0]] * 2


def test_a_damaged_block_is_named_and_costs_no_arrival(store: Store) -> None:
    session_id = store.begin_session("rest")
    writer = RecordWriter(store.path, session_id)
    writer.put(0, Ended(2.0))
    writer.show([Reading(1.0, "rmssd_ms", Value(40.0), 1.0, 1)])
    assert writer.close() is None
    for change in ("UPDATE shown SET body = x'00'", "UPDATE shown_by SET markers = '{'"):
        with store.writing() as connection:
            connection.execute(change)
        with pytest.raises(StorageError, match=f"What session {session_id} .* cannot be read"):
            shown_in(store, session_id)
    assert list(store.arrivals(session_id)) == [Ended(2.0)]
