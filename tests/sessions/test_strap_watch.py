"""The strap in a session: its words through every turn, and the numbers that its quirks spoil."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pytest
from tests.devices.test_quirks import (
    Bent,
    bent,
    calculated,
    filled_in,
    in_milliseconds,
    with_near_copies,
    with_short_extras,
    without_intervals,
    worn,
)

from coherence.devices import heart_rate
from coherence.devices.quirks import ROWS, Withheld
from coherence.devices.radio_error import RadioReason, radio_error
from coherence.model import (
    Arrival,
    LinkChanged,
    LinkState,
    Notification,
    QuirkKind,
    Reason,
)
from coherence.reports.numbers import numbers
from coherence.sessions.strap_watch import NEWS_S, StrapState
from coherence.sessions.summary import summary_of
from coherence.sessions.trace import trace
from coherence.sessions.tracker import SessionTracker


def frame(t_s: float, *ticks: int, contact: bool | None = None, bpm: int = 60) -> Notification:
    said = heart_rate.HeartRateMeasurement(bpm, contact, rr_ticks=ticks)
    return Notification(t_s, "a", heart_rate.CHARACTERISTIC, heart_rate.encode(said))


def link(t_s: float, state: LinkState, reason: str = "") -> LinkChanged:
    return LinkChanged(t_s, "a", state, reason)


def told(arrivals: Iterable[Arrival], until_s: float) -> list[tuple[int, StrapState]]:
    """Each state and the second it was first shown at, asked ten times a second."""
    tracker, waiting = SessionTracker(), list(arrivals)
    states: list[tuple[int, StrapState]] = []
    for tenth in range(int(until_s * 10)):
        now_s = tenth / 10
        while waiting and waiting[0].t_s <= now_s:
            tracker.feed(waiting.pop(0))
        state = tracker.view(now_s).strap.state
        if not states or states[-1][1] is not state:
            states.append((int(now_s), state))
    return states


def test_the_way_of_a_strap_in_words() -> None:
    arrivals: list[Arrival] = [
        link(1.0, LinkState.LOOKING),
        link(2.0, LinkState.CONNECTING, "Polar H10"),
        link(3.0, LinkState.LISTENING),
        frame(4.0),
        *(frame(float(n), 1024) for n in range(5, 20)),
        link(20.0, LinkState.LOST, "The link ended: we look for the strap."),
        link(21.0, LinkState.LOOKING),
        link(22.0, LinkState.CONNECTING, "Polar H10"),
        link(23.0, LinkState.LISTENING),
        *(frame(float(n), 1024) for n in range(25, 40)),
        link(45.0, LinkState.QUIET),
        *(frame(float(n), 1024) for n in range(46, 60)),
    ]
    assert told(arrivals, 70.0) == [
        (0, StrapState.LOOKING),
        (2, StrapState.CONNECTING),
        (3, StrapState.LISTENING),
        (5, StrapState.FOUND),
        (5 + int(NEWS_S), StrapState.STEADY),
        (20, StrapState.AWAY),  # and not "looking", "connecting" again
        (23, StrapState.LISTENING),
        (25, StrapState.BACK),
        (25 + int(NEWS_S), StrapState.STEADY),
        (44, StrapState.QUIET),
        (47, StrapState.STEADY),  # what comes after a silence is held for one frame
        (64, StrapState.QUIET),
    ]


def test_a_recording_is_listened_to_before_its_first_beat() -> None:
    arrivals = [link(0.0, LinkState.STREAMING)]
    late = [*arrivals, *(frame(float(n), 1024) for n in range(8, 20))]
    beats = [*arrivals, *(frame(float(n), 1024) for n in range(1, 20))]
    assert told(beats, 5.0) == [(0, StrapState.LISTENING), (1, StrapState.FOUND)]
    assert [state for _, state in told(late, 12.0)] == [
        StrapState.LISTENING, StrapState.QUIET, StrapState.FOUND,
    ]  # fmt: skip


def test_without_contact_it_is_quiet() -> None:
    arrivals = [link(0.5, LinkState.LISTENING)]
    arrivals += [frame(float(n), contact=False) for n in range(1, 10)]  # type: ignore[misc]
    arrivals += [frame(float(n), 1024, contact=True) for n in range(10, 14)]  # type: ignore[misc]
    assert told(arrivals, 13.0) == [
        (0, StrapState.LOOKING),
        (0, StrapState.LISTENING),
        (1, StrapState.QUIET),
        (10, StrapState.FOUND),
    ]


@pytest.mark.parametrize("reason", RadioReason)
def test_what_somebody_can_mend_is_passed_on_and_the_rest_is_not(reason: RadioReason) -> None:
    tracker = SessionTracker()
    tracker.feed(link(1.0, LinkState.LOST, str(radio_error(reason, "Darwin"))))
    shown = tracker.view(2.0).strap.reason
    by_itself = {RadioReason.NOT_FOUND, RadioReason.NO_ANSWER, RadioReason.FAILED}
    by_itself.add(RadioReason.SEVERAL)  # said before a link is there
    assert bool(shown) == (reason not in by_itself)
    tracker.feed(link(3.0, LinkState.LOOKING))
    assert tracker.view(3.0).strap.reason == ""


# --- numbers --------------------------------------------------------------------------------------

BENT: dict[QuirkKind, Bent] = {
    QuirkKind.MILLISECONDS: in_milliseconds,
    QuirkKind.CALCULATED: calculated,
    QuirkKind.FILLER: filled_in,
}


@pytest.mark.parametrize("kind", BENT)
def test_numbers_that_would_be_false_are_withheld_with_the_reason(kind: QuirkKind) -> None:
    arrivals = list(bent(worn(420.0, seed=7), BENT[kind]))
    tracker, readings = trace(arrivals)
    found_s = tracker.strap.quirks.found[kind]
    after = [r for r in readings if r.t_s > found_s]
    assert len(after) > 500
    kept = {"heart_rate_bpm"} if ROWS[kind].withheld is Withheld.VARIABILITY else set()
    for reading in after:
        if reading.marker in kept:
            assert reading.value.value == pytest.approx(67, abs=12)
        else:
            assert (reading.value.value, reading.value.reason) == (None, Reason.STRAP)
    view = tracker.view(arrivals[-1].t_s)
    assert kind in view.strap.quirks
    for key, column in view.history.items():  # nor does what was said before stay
        assert all(math.isnan(value) for value in column) or key in kept
    whole = numbers(arrivals)
    assert whole.markers["rmssd_ms"].reason is Reason.STRAP
    assert whole.markers["coherence"].reason is Reason.STRAP
    assert whole.markers["lf_ms2"].value is None
    assert [row["kind"] for row in whole.as_json()["quirks"]] == [kind.value]  # type: ignore[index,union-attr]
    summary = summary_of(tracker)
    assert summary[f"quirk_{kind.value}_s"] == found_s
    assert "coherence" not in summary


def test_numbers_come_back_when_there_are_no_longer_too_many() -> None:
    def for_a_while() -> Iterable[Arrival]:
        for arrival in worn(1000.0, seed=4):
            doubled = 200.0 < arrival.t_s < 400.0
            yield from bent([arrival], with_near_copies) if doubled else [arrival]

    tracker, readings = trace(for_a_while())
    heart = {r.t_s: r.value for r in readings if r.marker == "heart_rate_bpm"}
    found_s = tracker.strap.quirks.found[QuirkKind.TOO_MANY]
    assert heart[150.0].value is not None
    assert all(v.reason is Reason.STRAP for t, v in heart.items() if found_s < t < 400.0)
    assert heart[max(heart)].value is not None
    assert tracker.strap.quirks.now == {}
    column = tracker.history.columns["heart_rate_bpm"]
    seconds = tracker.history.t_s
    assert not any(math.isnan(v) for v in column[(seconds > 20.0) & (seconds < found_s - 85.0)])
    assert all(math.isnan(v) for v in column[(seconds > 205.0) & (seconds < found_s)])


@pytest.mark.parametrize("how", [with_short_extras, without_intervals])
def test_where_numbers_hold_none_is_withheld(how: Bent) -> None:
    tracker, readings = trace(bent(worn(300.0, seed=7), how))
    assert tracker.strap.quirks.now
    assert not [r for r in readings if r.value.reason is Reason.STRAP]


def test_with_short_extras_left_out_the_numbers_are_those_without_them() -> None:
    plain = list(worn(420.0, seed=7))
    _, true = trace(plain)
    tracker, readings = trace(bent(plain, with_short_extras))
    for key in ("rmssd_ms", "sdnn_ms", "heart_rate_bpm"):
        (last_true,) = [r.value.value for r in true if r.marker == key][-1:]
        (last,) = [r.value.value for r in readings if r.marker == key][-1:]
        assert last == pytest.approx(last_true, rel=0.05)
    assert tracker.view(420.0).strap.left_out > 300
