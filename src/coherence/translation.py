"""Words in a person's language: ``_`` and ``ngettext`` for window, command line and reports.

The language is chosen before anything with words in it is imported (``use``), and holds until the
program ends. There is no Qt in here.
"""

from __future__ import annotations

import gettext as _gettext
import json
import locale
import math
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

DOMAIN = "coherence"
LOCALES = Path(__file__).with_name("locale")
SOURCE = "en"  # what is written in the code
PSEUDO = "xx"  # English, lengthened and marked: finds text that is cut or cannot be translated
LONGER = 0.4
_DECIMAL_COMMA = {"de"}
_NOUNS_LARGE = {"de"}
_COMMA_AND_POINT = str.maketrans(",.", ".,")
_KEEP = re.compile(r"(\{[^{}]*\}|%\([a-z_]+\)[sdf]|%[sdf%]|\\n|\n|\t|`[^`]*`)")
_ACCENTED = str.maketrans("aeiouyAEIOUYcnszCNSZ", "åéîöüýÅÉÎÖÜÝçñšžÇÑŠŽ")
_FILLER = "ëwhöçkéns"  # as words, so that a line may wrap


class _Pseudo(_gettext.NullTranslations):
    """English that anybody can read and no layout is prepared for."""

    def gettext(self, message: str) -> str:
        return lengthened(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return lengthened(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return lengthened(message)


_now: _gettext.NullTranslations = _gettext.NullTranslations()
_language = SOURCE


def use(language: str) -> str:
    """Speak ``language`` ("de", "de_AT", ``PSEUDO``) from here on; returns what is spoken.

    Where there is no catalogue of it, English.
    """
    global _now, _language
    code = language.replace("-", "_").partition(".")[0]
    if code == PSEUDO:
        _now, _language = _Pseudo(), PSEUDO
        return PSEUDO
    for name in (code, code.partition("_")[0]):
        if name != SOURCE and name in languages():
            _now, _language = _gettext.translation(DOMAIN, LOCALES, [name]), name
            return name
    _now, _language = _gettext.NullTranslations(), SOURCE
    return SOURCE


def spoken() -> str:
    """The language in use, also for content folders."""
    return _language


def written() -> str:
    """The language that a page is in, as its ``lang`` says it."""
    return SOURCE if _language == PSEUDO else _language.replace("_", "-")


def languages() -> tuple[str, ...]:
    """Those with a catalogue, and English."""
    found = {each.parents[1].name for each in LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")}
    return tuple(sorted(found | {SOURCE}))


def system_language(environment: Mapping[str, str] = os.environ) -> str:
    """What ``COHERENCE_LANGUAGE`` says, else the system; "en" where neither says anything.

    >>> system_language({"LANG": "de_AT.UTF-8"}), system_language({"LANG": "C", "LC_ALL": ""})
    ('de_AT', 'en')
    """
    for name in ("COHERENCE_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if said := environment.get(name):
            code = said.partition(".")[0].partition("@")[0]
            return SOURCE if code in ("C", "POSIX") else code
    if environment is not os.environ:
        return SOURCE
    if sys.platform == "win32":  # getlocale() has names of its own there
        import ctypes

        there = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        return locale.windows_locale.get(there, SOURCE)
    return locale.getlocale()[0] or SOURCE


def wanted_language(settings: Path, environment: Mapping[str, str] = os.environ) -> str:
    """What ``COHERENCE_LANGUAGE`` says, else what the file ``settings`` says, else the system.

    Read without the rest of coherence: its words are chosen by the answer. Never raises.
    """
    if not environment.get("COHERENCE_LANGUAGE"):
        try:
            said = json.loads(settings.read_text(encoding="utf-8-sig"))["language"]
        except (OSError, ValueError, TypeError, LookupError, RecursionError):
            said = None
        if isinstance(said, str) and said:
            return said
    return system_language(environment)


def number(value: float, decimals: int | None = None) -> str:
    """``value`` as people write it in the language in use; by itself as short as ``g`` has it.

    With ``decimals`` thousands stand apart. What programs read (JSON, CSV) is not written by this.

    >>> number(5.5, 1), number(6.0), number(12345.0, 0)
    ('5.5', '6', '12,345')
    """
    return decimal(f"{value:g}" if decimals is None else f"{value:,.{decimals}f}")


def decimal(text: str) -> str:
    """A number that is written already, with the decimal sign of the language in use."""
    return text.translate(_COMMA_AND_POINT) if _language in _DECIMAL_COMMA else text


def _(message: str) -> str:
    """``message`` in the language in use; names in braces are put in afterwards."""
    return _now.gettext(message) if message else ""


def going_on(text: str) -> str:
    """``text`` as it goes on within a line: in small letters, but where nouns keep their capital.

    >>> going_on("A difficult memory")
    'a difficult memory'
    """
    return text if _language in _NOUNS_LARGE else text.lower()


def later(message: str) -> str:
    """``message`` as it is: marked for the catalogues, to be handed to ``_`` when it is said."""
    return message


def ngettext(one: str, many: str, n: int) -> str:
    """The form that ``n`` asks for."""
    return _now.ngettext(one, many, n)


def pgettext(context: str, message: str) -> str:
    """``message`` where the same English word means different things."""
    return _now.pgettext(context, message)


def lengthened(text: str) -> str:
    """``text`` 40 % longer, readable, and with a mark at each end; what is filled in stays.

    >>> lengthened("Pause"), lengthened("{n} min left")
    ('[Påüšé]', '[{n} mîñ léft ëw]')
    """
    if not text.strip():
        return text
    parts = _KEEP.split(text)
    said = "".join(part if i % 2 else part.translate(_ACCENTED) for i, part in enumerate(parts))
    more = max(0, math.ceil(LONGER * len(text)) - 2)
    fill, left = "", more
    while left > 0:
        fill += (" " if len(text) > 8 else "·") + _FILLER[: max(0, min(len(_FILLER), left - 1))]
        left = more - len(fill)
    return f"[{said}{fill}]"
