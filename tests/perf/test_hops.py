"""From radio to picture: one hand-over between threads, no turn of a loop before the record."""

from __future__ import annotations

import threading
from functools import partial

import pytest

pytest.importorskip("bumble", reason="the virtual radio needs the extra `sim`")

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tests.devices.virtual_radio import frame
from tests.ui.desk import wait
from tests.ui.radio_desk import RadioDesk

from coherence.devices import heart_rate
from coherence.model import Arrival, Notification
from coherence.sessions.tracker import SessionTracker
from coherence.ui.practice import LOOK_MS


@pytest.fixture
def app() -> QApplication:
    made = QApplication.instance() or QApplication([])
    assert isinstance(made, QApplication)
    return made


def is_frame(arrival: Arrival) -> bool:
    return isinstance(arrival, Notification) and arrival.characteristic == heart_rate.CHARACTERISTIC


def test_one_hop_lies_between_radio_and_picture(
    app: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    log: list[tuple[str, str]] = []  # what happened, and on which thread
    feed = SessionTracker.feed

    def note(what: str) -> None:
        log.append((what, threading.current_thread().name))

    def put(number: int, arrival: Arrival) -> None:
        if is_frame(arrival):
            note("recorded")

    def folded(self: SessionTracker, arrival: Arrival) -> object:
        if is_frame(arrival):
            note("folded")
        return feed(self, arrival)

    monkeypatch.setattr(SessionTracker, "feed", folded)
    desk = RadioDesk(sinks=(put,), on_call=lambda begins: note("begins" if begins else "ends"))
    try:
        desk.window._timer.stop()
        for beats in range(1, 4):
            log.clear()
            desk.say(frame(60, 1000 + beats))
            wait(lambda: ("ends", "sources") in log)
            # The record has it before bleak's callback returns: no task, no queue in between.
            assert log == [(what, "sources") for what in ("begins", "recorded", "ends")]
            desk.window.tick()  # the one hand-over: the window's thread asks what has come
            assert log[3:] == [("folded", "MainThread")]
            # What this frame of the picture is made of has the beat already.
            assert desk.window._view is not None
            assert desk.window._view.beats == beats
            shown = len(desk.window.latency.seconds)
            assert shown == beats - 1
            desk.window.scene.repaint()
            assert len(desk.window.latency.seconds) == beats
    finally:
        desk.close()


def test_a_beat_is_shown_at_the_next_look_and_a_frame_when_it_is_due(
    app: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames, handed_over = [0], [0]  # what else a strap says waits for the window as well

    def put(number: int, arrival: Arrival) -> None:
        frames[0] += is_frame(arrival)

    def called(begins: bool) -> None:
        if not begins:
            handed_over[0] = frames[0]

    desk = RadioDesk(sinks=(put,), on_call=called)
    window, ticks, now_s = desk.window, [0], [100.0]
    tick = window.tick

    def counted() -> None:
        ticks[0] += 1
        tick()

    def looks(n: int) -> int:
        before = ticks[0]
        for _ in range(n):
            now_s[0] += LOOK_MS / 1000.0
            window.look()
        return ticks[0] - before

    def is_handed_over(beats: int) -> bool:
        return handed_over[0] == beats

    try:
        window._timer.stop()
        monkeypatch.setattr(window, "_clock", lambda: now_s[0])
        window.tick()  # what came while it was joined
        monkeypatch.setattr(window, "tick", counted)
        assert looks(20) == 10
        now_s[0] += 0.02  # a frame that took long
        assert looks(1) == 1
        # After a frame, and between two. No more beats: so quick, a clock takes the next for late.
        for beats in range(1, 4):
            looks(beats)
            desk.say(frame(60, 1000 + beats))
            wait(partial(is_handed_over, beats))
            assert looks(1) == 1
            assert not desk.run.waits
            assert window._view is not None
            assert window._view.beats == beats
        desk.run.close()
        window.tick()
        assert looks(20) == 10
    finally:
        desk.close()


def test_latency_counts_what_was_seen_and_is_told_on_the_live_plots(app: QApplication) -> None:
    from coherence.ui.live_plots import LivePlots
    from coherence.ui.theme import DUSK

    desk = RadioDesk()
    plots = LivePlots(DUSK)
    try:
        for n in range(25):
            desk.say(frame(60, 1000 + n))
            QTest.qWait(15)
        wait(lambda: len(desk.window.latency.seconds) >= 25)
        known = desk.window.latency.percentiles_ms()
        assert known is not None
        assert 0.0 < known[0] <= known[1]
        plots.show_latency(desk.window.latency)
        assert plots.signal.latency_words.text() == (
            f"From radio to picture: p50 {known[0]:.0f} ms, p99 {known[1]:.0f} ms"
        )
        desk.window.hide()
        before = len(desk.window.latency.seconds)
        desk.say(frame(60, 999))
        QTest.qWait(120)
        desk.window.show()
        desk.window.scene.repaint()
        assert len(desk.window.latency.seconds) == before  # nobody could see it come
    finally:
        plots.deleteLater()
        desk.close()
