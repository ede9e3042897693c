"""The system's own voice: found by looking, run as a program, ended with the practice."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from coherence.sound.device import SoundError, decoded
from coherence.sound.kinds import RATE_HZ
from coherence.sound.score import Clip
from coherence.sound.voice import levelled
from coherence.translation import _

LONGEST_S = 30.0  # for one line
WORD_S, BREATH_S = 0.42, 0.6  # how long a line takes that we do not hear ourselves
WORDS_PER_MIN = "135"
FILE = "{file}"  # stands for the WAV file to be written
# The text comes on stdin and the file's name in the environment: nothing of it is ever a command.
SAPI = (
    "[Console]::InputEncoding = [System.Text.Encoding]::UTF8;"
    "Add-Type -AssemblyName System.Speech;"
    "$voice = New-Object System.Speech.Synthesis.SpeechSynthesizer;"
    "$voice.Rate = -2;"
    "$voice.SetOutputToWaveFile($env:COHERENCE_VOICE_FILE);"
    "$voice.Speak([Console]::In.ReadToEnd());"
    "$voice.Dispose()"
)


@dataclass(frozen=True, slots=True)
class Speaker:
    """A program that speaks what it is given on stdin, into a file or ``aloud`` by itself."""

    label: str
    arguments: tuple[str, ...]
    aloud: bool = False


def find_speaker(language: str = "en", platform: str = sys.platform) -> Speaker | None:
    """The voice of this system, where it has one."""

    def there(name: str) -> str | None:
        return shutil.which(name)

    if platform == "darwin":
        say = there("say")
        wav = ("-o", FILE, "--file-format=WAVE", "--data-format=LEI16@22050", "-f", "-")
        return None if say is None else Speaker("of macOS", (say, "-r", WORDS_PER_MIN, *wav))
    if platform == "win32":
        shell = there("powershell")
        quiet = ("-NoProfile", "-NonInteractive", "-Command", SAPI)
        return None if shell is None else Speaker("of Windows", (shell, *quiet))
    for name in ("espeak-ng", "espeak"):
        if (path := there(name)) is not None:
            into = ("-v", language, "-s", WORDS_PER_MIN, "-b", "1", "-w", FILE, "--stdin")
            return Speaker(name, (path, *into))
    if (path := there("spd-say")) is not None:
        return Speaker("spd-say", (path, "--wait", "--language", language, "--rate", "-20"), True)
    return None


class SystemVoice:
    """Speaks lines into clips (``Speak``); ``close`` ends what still runs."""

    def __init__(self, speaker: Speaker) -> None:
        self.speaker = speaker
        self._running: subprocess.Popen[bytes] | None = None
        self._closed = False

    def __call__(self, name: str, text: str) -> Clip:
        if self.speaker.aloud:  # the clip only makes the breath give way
            seconds = BREATH_S + WORD_S * len(text.split())
            return np.zeros((round(seconds * RATE_HZ), 2), np.float32)
        with tempfile.TemporaryDirectory(prefix="coherence-voice-") as folder:
            file = Path(folder) / "line.wav"
            self._run(text, file)
            if not file.is_file() or self._closed:
                raise SoundError(_("{voice} said nothing").format(voice=self.speaker.label))
            return levelled(decoded(file))

    def _run(self, text: str, file: Path) -> None:
        arguments = [str(file) if each == FILE else each for each in self.speaker.arguments]
        environment = os.environ | {"COHERENCE_VOICE_FILE": str(file)}
        try:
            self._running = _started(arguments, environment)
            if self._closed:  # closed while it was being started
                self._running.kill()
            self._running.communicate(text.encode("utf-8"), timeout=LONGEST_S)
        except subprocess.TimeoutExpired as error:
            self.close()
            raise SoundError(
                _("{voice} does not answer").format(voice=self.speaker.label)
            ) from error
        except OSError as error:
            raise SoundError(
                _("{voice} cannot be run ({why})").format(
                    voice=self.speaker.label, why=error.strerror
                )
            ) from error
        finally:
            self._running = None

    def close(self) -> None:
        """End what runs; nothing is spoken after this."""
        self._closed = True
        if (running := self._running) is not None:
            _end(running)


class Aloud:
    """A system's voice that speaks by itself: one line at a time, never two at once."""

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker
        self._running: subprocess.Popen[bytes] | None = None

    def say(self, text: str) -> None:
        self.hush()
        with suppress(OSError):  # it was there a moment ago; the line is shown all the same
            self._running = _started([*self._speaker.arguments, "--", text], dict(os.environ))

    def hush(self) -> None:
        """Break off what is being said."""
        if self._running is not None:
            _end(self._running)
            self._running = None


def _started(arguments: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        arguments,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _end(running: subprocess.Popen[bytes]) -> None:
    running.kill()
    if running.stdin is not None:
        with suppress(OSError):
            running.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        running.wait(timeout=2.0)
