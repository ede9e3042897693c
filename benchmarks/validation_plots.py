"""The three plots of docs/validation.md, drawn from the numbers that its tables give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from benchmarks.drawing import (
    INK,
    QUIET,
    TONES,
    Drawing,
    from_zero,
    linear,
    logarithmic,
)

CEILING = 0.9039  # of a pure tone in 64 s


@dataclass(frozen=True, slots=True)
class Pair:
    """One number of one report: theirs and ours."""

    report: int
    theirs: float
    ours: float

    @property
    def mean(self) -> float:
        return abs(self.theirs + self.ours) / 2.0

    @property
    def apart_pct(self) -> float:
        return 100.0 * (self.ours / self.theirs - 1.0)


def bland_altman(groups: Mapping[str, Sequence[Pair]], reports: Sequence[str]) -> Drawing:
    """Each number's difference in per cent against its size, one panel a kind of number."""
    wide, left, top, base = 300.0, 78.0, 86.0, 300.0
    drawing = Drawing(
        int(left + len(groups) * wide), 370, "Our numbers against Kubios", _said(groups)
    )
    drawing.words(24, 32, "Ours less Kubios's, in per cent of Kubios's", px=15, tone=INK, bold=True)
    drawing.key(24, 56, reports)
    for n, (name, pairs) in enumerate(groups.items()):
        x0, x1 = left + n * wide, left + (n + 1) * wide - 76.0
        drawing.words(x0, top - 8, name, tone=INK)
        apart = np.array([pair.apart_pct for pair in pairs])
        bias, spread = float(apart.mean()), 1.96 * float(apart.std(ddof=1))
        reach = _round_up(max(float(np.abs(apart).max()), abs(bias) + spread))
        y = linear(-reach, reach, base, top)
        low, high = min(p.mean for p in pairs), max(p.mean for p in pairs)
        x = logarithmic(low / 1.6, high * 1.6, x0, x1)
        decades = [10.0**k for k in range(-2, 5) if low / 1.6 <= 10.0**k <= high * 1.6]
        drawing.across(x, [(d, f"{d:g}") for d in decades], top, base)
        drawing.up(y, [(v, f"{v:g} %") for v in (-reach, 0.0, reach)], x0, x1)
        drawing.band(x0, y(bias + spread), x1 - x0, y(bias - spread) - y(bias + spread), "#9fc3bd")
        drawing.line(x0, y(bias), x1, y(bias), QUIET, "dashed")
        for pair in pairs:
            drawing.mark(x(pair.mean), y(pair.apart_pct), pair.report)
    foot = (
        "Along: the size of the number. Dashed: the mean difference; band: 1.96 standard deviations"
    )
    drawing.words(24, 352, f"{foot} about it. Each panel has its own scale.")
    return drawing


def _said(groups: Mapping[str, Sequence[Pair]]) -> str:
    parts = []
    for name, pairs in groups.items():
        most = max(abs(pair.apart_pct) for pair in pairs)
        parts.append(f"{name}: {len(pairs)} numbers, at most {most:.3f} % apart")
    return "; ".join(parts) + "."


def _round_up(reach: float) -> float:
    """The next of 1, 2, 5, 10 … of its size, to end an axis on.

    >>> _round_up(0.0031), _round_up(4.3), _round_up(17.0)
    (0.005, 5.0, 20.0)
    """
    size = 10.0 ** np.floor(np.log10(reach))
    return float(next(round(step * size, 9) for step in (1, 2, 5, 10) if step * size >= reach))


def verdicts(
    found: Mapping[str, Mapping[str, float]],
    false_alarms: Mapping[str, Mapping[str, float]],
) -> Drawing:
    """By heart: the share of each kind of odd beat found, and false alarms beside simple rules.

    ``found[heart][kind]`` is ours; ``false_alarms[heart][rule]`` are per 1000 clean intervals.
    """
    kinds = list(dict.fromkeys(kind for row in found.values() for kind in row))
    rules = list(dict.fromkeys(rule for row in false_alarms.values() for rule in row))
    top, step, x0, x1, x2, x3 = 104.0, 36.0, 130.0, 500.0, 580.0, 880.0
    base = top + step * len(found)
    lowest = min(share for row in found.values() for share in row.values())
    drawing = Drawing(
        910,
        int(base) + 56,
        "Odd beats found, and clean ones flagged in vain",
        f"{len(found)} hearts; the least share found is {lowest:.2f}.",
    )
    drawing.words(x0, 32, "Odd beats found", px=15, tone=INK, bold=True)
    drawing.words(x2, 32, "Flagged in vain", px=15, tone=INK, bold=True)
    drawing.key(x0, 58, kinds)
    drawing.key(x2, 58, rules, hollow_from=1)
    share = linear(0.0, 1.0, x0, x1)
    drawing.across(share, [(v / 4, f"{25 * v} %") for v in range(5)], top - 16, base)
    most = max(count for row in false_alarms.values() for count in row.values())
    count = from_zero(max(10.0, most), x2, x3)
    ticks = [(v, f"{v:g}") for v in (0, 1, 3, 10, 30, 100, 300) if v <= most]
    drawing.across(count, ticks, top - 16, base)
    for n, heart in enumerate(found):
        y = top + n * step
        drawing.words(x0 - 14, y + 4, heart, anchor="end", tone=INK)
        for which, kind in enumerate(kinds):
            if kind in found[heart]:
                up = 5.5 * (which - (len(kinds) - 1) / 2)
                drawing.mark(share(found[heart][kind]), y + up, which, r=4.0)
        for which, rule in reversed(list(enumerate(rules))):
            drawing.mark(count(false_alarms[heart][rule]), y, which, hollow=which > 0)
    drawing.words(x0, base + 36, "share of events with an interval flagged")
    drawing.words(x2, base + 36, "per 1000 clean intervals")
    return drawing


def tones(noise: Mapping[str, tuple[float, float, float]]) -> Drawing:
    """``noise[name]`` is our mean, our standard deviation, and the mean that is expected."""
    x0, x1, top, base = 70.0, 560.0, 84.0, 320.0
    drawing = Drawing(
        600,
        380,
        "Coherence of a tone in noise",
        "; ".join(f"{n}: {mean:.3f}, expected {to:.3f}" for n, (mean, _, to) in noise.items())
        + ".",
    )
    drawing.words(
        24,
        32,
        "Coherence of a wave of 50 ms, by the noise at each beat",
        px=15,
        tone=INK,
        bold=True,
    )
    drawing.key(24, 58, ("ours: mean, and one standard deviation", "expected"), hollow_from=1)
    y = linear(0.0, 1.0, base, top)
    x = linear(-0.5, len(noise) - 0.5, x0, x1)
    drawing.up(y, [(v / 5, f"{v / 5:.1f}") for v in range(6)], x0, x1)
    drawing.line(x0, y(CEILING), x1, y(CEILING), QUIET, "dashed")
    drawing.words(x1, y(CEILING) - 6, "the most that a pure tone can reach", anchor="end")
    for n, (name, (mean, spread, expected)) in enumerate(noise.items()):
        drawing.line(x(n) - 8, y(mean - spread), x(n) - 8, y(mean + spread), TONES[0], "thick")
        drawing.mark(x(n) - 8, y(mean), 0)
        drawing.mark(x(n) + 8, y(expected), 1, hollow=True)
        drawing.words(x(n), base + 20, name, anchor="middle")
    return drawing
