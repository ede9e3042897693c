"""What a home practice pack says of itself: read strictly, and its published schema."""

from __future__ import annotations

import base64
import binascii
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from coherence.storage.settings import OWN_PACE_PER_MIN
from coherence.translation import _

FORMAT, VERSION = "coherence-pack", 1
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_NAME, LONGEST_WORDS, MOST_KEYS, MOST_FILES = 60, 2000, 30, 400
LARGEST_PRACTICE_B, LARGEST_CLIP_B, LARGEST_B = 256 * 2**10, 20 * 2**20, 200 * 2**20
PRACTICES, VOICE = "practices/", "voice/"
# no dot or sign first, nothing that any system takes for a path, a device or a stream
_STEM = r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}"
FILE = rf"^(practices/{_STEM}\.toml|voice/{_STEM}\.(wav|flac|ogg|mp3))$"
KEY = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$"
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)  # devices on Windows
HEX_32, HEX_64 = r"^[0-9a-f]{32}$", r"^[0-9a-f]{64}$"
_BASE64_32 = r"^[A-Za-z0-9+/]{43}=$"


class PackError(Exception):
    """A pack that cannot be used: one sentence that says why and what to do next."""


@dataclass(frozen=True, slots=True)
class PackedFile:
    """One file of a pack: its place, how long it is, and its SHA-256 in hex."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a pack says of itself. It has no room for anything of a client's health."""

    id: str
    name: str
    by: str  # whose pack it is, as they call themselves
    made_on: str  # ISO 8601, a day
    to: str = ""  # a pseudonym, where the therapist wants one in it
    words: str = ""
    days: tuple[str, ...] = ()
    breaths_per_min: float | None = None
    suggests: tuple[str, ...] = ()  # practices that come with coherence
    opens: tuple[str, ...] = ()  # practices that are closed at first
    key: bytes | None = None  # X25519: sessions may be sealed for it
    files: tuple[PackedFile, ...] = ()

    def as_json(self) -> dict[str, object]:
        """As it stands in ``pack.json``."""
        said: dict[str, object] = {"format": FORMAT, "version": VERSION, "id": self.id}
        said |= {"name": self.name, "by": self.by, "made_on": self.made_on}
        if self.to:
            said["to"] = self.to
        if self.words:
            said["words"] = self.words
        for name in ("days", "suggests", "opens"):
            if each := getattr(self, name):
                said[name] = list(each)
        if self.breaths_per_min is not None:
            said["breaths_per_min"] = self.breaths_per_min
        if self.key is not None:
            said["key"] = base64.b64encode(self.key).decode("ascii")
        said["files"] = [
            {"name": each.name, "bytes": each.bytes, "sha256": each.sha256} for each in self.files
        ]
        return said


def read_manifest(text: str) -> Manifest:
    """The manifest, if it is one through and through. Raises ``PackError``.

    >>> read_manifest('{"format": "holiday"}')
    Traceback (most recent call last):
    coherence.exchange.manifest.PackError: This is no home practice pack of coherence.
    """
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PackError(_("This is no home practice pack of coherence.")) from error
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise PackError(_("This is no home practice pack of coherence."))
    if type(said.get("version")) is int and said["version"] > VERSION:
        raise PackError(_("The pack was made by a newer coherence: update this one to open it."))
    try:
        return _read(said)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise PackError(
            _("What the pack says of itself makes no sense ({why}): ask for it again.").format(
                why=error
            )
        ) from error


def _read(said: dict[str, Any]) -> Manifest:
    if said["version"] != VERSION or type(said["version"]) is not int:
        raise ValueError("version")
    if unknown := said.keys() - manifest_schema()["properties"].keys():
        raise ValueError(min(unknown))
    files = tuple(_file(each) for each in _list(said, "files", MOST_FILES, least=0))
    if len({each.name.casefold() for each in files}) != len(files):
        raise ValueError("files")
    if sum(each.bytes for each in files) > LARGEST_B:
        raise ValueError("files")
    pace = said.get("breaths_per_min")
    if "breaths_per_min" in said and (
        isinstance(pace, bool)
        or not isinstance(pace, int | float)
        or not OWN_PACE_PER_MIN[0] <= pace <= OWN_PACE_PER_MIN[1]
    ):
        raise ValueError("breaths_per_min")
    made_on = _matching(said, "made_on", r"^\d{4}-\d\d-\d\d$")
    date.fromisoformat(made_on)
    return Manifest(
        id=_matching(said, "id", HEX_32),
        name=_line(said, "name"),
        by=_line(said, "by"),
        made_on=made_on,
        to=_line(said, "to") if "to" in said else "",
        words=_words(said),
        days=_each(said, "days", len(DAYS), "^(" + "|".join(DAYS) + ")$"),
        breaths_per_min=None if pace is None else float(pace),
        suggests=_each(said, "suggests", MOST_KEYS, KEY),
        opens=_each(said, "opens", MOST_KEYS, KEY),
        key=_key(said),
        files=files,
    )


