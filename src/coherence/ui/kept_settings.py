"""The settings while the window is open: read by every screen, kept as soon as they change."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

from coherence.storage.errors import StorageError
from coherence.storage.settings import Settings, save
from coherence.ui.motion import system_reduces_motion
from coherence.ui.theme import Theme, chosen_theme

LOG = logging.getLogger("coherence.app")


class KeptSettings:
    """``now`` is what holds; ``trouble`` says so once when it could not be written down."""

    def __init__(self, settings: Settings, file: Path) -> None:
        self.now = settings
        self.trouble: str | None = None
        self._file = file

    def take(self, settings: Settings) -> None:
        """These hold from here on, also where they cannot be kept."""
        if settings == self.now:
            return
        self.now = settings
        try:
            save(settings, self._file)
        except StorageError as error:
            LOG.warning("the settings could not be kept")
            self.trouble = self.trouble or str(error)

    def change(self, **new: Any) -> None:
        """The same with ``new`` (names of ``Settings``)."""
        self.take(replace(self.now, **new))

    @property
    def theme(self) -> Theme:
        """The theme that the settings ask for."""
        return chosen_theme(self.now.theme, self.now.text_scale)

    @property
    def reduced_motion(self) -> bool:
        """Whether the moon keeps its size; unless chosen, as the system says where it can."""
        chosen = self.now.reduced_motion
        return system_reduces_motion() if chosen is None else chosen
