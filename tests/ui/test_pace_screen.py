"""Looking for one's own pace in the window: when it opens, what it says, what follows from it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import numpy as np
import pytest
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QWidget
from tests.assessed import FAITHFUL, recording
from tests.judging import JUDGING
from tests.ui.desk import MINE, Key, brought_up, let_go, not_reached, practising, unnamed, welcome

from coherence.analysis.resonance import Drift, Found, Outcome, Resonance
from coherence.devices.people import PEOPLE, Person
from coherence.model import End, Origin, StrapSeen
from coherence.practice.library import assessments, practice
from coherence.sessions.assessment import Assessment, Protocol, assessed
from coherence.sessions.found_paces import Beside, FoundBefore
from coherence.sessions.opening import FromNobody, FromWearer
from coherence.sessions.trace import trace
from coherence.sessions.tracker import SessionTracker
from coherence.storage.database import Store
from coherence.storage.places import places
from coherence.storage.settings import Settings, load
from coherence.ui import pace_words as words
from coherence.ui.app import App
from coherence.ui.live_loop import PracticeRun
from coherence.ui.pace_plot import PacePlot, swings_of
from coherence.ui.pace_screen import PaceScreen
from coherence.ui.settings_screen import SettingsScreen
from coherence.ui.theme import DUSK, MORNING

BEFORE = FoundBefore(1, datetime(2026, 3, 3, 12, tzinfo=UTC), Protocol.STEPPED, Found(6.2, 0.3))
THREE_SOOTHING = ["soothing_rhythm"] * 3


@cache
def found_by(protocol: Protocol, person: Person = FAITHFUL, seed: int = 3) -> Assessment:
    tracker, _ = trace(recording(protocol, person, seed), SessionTracker(rows=()))
    found = assessed(tracker)
    assert found is not None
    return found


@pytest.fixture
def show() -> Iterator[Callable[..., PaceScreen]]:
    made: list[PaceScreen] = []

    def make(assessment: Assessment, theme=DUSK, size=(1100, 800), **how: object) -> PaceScreen:
        screen = PaceScreen(theme, assessment, **how)  # type: ignore[arg-type]
        made.append(screen)
        return brought_up(screen, *size)

    yield make
    for each in made:
        let_go(each)


def said_by(screen: QWidget) -> str:
    labels = [child for child in screen.findChildren(QWidget) if hasattr(child, "text")]
    return " ".join(label.text() for label in labels if label.isVisibleTo(screen))


# --- the screen -----------------------------------------------------------------------------------


@pytest.mark.parametrize("protocol", list(Protocol))
def test_a_pace_that_was_found_is_said_drawn_and_offered(
    show: Callable[..., PaceScreen], protocol: Protocol
) -> None:
    found = found_by(protocol)
    per_min = found.result.per_min
    screen = show(found)
    assert screen.headline.text() == f"About {per_min:.1f} breaths a minute"
    assert screen.plot is not None
    assert f"Marked: {per_min:.1f} a minute" in screen.plot.accessibleDescription()
    assert "at 5.5 a minute" in screen.plot.accessibleDescription()
    chosen, done = QSignalSpy(screen.pace_chosen), QSignalSpy(screen.done)
    screen.pills[0].click()
    assert chosen.at(0) == [round(per_min, 1)]
    assert done.count() == 1


def test_nothing_is_pressed_on_anyone(show: Callable[..., PaceScreen]) -> None:
    screen = show(found_by(Protocol.STEPPED))
    chosen, done = QSignalSpy(screen.pace_chosen), QSignalSpy(screen.done)
    assert [pill.text() for pill in screen.pills][1:] == ["Not now"]
    screen.pills[1].click()
    QTest.keyClick(screen, Key.Key_Escape)
    assert chosen.count() == 0
    assert done.count() == 2
    assert "It is an offer" in said_by(screen)


def test_a_pace_there_is_can_be_kept_or_cleared(show: Callable[..., PaceScreen]) -> None:
    screen = show(found_by(Protocol.STEPPED), own_per_min=4.9)
    assert [pill.text() for pill in screen.pills][1:] == ["Keep 4.9", "Clear it"]
    assert "breathe at 4.9 now" in said_by(screen)
    chosen = QSignalSpy(screen.pace_chosen)
    screen.pills[2].click()
    assert chosen.at(0) == [None]
    same = round(found_by(Protocol.STEPPED).result.per_min, 1)
    assert [p.text() for p in show(found_by(Protocol.STEPPED), own_per_min=same).pills] == [
        "Done",
        "Clear it",
    ]


@pytest.mark.parametrize(
    ("outcome", "words_of_it"),
    [
        (Outcome.NO_CLEAR_RESONANCE, "No one pace stands out"),
        (Outcome.NOT_FOLLOWING, "went their own ways"),
        (Outcome.TOO_IRREGULAR, "too restless"),
        (Outcome.TOO_LITTLE, "Too little was heard"),
    ],
)
def test_every_other_outcome_is_an_answer_too(
    show: Callable[..., PaceScreen], outcome: Outcome, words_of_it: str
) -> None:
    none = Assessment(Protocol.STEPPED, Resonance(outcome, None, 0.1, None, None, 12.0), True)
    screen = show(none)
    assert words_of_it in screen.headline.text()
    assert "se what is comfortable" in said_by(screen)
    assert [pill.text() for pill in screen.pills] == ["Done"]
    assert not JUDGING.search(said_by(screen))


def test_steps_that_do_not_count_are_hollow(show: Callable[..., PaceScreen]) -> None:
    found = found_by(Protocol.STEPPED, replace(PEOPLE["resting"], faithfulness=0.0))
    screen = show(found)
    assert found.result.outcome is Outcome.NOT_FOLLOWING
    swings = swings_of(found.result)
    assert swings is not None
    assert not swings.counts.any()
    assert "Hollow: not counted" in said_by(screen)


def test_an_earlier_pace_stands_beside_it(show: Callable[..., PaceScreen]) -> None:
    told = said_by(show(found_by(Protocol.STEPPED), beside=Beside(BEFORE, Drift.SLOWER, None)))
    assert "3 March 2026 it was 6.2; it is a little slower now" in told
    both = Beside(BEFORE, Drift.SAME, Found(5.9, 0.3))
    told = said_by(show(found_by(Protocol.STEPPED), beside=both))
    assert "6.2: the same, as far as can be told." in told
    assert "together say about 5.9" in told


def test_a_simulated_wearer_leaves_no_pace(show: Callable[..., PaceScreen]) -> None:
    screen = show(found_by(Protocol.STEPPED), simulated=True)
    assert [pill.text() for pill in screen.pills] == ["Done"]
    assert words.ONLY_SIMULATED in said_by(screen)


@pytest.mark.parametrize("theme", [DUSK, MORNING], ids=lambda theme: theme.name)
@pytest.mark.parametrize(("scale", "size"), [(1.0, (800, 600)), (1.75, (1100, 800))])
def test_it_can_be_read_and_reached(
    show: Callable[..., PaceScreen], theme, scale: float, size: tuple[int, int]
) -> None:
    screen = show(found_by(Protocol.SLIDING), theme.scaled(scale), size, own_per_min=5.0)
    assert unnamed(screen) == []
    assert not_reached(screen, screen.pills[0]) == set()
    for pill in screen.pills:
        assert pill.width() >= pill.sizeHint().width()
        assert pill.height() >= 44
    assert screen.plot is not None
    assert screen.plot.width() > 300
    screen.set_theme(theme.other())


def test_the_mark_stands_where_the_pace_is() -> None:
    """The honey line, found in the picture itself, lies at the pace on the axis."""
    result = found_by(Protocol.STEPPED).result
    swings = swings_of(result)
    assert swings is not None
    assert result.per_min is not None
    plot = PacePlot(MORNING, swings, result)
    plot.resize(600, plot.height())
    image = plot.grab().toImage()
    honey = (0xB2, 0x6E, 0x22)  # the line's colour in the light theme, and nothing else's
    columns = np.zeros(image.width())
    for x in range(image.width()):
        for y in range(40, image.height() - 60):
            colour = image.pixelColor(x, y)
            columns[x] += (colour.red(), colour.green(), colour.blue()) == honey
    found_x = float(np.argmax(columns)) + 1.0
    area = plot._plot
    share = (found_x - area.left()) / area.width()
    assert 4.2 + share * (6.8 - 4.2) == pytest.approx(result.per_min, abs=0.03)
    let_go(plot)


# --- in the window --------------------------------------------------------------------------------


def practised(window: App, keys: list[str]) -> None:
    diary = window._diary._diary
    assert diary is not None
    for key in keys:
        diary.finish(diary.begin(key, None), 300.0, 240.0, whole=True)


def test_it_opens_after_three_soothing_practices(window: Callable[..., App]) -> None:
    shown = window()
    shown.show_welcome()
    rows = {p.key: row for p, row in zip(*_choice(shown), strict=True)}
    for each in assessments():
        assert not rows[each.key].isEnabled()
    practised(shown, THREE_SOOTHING)
    shown.show_welcome()
    rows = {p.key: row for p, row in zip(*_choice(shown), strict=True)}
    for each in assessments():
        assert rows[each.key].isEnabled()


def test_a_therapist_opens_it_at_once(window: Callable[..., App]) -> None:
    shown = window(replace(MINE, all_open=True))
    shown.show_welcome()
    rows = {p.key: row for p, row in zip(*_choice(shown), strict=True)}
    assert rows["resonance_sliding"].isEnabled()


def _choice(window: App):
    choice = welcome(window).choice
    return choice.practices, choice.rows


def test_it_needs_the_strap_and_has_one_length_and_one_way(window: Callable[..., App]) -> None:
    shown = window(replace(MINE, all_open=True))
    shown.show_welcome("resonance_stepped")
    screen = welcome(shown)
    assert screen.choice.practice.key == "resonance_stepped"
    assert not screen._alone.isEnabled()
    assert screen.choice.without.isHidden()
    assert [pill.text() for pill in screen.choice.lengths] == ["16 min"]
    screen.show_strap(StrapSeen("AA", "Polar H10"))
    assert screen._begin.isEnabled()
    screen.choice.choose("soothing_rhythm")
    assert screen._alone.isEnabled()


def test_the_settings_lead_there(window: Callable[..., App]) -> None:
    shown = window(replace(MINE, all_open=True))
    shown.show_settings()
    screen = shown.currentWidget()
    assert isinstance(screen, SettingsScreen)
    screen._practice.find.click()
    assert welcome(shown).choice.practice.key == "resonance_stepped"


def test_the_settings_show_when_it_opens(window: Callable[..., App]) -> None:
    shown = window()
    shown.show_settings()
    screen = shown.currentWidget()
    assert isinstance(screen, SettingsScreen)
    screen._practice.find.click()
    choice = welcome(shown).choice
    rows = {p.key: row for p, row in zip(choice.practices, choice.rows, strict=True)}
    row = rows["resonance_stepped"]
    assert row.isVisibleTo(shown)
    assert not row.isEnabled()
    assert not row.isChecked()
    assert choice.practice.key != "resonance_stepped"


def test_the_pace_cannot_be_changed_on_the_way(window: Callable[..., App]) -> None:
    shown = window()
    shown.practise(FromWearer(), practice("resonance_stepped"), speed=1.0)
    screen = practising(shown)
    screen.tick()
    assert screen.bottom.slower.isHidden()
    shown.practise(FromWearer(), practice("soothing_rhythm"), speed=1.0)
    screen = practising(shown)
    screen.tick()
    assert not screen.bottom.slower.isHidden()


def through(key: str, store: Store) -> PracticeRun:
    """A whole assessment with a simulated wearer, at once."""
    run = PracticeRun(FromWearer("calm", seed=5), practice(key), store=store, loop=None, speed=None)
    while not run.ended:
        run.tick()
    return run


@pytest.mark.parametrize(
    "key", ["resonance_stepped", pytest.param("resonance_sliding", marks=pytest.mark.slow)]
)
def test_from_the_end_of_an_assessment_to_practices_at_that_pace(
    window: Callable[..., App], store: Store, key: str
) -> None:
    summary = json.dumps(
        {
            "resonance_per_min": 5.0,
            "resonance_uncertainty_per_min": 0.2,
            "resonance_by_sliding": 0.0,
        }
    )
    earlier = store.begin_session("resonance_stepped", origin=Origin.STRAP)
    store.finish_session(earlier, 945.0, End.ENDED, summary)
    shown = window()
    run = through(key, store)
    shown._ask_after(run, asks=False)
    screen = shown.currentWidget()
    assert isinstance(screen, PaceScreen)
    assert [pill.text() for pill in screen.pills] == ["Done"]  # a simulated wearer's is no offer
    QTest.keyClick(screen, Key.Key_Escape)
    assert welcome(shown)
    found = run.assessment()
    assert found is not None
    run.banner = None  # as a real strap's would be
    shown.show_pace(found, run)
    screen = shown.currentWidget()
    assert isinstance(screen, PaceScreen)
    assert found.result.per_min == pytest.approx(5.8, abs=0.6)
    assert "it was 5.0" in said_by(screen)
    assert json.loads(store.session(run.session_id).summary)["resonance_per_min"] == (
        found.result.per_min
    )
    screen.press_primary()
    assert welcome(shown)
    per_min = round(found.result.per_min, 1)
    assert load(places().settings)[0].own_pace_per_min == per_min
    chosen = welcome(shown).choice
    chosen.choose("soothing_rhythm")
    shown._begin(FromNobody(), chosen.chosen)
    assert shown._run is not None
    patterns = {step.pattern for step in shown._run.practice.steps if step.pattern}
    assert {pattern.breaths_per_min for pattern in patterns} == {per_min}


def test_one_that_was_ended_too_early_has_nothing_to_say(
    window: Callable[..., App], store: Store
) -> None:
    shown = window()
    run = PracticeRun(
        FromWearer("calm", seed=5),
        practice("resonance_stepped"),
        store=store,
        loop=None,
        speed=None,
    )
    while run.now_s() < 300.0:
        run.tick()
    run.end()
    run.tick()
    shown._ask_after(run, asks=False)
    assert welcome(shown)
    assert load(places().settings)[0] == Settings()
