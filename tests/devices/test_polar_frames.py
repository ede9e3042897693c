import json
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coherence.devices import polar_delta
from coherence.devices.errors import DecodeError
from coherence.devices.polar_frames import (
    HEADER_BYTES,
    AccelerationFrame,
    EcgFrame,
    Frame,
    PulseFrame,
    PulseInterval,
    decode,
    encode,
)

AT = 599_622_173_760_485_265
STAMP = struct.pack("<Q", AT).hex()


def read_or_refused(payload: bytes) -> Frame | None:
    """What ``payload`` says, or ``None`` if it is refused with its bytes."""
    try:
        said, carried = decode(payload), payload
    except DecodeError as error:
        said, carried = None, error.payload
    assert carried == payload
    return said


# Written by hand from the table of fields.
EDGES = (122, -6, -(1 << 23), (1 << 23) - 1)
THREE_BITS = (0b000_011_100_010_111_001).to_bytes(3, "little").hex()  # +1 -1 +2, then -4 +3 0
GOLDEN: list[tuple[str, Frame]] = [
    (f"00{STAMP}00 7a0000 faffff 000080 ffff7f", EcgFrame(AT, EDGES)),
    (
        f"02{STAMP}01 f7ffffffe703 0080ff7f0000",
        AccelerationFrame(AT, ((-9, -1, 999), (-32768, 32767, 0))),
    ),
    (
        f"02{STAMP}81 010002000300 0302" + THREE_BITS,
        AccelerationFrame(AT, ((1, 2, 3), (2, 1, 5), (-2, 4, 5)), compressed=True),
    ),
    (
        f"02{STAMP}80 e803000018fc",
        AccelerationFrame(AT, ((1000, 0, -1000),), compressed=True, in_g=True),
    ),
    (  # a block without bits: three samples like the one before
        f"02{STAMP}81 010002000300 0003",
        AccelerationFrame(AT, ((1, 2, 3),) * 4, compressed=True),
    ),
    (
        "03" + "00" * 9 + "3c2c04060006 00ff0f200005",
        PulseFrame(
            0,
            (
                PulseInterval(60, 1068, 6, False, True, True),
                PulseInterval(0, 4095, 32, True, False, True),
            ),
        ),
    ),
]
IDS = ["ecg", "acceleration", "compressed", "in g", "no bits", "pulses"]


@pytest.mark.parametrize(("frame", "said"), GOLDEN, ids=IDS)
def test_golden_frames(frame: str, said: Frame) -> None:
    assert decode(bytes.fromhex(frame)) == said


@pytest.mark.parametrize(("frame", "said"), GOLDEN, ids=IDS)
def test_golden_frames_cut_at_each_byte(frame: str, said: Frame) -> None:
    whole = bytes.fromhex(frame)
    for length in range(len(whole)):
        fewer = read_or_refused(whole[:length])
        if fewer is not None:
            assert length > HEADER_BYTES
            for name in ("microvolts", "xyz", "intervals"):  # each as many as are whole, no more
                if (samples := getattr(said, name, None)) is not None:
                    got = getattr(fewer, name)
                    assert got == samples[: len(got)]
                    assert 0 < len(got) < len(samples)


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        ("", "too early"),
        (f"00{STAMP}", "too early"),
        (f"00{STAMP}00", "no sample"),
        (f"00{STAMP}01010203", "kind 0 of frame type 0x01"),
        (f"01{STAMP}00010203", "kind 1"),
        (f"02{STAMP}00010203", "kind 2 of frame type 0x00"),
        (f"02{STAMP}81" + "010002000300" + "2101", "33 bits"),
        (f"02{STAMP}81" + "010002000300" + "03", "inside a block"),
        (f"02{STAMP}81" + "0100020003", "inside its first sample"),
    ],
)
def test_what_is_not_read(frame: str, why: str) -> None:
    with pytest.raises(DecodeError, match=why) as raised:
        decode(bytes.fromhex(frame))
    assert raised.value.payload == bytes.fromhex(frame)


