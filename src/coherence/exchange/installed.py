"""Packs that were opened here: put in, told of, and taken out again."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from coherence.exchange.manifest import DAYS, PRACTICES, VOICE, Manifest, PackError, read_manifest
from coherence.exchange.pack_file import MANIFEST, Pack
from coherence.practice.library import PACK, library
from coherence.practice.schema import parse
from coherence.storage.errors import plainly
from coherence.storage.files import make_private, replacing
from coherence.storage.own_paces import pace_of, with_pace
from coherence.storage.places import Places
from coherence.storage.settings import Settings
from coherence.translation import _

BEFORE, OPENS = "before.json", "opens.toml"
assert MANIFEST == PACK


@dataclass(frozen=True, slots=True)
class Installed:
    """A pack that is here, and how things were before it came."""

    manifest: Manifest
    folder: str  # its name among practices and voices
    person_id: int | None = None  # whose pace it set
    pace_before: float | None = None
    voice_before: str | None = None


def installed(where: Places) -> list[Installed]:
    """The packs that are here, by name; what is no pack is passed over."""
    try:
        folders = sorted(each.parent for each in where.practices.glob(f"*/{PACK}"))
    except OSError:
        return []
    found = []
    for folder in folders:
        try:
            manifest = read_manifest((folder / PACK).read_text(encoding="utf-8"))
            found.append(_with_before(Installed(manifest, folder.name), folder / BEFORE))
        except (PackError, OSError, UnicodeDecodeError):
            continue
    return sorted(found, key=lambda each: each.manifest.name.casefold())


def put_in(
    pack: Pack,
    where: Places,
    settings: Settings,
    person_id: int | None,
    *,
    current_id: int | None = None,
    replacing_old: bool = False,
) -> Settings:
    """Put practices and clips in folders of their own; returns the settings with pace and voice.

    ``person_id`` is whose pace it sets, ``current_id`` who practises now. Only a pack of the same
    name from the same person is replaced. Raises ``PackError``, ``StorageError``; then nothing is
    changed.
    """
    name = slug(pack.manifest.name)
    there = next((each for each in installed(where) if each.folder == name), None)
    if there is not None and not (replacing_old and _is_same(there.manifest, pack.manifest)):
        raise PackError(
            _("A pack called {name} is here already: take it out first, or replace it.").format(
                name=there.manifest.name
            )
        )
    had_voice = there is not None and any(f.name.startswith(VOICE) for f in there.manifest.files)
    for folder, ours in ((where.practices / name, there is not None),
                         (where.voices / name, had_voice or not pack.clips)):  # fmt: skip
        if folder.exists() and not ours:
            raise PackError(
                _("There is a folder {folder} already: move it away, then open the pack again.")
                .format(folder=folder)
            )  # fmt: skip
    _check_keys(pack, where, name)
    if there is not None:
        settings = take_out(there, where, settings, current_id=current_id)
    before = Installed(
        pack.manifest, name, person_id, pace_of(settings, person_id, current_id), settings.voice
    )
    practices, voice = where.practices / name, where.voices / name
    try:
        for file, raw in pack.files.items():
            folder = practices if file.startswith(PRACTICES) else voice
            _write(folder / file.removeprefix(PRACTICES).removeprefix(VOICE), raw)
        if pack.manifest.opens:
            _write(practices / OPENS, _opens(pack.manifest).encode("utf-8"))
        _write(practices / BEFORE, json.dumps(_before(before)).encode("utf-8"))
        said = json.dumps(pack.manifest.as_json(), indent=2, ensure_ascii=False)
        _write(practices / PACK, said.encode("utf-8"))  # last: with it, it counts
    except BaseException:
        _remove(pack.manifest, practices, voice)
        raise
    if pack.manifest.breaths_per_min is not None:
        settings = with_pace(settings, person_id, pack.manifest.breaths_per_min, current_id)
    if pack.clips and settings.voice is None:
        settings = replace(settings, voice=name)
    return settings


def take_out(
    pack: Installed, where: Places, settings: Settings, *, current_id: int | None = None
) -> Settings:
    """Take a pack out again; returns the settings as they were before it, where it set them.

    Raises ``StorageError``.
    """
    practices, voice = where.practices / pack.folder, where.voices / pack.folder
    with plainly(practices):
        (practices / PACK).unlink(missing_ok=True)  # first: from here on it counts no more
        _remove(pack.manifest, practices, voice)
    if settings.voice == pack.folder:
        settings = replace(settings, voice=pack.voice_before)
    pace = pack.manifest.breaths_per_min
    if pace is not None and pace_of(settings, pack.person_id, current_id) == pace:
        settings = with_pace(settings, pack.person_id, pack.pace_before, current_id)
    return settings


def named(where: Places, name: str) -> Installed:
    """The pack of that name or folder. Raises ``PackError``."""
    every = installed(where)
    for each in every:
        if name.casefold() in (each.manifest.name.casefold(), each.folder):
            return each
    names = ", ".join(each.manifest.name for each in every) or _("none yet")
    raise PackError(
        _("There is no pack called {name!r} here; there are: {names}.").format(
            name=name, names=names
        )
    )


def for_today(packs: Sequence[Installed], where: Places, today: date) -> tuple[list[str], str]:
    """What the packs suggest for a day: keys of practices, and one sentence; empty where none do.

    A pack that names no days holds for each of them.
    """
    keys: list[str] = []
    said = ""
    for pack in packs:
        about = pack.manifest
        if about.days and DAYS[today.weekday()] not in about.days:
            continue
        found = [*practices_of(pack, where), *about.suggests]
        if found and not said:
            said = _("From {by}: {name}.").format(by=about.by, name=about.name)
        keys += found
    return list(dict.fromkeys(keys)), said


def practices_of(pack: Installed, where: Places) -> list[str]:
    """Keys of the practices that came with a pack."""
    there = library(where.practices)
    return [each.key for each in there.practices if there.of_pack.get(each.key) == pack.folder]


def slug(name: str) -> str:
    """A folder's name for a pack's name.

    >>> slug("Abends, ganz leise"), slug("海")
    ('abends-ganz-leise', 'pack')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    made = re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-")[:40].strip("-")
    # no name that Windows keeps for its devices
    return f"pack-{made}" if re.fullmatch(r"con|prn|aux|nul|com\d|lpt\d", made) else made or "pack"


