"""The window as a whole: sessions begin, are kept and end; straps, settings, plots, trouble."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tests.ui.desk import MINE, Key, practising, press, strap_of, wait, welcome

from coherence.cli.commands import _run
from coherence.devices import radio
from coherence.devices.radio_error import RadioError, RadioReason
from coherence.model import End, Ended, Notification, Origin, StrapSeen
from coherence.practice.library import practice, practices
from coherence.sessions.opening import FromNobody, FromStrap, FromWearer
from coherence.storage.database import Store
from coherence.storage.errors import StorageError
from coherence.storage.interrupted import close_interrupted
from coherence.storage.lock import hold_app
from coherence.storage.places import places
from coherence.storage.settings import Settings, load
from coherence.ui import kept_settings, motion
from coherence.ui.app import App
from coherence.ui.awake import Awake
from coherence.ui.practice import PracticeWindow
from coherence.ui.running import run_app
from coherence.ui.safety import Safety
from coherence.ui.settings_screen import SettingsScreen
from coherence.ui.taking import Taking
from coherence.ui.theme import DUSK, MORNING
from coherence.ui.welcome import Welcome

H10 = StrapSeen("AA:1", "Polar H10 0A1B2C3D", -58)


# --- a session ------------------------------------------------------------------------------------


def test_a_session_from_begin_to_done(window: Callable[..., App], store: Store) -> None:
    shown = window()
    shown.practise(FromWearer(), practice("soothing_rhythm"), speed=40.0)
    screen = practising(shown)
    wait(lambda: screen._view is not None and screen._view.beats > 60)
    assert store.sessions()[0].end is End.OPEN
    assert len(screen._view.t_s) > 60  # drawn from these
    QTest.keyClick(screen, Key.Key_Escape)
    assert screen.over.question.isVisible()
    screen.over.question.end.click()
    wait(screen.over.end_page.isVisible)
    wait(lambda: store.sessions()[0].end is End.ENDED)
    screen.over.end_page.done.click()
    assert welcome(shown)
    kept = store.sessions()
    assert [(s.origin, s.end, s.practice) for s in kept] == [
        (Origin.SIMULATED, End.ENDED, "soothing_rhythm")
    ]
    arrivals = list(store.arrivals(kept[0].id))
    beats = sum(isinstance(a, Notification) for a in arrivals)
    assert beats > 40
    assert isinstance(arrivals[-1], Ended)
    assert kept[0].duration_s >= arrivals[-1].t_s - 0.5


def test_done_by_keyboard_alone(window: Callable[..., App], store: Store) -> None:
    shown = window()
    shown.practise(FromWearer(), practice("soothing_rhythm"), speed=20.0)
    wait(lambda: practising(shown)._view is not None)
    press(Key.Key_Escape)
    press(Key.Key_Tab)
    focus = QApplication.focusWidget()
    assert focus is practising(shown).over.question.end
    press(Key.Key_Return)
    wait(practising(shown).over.end_page.isVisible)
    press(Key.Key_Return)
    assert welcome(shown)
    assert store.sessions()[0].end is End.ENDED


def test_closing_the_window_ends_the_session(window: Callable[..., App], store: Store) -> None:
    shown = window()
    shown.practise(FromWearer(), practice("soothing_rhythm"), speed=20.0)
    wait(lambda: practising(shown)._view.beats > 10 if practising(shown)._view else False)
    shown.close()
    (kept,) = store.sessions()
    assert kept.end is End.ENDED
    assert isinstance(list(store.arrivals(kept.id))[-1], Ended)
    shown.close()  # a second time is nothing


def test_the_end_of_time_ends_it_by_itself(window: Callable[..., App], store: Store) -> None:
    shown = window()
    shown.practise(FromWearer(), practice("soothing_rhythm"), speed=40.0, seconds=30.0)
    wait(lambda: practising(shown).over.end_page.isVisible())
    assert store.sessions()[0].end is End.ENDED


def test_a_session_without_a_strap_is_not_kept(window: Callable[..., App], store: Store) -> None:
    shown = window()
    shown.show_welcome()
    welcome(shown).press_primary()
    wait(lambda: practising(shown)._view is not None)
    assert store.sessions() == []


# --- straps ---------------------------------------------------------------------------------------


def test_a_strap_is_found_chosen_listened_to_and_remembered(
    window: Callable[..., App], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = StrapSeen("BB:2", "HRM-Pro", -70)
    listened = []

    async def found(**_radio: object) -> object:
        yield other
        yield H10

    def listen(strap: StrapSeen, clock: object, **_radio: object) -> object:
        listened.append(strap)
        return strap_of(30)(clock)

    monkeypatch.setattr(radio, "scan", found)
    monkeypatch.setattr(radio, "listen", listen)
    shown = window(replace(MINE, last_strap_name=H10.name))
    shown.show_welcome()
    wait(lambda: welcome(shown).strap == H10)
    assert list(welcome(shown)._strap_rows) == [other.strap_id, H10.strap_id]
    press(Key.Key_Return)
    wait(lambda: practising(shown)._view is not None and practising(shown)._view.beats > 10)
    assert listened == [H10]
    (kept,) = store.sessions()
    assert (kept.origin, kept.strap) == (Origin.STRAP, H10.name)
    settings, trouble = load(places().settings)
    assert trouble is None
    assert (settings.last_strap_id, settings.last_strap_name) == (H10.strap_id, H10.name)


def test_a_strap_that_breaks_is_told_and_the_practice_goes_on(
    window: Callable[..., App], store: Store
) -> None:
    sentence = "Bluetooth is off: turn it on and try again."
    error = RadioError(sentence, RadioReason.POWERED_OFF)
    shown = window()
    source = FromStrap("AA", "H10", strap_of(20, ends_with=error))
    shown.practise(source, practice("soothing_rhythm"))
    screen = practising(shown)
    wait(lambda: screen.bottom.state.text() == sentence)
    QTest.qWait(200)
    assert not screen.over.end_page.isVisible()
    assert store.sessions()[0].end is End.OPEN


@pytest.mark.parametrize("heard", [1, 2])
def test_trouble_with_the_radio_is_a_sentence(
    window: Callable[..., App], monkeypatch: pytest.MonkeyPatch, heard: int
) -> None:
    looked = []

    async def broken(**_radio: object) -> object:
        looked.append(1)
        raise RadioError("There is no Bluetooth here: plug in an adapter.", RadioReason.NO_ADAPTER)
        yield

    monkeypatch.setattr(radio, "scan", broken)
    shown = window()
    shown.show_welcome()
    for times in range(heard):
        wait(lambda n=times: len(looked) > n and welcome(shown)._trouble.isVisible())
        assert welcome(shown)._trouble.text().startswith("There is no Bluetooth")
        welcome(shown).look_again.emit()
    assert welcome(shown)._alone.isEnabled()


def test_the_machine_s_own_radio_never_breaks_the_window(
    window: Callable[..., App], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    shown = window()
    shown.show_welcome()
    QTest.qWait(400)
    said = welcome(shown)._trouble.text()
    assert said == "" or said.endswith(".")


# --- settings -------------------------------------------------------------------------------------


def test_settings_hold_at_once_and_nothing_is_lost(window: Callable[..., App]) -> None:
    before = replace(
        MINE, last_strap_id="AA", last_strap_name="H10", sound="bowl", volume=0.2,
        keys={"pause": "P"},
    )  # fmt: skip
    shown = window(before)
    shown.show_settings()
    screen = shown.currentWidget()
    assert isinstance(screen, SettingsScreen)
    light, _language, letters, moving, *_ = screen._choices
    light.setCurrentIndex(1)
    assert screen._theme.name == "morning"
    letters.setCurrentIndex(letters.findData(1.5))
    assert screen._theme.text_scale == 1.5
    moving.setCurrentIndex(2)
    assert shown._kept.reduced_motion
    assert screen.palette().window().color().name().upper() == MORNING.bg.upper()
    wanted = replace(before, theme="morning", text_scale=1.5, reduced_motion=True)
    assert load(places().settings) == (wanted, None)
    press(Key.Key_Escape)
    assert welcome(shown)._theme == replace(MORNING, text_scale=1.5)
    assert welcome(shown)._reduced_motion


def test_the_theme_chosen_while_practising_is_kept(window: Callable[..., App]) -> None:
    shown = window()
    shown.practise(FromNobody(), practice("soothing_rhythm"))
    wait(lambda: practising(shown)._view is not None)
    press(Key.Key_T)
    press(Key.Key_N)
    settings, _ = load(places().settings)
    assert (settings.theme, settings.numbers_shown) == ("morning", True)


def test_a_look_at_the_demo_is_no_first_run(window: Callable[..., App]) -> None:
    shown = window(Settings())
    shown.practise(FromWearer(), practice("soothing_rhythm"), speed=20.0)
    assert not shown._settings.first_run_done
    shown.practise(FromNobody(), practice("soothing_rhythm"))
    assert shown._settings.first_run_done


def test_safety_is_read_by_keyboard(window: Callable[..., App]) -> None:
    shown = window(Settings())
    shown.show_safety()
    assert isinstance(shown.currentWidget(), Safety)
    press(Key.Key_Return)
    assert welcome(shown)


@pytest.mark.parametrize(
    ("desktop", "said", "wanted"),
    [("ubuntu:GNOME", "false", True), ("GNOME", "true", False), ("KDE", "false", False)],
)
def test_motion_as_the_system_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, desktop: str, said: str, wanted: bool
) -> None:
    program = tmp_path / "gsettings"
    program.write_text(f'#!/bin/sh\n[ "$3" = enable-animations ] && echo {said}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", desktop)
    motion.system_reduces_motion.cache_clear()
    try:
        assert motion.system_reduces_motion() is wanted
    finally:
        motion.system_reduces_motion.cache_clear()


def test_a_system_that_does_not_answer_holds_nothing_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "gsettings"
    program.write_text("#!/bin/sh\nexec sleep 20\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "GNOME")
    motion.system_reduces_motion.cache_clear()
    began_s = time.monotonic()
    assert motion.system_reduces_motion() is False
    assert time.monotonic() - began_s < 3.0
    motion.system_reduces_motion.cache_clear()


# --- beside the practice --------------------------------------------------------------------------


def test_l_opens_the_plots_which_follow_the_session(window: Callable[..., App]) -> None:
    shown = window()
    assert shown._now is None  # nothing runs
    shown.practise(FromWearer(), practice("soothing_rhythm"), speed=20.0)
    wait(lambda: practising(shown)._view is not None)
    press(Key.Key_L)
    plots = shown._now.plots
    assert plots is not None
    assert plots.isVisible()
    wait(lambda: plots.heart.beats > 20)
    practising(shown).theme_chosen.emit(MORNING)
    assert plots._theme == MORNING
    wait(lambda: plots.heart.beats > 20)
    plots.close()
    wait(lambda: not shown._now._plot_timer.isActive())
    shown._now.open_plots()
    assert plots.isVisible()
    shown.close()
    assert not plots.isVisible()


def test_a_second_session_has_plots_of_its_own(window: Callable[..., App], store: Store) -> None:
    shown = window()
    shown.practise(FromWearer(), practice("soothing_rhythm"), speed=20.0)
    shown._now.open_plots()
    shown._run.mark("kind voice")  # type: ignore[union-attr]
    wait(lambda: shown._now.plots is not None and shown._now.plots.coherence.moment_lines)
    shown.practise(FromWearer(seed=2), practice("soothing_rhythm"), speed=20.0)
    assert shown._now.plots is None
    assert [session.end for session in store.sessions()] == [End.OPEN, End.ENDED]
    shown._now.open_plots()
    assert shown._now.plots is not None
    assert shown._now.plots.coherence.moment_lines == []


def test_the_display_stays_awake_while_one_practises(window: Callable[..., App]) -> None:
    said: list[str] = []

    @contextmanager
    def keep() -> Iterator[None]:
        said.append("awake")
        yield
        said.append("may sleep")

    shown = window()
    shown._awake = Awake(keep)
    shown._watch.setInterval(20)
    shown.practise(FromWearer(), practice("soothing_rhythm"), speed=20.0)
    wait(lambda: said == ["awake"])
    practising(shown).toggle_pause()
    wait(lambda: said == ["awake", "may sleep"])
    wait(lambda: practising(shown)._view.paused)
    practising(shown).toggle_pause()
    wait(lambda: len(said) == 3)
    practising(shown).end()
    wait(lambda: said == ["awake", "may sleep"] * 2)
    practising(shown).finished.emit()
    assert said == ["awake", "may sleep"] * 2
    assert not shown._watch.isActive()


# --- trouble --------------------------------------------------------------------------------------


def test_a_store_that_cannot_be_written_does_not_stop_the_practice(
    window: Callable[..., App], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise StorageError("The disk is full: make some room there, then try again.")

    monkeypatch.setattr(store, "begin_session", full)
    shown = window()
    shown.practise(FromWearer(), practice("soothing_rhythm"), speed=20.0)
    screen = practising(shown)
    wait(lambda: screen._view is not None and screen._view.beats > 5)
    assert screen.bottom.state.text() == (
        "This session is not kept. The disk is full: make some room there, then try again."
    )
    assert store.sessions() == []


def test_settings_that_cannot_be_written_are_told(
    window: Callable[..., App], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StorageError("The disk is full: make some room.")

    monkeypatch.setattr(kept_settings, "save", full)
    shown = window()
    shown.show_settings()
    shown._kept.change(theme="morning")
    shown.show_welcome()
    texts = [label.text() for label in welcome(shown)._themed if hasattr(label, "text")]
    assert "The disk is full: make some room." in texts


# --- the whole program ----------------------------------------------------------------------------


def coherence(home: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "coherence", *arguments],
        env=os.environ | {"COHERENCE_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_a_second_window_says_that_one_is_open(capsys: pytest.CaptureFixture[str]) -> None:
    held = hold_app(places())
    try:
        assert _run(["demo"]) == 3
    finally:
        held.release()
    out, said = capsys.readouterr()
    assert out == ""
    assert "already open" in said
    assert said.count("\n") == 1


def test_where_nothing_can_be_kept_one_practises_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("COHERENCE_HOME", str(tmp_path / "file" / "home"))
    said: list[str] = []

    def look() -> None:
        for window in QApplication.topLevelWidgets():  # others may wait to be deleted
            screen = window.currentWidget() if isinstance(window, App) else None
            if not window.isVisible() or not isinstance(screen, PracticeWindow):
                continue
            if screen._view is not None and screen._view.beats > 3:
                said.append(screen.bottom.state.text())
                window.close()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(50)
    assert run_app(FromWearer(), practice("soothing_rhythm"), speed=10.0) == 0
    timer.stop()
    assert said[0].startswith("Sessions are not kept now. ")
    assert str(tmp_path / "file") in said[0]


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent otherwise there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "a shutdown"])
def test_ctrl_c_and_a_shutdown_end_the_session(tmp_path: Path, number: signal.Signals) -> None:
    run = coherence(tmp_path, "demo")
    database = tmp_path / "coherence.db"

    def recorded() -> bool:
        if not database.exists():
            return False
        with Store.open(database) as store:
            kept = store.sessions()
            return bool(kept) and len(list(store.arrivals(kept[0].id))) > 5

    try:
        wait(recorded, 40.0)
        run.send_signal(number)
        _, said = run.communicate(timeout=30)
    finally:
        run.kill()
        run.communicate()
    assert run.returncode == 130, said
    with Store.open(database) as store:
        (kept,) = store.sessions()
        assert kept.end is End.ENDED
        assert close_interrupted(store) == ()


NOT_YET = ("pyqtgraph", "scipy", "neurokit2", "bleak", "pandas", "matplotlib", "wakepy")
FIRST_FRAME = f"""
import os, sys
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
from coherence.cli.commands import run
from coherence.ui.scene.scene import Scene

