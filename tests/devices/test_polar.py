import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coherence.devices.errors import DecodeError
from coherence.devices.polar import (
    Answer,
    Command,
    Features,
    Kind,
    Op,
    Reply,
    Setting,
    chosen,
    decode_command,
    decode_control,
    encode_command,
    encode_control,
)

T = TypeVar("T")


def read_or_refused(decode: Callable[[bytes], T], payload: bytes) -> T | None:
    """What ``payload`` says, or ``None`` if it is refused with its bytes."""
    try:
        said = decode(payload)
    except DecodeError as error:
        said, carried = None, error.payload
    else:
        carried = payload
    assert carried == payload
    return said


# Written by hand from the table of fields, in the shapes that straps send.
REPLIES = [
    (
        "f0010000000001640001010c00",
        Reply(1, 0, 0, settings={Setting(0): (100,), Setting(1): (12,)}),
    ),
    (
        "f001020000000219003200010110000203020004000800",
        Reply(
            1,
            2,
            0,
            settings={
                Setting.RATE_HZ: (25, 50),
                Setting.RESOLUTION_BITS: (16,),
                Setting.RANGE: (2, 4, 8),
            },
        ),
    ),
    ("f00102000100013400", Reply(1, 2, 0, more=True, settings={Setting.RATE_HZ: (52,)})),
    ("f002020000050100008039", Reply(2, 2, 0, settings={Setting.FACTOR: (2.0**-12,)})),
    ("f00200000000", Reply(2, 0, 0)),  # a lone byte behind it, as an H10 sends
    ("f0030000", Reply(3, 0, 0)),
    ("f0020006", Reply(2, 0, Answer.ALREADY)),
    ("f0fe07ff", Reply(0xFE, 7, 0xFF)),  # nothing of it is known to us
]


@pytest.mark.parametrize(("frame", "said"), REPLIES, ids=[r[0] for r in REPLIES])
def test_replies(frame: str, said: Reply) -> None:
    assert decode_control(bytes.fromhex(frame)) == said


@pytest.mark.parametrize("frame", [r[0] for r in REPLIES])
def test_replies_cut_at_each_byte(frame: str) -> None:
    whole = bytes.fromhex(frame)
    for length in range(len(whole)):
        cut = whole[:length]
        said = read_or_refused(decode_control, cut)
        if said is None:
            assert length < 4 or whole[1] == Op.SETTINGS
        else:
            assert isinstance(said, Reply)
            assert length >= 4
            assert bytes([said.op, said.kind, said.answer]) == whole[1:4]


def test_a_request_of_settings_that_was_cut_is_not_taken_for_an_answer() -> None:
    with pytest.raises(DecodeError, match="inside a setting"):
        decode_control(bytes.fromhex("f00100000000018200010e"))


def test_features_are_bits() -> None:
    assert decode_control(bytes.fromhex("0f6d02")) == Features(frozenset({0, 2, 3, 5, 6, 9}))
    assert decode_control(bytes.fromhex("0f00")) == Features(frozenset())


@pytest.mark.parametrize("answer", list(Answer))
def test_every_answer_is_told_apart(answer: Answer) -> None:
    said = decode_control(bytes([0xF0, 2, 2, answer]))
    assert isinstance(said, Reply)
    assert Answer(said.answer) is answer
    assert said.done == (answer is Answer.DONE)


def test_a_reply_is_for_its_own_command_only() -> None:
    start, settings = Command(Op.START, Kind.ECG), Command(Op.SETTINGS, Kind.ECG)
    assert Reply(2, 0, 0).answers(start)
    assert not Reply(3, 0, 0).answers(start)
    assert not Reply(2, 2, 0).answers(start)
    assert Reply(0, 1, Answer.WRONG_MTU).answers(settings)
    assert not Reply(0, 1, Answer.DONE).answers(settings)


