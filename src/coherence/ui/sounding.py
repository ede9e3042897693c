"""The sound of one practice: score, voice and player, and what the window is told of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Protocol

from coherence.model import Arrival, Ended, Paused
from coherence.practice.library import library
from coherence.practice.practices import Practice
from coherence.sessions.cue_sheet import CueSheet, line_names
from coherence.sessions.spoken import Spoken, spoken_by
from coherence.sessions.view import SessionView
from coherence.sound.device import SoundError
from coherence.sound.kinds import Kind
from coherence.sound.player import Player
from coherence.sound.score import Score
from coherence.sound.tones import Tone
from coherence.storage.places import Places
from coherence.storage.settings import LOUDEST, QUIETEST, Settings

ASK_IN_S = 0.5  # so long a change takes to be made
WARMTH_STEP = 0.08  # less than this is not worth making anything anew


class Session(Protocol):
    """What sound asks of a session."""

    def now_s(self) -> float: ...
    def view(self) -> SessionView: ...


class Sounding:
    """Plays beside a session. Nothing that goes wrong here stops a practice.

    ``told`` holds what was said to people already: nothing is said twice.
    """

    def __init__(
        self,
        practice: Practice | None,
        settings: Settings,
        told: set[str],
        *,
        spoken: Spoken | SoundError | None = None,
        without_breath: bool = False,
    ) -> None:
        self._warms, self._told = settings.sound_warms, told
        self._session: Session | None = None
        self._warmth = 0.0
        self._spoken = spoken if isinstance(spoken, Spoken) else None
        self._no_voice = str(spoken) if isinstance(spoken, SoundError) else None

        def sheet() -> CueSheet | None:
            if practice is None:
                return None
            names = {} if self._spoken is None else self._spoken.names
            return CueSheet(practice, names, without_breath=without_breath)

        self._cues = sheet()  # the sound thread's
        clip = None if self._spoken is None else self._spoken.voice.clip
        score = Score(settings.sound, cues=self._cues, voice=clip)
        self._player = Player(score, self._now_s, volume=settings.volume)
        self._aloud = None if self._spoken is None else self._spoken.aloud
        self._sheet = sheet()  # for a voice that speaks by itself: what it is to say
        self._said_s = 0.0

    def put(self, number: int, arrival: Arrival) -> None:
        """What the feed passes on (a ``Sink``)."""
        self._player.put(number, arrival)
        if self._aloud is not None and self._sheet is not None:
            self._sheet.feed(arrival)
            if isinstance(arrival, Paused | Ended):
                self._aloud.hush()

    def begin(self, session: Session) -> None:
        """Play in step with ``session``."""
        self._session = session
        self._player.start()
        if self._spoken is not None:
            self._spoken.voice.start(self._player.again)

    def turn_to(self, practice: Practice, whole: Practice | None = None) -> None:
        """The session is about to go on with another practice (``whole``: as its file has it)."""
        if self._spoken is not None:
            self._spoken.also(practice, whole or practice)
        cues = self._cues
        if cues is not None:
            self._player.do(lambda: cues.turn_to(practice))
        if self._sheet is not None:
            self._sheet.turn_to(practice)

    def _now_s(self) -> float:
        return 0.0 if self._session is None else self._session.now_s()

    def choose(self, kind: Kind) -> None:
        """Another kind of sound."""
        self._player.choose(kind)

    def set_volume(self, volume: float) -> None:
        """0 to 1."""
        self._player.set_volume(volume)

    def ask(self) -> None:
        """A question stands on the screen: two soft tones, for whoever has closed eyes."""
        self._player.ring(Tone.ASK, self._now_s() + ASK_IN_S)

    def look(self) -> str | None:
        """To be called now and then; returns what people should be told, once."""
        if self._warms and self._session is not None:
            warmth = self._session.view().light
            if abs(warmth - self._warmth) >= WARMTH_STEP:
                self._warmth = warmth
                self._player.set_warmth(warmth)
        self._speak_aloud()
        voice = self._no_voice if self._spoken is None else self._spoken.voice.trouble
        for trouble in (self._player.trouble, voice):
            if trouble is not None and trouble not in self._told:
                self._told.add(trouble)
                return trouble
        return None

    def _speak_aloud(self) -> None:
        if self._aloud is None or self._sheet is None:
            return
        now_s = self._now_s()
        for text, _, until_s in self._sheet.spoken(self._said_s, now_s):
            if until_s > now_s:
                self._aloud.say(text)
        self._said_s = now_s

    def leave(self) -> None:
        """Fade and end, without being waited for."""
        if self._spoken is not None:
            self._spoken.close()
        self._player.leave()

    def close(self) -> None:
        """Fade and end."""
        self.leave()
        self._player.close()


def voice_for(
    practice: Practice | None, settings: Settings, where: Places
) -> Spoken | SoundError | None:
    """The voice that the settings ask for; the error where it is not to be had."""
    if settings.voice is None or practice is None:
        return None
    there = library(where.practices)
    whole = there.get(practice.key) or practice
    if settings.voice in there.packs and not _speaks(where.voices / settings.voice, whole):
        return None  # a voice that came with a pack is there for what came with it
    try:
        return spoken_by(settings.voice, where.voices, practice, whole)
    except SoundError as error:
        return error


def _speaks(folder: Path, whole: Practice) -> bool:
    """Whether any line of a practice has a clip in ``folder``."""
    names = set(line_names(whole).values())
    try:
        return any(file.stem in names for file in folder.iterdir())
    except OSError:
        return False


def louder(settings: Settings, by: float) -> Settings:
    """The settings with the volume so much louder, or softer where ``by`` is negative.

    >>> louder(Settings(volume=0.95), 0.1).volume, louder(Settings(volume=0.3), -0.1).volume
    (1.0, 0.2)
    """
    volume = min(LOUDEST, max(QUIETEST, settings.volume + by))
    return replace(settings, volume=round(volume, 2))