class Frame(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and isinstance(watched, Scene):
            print([name for name in {NOT_YET!r} if name in sys.modules], flush=True)
            os._exit(0)
        return False

app, frame = QApplication([]), Frame()
app.installEventFilter(frame)
run(sys.argv[1:])
"""


@pytest.mark.parametrize("command", [["demo"], []])
def test_nothing_heavy_is_imported_before_the_first_frame(
    tmp_path: Path, command: list[str]
) -> None:
    started = subprocess.run(
        [sys.executable, "-c", FIRST_FRAME, *command],
        env=os.environ | {"COHERENCE_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert started.stdout.strip() == "[]", started.stderr


def test_every_practice_can_be_begun(window: Callable[..., App]) -> None:
    shown = window()
    for each in practices():
        shown.practise(FromNobody(), each)
        wait(lambda: practising(shown)._view is not None)
    assert shown.theme == DUSK


def test_a_page_is_offered_where_a_session_ends_and_is_kept(window: Callable[..., App]) -> None:
    shown = window()
    shown.practise(FromWearer("practised", 4), practice("soothing_rhythm"), speed=20.0)
    screen = practising(shown)
    wait(lambda: shown._run is not None and shown._run.now_s() > 10.0)
    screen.end()
    assert screen.over.end_page.page.isVisible()
    screen.over.end_page.page.click()
    taking = shown.currentWidget()
    assert isinstance(taking, Taking)
    assert taking.which.currentData() == 1
    taking.back.click()
    assert isinstance(shown.currentWidget(), Welcome)
