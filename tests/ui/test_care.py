"""Care in the window: check-in, letting go, turning to soothing or the ground, before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from tests.ui.desk import MINE, Key, not_reached, practising, press, unnamed, wait, welcome

from coherence.model import BreathMarked, Moment, PaceChanged, Reflection, StepStarted
from coherence.practice.guiding import Way
from coherence.practice.library import practice
from coherence.practice.practices import scaled
from coherence.sessions.opening import FromNobody, FromWearer
from coherence.storage.database import Store
from coherence.storage.diary import AFTER, BEFORE, Diary
from coherence.storage.places import places
from coherence.storage.settings import Settings, load
from coherence.ui import words
from coherence.ui.app import App
from coherence.ui.help_screen import Help
from coherence.ui.live_loop import PracticeRun
from coherence.ui.practice import PracticeWindow
from coherence.ui.reflect import Reflect
from coherence.ui.theme import DUSK, MORNING

QUIET = replace(MINE, sound="none")
ASKING = replace(QUIET, ask_reflection=True)
GROUND = scaled(practice("grounding"), 3)


@pytest.fixture
def desk() -> Iterator[Callable[..., tuple[PracticeWindow, PracticeRun, Callable[[float], None]]]]:
    """A practice with a simulated wearer, run at once as far as it is told."""
    made: list[PracticeWindow] = []

    def make(
        key: str = "soothing_rhythm",
        person: str = "practised",
        *,
        keys: dict[str, str] | None = None,
        **how: object,
    ) -> tuple[PracticeWindow, PracticeRun, Callable[[float], None]]:
        source, plan = FromWearer(person, seed=3), practice(key)
        run = PracticeRun(source, plan, store=None, loop=None, speed=None, **how)  # type: ignore[arg-type]
        shown = PracticeWindow(
            run,
            DUSK,
            clock=run.now_s,
            soothing=practice("soothing_threat"),
            grounding=GROUND,
            contacts="Somebody kind",
            keys=keys,
        )
        made.append(shown)
        shown.scene.setUpdatesEnabled(False)
        shown.resize(1100, 760)
        shown.show()
        shown._timer.stop()
        shown.activateWindow()
        assert QTest.qWaitForWindowActive(shown)

        def until(seconds: float) -> None:
            while run.now_s() < seconds and not run.ended:
                run.tick()
                if int(run.now_s() * 2) != int((run.now_s() - 0.3) * 2):
                    shown.tick()
            shown.tick()

        until(1.0)
        return shown, run, until

    yield make
    for one in made:
        one.close()
        one.deleteLater()


# --- the check-in ---------------------------------------------------------------------------------


def test_after_two_minutes_of_pacing_one_is_asked_once(desk: Callable[..., tuple]) -> None:
    shown, _, until = desk()
    until(200.0)  # 110 s of pacing
    assert not shown.over.shows(shown.over.check_in)
    until(214.0)
    assert shown.over.shows(shown.over.check_in)
    assert shown.scene.state.cue == words.CHECK_IN
    until(250.0)
    assert not shown.over.shows(shown.over.check_in)  # unanswered, it leaves
    until(420.0)
    assert not shown.over.shows(shown.over.check_in)


@pytest.mark.parametrize("answer", words.CHECK_IN_ANSWERS)
def test_each_answer_does_what_it_says(desk: Callable[..., tuple], answer: str) -> None:
    shown, run, until = desk("before_session")
    until(30.0)  # the guide runs
    shown.over.check_in.show()
    answers = QSignalSpy(shown.care.answered)
    pills = dict(zip(words.CHECK_IN_ANSWERS, shown.over.check_in.pills, strict=True))
    pills[answer].click()
    until(run.now_s() + 1.0)
    assert answers.at(0) == [answer]
    assert not shown.over.shows(shown.over.check_in)
    assert run.guiding is not None
    match answer:
        case "let_go":
            assert run.guiding.let_go
            assert not run.guiding.running
        case "rest":
            assert run.paused
        case "ground":
            assert run.practice == GROUND
        case _:
            assert run.guiding.running
            assert shown.scene.state.prompt == words.STAY_GENTLE


def test_the_way_without_the_breath_says_and_shows_none(desk: Callable[..., tuple]) -> None:
    shown, run, until = desk(without_breath=True)
    said = set()
    for second in range(2, 600, 9):
        until(float(second))
        said |= {shown.scene.state.cue, shown.scene.state.prompt}
        assert not run.view().guide.running
        assert not shown.over.shows(shown.over.check_in)
    assert run.guiding is not None
    assert run.guiding.paced_s(run.now_s()) == 0.0
    assert "Let the moon keep you company. There is nothing to follow" in said
    assert not [text for text in said if "breath" in text.lower()]


# --- the guide ------------------------------------------------------------------------------------


def test_the_guide_follows_the_measured_breath(desk: Callable[..., tuple]) -> None:
    """Somebody who breathes 12 a minute whatever comes: the guide goes there and stays near."""
    shown, run, until = desk(person="breathing-12")
    until(100.0)
    press(Key.Key_F)
    until(245.0)  # the check-in has come and gone
    assert run.guiding is not None
    assert run.guiding.following
    target = run.view().guide.target
    assert target is not None
    assert 10.5 <= target.breaths_per_min <= 13.0
    assert shown.scene.state.numbers.split(",")[0] in words.STANCES.values()
    press(Key.Key_F)
    until(250.0)
    assert run.guiding.way is Way.WRITTEN
    assert run.view().guide.target.breaths_per_min == 5.5


def test_marks_lead_the_guide(desk: Callable[..., tuple]) -> None:
    shown, run, until = desk()
    until(100.0)
    for beat in range(8):
        until(100.0 + 8.0 * (beat + 1))
        press(Key.Key_B)
        shown.tick()
        said = shown.scene.state.numbers
        assert (
            said == words.MARK_MORE.format(breath="B")
            if beat < 2
            else said.startswith("Your rhythm: near ")
        )
    until(190.0)
    assert run.guiding is not None
    assert run.guiding.way is Way.MINE
    assert run.view().guide.target.breaths_per_min == pytest.approx(7.5, abs=0.6)


def test_the_guide_s_page_shows_the_breath_beside_it(desk: Callable[..., tuple]) -> None:
    shown, run, until = desk()
    press(Key.Key_G)
    page = shown.over.guide_page
    assert shown.over.card is page
    assert page.beside.text() == words.BREATH_UNKNOWN
    assert page.rows["written"].isChecked()
    assert unnamed(page) == []
    press(Key.Key_Escape)
    assert shown.over.card is None
    until(200.0)
    press(Key.Key_G)
    assert page.beside.text().startswith("Your breath is near ")
    assert page.beside.text().endswith("Either is fine.")
    page.rows["mine"].click()
    assert run.guiding is not None
    assert run.guiding.way is Way.MINE
    page.rows["let_go"].click()
    assert run.guiding.let_go
    page.back.click()
    assert shown.over.card is None


# --- leading elsewhere ----------------------------------------------------------------------------


def test_soothing_is_one_key_away_and_goes_on_in_the_same_session(
    desk: Callable[..., tuple],
) -> None:
    shown, run, until = desk(person="breathing-12")
    turned = QSignalSpy(shown.care.turned)
    until(130.0)
    press(Key.Key_H)
    until(132.0)
    assert run.practice == practice("soothing_threat")
    assert turned.at(0) == [practice("soothing_threat")]
    assert [label.text() for label in shown.top.steps] == ["Arrive", "Soothe", "Return"]
    assert shown.scene.state.prompt == words.TURNED.format("Soothing the threat system")
    press(Key.Key_H)  # it is here already
    assert turned.count() == 1
    until(154.0)
    begun = run.view().guide.target
    assert begun is not None
    assert begun.breaths_per_min == pytest.approx(12.0, abs=0.7)  # their own breath
    until(130.0 + 185.0)
    assert run.ended
    assert run.whole


def test_ending_half_way_leads_to_the_ground(desk: Callable[..., tuple]) -> None:
    shown, _, until = desk()
    asked = QSignalSpy(shown.care.practise_asked)
    until(60.0)
    shown.end()
    page = shown.over.end_page
    assert page.ask.text() == words.ASK_HALF_WAY
    assert page.feel_ground.isVisibleTo(shown)
    page.feel_ground.click()
    assert asked.at(0) == [GROUND]


def test_at_the_end_one_is_asked_how_one_is_and_may_rest(desk: Callable[..., tuple]) -> None:
    shown, run, until = desk("before_session")
    until(200.0)
    assert run.whole
    page = shown.over.end_page
    assert page.ask.text() == words.ASK_AT_END
    page.rest.click()
    assert page.ask.text() == words.RESTING_AT_END
    assert not page.rest.isVisibleTo(shown)
    assert page.done.hasFocus()
    assert unnamed(page) == []


def test_grounding_speaks_of_no_breath(desk: Callable[..., tuple]) -> None:
    shown, _, until = desk("grounding")
    said = set()
    for second in range(2, 300, 12):
        until(float(second))
        said |= {shown.scene.state.cue, shown.scene.state.prompt}
    assert len(said) > 6
    assert not [text for text in said if "breath" in text.lower()]


def test_after_grounding_no_more_of_it_is_offered(desk: Callable[..., tuple]) -> None:
    shown, _, until = desk("grounding")
    until(30.0)
    shown.end()
    assert not shown.over.end_page.feel_ground.isVisibleTo(shown)


def test_help_lies_over_the_practice_which_goes_on(desk: Callable[..., tuple]) -> None:
    shown, run, until = desk()
    until(100.0)
    press(Key.Key_F1)
    page = shown.over.help_page
    assert shown.over.card is page
    assert unnamed(page) == []
    said = [w.text() for w in page.findChildren(type(shown.over.guide_page.beside))]
    assert "Somebody kind" in said
    before_s = run.practised_s
    until(103.0)
    assert run.practised_s > before_s
    page.buttons[words.FEEL_GROUND].click()
    assert shown.over.card is None
    assert run.practice == GROUND


# --- from anywhere --------------------------------------------------------------------------------


def test_soothing_can_be_reached_from_every_screen(
    window: Callable[..., App],
    store: Store,
) -> None:
    shown = window(QUIET)
    for screen in (shown.show_welcome, shown.show_settings, shown.show_safety, shown.show_help):
        screen()
        QApplication.processEvents()
        shown.currentWidget().setFocus()
        QTest.keyClick(shown.currentWidget(), Key.Key_H)
        wait(lambda: isinstance(shown.currentWidget(), PracticeWindow))
        assert practising(shown)._session.practice.key == "soothing_threat"
    assert {each.practice for each in Diary(store).practised()} == {"soothing_threat"}


def test_soothing_can_be_reached_from_the_live_plots(window: Callable[..., App]) -> None:
    shown = window(QUIET)
    shown.practise(FromWearer(), practice("soothing_rhythm"), speed=20.0)
    wait(lambda: practising(shown)._session.practised_s > 2.0)
    shown._now.open_plots()
    assert shown._now.plots is not None
    QTest.keyClick(shown._now.plots, Key.Key_H)
    assert practising(shown)._session.practice.key == "soothing_threat"


def test_in_a_text_field_letters_are_letters(window: Callable[..., App]) -> None:
    shown = window(QUIET)
    shown.show_help()
    page = shown.currentWidget()
    assert isinstance(page, Help)
    QTest.keyClicks(page.contacts, "Hannah, next door")
    assert shown.currentWidget() is page
    page.back.click()
    assert welcome(shown)
    assert load(places().settings)[0].contacts == "Hannah, next door"


def test_help_names_no_numbers(window: Callable[..., App]) -> None:
    shown = window(QUIET)
    shown.show_welcome()
    QTest.keyClick(shown, Key.Key_F1)
    page = shown.currentWidget()
    assert isinstance(page, Help)
    assert unnamed(page) == []
    assert not_reached(page, page.soothe_pill) == set()
    texts = [w.accessibleName() for w in page.findChildren(type(page.soothe_pill).__mro__[1])]
    assert not any(char.isdigit() for text in texts for char in text)
    page.ground_pill.click()
    assert practising(shown)._session.practice.key == "grounding"


# --- before and after -----------------------------------------------------------------------------


def test_before_and_after_are_kept_with_the_practice(
    window: Callable[..., App],
    store: Store,
) -> None:
    shown = window(ASKING)
    shown.show_welcome()
    welcome(shown).press_primary()
    page = shown.currentWidget()
    assert isinstance(page, Reflect)
    assert unnamed(page) == []
    assert not_reached(page, page.sliders[0]) == set()
    QTest.keyClick(page.sliders[0], Key.Key_Left)
    QTest.keyClicks(page.sentence, "a long  day")
    page.press_primary()
    run = practising(shown)._session
    wait(lambda: run.practised_s > 0.3)
    practising(shown).end()
    shown._run._session.live.conductor._before_s = 90.0  # as if it had been longer
    practising(shown).over.end_page.done.click()
    page = shown.currentWidget()
    assert isinstance(page, Reflect)
    QTest.keyClick(page.sliders[1], Key.Key_Space)
    page.press_primary()
    assert welcome(shown)
    (line,) = Diary(store).practised()
    assert (line.practice, line.whole, line.session_id) == ("soothing_rhythm", False, None)
    assert line.seconds == 90.0
    assert Diary(store).reflections(line.id) == {
        BEFORE: Reflection(body=0.45, words="a long day"),
        AFTER: Reflection(mood=0.5),
    }


def test_all_of_it_can_be_skipped_and_switched_off(
    window: Callable[..., App],
    store: Store,
) -> None:
    shown = window(ASKING)
    shown.show_welcome()
    welcome(shown).press_primary()
    page = shown.currentWidget()
    page.ask.click()
    QTest.keyClick(page, Key.Key_Escape)
    assert practising(shown)
    assert not load(places().settings)[0].ask_reflection
    (line,) = Diary(store).practised()
    assert Diary(store).reflections(line.id) == {}
    shown._after_practice(keeping=False)
    welcome(shown).press_primary()
    assert practising(shown)


def test_a_first_time_is_not_held_up(window: Callable[..., App]) -> None:
    shown = window(Settings(sound="none"))
    shown.show_welcome()
    assert [pill.text() for pill in welcome(shown).choice.lengths] == ["5 min"]
    welcome(shown).press_primary()
    assert practising(shown)


def test_what_was_practised_opens_what_comes_later(
    window: Callable[..., App],
    store: Store,
) -> None:
    diary, shown = Diary(store), window(QUIET)
    for count in range(4):
        shown.show_welcome()
        choice = welcome(shown).choice
        (critic,) = [r for r in choice.rows if r.text() == "Meeting the inner critic"]
        assert critic.isEnabled() == (count >= 3)
        choice.rows[0].click()
        assert (len(choice.lengths) > 1) == (count > 0)
        diary.finish(diary.begin("soothing_rhythm"), 300.0, 200.0, whole=True)


def test_turning_writes_a_line_for_each_practice(
    window: Callable[..., App],
    store: Store,
) -> None:
    shown = window(QUIET)
    shown.show_welcome()
    welcome(shown).press_primary()
    wait(lambda: practising(shown)._session.practised_s > 0.2)
    press(Key.Key_H)
    wait(lambda: practising(shown)._session.practised_s > 0.2)
    shown._after_practice(keeping=False)
    lines = Diary(store).practised()
    assert [line.practice for line in lines] == ["soothing_threat", "soothing_rhythm"]
    assert all(0.1 < line.seconds < 8.0 for line in lines)


def test_the_demo_writes_no_diary(window: Callable[..., App], store: Store) -> None:
    shown = window(ASKING)
    shown.practise(FromWearer(), practice("soothing_rhythm"), speed=80.0)
    wait(lambda: practising(shown)._session.practised_s > 61.0)
    practising(shown).end()
    practising(shown).over.end_page.done.click()
    assert welcome(shown)
    assert Diary(store).practised() == []


def test_where_nothing_can_be_kept_nothing_is_asked(window: Callable[..., App]) -> None:
    shown = window(ASKING, store=None)
    shown.show_welcome()
    welcome(shown).press_primary()
    assert practising(shown)
    assert isinstance(practising(shown)._session, PracticeRun)
    assert FromNobody().name == ""


@pytest.mark.parametrize("theme", [DUSK, MORNING])
@pytest.mark.parametrize(("size", "scale"), [((800, 600), 1.0), ((1440, 900), 1.5)])
def test_answers_are_in_sight_at_any_size(
    desk: Callable[..., tuple], theme: object, size: tuple[int, int], scale: float
) -> None:
    shown, _, _until = desk()
    shown.set_theme(replace(theme, text_scale=scale))  # type: ignore[type-var]
    shown.resize(*size)
    shown.over.check_in.show()
    shown._place()
    QApplication.processEvents()
    for pill in shown.over.check_in.pills:
        seen = pill.visibleRegion().boundingRect()
        assert seen.width() >= pill.sizeHint().width() - 1
        assert seen.height() >= pill.sizeHint().height() - 1
    shown.end()
    QApplication.processEvents()
    offered = [pill for pill in shown.over.end_page.offers.pills if not pill.isHidden()]
    assert len(offered) >= 3
    for pill in offered:
        assert pill.visibleRegion().boundingRect().height() >= 44


def test_what_was_done_is_on_record(desk: Callable[..., tuple]) -> None:
    shown, run, until = desk()
    heard: list[object] = []
    feed = run._session._feed
    feed._sinks = (*feed._sinks, lambda _, arrival: heard.append(arrival))
    until(100.0)
    press(Key.Key_B)
    press(Key.Key_H)
    until(115.0)  # the breath that was begun has ended
    kinds = [type(arrival) for arrival in heard]
    assert BreathMarked in kinds
    assert Moment(pytest.approx(100.0, abs=3.0), "Soothing the threat system") in heard
    assert any(isinstance(a, StepStarted) and a.index == 0 and a.t_s > 90 for a in heard)
    assert any(isinstance(a, PaceChanged) for a in heard)
    assert shown.scene.state.cue == words.CUE_BY_STEP["arrive"]


def test_a_check_in_is_told_once_to_closed_eyes(desk: Callable[..., tuple]) -> None:
    shown, _, until = desk()
    asked = QSignalSpy(shown.care.asked)
    until(200.0)
    assert asked.count() == 0
    until(230.0)
    assert asked.count() == 1


def test_sentences_name_the_keys_as_they_are_set(desk: Callable[..., tuple]) -> None:
    shown, _, until = desk(keys={"breath": "X", "quicker": "W"})
    assert "press X as each breath in" in shown.over.guide_page.rows["mine"]._detail
    written = shown.over.guide_page.rows["written"]._detail
    assert "W and Down" in written
    shown.care.lead("mine")
    until(2.0)
    assert shown.scene.state.prompt.startswith("Press X as each breath in begins")
