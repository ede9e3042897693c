"""From the welcome screen to the room: whose session, what it holds, and plans laid out by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.ui.desk import let_go, unnamed, wait, welcome

from coherence.devices.sources import SourceLoop
from coherence.model import StrapSeen
from coherence.practice.library import practices
from coherence.practice.session_plans import plans, shipped_plans
from coherence.sessions.opening import FromNobody, FromWearer
from coherence.storage.database import Store
from coherence.storage.people import add_person, people
from coherence.storage.places import places
from coherence.storage.settings import Settings
from coherence.ui.app import App
from coherence.ui.room.opening import opened_room
from coherence.ui.room.plan_editor import PlanEditor
from coherence.ui.room.setup_screen import SIMULATED, Prepared, RoomSetup
from coherence.ui.theme import DUSK

ONE, OTHER = StrapSeen("AA", "Polar H10 0A1B2C3D"), StrapSeen("BB", "TICKR 1234")
OURS = [plan.key for plan in shipped_plans()]


def test_the_room_is_reached_from_the_welcome_screen(window: object, store: Store) -> None:
    store.me()
    app: App = window()  # type: ignore[operator]
    app.show_welcome()
    welcome(app)._room.click()
    page = app.currentWidget()
    assert isinstance(page, RoomSetup)
    assert unnamed(page) == []
    page.client.setCurrentIndex(page.client.count() - 1)
    assert not page.begin_pill.isEnabled()
    page.name.setText("  River   stone ")
    page.strap.setCurrentText(SIMULATED)
    page.holds.setCurrentIndex(0)
    page.begin_pill.click()
    room = app._room
    assert room is not None
    wait(lambda: room.run.view().beats > 1, 20.0)
    assert room.run.steps == ("Arrive", "Meet it", "Soothe", "Come back")
    assert [person.pseudonym for person in people(store)] == ["me", "River stone"]
    session_id = room.run.session_id or 0
    assert room.window.head.name.text() == "River stone"
    room.window.close()
    wait(app.isVisible)
    (who,) = store.session(session_id).participants
    assert who.person_id == people(store)[1].id


def test_numbers_stay_hidden_for_whom_they_were_hidden(window: object, store: Store) -> None:
    store.me()
    add_person(store, "Heron")
    app: App = window()  # type: ignore[operator]
    for hidden in (False, True):
        app.open_room(FromWearer(), practices()[0], client="Heron")
        room = app._room
        assert room is not None
        assert room.window.seen.numbers.isChecked() is hidden
        if not hidden:
            room.window.seen.numbers.click()
        room.window.close()
        wait(app.isVisible)
    app.open_room(FromWearer(), practices()[0], client="me")
    assert app._room is not None
    assert not app._room.window.seen.numbers.isChecked()
    app._room.window.close()


def test_a_set_up_says_what_was_chosen_and_asks_for_both_consents(store: Store) -> None:
    store.me()
    add_person(store, "Heron")
    page = RoomSetup(DUSK, people(store), shipped_plans(), practices())
    page.resize(1200, 900)
    page.show()
    said: list[Prepared] = []
    page.begin.connect(said.append)
    page.show_strap(ONE)
    page.show_strap(OTHER)
    page.show_strap(ONE)
    assert page.strap.currentData() == ONE
    assert not page.agreed[0].isVisible()
    page.client.setCurrentText("Heron")
    page.own.setCurrentText(ONE.name)
    assert not page.begin_pill.isEnabled()  # one strap is not on two people
    page.own.setCurrentText(OTHER.name)
    assert page.agreed[0].isVisible()
    page.client.setCurrentText("me")
    assert page.begin_pill.isEnabled()  # the therapist's own heart is nobody's of these
    page.client.setCurrentText("Heron")
    page.begin_pill.click()
    for box in page.agreed:
        box.setChecked(True)
    page.holds.setCurrentText("Soothing rhythm")
    page.begin_pill.click()
    assert [each.both_agree for each in said] == [False, True]
    assert said[1].practice.key == "soothing_rhythm"
    assert (said[1].client, said[1].strap, said[1].own_strap) == ("Heron", ONE, OTHER)
    let_go(page)


def test_straps_that_are_called_the_same_are_told_apart_and_late_names_are_shown() -> None:
    page = RoomSetup(DUSK, [], shipped_plans(), practices())
    seen = [StrapSeen("C0:FF:EE:00:00:01", ""), StrapSeen("C0:FF:EE:00:00:02", "HRM")]
    for strap in (*seen, replace(seen[0], name="HRM")):
        page.show_strap(strap)
    for choice in (page.strap, page.own):
        names = [choice.itemText(i) for i in range(choice.count())]
        assert names[-2:] == ["HRM · 00:01", "HRM · 00:02"]
    assert page.strap.currentData() == replace(seen[0], name="HRM")
    let_go(page)


def test_a_plan_is_laid_out_and_kept_as_a_file(tmp_path: Path) -> None:
    page = PlanEditor(DUSK, shipped_plans(), tmp_path, OURS)
    page.resize(1200, 900)
    page.show()
    assert unnamed(page) == []
    page.name.setText("A short one")
    page.step.setCurrentIndex(1)
    page.remove.click()
    page.step.setCurrentIndex(1)
    page.pace.setValue(5.0)
    page.minutes.setValue(0.0)
    page.add_step.click()
    page.title.setText("Talk")
    page.lines.setPlainText("What would help now?\n\n")
    page.earlier.click()
    page.save.click()
    found, troubles = plans(tmp_path)
    assert troubles == ()
    mine = next(plan for plan in found if plan.title == "A short one")
    assert mine.key not in OURS
    kinds = [step.kind for step in mine.steps]
    assert kinds == ["baseline", "free", "practice", "recovery"]
    assert mine.steps[1].lines == ("What would help now?",)
    assert mine.steps[2].seconds is None
    assert mine.steps[2].breaths_per_min == 5.0
    assert [plan.key for plan in found][:1] == OURS
    let_go(page)


def test_every_wording_of_a_step_is_edited(tmp_path: Path) -> None:
    page = PlanEditor(DUSK, shipped_plans(), tmp_path, OURS)
    before = shipped_plans()[0].steps[1]
    page.step.setCurrentIndex(1)
    page.wording.setCurrentIndex(1)
    assert page.lines.toPlainText() == "\n".join(before.other_lines)
    assert page.wording_name.text() == "A difficult memory"
    page.lines.setPlainText("Only as much as feels all right")
    page.wording_name.setText("A memory")
    page.step.setCurrentIndex(0)
    page.lines.setPlainText("Welcome back")
    page.save.click()
    mine = next(plan for plan in plans(tmp_path)[0] if plan.key not in OURS)
    assert mine.wordings == ("A self-critical moment", "A memory")
    assert mine.steps[1].lines == before.lines, "the first stays as it was"
    assert mine.steps[1].other_lines == ("Only as much as feels all right",)
    assert mine.steps[0].other_lines == ("Welcome back",)
    said = [[p.text for p in mine.practice(n).steps[0].prompts] for n in (0, 1)]
    assert said[0] != said[1] == ["Welcome back"]
    let_go(page)


def test_a_step_may_be_a_practice_of_the_library(tmp_path: Path) -> None:
    page = PlanEditor(DUSK, shipped_plans(), tmp_path, OURS, practices())
    page.step.setCurrentIndex(2)
    assert page.of.isEnabled()
    page.of.setCurrentIndex(page.of.findData("grounding"))
    assert not page.pace.isEnabled()
    assert not page.lines.isEnabled()
    page.save.click()
    found, troubles = plans(tmp_path)
    assert troubles == ()
    mine = next(plan for plan in found if plan.key not in OURS)
    assert (mine.steps[2].of, mine.steps[2].breaths_per_min, mine.steps[2].lines) == (
        "grounding", None, (),
    )  # fmt: skip
    page.step.setCurrentIndex(0)
    assert not page.of.isEnabled(), "only a practice is"
    let_go(page)


def test_a_client_breathes_at_the_pace_that_is_theirs(store: Store) -> None:
    store.me()
    heron = add_person(store, "Heron")
    settings = Settings(own_pace_per_min=6.4, own_paces={str(heron.id): 5.1})
    whole = next(each for each in practices() if each.key == "soothing_rhythm")
    loop = SourceLoop()

    def paces(client: str | None) -> set[float]:
        room = opened_room(
            FromNobody(), whole, where=places(), store=store, settings=settings, loop=loop,
            told=set(), client=client,
        )  # fmt: skip
        made = room.run.practice
        assert made is not None
        room.leave()
        return {step.pattern.breaths_per_min for step in made.steps if step.pattern is not None}

    assert paces("Heron") == {5.1}
    assert paces("me") == {6.4}
    assert paces(None) == {5.5}, "of nobody by name: as the practice has it"
    loop.stop()


def test_words_to_mark_with_are_chosen_before_the_room(window: object, store: Store) -> None:
    store.me()
    app: App = window()  # type: ignore[operator]
    app.show_room_setup()
    page = app.currentWidget()
    assert isinstance(page, RoomSetup)
    assert page.marks.text() == "critic, safe place, kind voice, grief"
    page.marks.setText(" shame,  warmth ,, shame, " + ", ".join("abcdefghij"))
    page.begin_pill.click()
    wanted = ["shame", "warmth", *"abcdefg"]
    assert app._settings.quick_marks == wanted
    room = app._room
    assert room is not None
    assert [each.text() for each in room.window.moments.quick][:2] == ["1  Shame", "2  Warmth"]
    room.window.close()
    wait(app.isVisible)
    app.show_room_setup()
    page = app.currentWidget()
    assert isinstance(page, RoomSetup)
    page.marks.setText(" , ")
    page.marks.editingFinished.emit()
    assert app._settings.quick_marks == ["critic", "safe place", "kind voice", "grief"]


def test_what_makes_no_sense_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    page = PlanEditor(DUSK, shipped_plans(), tmp_path / "plans", OURS)
    page.title.setText("")
    page.save.click()
    assert "title" in page.told.text()
    assert not list(tmp_path.rglob("*.toml"))
    let_go(page)


def test_a_plan_of_one_s_own_is_written_over_in_its_place(tmp_path: Path) -> None:
    page = PlanEditor(DUSK, shipped_plans(), tmp_path, OURS)
    page.save.click()
    (file,) = tmp_path.iterdir()
    mine, _ = plans(tmp_path)
    again = PlanEditor(DUSK, [plan for plan in mine if plan.key not in OURS], tmp_path, OURS)
    again.name.setText("Renamed")
    again.save.click()
    assert [each.name for each in tmp_path.iterdir()] == [file.name]
    assert any(plan.title == "Renamed" for plan in plans(tmp_path)[0])
    for each in (page, again):
        let_go(each)


def test_the_folder_of_plans_lies_beside_the_record() -> None:
    assert places().plans.parent == places().store.parent
