"""A voice for the lines of a practice: clips, read one after another on a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coherence.sound.device import SoundError, decoded
from coherence.sound.kinds import RATE_HZ
from coherence.sound.score import LONGEST_CLIP_S, Clip
from coherence.translation import _, ngettext

SUFFIXES = (".wav", ".flac", ".ogg", ".mp3")
SPOKEN_RMS, SPOKEN_PEAK = 0.08, 0.6  # all voices are brought to about one loudness
MOST_GAIN = 6.0
BLOCK_S, PAUSE = 0.05, 0.03  # of the loudest block: below it nobody speaks
EDGE_S = 0.008

Speak = Callable[[str, str], Clip]  # a line's name and text to its clip; raises ``SoundError``


def voices(folder: Path) -> tuple[str, ...]:
    """The names of the voices in ``folder``: each is a folder with clips in it."""
    try:
        inner = [each for each in folder.iterdir() if each.is_dir()]
        return tuple(sorted(each.name for each in inner if any(map(_is_clip, each.iterdir()))))
    except OSError:
        return ()


def _is_clip(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES


class ClipFolder:
    """Somebody's own clips: a file for each line, of its name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, name: str, text: str) -> Clip:
        for suffix in SUFFIXES:
            path = self._folder / f"{name}{suffix}"
            if path.is_file():
                return levelled(decoded(path))
        raise SoundError(_("there is no {file}").format(file=f"{name}{SUFFIXES[0]}"))


def levelled(clip: Clip) -> Clip:
    """The clip as loud as any other voice, with soft edges, and at most a minute of it."""
    clip = clip[: round(LONGEST_CLIP_S * RATE_HZ)]
    peak = float(np.abs(clip).max(initial=0.0))
    if peak == 0.0:
        return clip
    n = round(BLOCK_S * RATE_HZ)
    blocks = np.pad(clip, ((0, -len(clip) % n), (0, 0))).reshape(-1, 2 * n)
    rms = np.sqrt((blocks.astype(np.float64) ** 2).mean(axis=1))
    spoken = float(np.sqrt((rms[rms > PAUSE * rms.max()] ** 2).mean()))
    gain = min(MOST_GAIN, SPOKEN_RMS / spoken, SPOKEN_PEAK / peak)
    edge = np.minimum(1.0, np.arange(len(clip)) / (EDGE_S * RATE_HZ)).astype(np.float32)
    made: Clip = clip * (np.float32(gain) * edge * edge[::-1])[:, None]
    return made


class Voice:
    """The clips of ``lines`` (name and text, in the order in which they are needed).

    What cannot be spoken is told in one sentence and leaves the rest as it is.
    """

    def __init__(self, label: str, lines: Sequence[tuple[str, str]], speak: Speak) -> None:
        self._label, self._lines, self._speak = label, list(lines), speak
        self._clips: dict[str, NDArray[np.float32]] = {}
        self._missing: list[str] = []
        self._trouble: str | None = None
        self._closed = threading.Event()
        self._ready: Callable[[], None] = lambda: None
        self._read = 0  # so many lines were looked for
        self._reading = threading.Lock()

    def clip(self, name: str) -> Clip | None:
        """The clip of a line; ``None`` while, or where, there is none."""
        return self._clips.get(name)

    @property
    def trouble(self) -> str | None:
        """What cannot be spoken, in one sentence, once all was looked for."""
        return self._trouble

    def start(self, ready: Callable[[], None]) -> None:
        """Read in the background; ``ready`` is called after each clip."""
        self._ready = ready
        threading.Thread(target=self.read, name="voice", daemon=True).start()

    def also(self, lines: Sequence[tuple[str, str]]) -> None:
        """Read these as well, in the background: another practice follows."""
        known = {name for name, _ in self._lines}
        self._lines += [line for line in lines if line[0] not in known]
        self.start(self._ready)

    def read(self) -> None:
        """Read all clips that were not read yet, one after another."""
        with self._reading:
            while self._read < len(self._lines):
                name, text = self._lines[self._read]
                if self._closed.is_set():
                    return
                try:
                    self._clips[name] = self._speak(name, text)
                except SoundError as error:
                    self._missing.append(str(error).rstrip("."))
                else:
                    self._ready()
                self._read += 1
            self._tell()

    def _tell(self) -> None:
        if not self._missing:
            return
        self._trouble = ngettext(
            "The voice {voice} leaves out {missing} of {all} lines ({example}): "
            "it is shown all the same.",
            "The voice {voice} leaves out {missing} of {all} lines ({example}, for one): "
            "they are shown all the same.",
            len(self._missing),
        ).format(
            voice=self._label,
            missing=len(self._missing),
            all=len(self._lines),
            example=self._missing[0],
        )

    def close(self) -> None:
        """Read no further."""
        self._closed.set()
