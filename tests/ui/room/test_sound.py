"""The sound switch of the room: what is chosen is heard, shown and kept, at a breath's turn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtTest import QTest
from tests.ui.desk import Key, wait

from coherence.devices.sources import SourceLoop
from coherence.practice.session_plans import PRACTICE, PlanStep, SessionPlan
from coherence.sessions.opening import FromNobody
from coherence.sound.kinds import Kind
from coherence.storage.places import places
from coherence.storage.settings import Settings
from coherence.ui.room.opening import opened_room
from coherence.ui.room.room import Room

CHOSEN: dict[str, object] = {}


@pytest.fixture
def room() -> Iterator[Room]:
    loop = SourceLoop()
    plan = SessionPlan("k", "K", "why", (PlanStep(PRACTICE, "Soothe", 120.0, 8.0),))
    CHOSEN.clear()
    made = opened_room(
        FromNobody(), plan.practice(), where=places(), store=None,
        settings=Settings(first_run_done=True, sound="waves"), loop=loop, told=set(),
        change_settings=lambda **new: CHOSEN.update(new),
    )  # fmt: skip
    made.open()
    assert QTest.qWaitForWindowActive(made.window)
    yield made
    made.leave()
    loop.stop()


def heard(room: Room) -> Kind:
    """What the player makes its sound of."""
    assert room._sound is not None
    kind: Kind = room._sound._player._mixer.score.kind
    return kind


def test_another_sound_goes_where_the_breath_turns(room: Room) -> None:
    assert heard(room) == "waves"
    guiding = room.run.guiding
    assert guiding is not None
    wait(lambda: guiding.turn_s(room.run.now_s()) > room.run.now_s() + 1.0, 20.0)
    QTest.keyClick(room.window, Key.Key_S)
    assert room._turning is not None
    at_s, kind = room._turning
    assert kind == "pad"
    wait(lambda: room.client_kind == "pad", 20.0)
    assert room.run.now_s() >= at_s, "not before the turn"
    wait(lambda: heard(room) == "pad")
    assert CHOSEN["sound"] == "pad"
    assert room.client._sound == "pad", "the client's screen says so too"


def test_what_the_client_chooses_is_heard_and_kept(room: Room) -> None:
    room.client.sound_chosen.emit("bowl")
    wait(lambda: heard(room) == "bowl")
    assert CHOSEN["sound"] == "bowl"


def test_the_volume_goes_at_once(room: Room) -> None:
    room.window.pace.volume_asked.emit(0.25)
    assert room._sound is not None
    wait(lambda: room._sound is not None and room._sound._player._volume == 0.25)
    assert CHOSEN["volume"] == 0.25
