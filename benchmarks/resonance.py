"""How near a resonance assessment comes to resonances that are known, and what it says of others.

    python -m benchmarks.resonance [--wearers 100] [--jobs 2] [--json]

Simulated wearers in the stepped and the sliding protocol, from the strap's bytes to the answer. The
wearers' resonance lies from 4.5 to 6.5 a minute with a sharpness (Q) of 1.5 to 3, beside a Mayer
wave, drift and noise. Then wearers that follow late, whose recording is plain intervals, that have
early beats, that do not follow, and that have no resonance. "published" is the published score
alone: six criteria and a parabola, or the LOWESS of the slide.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from multiprocessing import Pool
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table
from tests.assessed import (
    DOES_NOT_FOLLOW,
    ECTOPICS,
    NO_RESONANCE,
    recording,
    resonant,
    rr_text,
)

from coherence.analysis.resonance import Outcome, Resonance
from coherence.devices.people import Person
from coherence.reports.assessment import read_assessment
from coherence.reports.imports import arrivals_of, read_recording
from coherence.sessions.assessment import Protocol

BARS = {Protocol.STEPPED: 0.5, Protocol.SLIDING: 0.6}
BAR_SHARE = 0.95


@dataclass(frozen=True)
class Case:
    """One run: who, in which protocol, and what is known of it."""

    group: str
    protocol: Protocol
    person: Person
    seed: int
    late_s: float = 0.0
    as_text: bool = False


@dataclass
class Group:
    """Wearers of one kind in one protocol, and what was said of them."""

    name: str
    protocol: Protocol
    errors: list[float] = field(default_factory=list)  # where a pace was found
    published: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)

    def add(self, case: Case, said: Resonance) -> None:
        self.outcomes[said.outcome.value] += 1
        true = case.person.resonance_per_min
        if said.per_min is not None and said.published_per_min is not None:
            self.errors.append(said.per_min - true)
            self.published.append(said.published_per_min - true)

    @property
    def runs(self) -> int:
        return sum(self.outcomes.values())

    @property
    def within(self) -> float:
        """The share of all runs whose pace was found within the bar."""
        near = np.abs(self.errors) <= BARS[self.protocol]
        return float(near.sum()) / max(1, self.runs)

    @property
    def published_within(self) -> float:
        near = np.abs(self.published) <= BARS[self.protocol]
        return float(near.sum()) / max(1, self.runs)

    def as_json(self) -> dict[str, object]:
        return {
            "wearers": self.name,
            "protocol": self.protocol.value,
            "runs": self.runs,
            "within_bar": round(self.within, 4),
            "published_within_bar": round(self.published_within, 4),
            "mean_error_bpm": _mean(np.abs(self.errors)),
            "bias_bpm": _mean(np.array(self.errors)),
            "largest_error_bpm": round(float(np.abs(self.errors).max(initial=0.0)), 3),
            "outcomes": dict(self.outcomes),
        }


def cases(wearers: int) -> Iterator[Case]:
    """All runs; ``wearers`` of the main group, fewer of the others."""
    few = max(5, wearers // 4)
    for protocol in Protocol:
        for i in range(wearers):
            yield Case("resonance 4.5 to 6.5", protocol, resonant(i), i)
        for i in range(few):
            yield Case("follow 0.3 s late", protocol, resonant(i), i, late_s=0.3)
            yield Case("plain intervals", protocol, resonant(i), i, as_text=True)
        for kinds in (ECTOPICS, DOES_NOT_FOLLOW, NO_RESONANCE):
            for name, person in kinds.items():
                for i in range(few):
                    yield Case(name, protocol, person, 500 + i)


def said_of(case: Case) -> tuple[Case, Resonance]:
    """Run one case through strap, decoder, judge and score."""
    arrivals = recording(case.protocol, case.person, case.seed, late_s=case.late_s)
    if case.as_text:
        with TemporaryDirectory() as folder:
            path = Path(folder, "rr.txt")
            path.write_text(rr_text(case.protocol, case.person, case.seed))
            arrivals = arrivals_of(read_recording(path), as_strap=False)
    return case, read_assessment(arrivals, case.protocol).result


def measured(wearers: int, jobs: int = 1) -> list[Group]:
    """Every group with what was said of it, in order."""
    groups: dict[tuple[str, Protocol], Group] = {}
    every = list(cases(wearers))
    with nullcontext() if jobs == 1 else Pool(jobs) as pool:
        runs = map(said_of, every) if pool is None else pool.imap(said_of, every, chunksize=4)
        notes = Console(stderr=True)
        for case, said in track(runs, "assessing", len(every), console=notes, transient=True):
            key = (case.group, case.protocol)
            groups.setdefault(key, Group(*key)).add(case, said)
    return list(groups.values())


def _mean(values: np.ndarray) -> float | None:
    return round(float(values.mean()), 3) if len(values) else None


def table(groups: list[Group]) -> Table:
    made = Table("wearers", "protocol")
    columns = ("runs", "within bar", "published", "mean error", "bias", "largest")
    for column in columns:
        made.add_column(column, justify="right")
    made.add_column("said")
    for group in groups:
        row = group.as_json()
        numbers = [row[key] for key in ("mean_error_bpm", "bias_bpm", "largest_error_bpm")]
        known = group.name not in {**DOES_NOT_FOLLOW, **NO_RESONANCE}
        shares = [f"{100 * share:.0f} %" for share in (group.within, group.published_within)]
        said = ", ".join(f"{n} {what}" for what, n in group.outcomes.most_common())
        made.add_row(
            group.name,
            group.protocol.value,
            str(group.runs),
            *(shares if known else ("", "")),
            *("" if n is None or not known else f"{n:.2f}" for n in numbers),
            said.replace("_", " "),
        )
    return made


def held(groups: list[Group]) -> bool:
    """Whether every bar holds: the accuracy, and nobody without a resonance given one."""
    ok = True
    for group in groups:
        if group.name == "resonance 4.5 to 6.5":
            ok &= group.within >= BAR_SHARE
        elif group.name in DOES_NOT_FOLLOW or group.name in NO_RESONANCE:
            ok &= group.outcomes[Outcome.FOUND.value] == 0
    return ok


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--wearers", type=int, default=100)
    arguments.add_argument("--jobs", type=int, default=2)
    arguments.add_argument("--json", action="store_true")
    asked = arguments.parse_args()
    groups = measured(asked.wearers, asked.jobs)
    if asked.json:
        print(json.dumps([group.as_json() for group in groups], indent=2))
    else:
        Console(width=150).print(table(groups))
        bars = "stepped within 0.5 a minute, sliding within 0.6, of at least 95 % of the wearers"
        print(f"The bars: {bars}. They {'hold' if held(groups) else 'do not all hold'}.")
    sys.exit(0 if held(groups) else 1)


if __name__ == "__main__":
    main()
