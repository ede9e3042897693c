"""The sound of one practice: score, voice and player, and what the window is told of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from coherence.model import Arrival
from coherence.practice.practices import Practice
from coherence.sessions.cue_sheet import CueSheet
from coherence.sessions.view import SessionView
from coherence.sound.kinds import Kind
from coherence.sound.player import Player
from coherence.sound.score import Score
from coherence.storage.settings import LOUDEST, QUIETEST, Settings

WARMTH_STEP = 0.08  # less than this is not worth making anything anew


class Session(Protocol):
    """What sound asks of a session."""

    def now_s(self) -> float: ...
    def view(self) -> SessionView: ...


class Sounding:
    """Plays beside a session. Nothing that goes wrong here stops a practice.

    ``told`` holds what was said to people already: nothing is said twice.
    """

    def __init__(self, practice: Practice | None, settings: Settings, told: set[str]) -> None:
        self._warms, self._told = settings.sound_warms, told
        self._session: Session | None = None
        self._warmth = 0.0
        cues = None if practice is None else CueSheet(practice, {})
        self._player = Player(Score(settings.sound, cues=cues), self._now_s, volume=settings.volume)

    def put(self, number: int, arrival: Arrival) -> None:
        """What the feed passes on (a ``Sink``)."""
        self._player.put(number, arrival)

    def begin(self, session: Session) -> None:
        """Play in step with ``session``."""
        self._session = session
        self._player.start()

    def _now_s(self) -> float:
        return 0.0 if self._session is None else self._session.now_s()

    def choose(self, kind: Kind) -> None:
        """Another kind of sound."""
        self._player.choose(kind)

    def set_volume(self, volume: float) -> None:
        """0 to 1."""
        self._player.set_volume(volume)

    def look(self) -> str | None:
        """To be called now and then; returns what people should be told, once."""
        if self._warms and self._session is not None:
            warmth = self._session.view().light
            if abs(warmth - self._warmth) >= WARMTH_STEP:
                self._warmth = warmth
                self._player.set_warmth(warmth)
        trouble = self._player.trouble
        if trouble is None or trouble in self._told:
            return None
        self._told.add(trouble)
        return trouble

    def leave(self) -> None:
        """Fade and end, without being waited for."""
        self._player.leave()

    def close(self) -> None:
        """Fade and end."""
        self._player.close()


def louder(settings: Settings, by: float) -> Settings:
    """The settings with the volume so much louder, or softer where ``by`` is negative.

    >>> louder(Settings(volume=0.95), 0.1).volume, louder(Settings(volume=0.3), -0.1).volume
    (1.0, 0.2)
    """
    volume = min(LOUDEST, max(QUIETEST, settings.volume + by))
    return replace(settings, volume=round(volume, 2))