def _file(said: object) -> PackedFile:
    if not isinstance(said, dict) or said.keys() != {"name", "bytes", "sha256"}:
        raise ValueError("files")
    name, size = _matching(said, "name", FILE), said["bytes"]
    if _RESERVED.match(name.rpartition("/")[2].partition(".")[0]):
        raise ValueError("name")
    largest = LARGEST_PRACTICE_B if name.startswith(PRACTICES) else LARGEST_CLIP_B
    if type(size) is not int or not 0 < size <= largest:
        raise ValueError("bytes")
    return PackedFile(name, size, _matching(said, "sha256", HEX_64))


def _matching(said: Mapping[str, Any], key: str, pattern: str) -> str:
    value = said[key]
    # the whole of it: "$" alone would let a line feed through
    if not isinstance(value, str) or not re.fullmatch(pattern.removesuffix("$"), value):
        raise ValueError(key)
    return value


def _line(said: Mapping[str, Any], key: str) -> str:
    value = said[key]
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_NAME:
        raise ValueError(key)
    if value != " ".join(value.split()) or not value.isprintable():
        raise ValueError(key)
    return value


def _words(said: Mapping[str, Any]) -> str:
    if "words" not in said:
        return ""
    words = said["words"]
    if not isinstance(words, str) or not 0 < len(words) <= LONGEST_WORDS:
        raise ValueError("words")
    if not all(line.isprintable() for line in words.split("\n")):
        raise ValueError("words")
    return words


def _list(said: Mapping[str, Any], key: str, most: int, least: int = 1) -> list[Any]:
    value = said[key]
    if not isinstance(value, list) or not least <= len(value) <= most:
        raise ValueError(key)
    return value


def _each(said: Mapping[str, Any], key: str, most: int, pattern: str) -> tuple[str, ...]:
    if key not in said:
        return ()
    found = tuple(_matching({key: each}, key, pattern) for each in _list(said, key, most))
    if len(set(found)) != len(found):
        raise ValueError(key)
    return found


def _key(said: Mapping[str, Any]) -> bytes | None:
    if "key" not in said:
        return None
    try:
        return base64.b64decode(_matching(said, "key", _BASE64_32), validate=True)
    except binascii.Error as error:
        raise ValueError("key") from error


def manifest_schema() -> dict[str, Any]:
    """The schema as a JSON object (draft 2020-12); docs/pack.schema.json."""
    line = {
        "type": "string", "minLength": 1, "maxLength": LONGEST_NAME, "pattern": r"^\S+( \S+)*$",
    }  # fmt: skip
    keys = {
        "type": "array", "minItems": 1, "maxItems": MOST_KEYS, "uniqueItems": True,
        "items": {"type": "string", "pattern": KEY},
    }  # fmt: skip
    low, high = OWN_PACE_PER_MIN
    file = {
        "type": "object",
        "required": ["name", "bytes", "sha256"],
        "additionalProperties": False,
        "properties": {
            "name": {"type": "string", "pattern": FILE},
            "bytes": {"type": "integer", "minimum": 1, "maximum": LARGEST_CLIP_B},
            "sha256": {"type": "string", "pattern": HEX_64},
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A home practice pack of coherence: its file pack.json",
        "type": "object",
        "required": ["format", "version", "id", "name", "by", "made_on", "files"],
        "additionalProperties": False,
        "properties": {
            "format": {"const": FORMAT},
            "version": {"const": VERSION},
            "id": {"type": "string", "pattern": HEX_32},
            "name": line,
            "by": line,
            "made_on": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
            "to": line,
            "words": {"type": "string", "minLength": 1, "maxLength": LONGEST_WORDS},
            "days": {
                "type": "array", "minItems": 1, "uniqueItems": True, "items": {"enum": list(DAYS)},
            },
            "breaths_per_min": {"type": "number", "minimum": low, "maximum": high},
            "suggests": keys,
            "opens": keys,
            "key": {"type": "string", "pattern": _BASE64_32, "description": "X25519, base64"},
            "files": {"type": "array", "maxItems": MOST_FILES, "items": file},
        },
    }  # fmt: skip


def text() -> str:
    """The schema as it stands in docs/pack.schema.json."""
    return json.dumps(manifest_schema(), indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
