"""The player on a real device of miniaudio's that plays to nobody: never late, never torn."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from tests.sound.listening import clicks_db, pitch_hz

from coherence.devices.sources import SessionClock
from coherence.model import BreathPattern, Notification, PaceChanged, Paused
from coherence.sound.device import GONE, NO_DEVICE, NOT_INSTALLED, Device, SoundError, Take
from coherence.sound.kinds import RATE_HZ, Kind
from coherence.sound.player import Player
from coherence.sound.score import Score

QUICK = BreathPattern(15.0)


class Heard:
    """A player on the device, and all that was handed to it."""

    def __init__(self, kind: Kind = "waves", **how: object) -> None:
        self.clock, self.calls = SessionClock(), []
        self.score = Score(kind)
        self.score.prepare()
        self.player = Player(
            self.score, self.clock.now_s, volume=1.0, open_device=self._open, **how
        )  # type: ignore[arg-type]

    def _open(self, take: Take) -> Device:
        def kept(n: int) -> bytes:
            now_s, made = self.clock.now_s(), take(n)
            self.calls.append((now_s, np.frombuffer(made, "<f4").reshape(-1, 2)))
            return made

        return Device(kept)

    def wait(self, until: Callable[[], object], timeout_s: float = 20.0) -> None:
        end_s = time.monotonic() + timeout_s
        while not until():
            assert time.monotonic() < end_s, "waited in vain"
            time.sleep(0.01)

    def wait_for_s(self, seconds: float) -> None:
        """Until so much more was handed over."""
        wanted = self.frames + seconds * RATE_HZ
        self.wait(lambda: self.frames >= wanted)

    @property
    def frames(self) -> int:
        return sum(len(made) for _, made in self.calls)

    @property
    def samples(self) -> np.ndarray:
        return np.concatenate([made for _, made in self.calls])


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Heard]]:
    made: list[Heard] = []
    monkeypatch.setattr("coherence.sound.player.LEAVING_S", 0.1)

    def make(kind: Kind = "waves", **how: object) -> Heard:
        made.append(Heard(kind, **how))
        return made[-1]

    yield make
    for each in made:
        each.player.close()
        assert not each.player._thread.is_alive()


def test_what_is_handed_over_is_the_score_in_step_with_the_clock(heard) -> None:
    here = heard()
    here.player.put(0, PaceChanged(0.0, QUICK))
    here.player.start()
    here.wait_for_s(1.6)
    assert here.player.trouble is None
    course, samples = here.player._course, here.samples
    place = course._place(RATE_HZ)
    wanted = here.score.render(round(place), RATE_HZ // 2)[:, :2]
    got = samples[RATE_HZ : RATE_HZ + RATE_HZ // 2]
    assert np.corrcoef(got[:, 0], wanted[:, 0])[0, 1] > 0.99
    # the null device plays from its first call on: what is heard now is what belongs to now
    heard_s = here.calls[0][0] + 1.0
    assert abs(place / RATE_HZ - heard_s) < 0.05


def test_a_window_that_is_blocked_or_busy_does_not_make_it_stutter(heard) -> None:
    here = heard("pad")
    here.player.put(0, PaceChanged(0.0, QUICK))
    here.player.start()
    here.wait(lambda: here.player._ahead.end - here.player._ahead.taken > RATE_HZ)
    begun = here.frames
    end_s = time.monotonic() + 2.0
    while time.monotonic() < end_s:  # the thread of the window, which wants the interpreter itself
        sum(range(1000))
    during = here.samples[begun:]
    assert len(during) > RATE_HZ
    assert here.player.missing == 0
    assert np.abs(during).max() > 0.1
    assert clicks_db(during) < -60.0
    gaps_s = np.diff([at_s for at_s, _ in here.calls])
    assert gaps_s.max() < 0.4  # the device's own buffer


def test_ten_seconds_wait_and_more_than_a_breath(heard) -> None:
    here = heard()
    here.player.put(0, PaceChanged(0.0, BreathPattern(5.5)))
    here.player.start()
    here.wait(lambda: here.player._ahead.end - here.player._ahead.taken > 11 * RATE_HZ)
    assert here.player.missing == 0


@pytest.mark.parametrize(
    "what",
    ["pause", *(pytest.param(w, marks=pytest.mark.slow) for w in ("let go", "kind", "volume"))],
)
def test_a_change_is_heard_within_a_moment_and_makes_no_click(heard, what: str) -> None:
    here = heard("pad")
    here.player.put(0, PaceChanged(0.0, BreathPattern(8.0, 0.7)))
    here.player.start()
    here.wait(lambda: here.frames and np.abs(here.calls[-1][1]).max() > 0.05)
    here.wait_for_s(0.5)
    before = here.frames
    now_s = here.clock.now_s()
    match what:
        case "pause":
            here.player.put(1, Paused(now_s))
        case "let go":
            here.player.put(1, PaceChanged(now_s, None))
        case "kind":
            here.player.choose("none")
        case "volume":
            here.player.set_volume(0.0)
    here.wait_for_s(2.4)
    after = here.samples[before:]
    quiet = np.abs(after).max(axis=1) < 0.02
    assert not quiet[: RATE_HZ // 10].all()
    assert quiet[2 * RATE_HZ :].all(), "at most two seconds, with all fading"
    assert clicks_db(here.samples) < -90.0
    assert here.player.missing == 0


def test_the_bowl_strikes_when_the_moon_turns(heard) -> None:
    here = heard("bowl")
    here.player.start()
    here.wait(lambda: here.calls)
    begins_s = here.clock.now_s() + 0.8
    here.player.put(0, PaceChanged(begins_s, BreathPattern(6.0)))
    here.wait_for_s(1.6)
    samples = here.samples
    onset = int(np.argmax(np.abs(samples[:, 0]) > 1e-4))
    heard_s = here.calls[0][0] + onset / RATE_HZ
    assert abs(heard_s - begins_s) < 0.05
    stroke = samples[onset + 4000 : onset + 20_000]
    assert pitch_hz(stroke, 150, 600) == pytest.approx(349.2, rel=0.01)


def test_the_fifth_is_heard_when_it_is_asked_for(heard) -> None:
    here = heard("pad")
    here.player.set_warmth(1.0)
    here.player.put(0, PaceChanged(0.0, QUICK))
    here.player.start()
    here.wait(lambda: here.player._ahead.end - here.player._ahead.taken > 9 * RATE_HZ)
    plain = here.score.render(0, 9 * RATE_HZ)[:, :2]
    assert np.abs(here.player._ahead.peek(0, 12 * RATE_HZ)).max() > 1.1 * np.abs(plain).max()


def test_what_a_strap_says_makes_nothing_anew(heard) -> None:
    here = heard()
    here.player.put(0, Notification(0.5, "a", "b", b""))
    assert here.player._told.empty()


# --- devices that are not there -------------------------------------------------------------------


class Failing:
    """Opens nothing so many times, then a real device."""

    def __init__(self, times: int, why: str = NO_DEVICE) -> None:
        self.left, self.why, self.opened = times, why, threading.Event()

    def __call__(self, take: Take) -> Device:
        if self.left:
            self.left -= 1
            raise SoundError(self.why)
        self.opened.set()
        return Device(take)


def test_no_device_is_told_and_looked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coherence.sound.player.AGAIN_S", 0.3)
    opens = Failing(2)
    player = Player(Score("bowl"), SessionClock().now_s, open_device=opens)
    player.start()
    player.put(0, PaceChanged(0.0, QUICK))
    end_s = time.monotonic() + 10.0
    while player.trouble is None:
        assert time.monotonic() < end_s
        time.sleep(0.01)
    assert player.trouble == NO_DEVICE
    assert opens.opened.wait(10.0)
    player.close()
    assert player.trouble is None


def test_a_device_that_goes_away_is_told_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coherence.sound.player.AGAIN_S", 0.2)
    opened: list[Device] = []
    gone = threading.Event()

    def open_device(take: Take) -> Device:
        if gone.is_set():
            gone.clear()
            raise SoundError(NO_DEVICE)
        opened.append(Device(take))
        return opened[-1]

    player = Player(Score("bowl"), SessionClock().now_s, open_device=open_device)
    player.start()
    end_s, troubles = time.monotonic() + 10.0, []
    while len(opened) < 2 or player.trouble is not None:
        assert time.monotonic() < end_s
        if opened and not troubles:
            gone.set()
            opened[0]._stopped()  # as miniaudio tells it
        if opened and player.trouble not in troubles:
            troubles.append(player.trouble)
        time.sleep(0.005)
    player.close()
    assert [each for each in troubles if each] == [GONE, NO_DEVICE]


def test_a_device_that_asks_for_nothing_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coherence.sound.player.SILENT_S", 0.3)
    monkeypatch.setattr("coherence.sound.player.AGAIN_S", 0.1)
    opened: list[Device] = []

    def open_device(take: Take) -> Device:
        device = Device(take)
        opened.append(device)
        if len(opened) == 1:
            device._device.stop()
        return device

    player = Player(Score("bowl"), SessionClock().now_s, open_device=open_device)
    player.start()
    end_s = time.monotonic() + 10.0
    while len(opened) < 2:
        assert time.monotonic() < end_s
        time.sleep(0.01)
    player.close()


def test_without_the_extra_it_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "miniaudio", None)
    with pytest.raises(SoundError, match="coherence-hrv\\[sound\\]") as told:
        Device(lambda n: bytes(8 * n))
    assert str(told.value) == NOT_INSTALLED


def test_a_machine_without_a_sound_card_says_so(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("COHERENCE_AUDIO")
    try:
        Device(lambda n: bytes(8 * n)).close()
    except SoundError as error:
        told = str(error)
    else:
        pytest.skip("there is a sound device here")
    assert told == NO_DEVICE
    assert capfd.readouterr().err == ""  # ALSA's own words are not for people


def test_where_nothing_is_to_be_heard_no_device_is_asked_for() -> None:
    opened: list[Take] = []

    def open_device(take: Take) -> Device:
        opened.append(take)
        return Device(take)

    player = Player(Score("none"), SessionClock().now_s, open_device=open_device)
    player.start()
    player.put(0, PaceChanged(0.0, QUICK))
    time.sleep(0.3)
    assert opened == []
    player.choose("bowl")
    end_s = time.monotonic() + 10.0
    while not opened:
        assert time.monotonic() < end_s
        time.sleep(0.01)
    player.close()


def test_closing_before_it_began_is_nothing() -> None:
    Player(Score("none"), SessionClock().now_s).close()
