"""Columns of what markers said: the same values, and the same medians, as of objects."""

from collections import Counter
from statistics import median

import numpy as np
import pytest

from coherence.model import Reason, Value
from coherence.sessions.seconds import Seconds


def told(n=400, seed=4):
    """Seconds at which three markers are due each, each third and never at first."""
    rng = np.random.default_rng(seed)
    reasons = list(Reason)

    def value(i):
        number = None if rng.random() < 0.3 else float(rng.normal())
        return Value(
            number,
            reasons[rng.integers(len(reasons))] if number is None or rng.random() < 0.1 else None,
            uncertainty=float(rng.random()) if number is not None and i % 4 else None,
            low_confidence=bool(rng.random() < 0.5) if number is not None else False,
            floor=float(rng.random()) if number is not None and rng.random() < 0.5 else None,
        )

    keys = [("each", 1, 0), ("third", 3, 0), ("late", 1, 90)]
    return [
        (float(i), {key: value(i) for key, every, first in keys if i % every == 0 and i >= first})
        for i in range(n)
    ]


def typical(values):
    known = [v for v in values if v.value is not None]
    if not known:
        reasons = Counter(v.reason for v in values)
        return Value(None, reasons.most_common(1)[0][0] if reasons else Reason.WARMING_UP)
    floors = [v.floor for v in known if v.floor is not None]
    return Value(
        median(v.value for v in known),
        low_confidence=2 * sum(v.low_confidence for v in known) > len(known),
        floor=median(floors) if floors else None,
    )


def test_what_was_said_comes_back_as_it_was():
    rows = told()
    seconds = Seconds(rows)
    assert len(seconds) == len(rows)
    assert [seconds.last(slice(0, i + 1)) for i in range(len(rows))] == rows
    assert seconds.last(slice(0, 0)) is None
    assert Seconds().last(slice(None)) is None


@pytest.mark.parametrize(
    "span", [(None, None), (10.0, 60.0), (90.0, 91.0), (120.0, None), (500.0, None)]
)
def test_medians_are_those_of_the_values_in_the_span(span):
    rows = told()
    seconds = Seconds(rows)
    from_s, to_s = (-1.0 if span[0] is None else span[0], 1e9 if span[1] is None else span[1])
    inside = [values for t_s, values in rows if from_s < t_s <= to_s]
    among = seconds.between(*span)
    assert len(range(len(seconds))[among]) == len(inside)
    for key in ("each", "third", "late", "never"):
        said = [values[key] for values in inside if key in values]
        assert seconds.typical(key, among) == typical(said), key
        numbers = [v.value for v in said if v.value is not None]
        assert seconds.numbers(key, among).tolist() == numbers
