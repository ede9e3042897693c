"""The simulated strap's signals against the heart and the breath that they come from."""

import math
from collections import Counter
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from coherence.devices import heart_rate, polar, polar_frames
from coherence.devices.decoder import StrapDecoder
from coherence.devices.people import ANYONE, PEOPLE
from coherence.devices.polar import Kind
from coherence.devices.polar_frames import EcgFrame
from coherence.devices.simulator import StrapFaults, wearer
from coherence.devices.wearer_heart import STEP_S, Heart
from coherence.model import Arrival, Event, LinkChanged, LinkState, Notification, Signal, Waveform

SECONDS = 180.0


@cache
def worn(**options: object) -> tuple[Arrival, ...]:
    given = {"seed": 3, "seconds": SECONDS, "measures": True, **options}
    return tuple(wearer(**given))  # type: ignore[arg-type]


def waves(arrivals: tuple[Arrival, ...], signal: Signal) -> list[Waveform]:
    decoder = StrapDecoder()
    events: list[Event] = [event for arrival in arrivals for event in decoder.feed(arrival)]
    return [e for e in events if isinstance(e, Waveform) and e.signal is signal]


def payloads(arrivals: tuple[Arrival, ...], characteristic: str) -> list[bytes]:
    return [
        a.payload
        for a in arrivals
        if isinstance(a, Notification) and a.characteristic == characteristic
    ]


def ecg(arrivals: tuple[Arrival, ...]) -> tuple[np.ndarray, np.ndarray]:
    """True times and µV: stamps are told from the wearer's own zero."""
    at, uv = [], []
    for payload in payloads(arrivals, polar.DATA):
        frame = polar_frames.decode(payload)
        if isinstance(frame, EcgFrame):
            last_s = (frame.timestamp_ns - 599_600_000_000_000_000) / 1e9
            n = len(frame.microvolts)
            at.append(last_s + np.arange(1 - n, 1) / 130.17)
            uv.append(frame.microvolts)
    return np.concatenate(at), np.concatenate(uv).astype(float)


def test_it_changes_nothing_in_the_beats() -> None:
    for faults in (StrapFaults(), StrapFaults(drop_share=0.05, contact_loss_per_hour=60.0)):
        plain = worn(measures=False, faults=faults)
        with_signals = worn(faults=faults)
        frames = payloads(plain, heart_rate.CHARACTERISTIC)
        assert payloads(with_signals, heart_rate.CHARACTERISTIC)[: len(frames)] == frames
        assert all(a.t_s < b.t_s for a, b in pairwise(with_signals))


def test_r_waves_stand_where_the_heart_beat() -> None:
    at, uv = ecg(worn())
    beats = [t for t in Heart(ANYONE, 3).beats_until(SECONDS) if at[0] + 0.1 < t < at[-1] - 0.1]
    for beat_s in beats:
        near = np.abs(at - beat_s) < 0.06
        top_s = at[near][np.argmax(uv[near])]
        assert abs(top_s - beat_s) < 0.6 / 130  # the nearest sample
        assert uv[near].max() > 800.0
    away = np.min(np.abs(at[:, None] - np.array(beats)[None, :]), axis=1) > 0.1
    assert uv[away].max() < 500.0  # nothing else is so high