def test_frames_captured_from_real_straps(data: Path) -> None:
    rows = json.loads((data / "straps" / "frames.json").read_text())
    ours = ("ECG", "ACC", "PPI")
    rows = [
        row
        for row in rows
        if "PMD data" in row["characteristic"] and (row["expected"] or {}).get("type") in ours
    ]
    assert len(rows) >= 8
    before_ns = None
    for row in rows:
        expected = row["expected"]
        said = decode(bytes.fromhex(row["hex"]))
        assert encode(said) == bytes.fromhex(row["hex"])
        assert said.timestamp_ns == expected["timestamp_ns"]
        match said:
            case EcgFrame(timestamp_ns, microvolts):
                assert len(microvolts) == expected["samples"]
                assert list(microvolts[:4]) == expected["first_uV"]
                assert list(microvolts[-2:]) == expected["last_uV"]
                assert (min(microvolts), max(microvolts)) == (
                    expected["min_uV"],
                    expected["max_uV"],
                )
                if "dt_ns" in expected:
                    assert timestamp_ns - (before_ns or 0) == expected["dt_ns"]
                before_ns = timestamp_ns
            case PulseFrame(_, intervals):
                assert [
                    {
                        "hr": each.heart_rate_bpm,
                        "pp_ms": each.interval_ms,
                        "err_ms": each.error_ms,
                        "blocker": int(each.blocked),
                        "skin_contact": int(each.contact),
                        "contact_bit2": int(each.contact_supported),
                    }
                    for each in intervals
                ] == expected["samples"]
            case _:
                raise AssertionError(f"no expectation is checked for {said}")


STAMPS = st.integers(0, (1 << 64) - 1)
WORDS, SIGNED = st.integers(0, 0xFFFF), st.integers(-(1 << 15), (1 << 15) - 1)
ROWS = st.lists(st.tuples(SIGNED, SIGNED, SIGNED), min_size=1, max_size=60).map(tuple)
FRAMES = st.one_of(
    st.builds(
        EcgFrame,
        STAMPS,
        st.lists(st.integers(-(1 << 23), (1 << 23) - 1), min_size=1, max_size=80).map(tuple),
    ),
    st.builds(AccelerationFrame, STAMPS, ROWS),
    st.builds(AccelerationFrame, STAMPS, ROWS, st.just(True), st.booleans()),
    st.builds(
        PulseFrame,
        STAMPS,
        st.lists(
            st.builds(
                PulseInterval,
                st.integers(0, 0xFF),
                WORDS,
                WORDS,
                st.booleans(),
                st.booleans(),
                st.booleans(),
            ),
            min_size=1,
            max_size=20,
        ).map(tuple),
    ),
)


@given(FRAMES)
def test_what_is_written_is_read(frame: Frame) -> None:
    assert decode(encode(frame)) == frame


@given(
    st.sampled_from([0, 1, 2, 3, 9]).flatmap(
        lambda kind: st.tuples(
            st.just(kind), st.sampled_from([0, 1, 2, 0x80, 0x81]), st.binary(max_size=60)
        )
    )
)
def test_any_bytes_give_a_value_or_the_error(parts: tuple[int, int, bytes]) -> None:
    kind, frame_type, body = parts
    for payload in (bytes([kind]) + bytes(8) + bytes([frame_type]) + body, body):
        said = read_or_refused(payload)
        if said is not None and len(getattr(said, "xyz", "1")) == 1:  # longer steps may not fit
            assert decode(encode(said)) == said


def test_compression_packs_small_steps_into_few_bits() -> None:
    slow = np.rint(30 * np.sin(np.arange(48) / 20)).astype(int)
    rows = [(int(v), int(v) + 1000, 5) for v in slow]
    packed = polar_delta.encode(rows)
    assert polar_delta.decode(packed, 3) == rows
    assert len(packed) < 6 * len(rows) / 2


def test_what_does_not_fit_is_not_written() -> None:
    for frame in (
        EcgFrame(0, (1 << 23,)),
        EcgFrame(-1, (0,)),
        AccelerationFrame(0, ((40_000, 0, 0),)),
        AccelerationFrame(0, ((0, 0, 0), (1 << 40, 0, 0)), compressed=True),
        PulseFrame(0, (PulseInterval(256, 0, 0, False, False, False),)),
    ):
        with pytest.raises(ValueError, match="does not fit"):
            encode(frame)
    with pytest.raises(ValueError, match="only comes compressed"):
        encode(AccelerationFrame(0, ((1, 2, 3),), in_g=True))
