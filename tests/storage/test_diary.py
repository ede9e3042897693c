import sqlite3
from datetime import UTC, datetime, timedelta, timezone

import pytest

from coherence.model import Practised, Reflection
from coherence.storage.database import Store
from coherence.storage.deleting import hide, purge
from coherence.storage.diary import AFTER, BEFORE, Diary
from coherence.storage.errors import StorageError
from coherence.storage.people import add_person, remove_person

EVENING = datetime(2026, 3, 7, 23, 30, tzinfo=timezone(timedelta(hours=-5)))


def test_what_was_practised_is_kept_with_its_local_day(store: Store) -> None:
    diary = Diary(store)
    first = diary.begin("soothing_rhythm", now=EVENING)
    second = diary.begin("grounding", now=EVENING + timedelta(hours=1))
    diary.finish(first, 300.0, 140.0, whole=True)
    assert diary.practised() == [
        Practised(second, "grounding", "2026-03-08T05:30:00+00:00", -300, 0.0, 0.0, False),
        Practised(first, "soothing_rhythm", "2026-03-08T04:30:00+00:00", -300, 300.0, 140.0, True),
    ]


def test_now_is_now(store: Store) -> None:
    diary = Diary(store)
    diary.begin("just_sit")
    begun = datetime.fromisoformat(diary.practised()[0].begun_at)
    assert abs(datetime.now(UTC) - begun) < timedelta(minutes=1)


def test_sliders_and_words_are_kept_before_and_after_and_may_change(store: Store) -> None:
    diary = Diary(store)
    session_id = store.begin_session("soothing_rhythm")
    number = diary.begin("soothing_rhythm", session_id, now=EVENING)
    diary.reflect(number, BEFORE, Reflection(body=0.2))
    diary.reflect(number, AFTER, Reflection(0.6, 0.5, "warmer than before"))
    assert diary.reflections(number) == {
        BEFORE: Reflection(body=0.2),
        AFTER: Reflection(0.6, 0.5, "warmer than before"),
    }
    assert diary.reflections_of_session(session_id) == diary.reflections(number)
    diary.reflect(number, AFTER, Reflection(words="a quiet evening"))
    assert diary.reflections(number)[AFTER] == Reflection(words="a quiet evening")
    diary.reflect(number, AFTER, Reflection())
    assert set(diary.reflections(number)) == {BEFORE}


def test_deleting_a_session_takes_its_lines_along(store: Store) -> None:
    diary = Diary(store)
    session_id = store.begin_session("soothing_rhythm")
    number = diary.begin("soothing_rhythm", session_id, now=EVENING)
    other = diary.begin("grounding", now=EVENING)
    diary.reflect(number, BEFORE, Reflection(words="tired"))
    store.finish_session(session_id, 60.0)
    hide(store, [session_id])
    purge(store)
    assert [each.id for each in diary.practised()] == [other]
    assert diary.reflections(number) == {}


def test_what_is_not_there_is_said(store: Store) -> None:
    diary = Diary(store)
    with pytest.raises(StorageError, match="no entry 7 in the diary"):
        diary.finish(7, 1.0, 0.0, whole=False)
    with pytest.raises(StorageError, match="no entry 7 in the diary"):
        diary.reflect(7, BEFORE, Reflection(0.5))


def test_a_slider_beyond_its_ends_is_refused(store: Store) -> None:
    diary = Diary(store)
    number = diary.begin("grounding")
    with pytest.raises(sqlite3.IntegrityError):
        diary.reflect(number, BEFORE, Reflection(body=1.5))


def test_each_person_has_a_diary_of_their_own(store: Store) -> None:
    Diary(store).begin("grounding")
    other = add_person(store, "Robin")
    mine = Diary(store, other.id)
    number = mine.begin("just_sit")
    assert [each.id for each in mine.practised()] == [number]
    assert [each.practice for each in Diary(store).practised()] == ["grounding"]
    remove_person(store, other)
    assert mine.practised() == []
