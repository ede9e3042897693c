import json
from contextlib import suppress
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coherence.model import (
    Arrival,
    BreathMarked,
    BreathPattern,
    ClockMark,
    Ended,
    LinkChanged,
    LinkState,
    Moment,
    Notification,
    PaceChanged,
    Paused,
    Resumed,
    StepStarted,
)
from coherence.storage.arrival_json import KINDS, ArrivalError, from_json, to_json

# What lies in people's files: a change here breaks them.
WRITTEN = [
    (
        Notification(
            1.25, "A0:9E:1A:00:00:01", "00002a37-0000-1000-8000-00805f9b34fb", b"\x10\xff"
        ),
        '{"kind": "notification", "t_s": 1.25, "strap_id": "A0:9E:1A:00:00:01", "characteristic": '
        '"00002a37-0000-1000-8000-00805f9b34fb", "payload": "10ff"}',
    ),
    (
        LinkChanged(0.0, "AA", LinkState.LOST, "out of range"),
        '{"kind": "link_changed", "t_s": 0.0, "strap_id": "AA", "state": "lost", "reason": '
        '"out of range"}',
    ),
    (
        ClockMark(0.5, 1763856000.123, -90),
        '{"kind": "clock_mark", "t_s": 0.5, "utc_s": 1763856000.123, "offset_min": -90}',
    ),
    (
        StepStarted(3.0, 1, "soothe"),
        '{"kind": "step_started", "t_s": 3.0, "index": 1, "key": "soothe"}',
    ),
    (
        PaceChanged(4.0, BreathPattern(5.5)),
        '{"kind": "pace_changed", "t_s": 4.0, "pattern": {"breaths_per_min": 5.5, "inhale_share": '
        '0.4, "pause_full_s": 0.0, "pause_empty_s": 0.0}}',
    ),
    (
        PaceChanged(4.5, BreathPattern(6.0, 0.5), glide=False),
        '{"kind": "pace_changed", "t_s": 4.5, "pattern": {"breaths_per_min": 6.0, "inhale_share": '
        '0.5, "pause_full_s": 0.0, "pause_empty_s": 0.0}, "glide": false}',
    ),
    (PaceChanged(5.0, None), '{"kind": "pace_changed", "t_s": 5.0, "pattern": null}'),
    (Paused(6.0), '{"kind": "paused", "t_s": 6.0}'),
    (Resumed(7.0), '{"kind": "resumed", "t_s": 7.0}'),
    (Moment(8.0, "a sigh"), '{"kind": "moment", "t_s": 8.0, "label": "a sigh"}'),
    (BreathMarked(9.0), '{"kind": "breath_marked", "t_s": 9.0}'),
    (Ended(10.0), '{"kind": "ended", "t_s": 10.0}'),
]


@pytest.mark.parametrize(("arrival", "text"), WRITTEN)
def test_the_words_of_the_files_stay(arrival: Arrival, text: str) -> None:
    assert json.dumps(to_json(arrival)) == text
    assert from_json(json.loads(text)) == arrival


def test_every_arrival_of_the_vocabulary_has_its_word() -> None:
    assert (
        set(KINDS.values()) == set(get_args(Arrival)) == {type(arrival) for arrival, _ in WRITTEN}
    )


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        {},
        {"kind": ["moment"]},
        {"kind": "moment"},
        {"kind": "moment", "t_s": True},
        {"kind": "moment", "t_s": "1"},
        {"kind": "moment", "t_s": 10**400},
        {"kind": "moment", "t_s": 1, "label": None},
        {"kind": "moment", "t_s": 1, "colour": "blue"},
        {"kind": "step_started", "t_s": 1, "index": 1.5, "key": "soothe"},
        {"kind": "link_changed", "t_s": 1, "strap_id": "AA", "state": "asleep"},
        {"kind": "notification", "t_s": 1, "strap_id": "AA", "characteristic": "x", "payload": "1"},
        {"kind": "pace_changed", "t_s": 1, "pattern": {}},
        {"kind": "pace_changed", "t_s": 1, "pattern": {"breaths_per_min": "6"}},
        {"kind": "pace_changed", "t_s": 1, "pattern": 6},
    ],
)
def test_what_is_not_an_arrival_is_named(said: object) -> None:
    with pytest.raises(ArrivalError) as error:
        from_json(said)
    assert error.value.said is not None or said is None


PLAIN = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8))
JSON = st.one_of(PLAIN, st.lists(PLAIN, max_size=2), st.fixed_dictionaries({"inhale_share": PLAIN}))
FIELDS = ("t_s", "strap_id", "state", "payload", "index", "key", "pattern", "utc_s", "label")


@given(st.sampled_from(sorted(KINDS)), st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4))
def test_any_json_is_an_arrival_or_an_arrival_error(kind: str, rest: dict[str, object]) -> None:
    with suppress(ArrivalError):
        assert isinstance(from_json({"kind": kind, **rest}), KINDS[kind])
