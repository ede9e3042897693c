"""Which strap is meant: one by its id, or any whose name fits."""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass

from coherence.model import StrapSeen

_ID = re.compile(  # an address, or on macOS a UUID that only this computer knows
    r"(?:[0-9A-F]{2}:){5}[0-9A-F]{2}|[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class StrapChoice:
    """What somebody asked for; ``strap_id`` wins over ``pattern``.

    >>> StrapChoice.of("polar").fits("C0:FF:EE:00:00:01", "Polar H10 0A1B2C3D")
    True
    >>> StrapChoice.of("C0:FF:EE:00:00:02").fits("C0:FF:EE:00:00:01", "Polar H10 0A1B2C3D")
    False
    """

    strap_id: str | None = None
    pattern: str = ""
    name: str = ""  # as it was seen; not every system knows it again

    @classmethod
    def of(cls, wanted: str | StrapSeen) -> StrapChoice:
        """From a strap, its id, its name, a part of its name, or a pattern with ``*`` and ``?``."""
        if isinstance(wanted, StrapSeen):
            return cls(strap_id=wanted.strap_id, name=wanted.name)
        return cls(wanted.upper()) if _ID.fullmatch(wanted) else cls(pattern=wanted)

    def fits(self, strap_id: str, name: str | None) -> bool:
        if self.strap_id is not None:
            return strap_id.lower() == self.strap_id.lower()
        said, pattern = (name or "").lower(), self.pattern.lower()
        return pattern in said or fnmatch.fnmatchcase(said, pattern)
