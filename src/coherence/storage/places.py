"""Where everything lies: records, backups, locks, settings, log."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one installation; nothing is made by asking for them."""

    data: Path
    config: Path
    log: Path

    @property
    def store(self) -> Path:
        return self.data / "coherence.db"

    @property
    def backups(self) -> Path:
        return backups_of(self.store)

    @property
    def practices(self) -> Path:
        """Practice files that people add themselves."""
        return self.data / "practices"

    @property
    def plans(self) -> Path:
        """Session plans of the room that people lay out themselves."""
        return self.data / "plans"

    @property
    def voices(self) -> Path:
        """A folder for each voice, with a clip for each line it speaks."""
        return self.data / "voices"

    @property
    def settings(self) -> Path:
        return self.config / "settings.json"


def places() -> Places:
    """``COHERENCE_HOME`` holds everything where it is set, else the system's own folders."""
    if home := os.environ.get("COHERENCE_HOME"):
        folder = Path(home).expanduser().absolute()
        return Places(data=folder, config=folder, log=folder / "log")
    dirs = platformdirs.PlatformDirs("coherence", appauthor=False)
    return Places(dirs.user_data_path, dirs.user_config_path, dirs.user_log_path)


def backups_of(store: Path) -> Path:
    """Where copies of ``store`` lie, before migrations and otherwise."""
    return store.parent / "backups"


def locks_of(store: Path) -> Path:
    """Where the files lie whose locks say who uses ``store``."""
    return store.parent / "locks"
