"""What a person has chosen, in one file that is always whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Literal, get_args

from coherence.pacing import named_pattern
from coherence.storage.errors import plainly
from coherence.storage.files import replacing
from coherence.translation import _, later

Theme = Literal["dusk", "morning", "system"]
Sound = Literal["waves", "pad", "bowl", "none"]

QUIETEST, LOUDEST = 0.0, 1.0
# moments with a key of their own, in the language in use; as they were written once, in English
MARKS_IN_ENGLISH = (later("critic"), later("safe place"), later("kind voice"), later("grief"))
QUICK_MARKS = tuple(_(mark) for mark in MARKS_IN_ENGLISH)
SMALLEST_TEXT, LARGEST_TEXT = 0.8, 2.0
OWN_PACE_PER_MIN = (4.0, 7.0)
LONGEST_IDLE_MIN = 120


@dataclass(frozen=True, slots=True)
class Settings:
    """Nothing here is about a session; ``dataclasses.replace`` makes the changed one."""

    last_strap_id: str | None = None
    last_strap_name: str | None = None
    person_id: int | None = None  # who practises; None: the first one
    language: str | None = None  # a catalogue's name; None: as the system says
    theme: Theme = "dusk"
    sound: Sound = "waves"
    volume: float = 0.6  # 0 to 1
    voice: str | None = None  # the name of its folder, or "system"
    sound_warms: bool = False  # a fifth joins softly as heart and breath come together
    reduced_motion: bool | None = None  # None: as the system says
    text_scale: float = 1.0
    numbers_shown: bool = False
    first_run_done: bool = False
    ask_reflection: bool = True  # two sliders and a sentence before and after
    pattern: str | None = None  # a preset or one's own; None: as each practice has it
    own_patterns: list[str] = field(default_factory=list)  # "in pause out pause", s
    keeping_asked_on: str | None = None  # the day on which older sessions were last asked about
    reminder_at: str | None = None  # "18:30"; None: no reminder
    own_pace_per_min: float | None = None  # what guided practices breathe at, where it was found
    own_paces: Mapping[str, float] = field(default_factory=dict)  # of the other people, by number
    all_open: bool = False  # with a therapist: every practice may be begun
    contacts: str = ""  # people one can turn to, as the person wrote them
    own_contacts: Mapping[str, str] = field(default_factory=dict)  # of the others, by number
    room_theme: Theme = "morning"  # of the therapist's window
    client_screen: str | None = None  # the display that was the client's, by name and place
    numbers_hidden_for: list[int] = field(default_factory=list)  # persons, in the room
    lock_after_min: int | None = None  # of nobody touching anything; None: only by key
    quick_marks: list[str] = field(default_factory=lambda: list(QUICK_MARKS))
    keys: Mapping[str, str] = field(default_factory=dict)  # what it does: the key chosen for it


def load(file: Path) -> tuple[Settings, str | None]:
    """The settings in ``file`` and, where not all could be used, one sentence about it.

    A file that makes no sense is put aside as ``.broken``; defaults take the place of what cannot
    be used. Never raises.
    """
    try:
        said = json.loads(file.read_text(encoding="utf-8-sig"))  # some editors put a mark
        if not isinstance(said, dict):
            raise TypeError("not a JSON object")
    except FileNotFoundError:
        return Settings(), None
    except OSError as error:
        return Settings(), (
            _("The settings in {file} cannot be read ({why}): the usual ones are used.").format(
                file=file, why=error.strerror
            )
        )
    except (ValueError, TypeError, RecursionError):
        return Settings(), _put_aside(file)
    usable = {name: value for name, value in said.items() if name in CHECKS and CHECKS[name](value)}
    if usable.get("quick_marks") == list(MARKS_IN_ENGLISH):  # nobody chose them
        usable["quick_marks"] = list(QUICK_MARKS)
    odd = sorted(said.keys() & CHECKS.keys() - usable.keys())
    if not odd:
        return Settings(**usable), None
    return Settings(**usable), (
        _(
            "Some settings in {file} have no meaning here ({every}): the usual ones are used."
        ).format(file=file, every=", ".join(odd))
    )


def save(settings: Settings, file: Path) -> None:
    """Write ``settings``; the file is at no moment half written. Raises ``StorageError``."""
    text = json.dumps(asdict(settings), indent=2, ensure_ascii=False)
    with plainly(file), replacing(file) as new:
        new.write_text(text + "\n", encoding="utf-8")


def _put_aside(file: Path) -> str:
    aside = file.with_name(file.name + ".broken")
    try:
        file.replace(aside)
    except OSError:
        return _("The settings in {file} are damaged: the usual ones are used.").format(file=file)
    return _(
        "The settings were damaged and are put aside as {aside}: the usual ones are used."
    ).format(aside=aside)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_text_or_none(value: object) -> bool:
    return value is None or isinstance(value, str)


def _is_between(least: float, most: float) -> Callable[[object], bool]:
    def check(value: object) -> bool:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return is_number and least <= value <= most  # type: ignore[operator]

    return check


def _is_pattern(value: object) -> bool:
    return isinstance(value, str) and named_pattern(value) is not None


def _is_time(value: object) -> bool:
    try:
        time.fromisoformat(str(value))
    except ValueError:
        return False
    return isinstance(value, str)


def _is_day(value: object) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return isinstance(value, str)


def _is_keys(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(key, str) for key in value.values())


CHECKS: dict[str, Callable[[object], bool]] = {
    "last_strap_id": _is_text_or_none,
    "last_strap_name": _is_text_or_none,
    "person_id": lambda value: value is None or (isinstance(value, int) and value > 0),
    "language": _is_text_or_none,
    "theme": lambda value: value in get_args(Theme),
    "sound": lambda value: value in get_args(Sound),
    "volume": _is_between(QUIETEST, LOUDEST),
    "voice": _is_text_or_none,
    "sound_warms": _is_flag,
    "reduced_motion": lambda value: value is None or _is_flag(value),
    "text_scale": _is_between(SMALLEST_TEXT, LARGEST_TEXT),
    "numbers_shown": _is_flag,
    "first_run_done": _is_flag,
    "ask_reflection": _is_flag,
    "pattern": lambda value: value is None or _is_pattern(value),
    "own_patterns": lambda value: isinstance(value, list) and all(map(_is_pattern, value)),
    "keeping_asked_on": lambda value: value is None or _is_day(value),
    "reminder_at": lambda value: value is None or _is_time(value),
    "own_pace_per_min": lambda value: value is None or _is_between(*OWN_PACE_PER_MIN)(value),
    "own_paces": lambda value: (
        isinstance(value, dict) and all(map(_is_between(*OWN_PACE_PER_MIN), value.values()))
    ),
    "lock_after_min": lambda value: (
        value is None or (type(value) is int and 1 <= value <= LONGEST_IDLE_MIN)
    ),
    "all_open": _is_flag,
    "contacts": lambda value: isinstance(value, str),
    "own_contacts": lambda value: (
        isinstance(value, dict) and all(isinstance(each, str) for each in value.values())
    ),
    "room_theme": lambda value: value in get_args(Theme),
    "client_screen": _is_text_or_none,
    "numbers_hidden_for": lambda value: (
        isinstance(value, list) and all(type(each) is int for each in value)
    ),
    "quick_marks": lambda value: (
        isinstance(value, list)
        and 0 < len(value) <= 9
        and all(isinstance(word, str) and word for word in value)
    ),
    "keys": _is_keys,
}
