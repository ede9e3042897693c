"""The plan, by golden days, and what holds on every day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.judging import JUDGING

from coherence.model import Practised
from coherence.practice import plan as module
from coherence.practice.library import practices
from coherence.practice.plan import REMINDERS, Plan, local, plan, reminder

OPEN = [each for each in practices() if each.opens_after == 0]
ALL = practices()
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def line(
    practice: str, begun: datetime, seconds: float = 600.0, *, whole: bool = True, offset: int = 0
) -> Practised:
    utc = (begun - timedelta(minutes=offset)).replace(tzinfo=UTC)
    return Practised(0, practice, utc.isoformat(), offset, seconds, 0.0, whole)


def soothed(times: int, last: datetime) -> list[Practised]:
    return [line("soothing_rhythm", last - DAY * n) for n in range(times)]


GOLDEN = [
    ("the first day", MONDAY, [], ("soothing_rhythm", "just_sit", "grounding"), module.FIRST),
    (
        "a second one in the evening",
        MONDAY.replace(hour=19),
        soothed(1, MONDAY),
        ("just_sit", "soothing_rhythm", "compassionate_self"),
        module.AGAIN,
    ),
    (
        "a third day",
        MONDAY + 2 * DAY,
        soothed(2, MONDAY + DAY),
        ("soothing_rhythm", "just_sit", "compassionate_self"),
        module.FEW,
    ),
    (
        "a Monday",
        MONDAY,
        soothed(4, MONDAY - DAY),
        ("soothing_rhythm", "just_sit", "compassionate_self"),
        module.LEANS["soothing"],
    ),
    (
        "a Tuesday",
        MONDAY + DAY,
        soothed(4, MONDAY),
        ("just_sit", "soothing_rhythm", "compassionate_self"),
        module.LEANS["sitting"],
    ),
    (
        "a Wednesday",
        MONDAY + 2 * DAY,
        soothed(4, MONDAY + DAY),
        ("compassionate_self", "soothing_rhythm", "just_sit"),
        module.LEANS["compassion"],
    ),
    (
        "a Friday, when one was practised on Wednesday",
        MONDAY + 4 * DAY,
        [line("compassionate_self", MONDAY + 2 * DAY), *soothed(4, MONDAY + DAY)],
        ("inner_critic", "soothing_rhythm", "just_sit"),
        module.LEANS["compassion"],
    ),
    (
        "the day after the critic",
        MONDAY + 5 * DAY,
        [line("inner_critic", MONDAY + 4 * DAY), *soothed(4, MONDAY + DAY)],
        ("soothing_rhythm", "just_sit", "compassionate_self"),
        module.AFTER_CRITIC,
    ),
    (
        "a Sunday, when all were practised",
        MONDAY + 6 * DAY,
        [
            line("wider_than_myself", MONDAY + 4 * DAY),
            line("inner_critic", MONDAY + 2 * DAY),
            line("compassion_to_alignment", MONDAY - DAY),
            line("compassionate_self", MONDAY - 3 * DAY),
            *soothed(3, MONDAY - 4 * DAY),
        ],
        ("compassionate_self", "soothing_rhythm", "just_sit"),
        module.LEANS["compassion"],
    ),
    (
        "late",
        MONDAY.replace(hour=22),
        soothed(4, MONDAY - DAY),
        ("soothing_rhythm", "just_sit", "grounding"),
        module.LATE,
    ),
    (
        "after a stop",
        MONDAY,
        [line("soothing_rhythm", MONDAY - DAY, 70.0, whole=False), *soothed(4, MONDAY - 2 * DAY)],
        ("grounding", "soothing_rhythm", "just_sit"),
        module.STOPPED,
    ),
    (
        "after three weeks",
        MONDAY,
        soothed(9, MONDAY - 21 * DAY),
        ("soothing_rhythm", "just_sit", "grounding"),
        module.AWAY_SAID,
    ),
    (
        "a look of half a minute is no practice",
        MONDAY,
        [line("inner_critic", MONDAY, 30.0, whole=False)],
        ("soothing_rhythm", "just_sit", "grounding"),
        module.FIRST,
    ),
]


@pytest.mark.parametrize(
    ("now", "diary", "today", "because"),
    [row[1:] for row in GOLDEN],
    ids=[row[0] for row in GOLDEN],
)
def test_golden_days(
    now: datetime, diary: list[Practised], today: tuple[str, ...], because: str
) -> None:
    assert plan(ALL, diary, now) == Plan(today, because)


def test_what_is_not_open_is_not_offered() -> None:
    diary = [line("compassionate_self", MONDAY + 2 * DAY), *soothed(4, MONDAY + DAY)]
    assert plan(OPEN, diary, MONDAY + 4 * DAY).today[0] == "wider_than_myself"


def test_where_ours_are_missing_one_s_own_are_offered() -> None:
    few = [each for each in ALL if each.key in ("wider_than_myself", "grounding")]
    assert plan(few, [], MONDAY).today == ("grounding", "wider_than_myself")
    assert plan([], [], MONDAY).today == ()


def times(first: datetime, last: datetime) -> st.SearchStrategy[datetime]:
    plain = st.datetimes(first.replace(tzinfo=None), last.replace(tzinfo=None))
    return plain.map(lambda t: t.replace(tzinfo=UTC))


LINES = st.builds(
    line,
    st.sampled_from([*(each.key for each in ALL), "gone"]),
    times(MONDAY - 60 * DAY, MONDAY),
    st.floats(0.0, 3600.0),
    whole=st.booleans(),
    offset=st.sampled_from([-720, -300, 0, 60, 840]),
)


@given(st.lists(LINES, max_size=12), times(MONDAY, MONDAY + 30 * DAY))
def test_on_every_day_there_is_something_that_soothes_and_a_way_without_the_breath(
    lines: list[Practised], now: datetime
) -> None:
    diary = sorted(lines, key=lambda each: each.begun_at, reverse=True)
    made = plan(OPEN, diary, now)
    assert len(made.today) == len(set(made.today)) == 3
    assert "soothing_rhythm" in made.today
    assert {"just_sit", "grounding"} & set(made.today)
    assert "before_session" not in made.today
    assert made == plan(OPEN, diary, now)


def test_no_sentence_of_it_judges_or_counts() -> None:
    said = [module.FIRST, module.AWAY_SAID, module.STOPPED, module.AGAIN, module.LATE, module.FEW]
    for sentence in (*said, module.AFTER_CRITIC, *module.LEANS.values(), *REMINDERS):
        assert not JUDGING.search(sentence)
        assert not any(char.isdigit() for char in sentence)
        assert "missed" not in sentence.lower()


# --- reminders ------------------------------------------------------------------------------------

AT = time(18, 30)
EVENING = MONDAY.replace(hour=18, minute=30)


def test_a_reminder_comes_at_its_time_and_once() -> None:
    assert reminder(AT, [], None, EVENING - timedelta(seconds=1)) is None
    assert reminder(AT, [], None, EVENING) in REMINDERS
    assert reminder(AT, [], None, EVENING + timedelta(minutes=59)) in REMINDERS
    assert reminder(AT, [], None, EVENING + timedelta(minutes=60)) is None
    assert reminder(AT, [], EVENING.date(), EVENING) is None
    assert reminder(AT, [], EVENING.date() - DAY, EVENING) in REMINDERS


def test_a_day_that_has_had_its_practice_needs_none() -> None:
    assert reminder(AT, soothed(1, MONDAY), None, EVENING) is None
    assert reminder(AT, soothed(1, MONDAY - DAY), None, EVENING) in REMINDERS
    look = [line("just_sit", MONDAY, 20.0, whole=False)]
    assert reminder(AT, look, None, EVENING) in REMINDERS


def test_the_words_change_from_day_to_day() -> None:
    assert {reminder(AT, [], None, EVENING + DAY * n) for n in range(3)} == set(REMINDERS)


def test_the_day_is_that_of_the_place() -> None:
    """Half past eleven in the evening there is half past four the next morning in UTC."""
    there = line("just_sit", datetime(2026, 3, 7, 23, 30, tzinfo=UTC), offset=-300)
    assert there.begun_at.startswith("2026-03-08T04:30")
    assert local(there, MONDAY) == datetime(2026, 3, 7, 23, 30, tzinfo=UTC)
    here = timezone(timedelta(hours=1))
    assert local(there, MONDAY.replace(tzinfo=here)).date() == date(2026, 3, 7)
