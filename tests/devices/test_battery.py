import pytest
from hypothesis import given
from hypothesis import strategies as st

from coherence.devices import battery
from coherence.devices.errors import DecodeError


@pytest.mark.parametrize("percent", [0, 1, 57, 100])
def test_a_level_is_its_byte(percent: int) -> None:
    assert battery.decode(bytes([percent])) == percent
    assert battery.encode(percent) == bytes([percent])


@given(st.binary(max_size=4))
def test_any_bytes_give_a_level_or_the_error_with_the_bytes(payload: bytes) -> None:
    if len(payload) == 1 and payload[0] <= 100:
        assert battery.decode(payload) == payload[0]
    else:
        with pytest.raises(DecodeError) as raised:
            battery.decode(payload)
        assert raised.value.payload == payload
        assert payload.hex(" ") in str(raised.value)


@pytest.mark.parametrize("percent", [-1, 101])
def test_no_level_beyond_the_scale_is_written(percent: int) -> None:
    with pytest.raises(ValueError, match="0 to 100"):
        battery.encode(percent)