def test_frames_captured_from_a_real_strap(data: Path) -> None:
    rows = json.loads((data / "straps" / "frames.json").read_text())
    by_hex = {
        row["hex"]: row["expected"] for row in rows if "control point" in row["characteristic"]
    }
    assert len(by_hex) == 8
    said = {frame: bytes.fromhex(frame) for frame in by_hex}

    features = decode_control(said["0f05000000000000000000000000000000"])
    assert features == Features(frozenset({Kind.ECG, Kind.ACCELERATION}))
    assert encode_control(features) == said["0f05000000000000000000000000000000"]

    refused = decode_control(said["f000010a"])
    assert isinstance(refused, Reply)
    assert refused.answer == Answer.WRONG_MTU
    assert refused.answers(Command(Op.SETTINGS, Kind.ECG))

    offered = decode_control(said["f0010000000001820001010e00"])
    expected = by_hex["f0010000000001820001010e00"]
    assert isinstance(offered, Reply)
    assert offered.answers(Command(Op.SETTINGS, Kind.ECG))
    assert offered.more == expected["more"]
    assert list(offered.settings[Setting.RATE_HZ]) == expected["sample_rate"]
    assert list(offered.settings[Setting.RESOLUTION_BITS]) == expected["resolution"]
    assert encode_control(offered) == said["f0010000000001820001010e00"]

    refused = decode_control(said["f002000500"])
    assert isinstance(refused, Reply)
    assert refused.answer == Answer.WRONG_PARAMETER

    started = decode_control(said["f00200000000"])
    assert isinstance(started, Reply)
    assert started.done
    assert started.answers(Command(Op.START, Kind.ECG))

    start = Command(Op.START, Kind.ECG, chosen(Kind.ECG, offered.settings))
    assert encode_command(start) == said["02000001820001010e00"]
    assert encode_command(Command(Op.STOP, Kind.ECG)) == said["0300"]
    acceleration = decode_command(said["0202020108000001c80001011000"])
    assert acceleration == Command(
        Op.START,
        Kind.ACCELERATION,
        {Setting.RANGE: (8,), Setting.RATE_HZ: (200,), Setting.RESOLUTION_BITS: (16,)},
    )
    assert encode_command(acceleration) == said["0202020108000001c80001011000"]  # same order


def test_the_least_setting_that_will_do_is_chosen() -> None:
    offered = {
        Setting.RATE_HZ: (200, 25, 50, 100),
        Setting.RESOLUTION_BITS: (16,),
        Setting.RANGE: (2, 4, 8),
        Setting.CHANNELS: (3,),
        Setting.FACTOR: (1.0,),
    }
    assert chosen(Kind.ACCELERATION, offered) == {
        Setting.RATE_HZ: (25,),
        Setting.RESOLUTION_BITS: (16,),
        Setting.RANGE: (4,),
        Setting.CHANNELS: (3,),
    }
    assert chosen(Kind.ACCELERATION, {Setting.RATE_HZ: (13, 20)}) == {Setting.RATE_HZ: (20,)}
    assert chosen(Kind.ECG, {Setting.RATE_HZ: (), Setting.RESOLUTION_BITS: (14,)}) == {
        Setting.RESOLUTION_BITS: (14,)
    }


BYTE = st.integers(0, 0xFF)
_WORDS = st.lists(st.integers(0, 0xFFFF), max_size=6).map(tuple)
_LARGEST = {Setting.RANGE_MILLI: 0xFFFF_FFFF, Setting.CHANNELS: 0xFF}
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys((Setting.RATE_HZ, Setting.RESOLUTION_BITS, Setting.RANGE), _WORDS),
        **{
            key: st.lists(st.integers(0, largest), max_size=6).map(tuple)
            for key, largest in _LARGEST.items()
        },
        Setting.FACTOR: st.lists(
            st.floats(width=32, allow_nan=False, allow_infinity=False), max_size=2
        ).map(tuple),
    },
)


@given(
    st.builds(
        Reply,
        op=BYTE,
        kind=BYTE,
        answer=BYTE,
        more=st.booleans(),
        settings=SETTINGS,
    )
    | st.builds(Features, st.frozensets(st.integers(0, 127)))
)
def test_what_is_written_is_read(said: Reply | Features) -> None:
    assert decode_control(encode_control(said)) == said


@given(st.builds(Command, op=st.sampled_from(Op), kind=BYTE, settings=SETTINGS))
def test_a_command_that_is_written_is_read(command: Command) -> None:
    assert decode_command(encode_command(command)) == command


@pytest.mark.parametrize("decode", [decode_control, decode_command])
@given(
    payload=st.sampled_from([b"\x0f", b"\xf0", b"\x01", b""]).flatmap(
        lambda head: st.binary(max_size=40).map(lambda rest: head + rest)
    )
)
def test_any_bytes_give_a_value_or_the_error(decode, payload: bytes) -> None:  # type: ignore[no-untyped-def]
    said = read_or_refused(decode, payload)
    if said is not None:
        again = encode_command(said) if isinstance(said, Command) else encode_control(said)
        assert decode(again) == said


def test_what_does_not_fit_is_not_written() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        encode_command(Command(Op.START, Kind.ECG, {Setting.RATE_HZ: (70_000,)}))
    with pytest.raises(ValueError, match="does not fit"):
        encode_command(Command(Op.START, Kind.ECG, {Setting.FACTOR: (1e300,)}))
