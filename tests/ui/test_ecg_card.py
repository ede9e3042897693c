"""The ECG on the live screen, and the measured breath beside the strap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from tests.ui.desk import let_go, unnamed
from tests.ui.test_live_plots import ink

from coherence.analysis.breathing import R_HEIGHT, Breathing
from coherence.devices.simulator import StrapFaults, wearer
from coherence.model import BreathPattern, LinkChanged, LinkState, PaceChanged, Quality
from coherence.sessions.tracker import SessionTracker
from coherence.sessions.view import SessionView
from coherence.ui import words
from coherence.ui.ecg_card import SHOWN_S, EcgCard
from coherence.ui.live_plots import LivePlots
from coherence.ui.measured_breath import beside, breath_words, measured_at
from coherence.ui.theme import DUSK, MORNING

SECONDS = 100.0


@pytest.fixture(scope="module")
def tracker() -> SessionTracker:
    tracker = SessionTracker()
    tracker.feed(PaceChanged(0.0, BreathPattern(6.0)))
    for arrival in wearer(seed=2, seconds=SECONDS, measures=True):
        tracker.feed(arrival)
    return tracker


@pytest.fixture
def view(tracker: SessionTracker) -> SessionView:
    return tracker.view(SECONDS)


@pytest.fixture(params=[DUSK, MORNING], ids=["dusk", "morning"])
def plots(request: pytest.FixtureRequest) -> Iterator[LivePlots]:
    made = LivePlots(request.param)
    made.show()
    yield made
    let_go(made)


def test_the_trace_is_the_ecg_of_the_last_seconds(plots: LivePlots, view: SessionView) -> None:
    plots.show_view(view)
    QApplication.processEvents()
    card = plots.findChild(EcgCard)
    assert card is not None
    assert card.isVisible()
    t, mv = card._curve.getData()
    end_s = view.ecg.end_s
    assert end_s is not None
    t_s, uv = view.ecg.since(end_s - SHOWN_S)
    np.testing.assert_allclose(t, t_s - end_s)
    np.testing.assert_allclose(mv, uv / 1000.0)
    assert mv.max() > 0.8
    assert ink(card.plot.grab().toImage(), plots._theme.surface) > 0.005
    assert "heartbeats in 8 seconds" in card.plot.accessibleDescription()
    assert unnamed(plots) == []


def test_without_an_ecg_there_is_no_card(plots: LivePlots) -> None:
    plots.show_view(SessionTracker().view(0.0))
    card = plots.findChild(EcgCard)
    assert card is not None
    assert not card.isVisible()


def test_when_it_stops_coming_it_goes_and_with_it_what_looked_like_now(
    plots: LivePlots, tracker: SessionTracker
) -> None:
    plots.show_view(tracker.view(SECONDS))
    plots.show_view(tracker.view(SECONDS + 20.0))
    card = plots.findChild(EcgCard)
    assert card is not None
    assert not card.isVisible()


def test_nothing_is_drawn_twice_nor_more_than_ten_times_a_second(view: SessionView) -> None:
    card = EcgCard(DUSK)
    drawn = []
    card._curve.sigPlotChanged.connect(lambda _: drawn.append(1))
    for k in range(30):
        card.show_view(replace(view, now_s=view.now_s + 0.01 * k))
    assert len(drawn) == 1  # nothing new has come
    let_go(card)


def test_samples_that_are_missing_break_the_line_and_wild_ones_do_not_flatten_it() -> None:
    tracker = SessionTracker()
    faults = StrapFaults(drop_share=0.2)
    for arrival in wearer(seed=2, seconds=60.0, measures=True, faults=faults):
        tracker.feed(arrival)
    card = EcgCard(DUSK)
    card.show_view(tracker.view(60.0))
    _, mv = card._curve.getData()
    assert np.isnan(mv).any()
    assert card._curve.opts["connect"] == "finite"
    let_go(card)


def with_breath(view: SessionView, rate: float | None, source: str = "chest_motion") -> SessionView:
    return replace(view, breath=Breathing(rate, 1.0, 0.9, None, view.now_s, source))


def test_the_breath_is_told_as_it_is(view: SessionView) -> None:
    assert breath_words(with_breath(view, 6.3)) == "breathing with the guide"
    assert breath_words(with_breath(view, 8.2)) == "your breath: 8 a minute"
    assert breath_words(with_breath(view, 7.3)) == "your breath: 7.5 a minute"
    assert breath_words(with_breath(view, 13.6)) == "your breath: 14 a minute"
    assert breath_words(with_breath(view, None)) == ""
    assert breath_words(replace(view, breath=None)) == ""
    assert breath_words(replace(with_breath(view, 6.0), link=LinkState.QUIET)) == ""
    assert (
        beside("Strap steady", with_breath(view, 8.0)) == "Strap steady · your breath: 8 a minute"
    )
    assert beside("Strap steady", replace(view, breath=None)) == "Strap steady"


def test_the_tile_says_where_the_breath_was_measured(plots: LivePlots, view: SessionView) -> None:
    assert measured_at(with_breath(view, 6.0, R_HEIGHT)) == "measured in the ECG"
    assert measured_at(with_breath(view, None)) == ""
    plots.show_view(view)
    assert "measured at the chest" in plots._tiles["breaths_per_min"].accessibleDescription()
    plots.show_view(replace(view, breath=None))
    assert "estimated" in plots._tiles["breaths_per_min"].accessibleDescription()


def test_movement_is_told_where_numbers_pause(view: SessionView) -> None:
    moving = replace(view, moving=True, quality=Quality.UNUSABLE)
    assert words.state_words(moving, has_strap=True) == words.MOVING
    assert words.state_words(replace(moving, quality=Quality.GOOD), True) != words.MOVING


def test_what_a_strap_does_not_give_is_told_beside_the_signal(plots: LivePlots) -> None:
    tracker = SessionTracker()
    for arrival in wearer(seed=2, seconds=20.0):
        tracker.feed(arrival)
    sentence = "The strap does not give its ECG just now. The heart rate goes on without."
    tracker.feed(LinkChanged(20.1, "simulated", LinkState.STREAMING, sentence))
    tracker.feed(LinkChanged(20.2, "simulated", LinkState.STREAMING))
    view = tracker.view(20.5)
    assert words.state_words(view, has_strap=True) == sentence.removesuffix(".")
    assert words.state_words(replace(view, note_s=60.0), True) != sentence.removesuffix(".")
    plots.show_view(view)
    assert plots.signal.words.text().endswith(sentence)
    tracker.feed(LinkChanged(30.0, "simulated", LinkState.CONNECTING))
    assert tracker.view(30.0).note == ""
