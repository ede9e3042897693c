"""Sound devices and sound files, through miniaudio; nothing else here imports it."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Generator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from coherence.sound.kinds import RATE_HZ
from coherence.sound.score import Clip
from coherence.translation import _

PERIOD_MS, PERIODS = 100, 4  # in the device's own buffer; so much later a change is heard
NOBODY = "null"  # COHERENCE_AUDIO=null plays to nobody: for tests
ALSA_TO_NOBODY = "Discard all samples"  # what ALSA calls its own
NOT_INSTALLED = _(
    "Sound is not installed here, so the practice is silent: "
    "add it with pip install 'coherence-hrv[sound]'."
)
NO_DEVICE = _(
    "No sound device answers, so the practice is silent for now; the moon goes on guiding."
)
GONE = _("The sound device has gone, so it is quiet for now; the practice goes on.")

Take = Callable[[int], bytes]  # the next so many frames, as 32-bit floats, left and right


class SoundError(Exception):
    """There is no sound, or a sound file that cannot be read; one sentence for people."""


def library() -> Any:
    """Miniaudio itself. Raises ``SoundError`` where it is not installed."""
    try:
        import miniaudio
    except (ImportError, OSError) as error:  # OSError: its library does not load on this system
        raise SoundError(NOT_INSTALLED) from error
    return miniaudio


def outputs() -> list[str]:
    """The names of what can be listened to. Raises ``SoundError`` where there is nothing."""
    miniaudio = library()
    if sys.platform == "linux":
        _hush_alsa()
    try:
        found = miniaudio.Devices(_backends(miniaudio)).get_playbacks()
    except miniaudio.MiniaudioError as error:
        raise SoundError(NO_DEVICE) from error
    names = [str(each["name"]) for each in found]
    heard = [name for name in names if not name.startswith(ALSA_TO_NOBODY)]
    if not heard:
        raise SoundError(NO_DEVICE)
    return heard


class Device:
    """The system's sound device, which takes frames on a thread of its own until it is closed.

    Raises ``SoundError`` where there is none.
    """

    def __init__(self, take: Take) -> None:
        miniaudio = library()
        self.lost = False
        self._take = take
        if sys.platform == "linux":
            _hush_alsa()
        try:
            self._device: Any = miniaudio.PlaybackDevice(
                output_format=miniaudio.SampleFormat.FLOAT32,
                nchannels=2,
                sample_rate=RATE_HZ,
                buffersize_msec=PERIOD_MS,
                callback_periods=PERIODS,
                backends=_backends(miniaudio),
                app_name="coherence",
            )
        except miniaudio.MiniaudioError as error:
            raise SoundError(NO_DEVICE) from error
        self._device.stop_callback = self._stopped
        frames = self._frames()
        next(frames)
        try:
            self._device.start(frames)
        except miniaudio.MiniaudioError as error:
            self.close()
            raise SoundError(NO_DEVICE) from error

    @property
    def name(self) -> str:
        """The way to it: "PulseAudio", "WASAPI", "Null"."""
        return str(self._device.backend)

    def close(self) -> None:
        self._device.stop_callback = None
        self._device.close()

    def _frames(self) -> Generator[bytes, int, None]:
        """Runs on the device's thread: what miniaudio asks for."""
        n = yield b""
        while True:
            n = yield self._take(n)

    def _stopped(self) -> None:
        self.lost = True


def _backends(miniaudio: Any) -> list[Any]:
    """The ways to a device, best first; miniaudio's own last resort would play to nobody."""
    null, custom = miniaudio.Backend.NULL, miniaudio.Backend.CUSTOM
    if os.environ.get("COHERENCE_AUDIO") == NOBODY:
        return [null]
    there = miniaudio.get_enabled_backends() - {null, custom}
    return sorted(there, key=lambda backend: backend.value)


_HUSHED: list[object] = []  # what C still points to


def _hush_alsa() -> None:
    """ALSA tells a terminal at length that there is no card; we say it in one sentence."""
    if _HUSHED:
        return
    with suppress(OSError, AttributeError):
        handler = ctypes.CFUNCTYPE(
            None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p
        )(lambda *_: None)
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(handler)
        _HUSHED.append(handler)


def decoded(path: Path) -> Clip:
    """(n, 2) on our grid: a WAV, MP3, FLAC or Ogg Vorbis file. Raises ``SoundError``."""
    miniaudio = library()
    try:
        found = miniaudio.decode(
            path.read_bytes(),
            output_format=miniaudio.SampleFormat.FLOAT32,
            nchannels=2,
            sample_rate=RATE_HZ,
        )
    except OSError as error:
        said = _("{file} cannot be read ({why}).").format(file=path.name, why=error.strerror)
        raise SoundError(said) from error
    except miniaudio.DecodeError as error:
        said = _("{file} is no sound that can be read.").format(file=path.name)
        raise SoundError(said) from error
    return np.array(found.samples, np.float32).reshape(-1, 2)
