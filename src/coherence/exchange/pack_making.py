"""Making a home practice pack of what lies in a therapist's folders."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from coherence.exchange.manifest import PRACTICES, VOICE, Manifest, PackError
from coherence.exchange.pack_file import HEADS, Pack, made_pack
from coherence.exchange.sealing import new_pair
from coherence.practice.library import library
from coherence.practice.practices import Practice
from coherence.practice.schema import Content, PracticeError, parse
from coherence.sessions.cue_sheet import line_names
from coherence.storage.caseload import keep_sealing_key, note_given, sealing_keys
from coherence.storage.database import Store
from coherence.storage.places import Places
from coherence.translation import _

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a pack is to hold. ``practices`` are keys, of ours or of one's own."""

    name: str
    by: str
    practices: tuple[str, ...] = ()
    voice: str | None = None  # the folder of one's own clips
    words: str = ""
    days: tuple[str, ...] = ()
    breaths_per_min: float | None = None
    opens: tuple[str, ...] = ()
    to: str = ""  # a pseudonym, where it is to stand in the pack


def packed(wish: Wish, where: Places, key: bytes | None, today: date) -> Pack:
    """The pack, checked as it will be when it is opened. Raises ``PackError``."""
    ours = library()
    shipped = {each.key: each for each in (*ours.practices, *ours.assessments)}
    own = _own_files(where.practices)
    files: dict[str, bytes] = {}
    chosen: list[Practice] = []
    suggests = []
    for name in dict.fromkeys(wish.practices):
        if name in own:
            file, content = own[name]
            files[f"{PRACTICES}{_safe(name)}.toml"] = file.read_bytes()
            assert content.practice is not None
            chosen.append(content.practice)
        elif name in shipped:
            suggests.append(name)
            chosen.append(shipped[name])
        else:
            every = ", ".join([*own, *shipped])
            raise PackError(
                _("There is no practice {key!r}; there are {every}.").format(key=name, every=every)
            )
    if wish.voice is not None:
        files |= _clips(where.voices / wish.voice, chosen)
    about = Manifest(
        id=secrets.token_hex(16),
        name=" ".join(wish.name.split()),
        by=" ".join(wish.by.split()),
        made_on=today.isoformat(),
        to=" ".join(wish.to.split()),
        words=wish.words.strip(),
        days=wish.days,
        breaths_per_min=wish.breaths_per_min,
        suggests=tuple(suggests),
        opens=wish.opens,
        key=key,
    )
    return made_pack(about, files)


def own_public_key(store: Store) -> bytes:
    """The key that clients' sessions are sealed for; made at first need, its other half kept.

    Raises ``StorageError``, ``ExtraMissing``.
    """
    if pairs := sealing_keys(store):
        return pairs[0][0]
    public, private = new_pair()
    keep_sealing_key(store, public, private)
    return public


def give(store: Store, pack: Pack, person_id: int) -> None:
    """Note whom a pack was made for, so that what comes back finds its way. Raises StorageError."""
    note_given(store, person_id, pack.manifest.id, pack.manifest.name)


def own_practices(folder: Path) -> list[Practice]:
    """Practices of one's own that a pack can take along."""
    made = (content.practice for _file, content in _own_files(folder).values())
    return [practice for practice in made if practice is not None]


def _own_files(folder: Path) -> dict[str, tuple[Path, Content]]:
    """Practice files of one's own by key; what cannot be read is no part of a pack."""
    found: dict[str, tuple[Path, Content]] = {}
    try:
        files = sorted(folder.glob("*.toml"))
    except OSError:
        return found
    for file in files:
        try:
            content = parse(file.read_text(encoding="utf-8"), file.name, own=True)
        except (PracticeError, OSError, UnicodeDecodeError):
            continue
        if content.practice is not None:
            found.setdefault(content.practice.key, (file, content))
    return found


def _clips(folder: Path, chosen: Sequence[Practice]) -> dict[str, bytes]:
    """The clips of one's own voice for the lines of those practices. Raises ``PackError``."""
    names = {name for practice in chosen for name in line_names(practice).values()}
    found: dict[str, bytes] = {}
    try:
        for file in sorted(folder.iterdir()):
            suffix = file.suffix.lower().removeprefix(".")
            if file.stem in names and suffix in HEADS:
                found[f"{VOICE}{file.stem}.{suffix}"] = file.read_bytes()
    except OSError as error:
        raise PackError(
            _("The clips in {folder} cannot be read ({why}): look at its rights.").format(
                folder=folder, why=error.strerror
            )
        ) from error
    if not found:
        raise PackError(
            _("{folder} holds no clip for these practices: `coherence sound --lines` names them.")
            .format(folder=folder)
        )  # fmt: skip
    return found


def _safe(key: str) -> str:
    return _UNSAFE.sub("-", key).strip("-_")[:80] or "practice"
