"""Waveforms as a decoder gives them, from frames to samples on the session clock."""

import json
from pathlib import Path

import numpy as np
import pytest

from coherence.devices import heart_rate, polar, polar_frames
from coherence.devices.decoder import StrapDecoder
from coherence.devices.heart_rate import HeartRateMeasurement
from coherence.devices.polar import Kind, Op, Reply, Setting
from coherence.devices.polar_frames import AccelerationFrame, EcgFrame, PulseFrame, PulseInterval
from coherence.model import (
    Beat,
    Event,
    LinkChanged,
    LinkState,
    Notification,
    Signal,
    Undecodable,
    Waveform,
)

ZERO_NS = 599_622_173_000_000_000


def data(t_s: float, frame: polar_frames.Frame) -> Notification:
    return Notification(t_s, "a", polar.DATA, polar_frames.encode(frame))


def said(t_s: float, reply: Reply | polar.Features) -> Notification:
    return Notification(t_s, "a", polar.CONTROL, polar.encode_control(reply))


def ecg(t_s: float, k: int, *, rate_hz: float = 130.0) -> Notification:
    """The k-th frame: its samples count up, so that none can be mixed up."""
    stamp_ns = ZERO_NS + round(73 * (k + 1) / rate_hz * 1e9)
    return data(t_s, EcgFrame(stamp_ns, tuple(range(73 * k, 73 * (k + 1)))))


def fed(decoder: StrapDecoder, *arrivals: Notification | LinkChanged) -> list[Event]:
    return [event for arrival in arrivals for event in decoder.feed(arrival)]


def waves(events: list[Event]) -> list[Waveform]:
    return [event for event in events if isinstance(event, Waveform)]


def test_an_ecg_comes_whole_and_in_order() -> None:
    frames = [ecg(2.0 + 73 / 130 * (k + 1), k) for k in range(20)]
    found = waves(fed(StrapDecoder(), *frames))
    assert [s for wave in found for s in wave.samples] == list(range(73 * 20))
    assert all(wave.signal is Signal.ECG for wave in found)
    assert [wave.joined for wave in found] == [False] + [True] * 19
    starts = np.array([wave.t_s for wave in found])
    assert starts == pytest.approx(2.0 + (73 * np.arange(20) + 1) / 130, abs=1e-6)


def test_frames_captured_from_a_real_strap_join(data: Path) -> None:
    rows = json.loads((data / "straps" / "frames.json").read_text())
    rows = [row for row in rows if (row["expected"] or {}).get("frame_type") == 0]
    rows = [row for row in rows if row["expected"]["type"] == "ECG"]
    frames = [
        Notification(10.0 + 0.561 * k, "a", polar.DATA, bytes.fromhex(row["hex"]))
        for k, row in enumerate(rows)
    ]
    found = waves(fed(StrapDecoder(), *frames))
    assert len(found) == len(rows) >= 6
    assert all(wave.joined for wave in found[1:])
    rates = [row["expected"]["rate_hz"] for row in rows[1:]]
    assert [wave.rate_hz for wave in found[1:]] == pytest.approx(rates, abs=0.005)


def test_acceleration_is_in_mg_whatever_its_form() -> None:
    rows = tuple((i, -i, 1000) for i in range(36))
    for frame_form, factor in (
        ({}, None),
        ({"compressed": True}, 0.5),
        ({"compressed": True, "in_g": True}, 2.0**-12),
    ):
        settings = {} if factor is None else {Setting.FACTOR: (factor,)}
        start = said(0.5, Reply(Op.START, Kind.ACCELERATION, 0, settings=settings))
        frames = [
            data(
                1.0 + 1.44 * k,
                AccelerationFrame(ZERO_NS + round(1.44e9 * k), rows, **frame_form),
            )
            for k in range(4)
        ]
        found = waves(fed(StrapDecoder(), start, *frames))
        unit = (factor or 1.0) * (1000.0 if "in_g" in frame_form else 1.0)
        assert [wave.signal for wave in found] == [Signal.ACCELERATION] * 4
        assert np.reshape(found[3].samples, (-1, 3)) == pytest.approx(np.array(rows) * unit)
        assert found[3].rate_hz == pytest.approx(25.0)


def test_a_new_start_learns_a_new_rate() -> None:
    decoder = StrapDecoder()
    fed(decoder, *[ecg(2.0 + 0.56 * k, k) for k in range(6)])
    fed(decoder, said(6.0, Reply(Op.START, Kind.ECG, 0)))
    found = waves(fed(decoder, *[ecg(7.0 + 0.28 * k, k, rate_hz=260.0) for k in range(6)]))
    assert [wave.rate_hz for wave in found] == pytest.approx([260.0] * 6, rel=1e-3)


def test_a_refused_start_changes_nothing() -> None:
    decoder = StrapDecoder()
    fed(decoder, *[ecg(2.0 + 0.56 * k, k) for k in range(6)])
    assert fed(decoder, said(6.0, Reply(Op.START, Kind.ECG, polar.Answer.ALREADY))) == []
    assert [wave.joined for wave in waves(fed(decoder, ecg(2.0 + 0.56 * 6, 6)))] == [True]


def test_after_a_loss_of_the_link_the_wave_does_not_join() -> None:
    decoder = StrapDecoder()
    fed(decoder, *[ecg(2.0 + 0.56 * k, k) for k in range(6)])
    fed(decoder, LinkChanged(8.0, "a", LinkState.LOST))
    found = waves(fed(decoder, *[ecg(20.0 + 0.56 * k, k + 30) for k in range(4)]))
    assert [wave.joined for wave in found] == [False, True, True, True]
    assert found[0].t_s == pytest.approx(20.0 - 72 / 130, abs=0.02)


def test_what_is_no_frame_is_said() -> None:
    events = fed(
        StrapDecoder(),
        Notification(1.0, "a", polar.DATA, b"\x00\x01"),
        Notification(1.1, "a", polar.CONTROL, b"\x77"),
    )
    assert [type(event) for event in events] == [Undecodable, Undecodable]


def test_pulse_intervals_take_the_place_of_smoothed_ones() -> None:
    def smoothed(t_s: float) -> Notification:
        frame = heart_rate.encode(HeartRateMeasurement(60, rr_ticks=(1024,)))
        return Notification(t_s, "a", heart_rate.CHARACTERISTIC, frame)

    pulse = PulseFrame(0, (PulseInterval(60, 990, 6, False, True, True),) * 5)
    events = fed(
        StrapDecoder(),
        *[smoothed(float(t)) for t in range(1, 6)],
        data(26.0, pulse),
        *[smoothed(float(t)) for t in range(27, 31)],
        data(31.0, pulse),
    )
    beats = [event for event in events if isinstance(event, Beat)]
    assert [beat.rr_ms for beat in beats] == [1000.0] * 5 + [990.0] * 10
    assert [beat.segment for beat in beats] == [0] * 5 + [1] * 10
