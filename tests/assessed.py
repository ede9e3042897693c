"""Simulated wearers in a resonance assessment: what a strap says while its guide runs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from heapq import merge
from itertools import zip_longest

import numpy as np

from coherence.devices.people import PEOPLE, Person
from coherence.devices.simulator import wearer
from coherence.devices.wearer_heart import Heart
from coherence.model import Arrival, PaceChanged
from coherence.pacing import Breath, volume_in_breath
from coherence.protocols import sliding, stepped
from coherence.sessions.assessment import Protocol

FAITHFUL = Person(faithfulness=1.0)
AFTER_S = 3.0  # the recording goes on a little after the protocol
DOES_NOT_FOLLOW = {
    "breathes 12 a minute": PEOPLE["breathing-12"],
    "rests at 15, strong slow waves": PEOPLE["resting"],
    "own breath of 14": replace(FAITHFUL, faithfulness=0.0),
    "hardly heeds any breath": PEOPLE["drifting"],
    "no answer to the breath at all": replace(FAITHFUL, gain_ms=0.0),
}
NO_RESONANCE = {"answers all paces alike": replace(FAITHFUL, q=0.001)}
ECTOPICS = {
    "3 early beats in 100": replace(FAITHFUL, pvc_per_100=2.0, pac_per_100=1.0),
    "8 early beats in 100": replace(FAITHFUL, pvc_per_100=6.0, pac_per_100=2.0),
}


class GuidedBy:
    """The guide's volume from its breaths; it rests where there is none."""

    def __init__(self, breaths: Sequence[Breath], late_s: float = 0.0) -> None:
        self._breaths, self._late_s = breaths, late_s
        self._starts = [breath.start_s for breath in breaths]

    def __call__(self, t_s: float) -> float | None:
        t_s -= self._late_s
        i = bisect_right(self._starts, t_s) - 1
        if i < 0 or t_s >= self._breaths[i].end_s:
            return None
        return volume_in_breath(t_s - self._starts[i], self._breaths[i].pattern)[0]


def breaths_of(protocol: Protocol) -> tuple[Breath, ...]:
    if protocol is Protocol.SLIDING:
        return sliding()
    return tuple(breath for step in stepped() for breath in step.breaths)


def recording(
    protocol: Protocol, person: Person, seed: int, *, late_s: float = 0.0
) -> Iterator[Arrival]:
    """What arrives while ``person`` follows the protocol from time 0, ``late_s`` behind it."""
    breaths = breaths_of(protocol)
    guide = GuidedBy(breaths, late_s)
    beats = wearer(seed=seed, seconds=breaths[-1].end_s + AFTER_S, guide=guide, person=person)
    return merge(guide_said(breaths), beats, key=lambda arrival: arrival.t_s)


def guide_said(breaths: Sequence[Breath]) -> Iterator[Arrival]:
    """What is put on record of a guide that breathes ``breaths``: each pace a breath ahead."""
    pattern = None
    for now, after in zip_longest(breaths, breaths[1:]):
        if pattern is None:
            yield PaceChanged(now.start_s, now.pattern)
        pattern = now.pattern
        if after is None or after.start_s > now.end_s + 1e-6:
            yield PaceChanged(now.end_s - 1e-9, None)
            pattern = None
        elif after.pattern != pattern:
            yield PaceChanged((now.start_s + now.end_s) / 2.0, after.pattern, glide=False)


def rr_text(protocol: Protocol, person: Person, seed: int) -> str:
    """The same person's intervals as plain text, the first of them beginning with the protocol."""
    breaths = breaths_of(protocol)
    heart = Heart(person, seed, GuidedBy(breaths))
    beats_s = np.array(heart.beats_until(breaths[-1].end_s + AFTER_S))
    ticks = np.rint(np.append(0.0, beats_s) * 1024.0)
    return "".join(f"{rr:.6f}\n" for rr in np.diff(ticks)[1:] / 1.024)


def resonant(number: int, *, seed: int = 20) -> Person:
    """One of many wearers with a resonance from 4.5 to 6.5 a minute, of sharpness 1.5 to 3."""
    rng = np.random.default_rng([seed, number])
    return replace(
        FAITHFUL,
        resonance_per_min=float(rng.uniform(4.5, 6.5)),
        q=float(rng.uniform(1.5, 3.0)),
        mean_rr_ms=float(rng.uniform(750.0, 1050.0)),
    )
