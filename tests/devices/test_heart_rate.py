import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coherence.devices.errors import DecodeError
from coherence.devices.heart_rate import HeartRateMeasurement as Said
from coherence.devices.heart_rate import decode, encode

# Written by hand from the standard's table of fields, in the shapes that straps send.
GOLDEN = [
    ("0040", Said(64)),  # a wrist band: rate alone
    ("063d", Said(61, contact=True)),  # contact, no interval yet
    ("042a", Said(42, contact=False)),
    ("023d", Said(61)),  # contact bit without support says nothing
    ("10500203", Said(80, rr_ticks=(770,))),
    ("1050", Said(80)),  # announces intervals and has none
    ("103d0000", Said(61, rr_ticks=(0,))),
    ("1644e803f203", Said(68, contact=True, rr_ticks=(1000, 1010))),
    ("183c34120004", Said(60, energy_kj=0x1234, rr_ticks=(1024,))),
    ("1f2c01ff000102", Said(300, contact=True, energy_kj=255, rr_ticks=(0x0201,))),
    ("013700", Said(55)),  # 16 bits though 8 would do
    ("f0480003", Said(72, rr_ticks=(768,))),  # reserved bits
    ("1000ffff", Said(0, rr_ticks=(65535,))),
    ("10b4" + "5501" * 9, Said(180, rr_ticks=(0x155,) * 9)),  # the most in 20 bytes
]
HEADER_BYTES = {0x01: 1, 0x08: 2}  # what these flags add to flags and rate


@pytest.mark.parametrize(("frame", "said"), GOLDEN, ids=[g[0] for g in GOLDEN])
def test_golden_frames(frame: str, said: Said) -> None:
    decoded = decode(bytes.fromhex(frame))
    assert decoded == said
    assert decoded.left_over_bytes == 0


@pytest.mark.parametrize(("frame", "said"), GOLDEN, ids=[g[0] for g in GOLDEN])
def test_golden_frames_cut_at_each_byte(frame: str, said: Said) -> None:
    whole = bytes.fromhex(frame)
    header = 2 + sum(n for flag, n in HEADER_BYTES.items() if whole[0] & flag)
    for length in range(len(whole)):
        cut = whole[:length]
        if length < header:
            with pytest.raises(DecodeError) as raised:
                decode(cut)
            assert raised.value.payload == cut
        else:
            decoded = decode(cut)
            assert decoded.heart_rate_bpm == said.heart_rate_bpm
            assert decoded.rr_ticks == said.rr_ticks[: (length - header) // 2]
            assert decoded.left_over_bytes == (length - header) % 2


def test_bytes_beyond_the_announced_fields_are_counted() -> None:
    assert decode(bytes.fromhex("003c010203")) == Said(60)
    assert decode(bytes.fromhex("003c010203")).left_over_bytes == 3


def test_ticks_are_kept_and_milliseconds_not_rounded() -> None:
    assert decode(bytes.fromhex("103c0104")).rr_ms == (1025 * 1000 / 1024,)
    assert Said(60, rr_ticks=(1, 512, 1024)).rr_ms == (0.9765625, 500.0, 1000.0)


def test_frames_captured_from_real_straps(data: Path) -> None:
    rows = json.loads((data / "straps" / "frames.json").read_text())
    frames = [row for row in rows if row["characteristic"].startswith("2A37") and row["expected"]]
    assert len(frames) >= 34
    for row in frames:
        decoded, expected = decode(bytes.fromhex(row["hex"])), row["expected"]
        assert decoded.heart_rate_bpm == expected["hr"], row["hex"]
        assert decoded.contact == expected["contact"], row["hex"]
        assert decoded.energy_kj == expected["energy_kj"], row["hex"]
        assert list(decoded.rr_ticks) == expected["rr_1024"], row["hex"]
        assert decoded.left_over_bytes == expected["left_over_bytes"], row["hex"]


WORD = st.integers(0, 0xFFFF)


@given(
    st.builds(
        Said,
        heart_rate_bpm=WORD,
        contact=st.none() | st.booleans(),
        energy_kj=st.none() | WORD,
        rr_ticks=st.lists(WORD, max_size=12).map(tuple),
    )
)
def test_what_is_written_is_read(said: Said) -> None:
    assert decode(encode(said)) == said
    assert decode(encode(said)).left_over_bytes == 0


@given(st.binary(max_size=30))
def test_any_bytes_give_a_value_or_the_error(payload: bytes) -> None:
    try:
        said = decode(payload)
    except DecodeError as error:
        carried = error.payload
    else:
        assert decode(encode(said)) == said
        carried = payload
    assert carried == payload


def test_what_does_not_fit_is_not_written() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        encode(Said(70_000))
    with pytest.raises(ValueError, match="does not fit"):
        encode(Said(60, rr_ticks=(-1,)))
