"""History keeps every value, and of those that are seldom due only the changes."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from coherence.model import Value
from coherence.sessions.history import History

values = st.one_of(st.none(), st.sampled_from([0.0, 1.0, 2.5]))


@given(st.lists(st.tuples(values, values), max_size=60), st.integers(-2, 70))
def test_each_second_has_the_value_it_was_given(told, forgotten_s):
    history = History({"quick": 1, "slow": 5})
    for second, (quick, slow) in enumerate(told):
        history.append(float(second), {"quick": Value(quick), "slow": Value(slow)})
        assert len(history.columns["slow"]) == second + 1  # also looked at while it grows
    for key in ("quick", "slow"):
        history.forget(key, float(forgotten_s))
    history.append(99.0, {"quick": Value(7.0), "slow": Value(7.0)})
    assert list(history.columns) == ["quick", "slow"]
    for i, key in enumerate(("quick", "slow")):
        expected = [math.nan if row[i] is None else row[i] for row in told]
        expected = [v if second <= forgotten_s else math.nan for second, v in enumerate(expected)]
        np.testing.assert_array_equal(history.columns[key], [*expected, 7.0])


def test_hours_are_held_in_little_room():
    keys = {f"quick {i}": 1 for i in range(3)} | {f"slow {i}": 10 for i in range(20)}
    history = History(keys)
    for second in range(4000):
        history.append(float(second), {key: Value(float(second // n)) for key, n in keys.items()})
    held = history._rows.nbytes + sum(
        changes._at.nbytes + changes._values.nbytes for changes in history._changes.values()
    )
    assert held < 0.4 * 8 * 4000 * (len(keys) + 1)
    np.testing.assert_array_equal(history.columns["slow 3"], np.arange(4000) // 10)
    np.testing.assert_array_equal(history.t_s, np.arange(4000))


def test_what_was_asked_for_stays_as_long_as_it_was() -> None:
    """A view's columns go with its seconds, though the session goes on."""
    history = History({"often": 1, "seldom": 5})
    for second in range(10):
        history.append(float(second), {"often": Value(1.0), "seldom": Value(float(second // 5))})
    t_s, columns = history.t_s, history.columns
    history.append(10.0, {"often": Value(2.0), "seldom": Value(2.0)})
    assert len(t_s) == 10
    assert columns["seldom"].tolist() == 5 * [0.0] + 5 * [1.0]
    assert {len(columns[key]) for key in columns} == {10}
