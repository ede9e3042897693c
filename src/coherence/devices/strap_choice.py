"""Which strap is meant: one by its id, or any whose name fits; and what alike ones are called."""

from __future__ import annotations

import fnmatch
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from coherence.model import StrapSeen
from coherence.translation import _

_NUMBER = re.compile(r"(?<![^\W_])[0-9A-F]{5,}$", re.IGNORECASE)  # fewer are a model's
UNNAMED = _("Unnamed strap")
_END = 5  # characters of an id: the last two bytes of an address

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

    def meant(self, straps: Collection[StrapSeen]) -> list[StrapSeen]:
        """Those of ``straps`` that fit; one that bears the whole name goes before others.

        >>> h9, other = StrapSeen("C0:01", "Polar H9", None), StrapSeen("C0:02", "Polar H9 2", None)
        >>> [each.strap_id for each in StrapChoice.of("polar h9").meant([other, h9])]
        ['C0:01']
        """
        fit = [each for each in straps if self.fits(each.strap_id, each.name)]
        whole = [each for each in fit if each.name.lower() == self.pattern.lower()]
        return whole or fit


def bears_a_number(name: str) -> bool:
    """Whether a strap's name ends in a number of its own, as no other strap's does.

    >>> [bears_a_number(name) for name in ("Polar H10 0A1B2C3D", "HRM-Dual:123456", "Rhythm24")]
    [True, True, False]
    """
    end = _NUMBER.search(name)
    return end is not None and any(letter.isdecimal() for letter in end.group())


def told_apart(straps: Collection[StrapSeen]) -> dict[str, str]:
    """What to call each, by its id: its name, with the end of its id where others bear that, too.

    >>> told_apart([StrapSeen("C0:FF:EE:00:00:01", "HRM", None)])
    {'C0:FF:EE:00:00:01': 'HRM'}
    >>> two = [StrapSeen(f"C0:FF:EE:00:00:0{n}", "HRM", None) for n in (1, 2)]
    >>> [*told_apart(two).values()]
    ['HRM · 00:01', 'HRM · 00:02']
    """
    times = Counter(each.name for each in straps)
    return {
        each.strap_id: f"{each.name} · {each.strap_id[-_END:]}"
        if times[each.name] > 1
        else each.name
        for each in straps
    }