def _check_keys(pack: Pack, where: Places, folder: str) -> None:
    """No practice of a pack may take the place of one that is here."""
    there = library(where.practices)
    for name, content in pack.contents.items():
        key = "" if content.practice is None else content.practice.key
        if there.get(key) is not None and there.of_pack.get(key) != folder:
            raise PackError(
                _("{name} has the key of another practice ({key}): give it one of its own.").format(
                    name=name, key=key
                )
            )


def _opens(about: Manifest) -> str:
    """A file that opens practices, as a therapist writes one by hand; checked before it counts."""
    by = json.dumps(about.by, ensure_ascii=False).replace("\x7f", "\\u007F")
    text = f"therapist = {by}\nopens = {json.dumps(list(about.opens))}\n"
    parse(text, OPENS, own=True)
    return text


def _before(pack: Installed) -> dict[str, object]:
    return {"person": pack.person_id, "pace": pack.pace_before, "voice": pack.voice_before}


def _with_before(pack: Installed, file: Path) -> Installed:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        person, pace, voice = said["person"], said["pace"], said["voice"]
    except (OSError, ValueError, TypeError, LookupError):
        return pack
    return replace(
        pack,
        person_id=person if type(person) is int else None,
        pace_before=float(pace) if isinstance(pace, int | float) else None,
        voice_before=voice if isinstance(voice, str) else None,
    )


def _write(file: Path, raw: bytes) -> None:
    with plainly(file):
        make_private(file.parent)
        with replacing(file) as new:
            new.write_bytes(raw)


def _remove(about: Manifest, practices: Path, voice: Path) -> None:
    """What the pack brought; a file that somebody put beside it stays. Raises ``OSError``."""
    for file in about.files:
        folder = practices if file.name.startswith(PRACTICES) else voice
        (folder / file.name.rpartition("/")[2]).unlink(missing_ok=True)
    for name in (OPENS, BEFORE, PACK):
        (practices / name).unlink(missing_ok=True)
    for folder in (practices, voice):
        with suppress(OSError):  # not empty, or not there
            folder.rmdir()


def _is_same(there: Manifest, new: Manifest) -> bool:
    return (there.name, there.by) == (new.name, new.by)
