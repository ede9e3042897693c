"""How near intervals come to the heart's own: the strap's ticks, and timed by R waves.

python -m benchmarks.beat_accuracy [seconds]
"""

from __future__ import annotations

import sys

import numpy as np

from coherence.devices.decoder import StrapDecoder
from coherence.devices.people import PEOPLE, Person
from coherence.devices.simulator import wearer
from coherence.devices.wearer_heart import Heart
from coherence.model import Beat
from coherence.sessions.beat_times import BeatTimes

SEED = 5


def main(seconds: float) -> None:
    print(f"{'wearer':<14}{'beats':>7}{'timed':>8}{'strap, sd ms':>14}{'R waves, sd ms':>16}")
    for name, person in PEOPLE.items():
        said, given = _beats(person, seconds)
        timed = np.array([a.rr_ms != b.rr_ms for a, b in zip(said, given, strict=True)])
        of_strap, of_ecg = (_errors_ms(beats, person, seconds) for beats in (said, given))
        print(
            f"{name:<14}{len(said):>7}{100 * timed.mean():>7.1f}%"
            f"{of_strap.std():>14.3f}{of_ecg[timed].std():>16.3f}"
        )


def _beats(person: Person, seconds: float) -> tuple[list[Beat], list[Beat]]:
    """Beats as the strap said them, and as they come out."""
    decoder, times = StrapDecoder(), BeatTimes()
    said: list[Beat] = []
    given: list[Beat] = []
    for arrival in wearer(seed=SEED, seconds=seconds, person=person, measures=True):
        for event in decoder.feed(arrival):
            said += [event] if isinstance(event, Beat) else []
            given += [e for e in times.feed(event, arrival.t_s) if isinstance(e, Beat)]
    return said, given + [e for e in times.flush() if isinstance(e, Beat)]


def _errors_ms(beats: list[Beat], person: Person, seconds: float) -> np.ndarray:
    truth_ms = 1000.0 * np.diff(Heart(person, SEED).beats_until(seconds + 20.0))
    rr_ms = np.array([beat.rr_ms for beat in beats])
    first = min(range(8), key=lambda k: float(np.abs(rr_ms - truth_ms[k : k + len(rr_ms)]).mean()))
    return rr_ms - truth_ms[first : first + len(rr_ms)]


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 600.0)
