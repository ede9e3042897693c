import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coherence.devices import battery, heart_rate, intervals
from coherence.devices.errors import DecodeError

RR_MS = st.floats(min_value=0, exclude_min=True, allow_infinity=False)


@given(st.lists(RR_MS))
def test_numbers_of_a_file_come_back_exactly(rr_ms: list[float]) -> None:
    assert intervals.decode(intervals.encode(rr_ms)) == tuple(rr_ms)


def test_the_payload_is_little_endian_64_bit_floats() -> None:
    assert intervals.encode([1.0]) == bytes.fromhex("000000000000f03f")


@given(st.binary(max_size=40))
def test_any_bytes_give_intervals_or_the_error(payload: bytes) -> None:
    whole = len(payload) % 8 == 0
    rr_ms = struct.unpack(f"<{len(payload) // 8}d", payload) if whole else ()
    if whole and all(math.isfinite(rr) and rr > 0 for rr in rr_ms):
        assert intervals.decode(payload) == rr_ms
    else:
        with pytest.raises(DecodeError) as raised:
            intervals.decode(payload)
        assert raised.value.payload == payload


@pytest.mark.parametrize("bad", [0.0, -0.0, -800.0, math.nan, math.inf, -math.inf])
def test_what_is_no_interval_is_refused_both_ways(bad: float) -> None:
    with pytest.raises(DecodeError, match="above 0"):
        intervals.decode(struct.pack("<2d", 800.0, bad))
    with pytest.raises(ValueError, match="above 0"):
        intervals.encode([800.0, bad])


def test_no_strap_speaks_on_it() -> None:
    others = {heart_rate.CHARACTERISTIC, battery.CHARACTERISTIC}
    assert intervals.CHARACTERISTIC not in others
    assert not intervals.CHARACTERISTIC.endswith("-0000-1000-8000-00805f9b34fb")
