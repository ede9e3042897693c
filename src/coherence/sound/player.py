"""The player: a thread that makes sound ahead of time and hands it to a device."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue

import numpy as np

from coherence.model import Arrival
from coherence.sound.ahead import Ahead
from coherence.sound.device import GONE, Device, SoundError, Take
from coherence.sound.drift import JUMP_S, Course, DeviceClock
from coherence.sound.kinds import RATE_HZ, Frames, Kind
from coherence.sound.mixer import Mixer, crossed
from coherence.sound.score import HEARD, Score
from coherence.sound.tones import Tone

AHEAD_S = 12.0  # more than a breath
CHUNK_S = 0.5
MARGIN_S = 0.1  # a change begins so long after what the device has taken
CHANGE_S, KIND_S = 0.08, 0.6  # and is faded into
RISE_S = 0.03  # what follows silence rises from it
MOST_TRIES = 5  # on a machine so busy that the device is always ahead
LOOK_S = 0.2
SILENT_S = 2.0  # a device that asks for nothing so long is gone
AGAIN_S = 5.0  # then it is looked for again
LEAVING_S = 0.9  # until all has faded and was heard

Open = Callable[[Take], Device]


class Player:
    """Plays a score, in step with ``now_s``. Whatever happens to the device, nothing is raised.

    What is told to it takes effect within half a second. ``put`` may be called from any thread.
    """

    def __init__(
        self,
        score: Score,
        now_s: Callable[[], float],
        *,
        volume: float = 0.6,
        open_device: Open = Device,
    ) -> None:
        self._mixer, self._now_s, self._open = Mixer(score), now_s, open_device
        self._volume, self._warmth = volume, 0.0
        self._told: SimpleQueue[Callable[[], float]] = SimpleQueue()  # each gives its fade, in s
        self._woken = threading.Event()
        self._leaving = threading.Event()
        self._device: Device | None = None
        self._look_again_s = 0.0  # of the system's monotonic clock
        self._trouble: str | None = None
        self._ahead, self._clock = Ahead(), DeviceClock()
        self._course = Course(self._clock)
        self._asked_s = 0.0
        self._thread = threading.Thread(target=self._run, name="sound", daemon=True)

    # --- what others call ---

    def start(self) -> None:
        self._thread.start()

    def put(self, number: int, arrival: Arrival) -> None:
        """What the feed passes on (a ``Sink``)."""
        if isinstance(arrival, HEARD):
            self._tell(lambda: self._feed(arrival))

    def choose(self, kind: Kind) -> None:
        """Another kind of sound, from here on."""
        self._tell(lambda: self._choose(kind))
        self._look_again_s = 0.0  # perhaps a device is there by now

    def set_volume(self, volume: float) -> None:
        """0 to 1."""
        self._tell(lambda: self._set_volume(volume))

    def set_warmth(self, warmth: float) -> None:
        """How much of the fifth is to be heard, 0 to 1: it comes and goes slowly."""
        self._tell(lambda: self._set_warmth(warmth))

    def do(self, what: Callable[[], None]) -> None:
        """Do something to the score's cues, in its turn between what ``put`` has brought."""

        def done() -> float:
            what()
            return CHANGE_S

        self._tell(done)

    def ring(self, tone: Tone, t_s: float) -> None:
        """Sound ``tone`` from ``t_s`` on."""
        self.do(lambda: self._mixer.score.ring(tone, t_s))

    def again(self) -> None:
        """What the score's voice knows has changed: make anew what waits."""
        self._tell(lambda: CHANGE_S)

    @property
    def trouble(self) -> str | None:
        """Why there is no sound, in one sentence."""
        return self._trouble

    @property
    def missing(self) -> int:
        """How many frames a device asked for that were not made in time."""
        return self._ahead.missing

    def leave(self) -> None:
        """Fade, let the device go and end, without being waited for."""
        self._leaving.set()
        self._woken.set()

    def close(self) -> None:
        """Fade, let the device go and end."""
        self.leave()
        if self._thread.is_alive():
            self._thread.join(timeout=3.0)

    def _tell(self, what: Callable[[], float]) -> None:
        self._told.put(what)
        self._woken.set()

    # --- on the device's thread ---

    def _take(self, n: int) -> bytes:
        now_s = self._now_s()
        self._asked_s = time.monotonic()
        self._clock.asked(self._ahead.taken, n, now_s)
        return self._ahead.take(n)

    # --- on our thread ---

    def _run(self) -> None:
        self._mixer.score.prepare()
        try:
            while not self._leaving.is_set():
                self._look_at_device()
                self._woken.clear()
                self._hear()
                self._fill()
                if self._told.empty():
                    self._woken.wait(LOOK_S)
            self._fade()
        finally:
            if self._device is not None:
                self._device.close()

    def _look_at_device(self) -> None:
        now_s = time.monotonic()
        if self._device is not None:
            if not self._device.lost and now_s - self._asked_s < SILENT_S:
                return
            self._device.close()
            self._device, self._look_again_s = None, now_s + AGAIN_S
            self._trouble = GONE
        if now_s < self._look_again_s or not self._mixer.score.sounds:
            return
        self._ahead, self._clock = Ahead(), DeviceClock()
        self._course = Course(self._clock)
        mixer = self._mixer = Mixer(self._mixer.score)
        mixer.volume.want(self._volume, 0)
        mixer.fifth.want(self._warmth, 0)
        self._asked_s = now_s
        try:
            self._device = self._open(self._take)
        except SoundError as error:
            self._trouble, self._look_again_s = str(error), time.monotonic() + AGAIN_S
        else:
            self._trouble = None

    def _hear(self) -> None:
        """Take in what was told; where it changes what waits, make that anew."""
        fade_s = 0.0
        while True:
            try:
                fade_s = max(fade_s, self._told.get_nowait()())
            except Empty:
                break
        if not self._clock.running:
            return
        off_s = self._course.off_s(self._ahead.taken)
        if abs(off_s) > JUMP_S:
            fade_s = max(fade_s, CHANGE_S)
        if fade_s > 0.0:
            self._change(fade_s)

    def _change(self, fade_s: float) -> None:
        """Make anew what waits from a moment on, and fade into it."""
        chunk = round(max(CHUNK_S, fade_s) * RATE_HZ)
        for _ in range(MOST_TRIES):
            first = min(self._from_here(), self._ahead.end)
            new = self._mixer.make(self._course.next(first, chunk))
            if self._ahead.replace(first, self._risen(first, new, fade_s)):
                return

    def _risen(self, first: int, new: Frames, fade_s: float) -> Frames:
        """``new``, faded into from what waits from ``first`` on: silence, where nothing does."""
        n = round(fade_s * RATE_HZ)
        old = self._ahead.peek(first, n)
        return crossed(np.concatenate((old, np.zeros((n - len(old), 2), np.float32))), new, n)

    def _fill(self) -> None:
        """Make more, until enough waits or something is told."""
        if self._device is None or not self._clock.running:
            return
        chunk = round(CHUNK_S * RATE_HZ)
        while self._ahead.end - self._ahead.taken < AHEAD_S * RATE_HZ and not self._woken.is_set():
            first = self._ahead.end
            made = self._mixer.make(self._course.next(first, chunk))
            if first == self._ahead.taken:  # out of silence, perhaps into the middle of a tone
                made = self._risen(first, made, RISE_S)
            self._ahead.add(first, made)
            self._course.forget_before(self._ahead.taken - RATE_HZ)

    def _fade(self) -> None:
        self._hear()
        waits = self._ahead.peek(self._ahead.taken, round(LEAVING_S * RATE_HZ))
        if self._device is None or not waits.any():
            return
        self._set_volume(0.0)
        self._change(CHANGE_S)
        self._woken.clear()
        self._fill()
        time.sleep(LEAVING_S)

    # --- what was told: each says over how many seconds to fade into it; 0: nothing to change ---

    def _feed(self, arrival: Arrival) -> float:
        self._mixer.score.feed(arrival)
        return CHANGE_S

    def _choose(self, kind: Kind) -> float:
        self._mixer.score.kind = kind
        return KIND_S

    def _from_here(self) -> int:
        return self._ahead.taken + round(MARGIN_S * RATE_HZ)

    def _set_volume(self, volume: float) -> float:
        self._volume = volume
        self._mixer.volume.want(volume, self._from_here())
        return CHANGE_S

    def _set_warmth(self, warmth: float) -> float:
        self._warmth = warmth
        self._mixer.fifth.want(warmth, self._from_here())
        return CHANGE_S
