"""How long the sound of a minute takes to make, beside the minute itself.

    python benchmarks/sound.py [--runs 5]

Goal: a minute in under 3 s, that is 20 times real time. The sea's noise is made once a start and
timed apart.
"""

from __future__ import annotations

import argparse
import statistics
import time

from coherence.model import PaceChanged
from coherence.pacing import SOOTHING
from coherence.sound import sea
from coherence.sound.kinds import KINDS, RATE_HZ, Kind
from coherence.sound.score import Score

WHOLE_S, BLOCK = 60, RATE_HZ


def minute_s(kind: Kind) -> float:
    score = Score(kind)
    score.feed(PaceChanged(0.0, SOOTHING))
    began_s = time.perf_counter()
    for first in range(0, WHOLE_S * RATE_HZ, BLOCK):
        score.render(first, BLOCK)
    return time.perf_counter() - began_s


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    began_s = time.perf_counter()
    sea.loops(1)
    print(f"the sea's noise, once        {time.perf_counter() - began_s:6.2f} s")
    for kind in KINDS:
        took = [minute_s(kind) for _ in range(runs)]
        middle = statistics.median(took)
        print(
            f"a minute of {kind:16} {middle:6.2f} s  {WHOLE_S / middle:6.0f} times real time"
            f"  (from {min(took):.2f} to {max(took):.2f}, {runs} runs)"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
