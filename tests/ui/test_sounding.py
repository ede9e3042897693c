"""Sound beside a practice: it plays, is chosen and remembered; where there is none that is said."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from tests.sound.clips import write_clip
from tests.ui.desk import Key, brought_up, let_go, press, wait

from coherence.model import BreathPattern, PaceChanged, Paused, Resumed, StepStarted
from coherence.practice.library import practice
from coherence.sessions.cue_sheet import line_names
from coherence.sessions.opening import FromNobody, FromWearer
from coherence.sessions.spoken import Spoken
from coherence.sound import player as player_module
from coherence.sound.device import GONE, NO_DEVICE, Device, SoundError, Take
from coherence.sound.kinds import RATE_HZ
from coherence.sound.player import Player
from coherence.sound.voice import Voice
from coherence.storage.places import places
from coherence.storage.settings import Settings, load
from coherence.ui.app import App
from coherence.ui.practice import PracticeWindow
from coherence.ui.sounding import Sounding

MINE = Settings(first_run_done=True, sound="pad", volume=1.0)
SOOTHING = practice("soothing_rhythm")


@pytest.fixture(autouse=True)
def _soon_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(player_module, "LEAVING_S", 0.1)


@pytest.fixture
def window() -> Iterator[Callable[..., App]]:
    made: list[App] = []

    def make(settings: Settings = MINE) -> App:
        window = App(places(), None, settings, None)
        made.append(window)
        return brought_up(window, 900, 640)

    yield make
    for each in made:
        let_go(each)


def sounding(window: App) -> Sounding:
    assert window._now.sound is not None
    return window._now.sound


def loudest(player: Player, seconds: float) -> float:
    waits = player._ahead.peek(player._ahead.taken, round(seconds * RATE_HZ))
    return float(np.abs(waits).max(initial=0.0))


def practising(window: App) -> PracticeWindow:
    screen = window.currentWidget()
    assert isinstance(screen, PracticeWindow)
    return screen


def test_a_practice_is_heard_in_step_and_through_a_window_that_hangs(window) -> None:
    shown = window()
    shown.practise(FromNobody(), SOOTHING)
    player = sounding(shown)._player
    wait(lambda: loudest(player, 4.0) > 0.05)  # the tone that tells the beginning
    wait(lambda: player._ahead.end - player._ahead.taken > 10 * RATE_HZ)
    end_s = time.monotonic() + 2.0
    while time.monotonic() < end_s:  # nothing that is Qt's runs
        sum(range(1000))
    assert player.missing == 0
    assert player.trouble is None
    heard_s, held_s = player._clock.heard_s(player._ahead.taken), player._ahead.taken
    assert abs(player._course.off_s(held_s)) < 0.1  # 20 ms in quiet; a null device has no clock
    assert heard_s > shown._run.now_s()


def test_pausing_reaches_the_sound_by_the_feed(window) -> None:
    shown = window()
    shown.practise(FromNobody(), SOOTHING)
    guide = sounding(shown)._player._mixer.score._guide
    now_s = shown._run.now_s()
    shown._run._session._feed.put(PaceChanged(now_s, BreathPattern(6.0)))
    wait(lambda: guide.running)
    press(Key.Key_Space)
    wait(lambda: not guide.running)
    press(Key.Key_Space)
    wait(lambda: guide.running)


def test_the_kind_and_the_volume_are_chosen_and_remembered(window) -> None:
    shown = window()
    shown.practise(FromNobody(), SOOTHING)
    player = sounding(shown)._player
    press(Key.Key_S)
    wait(lambda: player._mixer.score.kind == "bowl")
    for _ in range(3):
        press(Key.Key_Minus)
    wait(lambda: player._mixer.volume.wanted == pytest.approx(0.7))
    kept, _ = load(places().settings)
    assert (kept.sound, kept.volume) == ("bowl", 0.7)
    wait(lambda: practising(shown).scene.state.prompt == "Volume 7 of 10")


def test_at_another_speed_there_is_no_sound(window) -> None:
    shown = window()
    shown.practise(FromWearer(), SOOTHING, speed=20.0)
    assert shown._now.sound is None
    assert not practising(shown).bottom.sound.isVisible()


def test_the_end_rings_and_the_device_is_let_go(window) -> None:
    shown = window()
    shown.practise(FromNobody(), SOOTHING)
    player = sounding(shown)._player
    wait(lambda: player._clock.running)
    practising(shown).end()
    wait(lambda: loudest(player, 1.0) > 0.05)
    assert player._thread.is_alive()  # while the end is shown
    practising(shown).over.end_page.done.click()
    wait(lambda: not player._thread.is_alive())


def test_no_device_is_said_once_and_the_practice_goes_on(
    window, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(self: Device, take: Take) -> None:
        raise SoundError(NO_DEVICE)

    monkeypatch.setattr(Device, "__init__", none)
    shown = window()
    shown.practise(FromNobody(), SOOTHING)
    wait(lambda: practising(shown).scene.state.prompt == NO_DEVICE)
    first = shown._run.now_s()
    wait(lambda: shown._run.now_s() > first + 0.3)
    assert not shown._run.ended
    shown.practise(FromNobody(), SOOTHING)  # the next one says nothing of it
    wait(lambda: sounding(shown)._player.trouble == NO_DEVICE)
    shown._watch_run()
    QApplication.processEvents()
    practising(shown).tick()
    assert practising(shown).scene.state.prompt != NO_DEVICE


def test_the_second_tone_follows_the_light_only_where_it_is_chosen() -> None:
    class Lit:
        light = 0.0

        def now_s(self) -> float:
            return 1.0

        def view(self) -> Lit:
            return self

    for warms, wanted in ((True, 0.8), (False, 0.0)):
        session = Lit()
        made = Sounding(SOOTHING, Settings(sound="none", sound_warms=warms), set())
        made.begin(session)  # type: ignore[arg-type]
        session.light = 0.8
        assert made.look() is None
        wait(lambda made=made, wanted=wanted: made._player._mixer.fifth.wanted == wanted)
        made.close()


# --- voices ---------------------------------------------------------------------------------------


def test_a_voice_of_ones_own_speaks_and_what_is_missing_is_said_once(window) -> None:
    names = list(line_names(SOOTHING).values())
    for name in names[1:]:
        write_clip(places().voices / "Anna" / f"{name}.wav", seconds=0.3)
    shown = window(replace(MINE, voice="Anna"))
    shown.practise(FromNobody(), SOOTHING)
    sound = sounding(shown)
    wait(lambda: sound._spoken.voice.clip(names[-1]) is not None)
    assert sound._player._mixer.score.voice(names[1]) is not None
    wait(lambda: str(practising(shown).scene.state.prompt).startswith("The voice Anna leaves out"))
    assert not shown._run.ended


def test_a_voice_that_is_gone_is_said_and_the_practice_goes_on(window) -> None:
    shown = window(replace(MINE, voice="Nobody"))
    shown.practise(FromNobody(), SOOTHING)
    wait(lambda: "no clips of the voice Nobody" in str(practising(shown).scene.state.prompt))
    assert sounding(shown)._player.trouble in (None, GONE)  # a busy machine's device asks late


def test_another_practice_in_the_same_session_is_told_in_its_own_lines(window) -> None:
    grounding = practice("grounding")
    first = line_names(grounding)[grounding.steps[0].prompts[0].text]
    write_clip(places().voices / "Anna" / f"{first}.wav", seconds=0.3)
    shown = window(replace(MINE, voice="Anna"))
    shown.practise(FromNobody(), SOOTHING)
    sound, care = sounding(shown), practising(shown).care
    assert sound._cues is not None
    wait(lambda: sound._cues._practice is SOOTHING)
    care.turned.emit(grounding)
    now_s = shown._run.now_s()
    shown._run.turn_to(grounding)
    wait(lambda: sound._cues._practice is grounding)
    wait(lambda: sound._spoken.voice.clip(first) is not None)

    def told() -> list[object]:
        return [cue.what for cue in sound._cues.between(now_s, now_s + 60.0)]

    wait(lambda: first in told())  # the step's own line comes with the step
    assert not any(isinstance(each, str) and each.startswith("soothing") for each in told())


class Aloud:
    """A voice that speaks by itself, and writes down what it was told."""

    def __init__(self) -> None:
        self.called: list[str] = []

    def say(self, text: str) -> None:
        self.called.append(text)

    def hush(self) -> None:
        self.called.append("hush")


def test_a_voice_that_speaks_by_itself_is_told_each_line_in_its_time() -> None:
    class At:
        t_s = 0.0

        def now_s(self) -> float:
            return self.t_s

    aloud, session = Aloud(), At()
    voice = Voice("spd-say", [], lambda name, text: np.zeros((0, 2), np.float32))
    spoken = Spoken(voice, line_names(SOOTHING), aloud=aloud)  # type: ignore[arg-type]
    made = Sounding(SOOTHING, Settings(sound="none"), set(), spoken=spoken)
    made.begin(session)  # type: ignore[arg-type]
    made.put(0, StepStarted(0.0, 0, "arrive"))
    first, second, third = (prompt.text for prompt in SOOTHING.steps[0].prompts)
    for t_s in (1.0, 4.4, 5.0, 36.0):
        session.t_s = t_s
        made.look()
    made.put(1, Paused(50.0))
    session.t_s = 100.0
    made.look()
    made.put(2, Resumed(110.0))
    session.t_s = 129.0
    made.look()
    assert aloud.called == [first, second, "hush", third]
    made.close()
    assert aloud.called[-1] == "hush"
