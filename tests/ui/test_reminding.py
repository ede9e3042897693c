"""Reminders and today's offers in the window, on a clock that only the test moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QObject
from PySide6.QtTest import QSignalSpy
from tests.ui.desk import MINE, welcome

from coherence.model import Practised
from coherence.practice import plan
from coherence.storage.database import Store
from coherence.storage.diary import Diary
from coherence.ui import screens
from coherence.ui.app import App
from coherence.ui.reminding import Reminding, now_here

EVENING = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)


def test_off_by_default_nothing_ever_comes() -> None:
    assert MINE.reminder_at is None
    owner = QObject()
    reminding = Reminding(lambda: MINE.reminder_at, list, owner, now=lambda: EVENING)
    said = QSignalSpy(reminding.due)
    reminding.look()
    assert said.count() == 0


def test_once_a_day_at_its_time() -> None:
    now, owner, diary = [EVENING - timedelta(minutes=1)], QObject(), list[Practised]()
    reminding = Reminding(lambda: "18:30", lambda: diary, owner, now=lambda: now[0])
    said = QSignalSpy(reminding.due)
    reminding.look()
    assert said.count() == 0
    now[0] = EVENING
    reminding.look()
    reminding.look()
    assert said.count() == 1
    assert said.at(0)[0] in plan.REMINDERS
    now[0] += timedelta(days=1)
    reminding.look()
    assert said.count() == 2
    now[0] += timedelta(days=1, minutes=5)
    diary.append(Practised(1, "just_sit", now[0].isoformat(), 0, 300.0, 0.0, True))
    reminding.look()
    assert said.count() == 2
    reminding.notify("nothing happens where the system has no such notes")


def test_a_reminder_stands_on_the_welcome_screen(window: Callable[..., App]) -> None:
    shown = window(replace(MINE, reminder_at="18:30"))
    shown.show_welcome()
    shown._remind(plan.REMINDERS[0])
    notice = welcome(shown)._notice
    assert notice.isVisibleTo(shown)
    assert notice.text() == plan.REMINDERS[0]
    shown.show_settings()
    shown._remind(plan.REMINDERS[1])  # nothing is disturbed


def test_today_s_three_come_from_the_diary_and_the_day(
    window: Callable[..., App], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    morning = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)  # a Wednesday
    monkeypatch.setattr(screens, "now_here", lambda: morning)
    diary = Diary(store)
    for days in range(1, 5):
        number = diary.begin("soothing_rhythm", now=morning - timedelta(days=days))
        diary.finish(number, 600.0, 450.0, whole=True)
    shown = window()
    shown.show_welcome()
    choice = welcome(shown).choice
    seen = [row.text() for row in choice.rows if row.isVisibleTo(choice)]
    assert seen == ["The compassionate self", "Soothing rhythm", "Just sit with my heart"]
    assert choice.practice.key == "compassionate_self"
    said = [w.accessibleName() for w in choice.findChildren(QObject) if hasattr(w, "set_words")]
    assert plan.LEANS["compassion"] in said


def test_now_is_local() -> None:
    assert now_here().utcoffset() is not None
