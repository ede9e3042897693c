"""Two hearts in the room: one clock, no claim by chance, two records of which either may go."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from tests.ui.desk import wait
from tests.ui.room.test_room import SETTINGS

from coherence.analysis.series import NNSeries
from coherence.model import BreathPattern, PaceChanged
from coherence.pacing import BreathGuide
from coherence.practice.library import practice
from coherence.sessions.opening import FromWearer
from coherence.storage.database import CLIENT, THERAPIST, Store
from coherence.storage.deleting import hide, purge
from coherence.storage.people import add_person, people
from coherence.storage.two_at_once import sitting_of
from coherence.ui.app import App
from coherence.ui.live_loop import PracticeRun
from coherence.ui.room.meeting import ASK_EVERY_S, Meeting
from coherence.ui.room.room import Room, Who

BOTH = ("2026-01-02T10:00:00.000+00:00", "2026-01-02T10:00:05.000+00:00")


def heart(seed: int, common: np.ndarray | None = None) -> NNSeries:
    """Twenty minutes of a wandering heart, with something in common if that is given."""
    random = np.random.default_rng(seed)
    wander = np.convolve(random.normal(size=1400), np.hanning(9) / 4.0, "same")
    shared = 0.0 if common is None else 35.0 * common
    return NNSeries.from_rr(880.0 + 25.0 * wander[:1300] + shared)


def asked(meeting: Meeting, first: NNSeries, second: NNSeries, guide: BreathGuide) -> None:
    """Ask through twenty minutes, waiting for each answer."""
    for now_s in np.arange(0.0, 1150.0, 30.0).tolist():
        here = [series.window(-1.0, now_s) for series in (first, second)]
        meeting.look(now_s, here[0], here[1], guide)
        meeting.take(wait=True)


def test_it_is_asked_seldom_and_unrelated_hearts_are_no_more_than_chance() -> None:
    meeting = Meeting()
    assert meeting.words(10.0, guided=False)[0].startswith("listening")
    asked(meeting, heart(1), heart(2), BreathGuide())
    assert len(meeting.answers) <= 1150.0 / ASK_EVERY_S
    assert not meeting.claim
    assert meeting.words(1150.0, guided=False)[0] == "no more than chance"


def test_a_common_signal_is_claimed_only_when_two_answers_say_so() -> None:
    random = np.random.default_rng(9)
    common = np.convolve(random.normal(size=1400), np.hanning(11) / 4.0, "same")[:1300]
    meeting, claims = Meeting(), []
    first, second = heart(1, common), heart(2, common)
    for now_s in np.arange(0.0, 1150.0, 30.0).tolist():
        here = [series.window(-1.0, now_s) for series in (first, second)]
        meeting.look(now_s, here[0], here[1], BreathGuide())
        meeting.take(wait=True)
        claims.append((len(meeting.answers), meeting.claim))
    assert (1, False) in claims
    assert (1, True) not in claims
    assert meeting.claim
    assert meeting.words(1150.0, guided=False)[0] == "moving together, beyond chance"


def test_a_shared_guide_is_named_and_nothing_is_claimed() -> None:
    guide = BreathGuide()
    guide.feed(PaceChanged(0.0, BreathPattern(6.0)))
    random = np.random.default_rng(9)
    common = np.convolve(random.normal(size=1400), np.hanning(11) / 4.0, "same")[:1300]
    meeting = Meeting()
    asked(meeting, heart(1, common), heart(2, common), guide)
    assert not meeting.claim
    assert meeting.words(1150.0, guided=True)[0] == "one guide for both"


@pytest.fixture
def two() -> Iterator[tuple[Room, PracticeRun, PracticeRun]]:
    source = FromWearer("practised", seed=3)
    run = PracticeRun(source, practice("just_sit"), store=None, loop=None, speed=None)
    own = PracticeRun(
        FromWearer("resting", seed=4), None, store=None, loop=None, speed=None, beside=run
    )
    while run.now_s() < 100.0:
        run.tick()
        own.tick()
    room = Room(run, SETTINGS, Who(), own=own)
    room.open()
    room._timer.stop()
    yield room, run, own
    room.leave()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_both_rhythms_stand_in_one_picture(two: tuple[Room, PracticeRun, PracticeRun]) -> None:
    room, run, own = two
    room._show()
    card = room.window.together
    assert card is not None
    for curve, seen in ((card.client, run.view()), (card.own, own.view())):
        t, _ = curve.getData()
        near = (seen.t_s > run.now_s() - 60.0) & ~seen.flagged
        assert abs(len(t) - int(near.sum())) <= 1
        assert t[-1] > -3.0  # on the client's clock
    thick, thin = (curve.opts["pen"].widthF() for curve in (card.client, card.own))
    assert thick > 2 * thin  # told apart without their colours, and said so
    assert card.said.text().startswith("Client (thick, teal) coherence")
    assert "you (thin, lavender) coherence" in card.said.text()
    assert room.window.head.own.label.text().startswith("Mine: ")


@pytest.mark.parametrize("erased", ["client", "own"])
def test_two_records_of_one_sitting_and_either_may_go(
    window: object, store: Store, erased: str
) -> None:
    store.me()
    client = add_person(store, "Birch")
    app: App = window()  # type: ignore[operator]
    app.open_room(
        FromWearer(), practice("just_sit"), own_source=FromWearer("resting", 5),
        consents=BOTH, client="birch", speed=30.0,
    )  # fmt: skip
    room = app._room
    assert room is not None
    assert room.own is not None
    own = room.own
    wait(lambda: room.run.view().beats > 15 and own.view().beats > 15)
    numbers = {"client": room.run.session_id, "own": own.session_id}
    room.window.close()
    wait(app.isVisible)
    for key, role, agreed in (("client", CLIENT, BOTH[0]), ("own", THERAPIST, BOTH[1])):
        record = store.session(numbers[key] or 0)
        (who,) = record.participants
        assert (who.role, who.consent_utc) == (role, agreed)
        assert (who.person_id == client.id) == (key == "client")
        whose = next(each for each in people(store) if each.id == who.person_id)
        assert whose.therapist == (key == "own"), "a person of their own, none of the clients"
    for number in numbers.values():
        assert sitting_of(store, number or 0) == (numbers["client"], numbers["own"])
    kept = "own" if erased == "client" else "client"
    before = list(store.arrivals(numbers[kept] or 0))
    hide(store, [numbers[erased] or 0])
    assert sitting_of(store, numbers[kept] or 0) is None
    purge(store)
    assert list(store.arrivals(numbers[kept] or 0)) == before
    assert [each.id for each in store.sessions()] == [numbers[kept]]


def test_without_both_consents_neither_is_kept(window: object, store: Store) -> None:
    app: App = window()  # type: ignore[operator]
    app.open_room(
        FromWearer(), practice("just_sit"), own_source=FromWearer("resting", 5), speed=30.0
    )
    room = app._room
    assert room is not None
    wait(lambda: room.run.view().beats > 5)
    room._show()
    assert "consents" in room.window.head.kept.label.text()
    room.window.close()
    wait(app.isVisible)
    assert store.sessions() == []