def test_r_waves_are_lower_with_full_lungs_and_the_chest_rises() -> None:
    heart = Heart(ANYONE, 3)
    beats, levels = [], []
    for step in range(int(SECONDS / STEP_S)):  # ask again, step by step
        beats += heart.beats_until((step + 1) * STEP_S)
        levels.append(heart.breath.levels[-1])
    breath_at = (np.arange(len(levels)) + 0.5) * STEP_S
    at, uv = ecg(worn())
    beats = [t for t in beats if at[0] + 0.1 < t < at[-1] - 0.1]
    tops = [uv[np.abs(at - t) < 0.02].max() for t in beats]
    # the wander with the breath lifts, the share lowers: 40 µV up and 120 down
    assert np.corrcoef(tops, np.interp(beats, breath_at, levels))[0, 1] < -0.6

    mg = np.concatenate(
        [np.reshape(w.samples, (-1, 3)) for w in waves(worn(), Signal.ACCELERATION)]
    )
    last = [
        polar_frames.decode(p).timestamp_ns
        for p in payloads(worn(), polar.DATA)
        if p[0] == Kind.ACCELERATION
    ]
    mg_at = (last[-1] - 599_600_000_000_000_000) / 1e9 + np.arange(1 - len(mg), 1) / 25.03
    assert np.corrcoef(mg[:, 2], np.interp(mg_at, breath_at, levels))[0, 1] > 0.9
    assert np.linalg.norm(mg.mean(axis=0)) == pytest.approx(1000.0, abs=10.0)


def test_streams_are_whole_and_on_the_session_clock() -> None:
    for signal, rate_hz in ((Signal.ECG, 130.17), (Signal.ACCELERATION, 25.03)):
        found = waves(worn(), signal)
        assert all(wave.joined for wave in found[1:])
        assert found[-1].rate_hz == pytest.approx(rate_hz, rel=1e-4)
        assert found[-1].t_s > SECONDS - 4.0


def test_frames_that_are_lost_leave_holes() -> None:
    found = waves(worn(faults=StrapFaults(drop_share=0.1)), Signal.ECG)
    holes = sum(not wave.joined for wave in found[1:])
    assert 10 < holes < 60


def test_a_new_connection_starts_anew() -> None:
    arrivals = worn(faults=StrapFaults(link_loss_per_hour=120.0))
    listening = [
        a for a in arrivals if isinstance(a, LinkChanged) and a.state is LinkState.LISTENING
    ]
    said = [polar.decode_control(p) for p in payloads(arrivals, polar.CONTROL)]
    assert len(listening) > 2
    assert Counter(type(each).__name__ for each in said)["Features"] >= len(listening) - 1


def test_without_contact_there_is_no_heart_in_it() -> None:
    faults = StrapFaults(contact_loss_per_hour=60.0)
    _, uv = ecg(worn(faults=faults))
    bare = sum(
        float(np.abs(uv[i : i + 73]).max()) < 400.0 and float(np.std(uv[i : i + 73])) > 100.0
        for i in range(0, len(uv) - 73, 73)
    )
    assert bare > 5


def test_who_moves_is_felt_and_beats_go_wrong() -> None:
    moved = worn(faults=StrapFaults(moves_per_hour=60.0))
    mg = np.concatenate([np.reshape(w.samples, (-1, 3)) for w in waves(moved, Signal.ACCELERATION)])
    size = np.linalg.norm(mg, axis=1)
    seconds = [float(np.std(size[i : i + 25])) for i in range(0, len(size) - 25, 25)]
    moving = sum(sd > 100.0 for sd in seconds)
    assert 5 < moving < len(seconds) - 20
    still = worn(measures=False, seconds=SECONDS)
    assert payloads(moved, heart_rate.CHARACTERISTIC) != payloads(still, heart_rate.CHARACTERISTIC)


def test_a_guide_is_followed_by_chest_and_r_waves_alike() -> None:
    arrivals = worn(
        person=PEOPLE["calm"], guide=lambda t_s: 0.5 - 0.5 * math.cos(2 * math.pi * t_s / 10.0)
    )
    mg = np.concatenate(
        [np.reshape(w.samples, (-1, 3)) for w in waves(arrivals, Signal.ACCELERATION)]
    )
    z = mg[-1600:, 2] - mg[-1600:, 2].mean()
    power = np.abs(np.fft.rfft(z * np.hanning(len(z)))) ** 2
    assert np.fft.rfftfreq(len(z), 1 / 25.03)[np.argmax(power)] == pytest.approx(0.1, abs=0.01)
