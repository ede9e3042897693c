"""What a simulated chest strap measures beside beats: an ECG, and how the chest moves."""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from coherence.devices import polar, polar_frames
from coherence.devices.polar import Features, Kind, Op, Reply, Setting
from coherence.devices.polar_frames import AccelerationFrame, EcgFrame
from coherence.devices.wearer_heart import STEP_S, Heart

Floats = NDArray[np.float64]

# How the signals are sent, after frames of an H10.
ECG_HZ, ECG_SAMPLES = 130.17, 73  # it names 130; its stamps say this
ACCELERATION_HZ, ACCELERATION_SAMPLES = 25.03, 36
STAMP_ZERO_NS = 599_600_000_000_000_000  # some day in 2019: such a strap loses its clock
STAMP_JITTER_S = 10e-6
STARTS_AFTER_S = 0.6  # of the connection
LATENCY_S = 0.30  # of a frame's last sample
JITTER_S, LONGEST_JITTER_S = 0.03, 0.25

# A heartbeat as waves: where they stand beside the R wave (s), how wide (sd, s), how high (µV).
WAVES = (
    (-0.170, 0.022, 110.0),  # P
    (-0.028, 0.009, -90.0),  # Q
    (0.0, 0.011, 1200.0),  # R
    (0.030, 0.010, -240.0),  # S
)
T_AT_S, T_SD_S, T_UV = 0.27, 0.045, 280.0  # at an interval of 0.9 s; it follows its square root
AHEAD_S = 0.25  # so far ahead of a beat its P wave begins
BEHIND_S = 0.60
R_WITH_BREATH = 0.10  # the share by which R waves are lower with full lungs
WANDER_UV = 40.0  # with the breath
ECG_NOISE_UV = 8.0  # sd; captured frames of an H10 hold about as much
BARE_UV, MAINS_HZ = 250.0, 50.0  # of electrodes that touch nothing

GRAVITY_MG = (60.0, -985.0, 140.0)
TILT_MG = (4.0, 2.0, 14.0)  # by a full breath
ACCELERATION_NOISE_MG = 3.0
MOVING_MG, MOVING_UV = 220.0, 160.0  # sd: of acceleration, and of what moving does to the ECG


class TwoEars:
    """A heart that two listen to, each at a pace of its own."""

    def __init__(self, heart: Heart) -> None:
        self._heart = heart
        self._heard: list[deque[float]] = [deque(), deque()]
        self._lived_s = 0.0

    def live(self, t_s: float) -> None:
        """Let the heart beat on, up to ``t_s`` at least."""
        if t_s > self._lived_s:
            self._lived_s = t_s
            beats_s = self._heart.beats_until(t_s)
            for heard in self._heard:
                heard.extend(beats_s)

    def beats_until(self, t_s: float, ear: int) -> list[float]:
        """As ``Heart.beats_until``, for each ear in order of its own times."""
        self.live(t_s)
        whole_s = math.floor(t_s / STEP_S + 1e-9) * STEP_S + 1e-9  # a beat is known a step later
        heard = self._heard[ear]
        return [heard.popleft() for _ in range(sum(beat_s <= whole_s for beat_s in heard))]

    def breath(self, t_s: Floats) -> Floats:
        """How full the lungs were, -1 to 1, within the last stretch that was lived."""
        last_s = math.floor(self._lived_s / STEP_S + 1e-9) * STEP_S - STEP_S / 2
        levels = np.array(self._heart.breath.levels)
        at_s = last_s + np.arange(1 - len(levels), 1) * STEP_S
        level: Floats = np.interp(t_s, at_s, levels)
        return level


