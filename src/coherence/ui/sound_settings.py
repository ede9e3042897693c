"""What can be chosen of sound, as fields of the settings screen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QSlider

from coherence.sessions.spoken import SYSTEM
from coherence.sound.kinds import KINDS
from coherence.sound.system_voice import find_speaker
from coherence.sound.voice import voices
from coherence.storage.settings import Settings
from coherence.translation import _
from coherence.ui import words
from coherence.ui.tick import Tick

SOUND_CHOICES = tuple((kind, words.SOUNDS[kind]) for kind in KINDS)
STEPS = 20


def voice_choices(folder: Path, chosen: str | None) -> list[tuple[str | None, str]]:
    """Nobody, the system's voice where there is one, and those whose clips are there.

    One that was chosen stays in the list, also when it is not to be had just now.
    """
    choices: list[tuple[str | None, str]] = [(None, _("Nobody: lines are shown"))]
    if find_speaker() is not None or chosen == SYSTEM:
        choices.append((SYSTEM, _("The system's voice")))
    named = dict.fromkeys(voices(folder))
    if chosen is not None and chosen != SYSTEM:
        named.setdefault(chosen)
    return choices + [(name, name) for name in named]


class VolumeSlider(QSlider):
    """How loud, 0 to 1."""

    def __init__(self, volume: float) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(0, STEPS)
        self.setPageStep(2)
        self.setValue(round(volume * STEPS))
        self.setAccessibleName(_("Volume"))
        self.setMaximumWidth(420)

    @property
    def volume(self) -> float:
        return self.value() / STEPS

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # scrolling the page must not change a setting


class WarmsBox(Tick):
    """Whether a fifth joins as heart and breath come together."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(_("Warms when in rhythm"))
        self.setAccessibleName(_("A second tone joins softly as heart and breath meet"))
        self.setChecked(settings.sound_warms)