class SimulatedSignals:
    """The measurements of one strap: ``begin`` with each connection, then ``until``."""

    def __init__(self, ears: TwoEars, *, seed: int, drop_share: float = 0.0) -> None:
        self._ears = ears
        self._rng = np.random.default_rng([seed, 4])
        self._drops = np.random.default_rng([seed, 5])
        self._drop_share = drop_share
        self._beats_s: deque[float] = deque()
        self._due: list[tuple[float, int, float]] = []  # (arrival, kind, first sample)
        self._said: deque[tuple[float, bytes]] = deque()

    def begin(self, connected_s: float) -> None:
        """A connection: what was under way is lost, and everything is started anew."""
        self._said = deque(
            (connected_s + 0.3 + 0.04 * i, polar.encode_control(said))
            for i, said in enumerate(_REPLIES)
        )
        start_s = connected_s + STARTS_AFTER_S
        self._due = []
        for kind in _SENT:
            self._schedule(kind, start_s)

    def until(
        self, t_s: float, contact: bool = True, moving: bool = False
    ) -> Iterator[tuple[float, str, bytes]]:
        """What arrives up to ``t_s``: (arrival, characteristic, payload)."""
        while self._said and self._said[0][0] <= t_s:
            at_s, payload = self._said.popleft()
            yield at_s, polar.CONTROL, payload
        while self._due and self._due[0][0] <= t_s:
            arrives_s, kind, first_s = heapq.heappop(self._due)
            rate_hz, count, measure = _SENT[Kind(kind)]
            at = first_s + np.arange(count) / rate_hz
            frame = measure(self, at, contact, moving)
            self._schedule(Kind(kind), first_s + count / rate_hz)
            if self._drops.uniform() >= self._drop_share:
                yield arrives_s, polar.DATA, polar_frames.encode(frame)

    def _schedule(self, kind: Kind, first_s: float) -> None:
        rate_hz, count, _ = _SENT[kind]
        last_s = first_s + (count - 1) / rate_hz
        jitter_s = min(LONGEST_JITTER_S, self._rng.exponential(JITTER_S))
        heapq.heappush(self._due, (last_s + LATENCY_S + jitter_s, int(kind), first_s))

    def _stamp_ns(self, t_s: float) -> int:
        return STAMP_ZERO_NS + round((t_s + STAMP_JITTER_S * self._rng.standard_normal()) * 1e9)

    def _ecg(self, at: Floats, contact: bool, moving: bool) -> EcgFrame:
        self._beats_s.extend(self._ears.beats_until(float(at[-1]) + AHEAD_S + STEP_S, 1))
        while len(self._beats_s) > 2 and self._beats_s[1] < at[0] - BEHIND_S:
            self._beats_s.popleft()
        noise = self._rng.standard_normal(len(at))
        if contact:
            uv = ecg_uv(at, list(self._beats_s), self._ears.breath(at)) + ECG_NOISE_UV * noise
        else:
            uv = BARE_UV * np.sin(2 * math.pi * MAINS_HZ * at) + ECG_NOISE_UV * noise
        if moving:
            uv += MOVING_UV * self._rng.standard_normal(len(at))
        return EcgFrame(self._stamp_ns(at[-1]), tuple(np.rint(uv).astype(int).tolist()))

    def _acceleration(self, at: Floats, _contact: bool, moving: bool) -> AccelerationFrame:
        self._ears.live(float(at[-1]) + STEP_S)
        mg = acceleration_mg(at, self._ears.breath(at))
        sd_mg = MOVING_MG if moving else ACCELERATION_NOISE_MG
        mg += sd_mg * self._rng.standard_normal(mg.shape)
        rows = np.clip(np.rint(mg), -8000, 8000).astype(int).tolist()
        return AccelerationFrame(self._stamp_ns(at[-1]), tuple((x, y, z) for x, y, z in rows))


def ecg_uv(t_s: Floats, beats_s: Sequence[float], breath: Floats) -> Floats:
    """An ECG without noise at ``t_s`` (n,), of hearts beats around; ``breath`` (n,) is -1 to 1."""
    uv = WANDER_UV * breath
    higher = 1.0 - R_WITH_BREATH * breath
    for before_s, beat_s in pairwise([beats_s[0] - 0.9, *beats_s] if beats_s else []):
        away = t_s - beat_s
        if away[-1] < -AHEAD_S or away[0] > BEHIND_S:
            continue
        for at_s, sd_s, height in WAVES:
            uv += height * higher * np.exp(-0.5 * ((away - at_s) / sd_s) ** 2)
        stretch = math.sqrt(max(0.3, beat_s - before_s) / 0.9)
        uv += T_UV * np.exp(-0.5 * ((away - T_AT_S * stretch) / (T_SD_S * stretch)) ** 2)
    return uv


def acceleration_mg(t_s: Floats, breath: Floats) -> Floats:
    """Acceleration (n, 3) without noise: the strap tilts as the chest rises."""
    swing = np.stack([tilt * breath for tilt in TILT_MG], axis=1)
    sway = 2.0 * np.sin(2 * math.pi * t_s / 47.0)  # one sits, but not like a stone
    moved: Floats = np.array(GRAVITY_MG) + swing + sway[:, None]
    return moved


_Measure = Callable[[SimulatedSignals, Floats, bool, bool], EcgFrame | AccelerationFrame]
_SENT: dict[Kind, tuple[float, int, _Measure]] = {
    Kind.ECG: (ECG_HZ, ECG_SAMPLES, SimulatedSignals._ecg),
    Kind.ACCELERATION: (
        ACCELERATION_HZ,
        ACCELERATION_SAMPLES,
        SimulatedSignals._acceleration,
    ),
}
_REPLIES: tuple[Features | Reply, ...] = (
    Features(frozenset(_SENT)),
    Reply(
        Op.SETTINGS,
        Kind.ECG,
        0,
        settings={Setting.RATE_HZ: (130,), Setting.RESOLUTION_BITS: (14,)},
    ),
    Reply(Op.START, Kind.ECG, 0),
    Reply(
        Op.SETTINGS,
        Kind.ACCELERATION,
        0,
        settings={
            Setting.RATE_HZ: (25, 50, 100, 200),
            Setting.RESOLUTION_BITS: (16,),
            Setting.RANGE: (2, 4, 8),
        },
    ),
    Reply(Op.START, Kind.ACCELERATION, 0),
)
