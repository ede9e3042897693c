"""Sealed files for the window: sessions handed back, and a therapist's files taken in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from coherence.exchange.installed import Installed
from coherence.exchange.sealed_sessions import (
    LARGEST_SEALED_B,
    hand_back,
    is_sealed_file,
    person_for,
    read_sealed,
    take_back,
)
from coherence.exchange.sealing import BY_PASSPHRASE, SealError, fingerprint, read_head
from coherence.reports.importing import Taken
from coherence.reports.recording import ImportFailed, bytes_of
from coherence.reports.taking import import_all
from coherence.storage.database import Store
from coherence.storage.people import people
from coherence.translation import _, ngettext

Progress = Callable[[float], None]


def wants_passphrase(path: Path) -> bool:
    """Whether a sealed file opens with a passphrase, and not with a key."""
    try:
        raw = bytes_of(path, LARGEST_SEALED_B, "sessions of coherence")
        return read_head(raw)[0].way == BY_PASSPHRASE
    except (ImportFailed, SealError):
        return False


def seal(
    store: Store,
    session_ids: Sequence[int],
    path: Path,
    pack: Installed | None,
    passphrase: str | None,
    progress: Progress,
) -> str:
    """Write sessions for the holder of the pack's key; says who can open them.

    Raises ``StorageError``, ``SealError``, ``ExtraMissing``.
    """
    key = None if pack is None else pack.manifest.key
    hand_back(
        store,
        session_ids,
        path,
        public=key,
        passphrase=passphrase,
        pack_id=None if pack is None else pack.manifest.id,
        progress=progress,
    )
    n = len(session_ids)
    said = ngettext("{n} session is in {path}", "{n} sessions are in {path}", n)
    said = said.format(n=n, path=path)
    if pack is None or key is None:
        return _("{said}; it opens with the passphrase.").format(said=said)
    return _("{said}; only {by} can open it (key {key}).").format(
        said=said, by=pack.manifest.by, key=fingerprint(key)
    )


def import_every(
    store: Store,
    person_id: int,
    paths: Sequence[Path],
    progress: Progress,
    *,
    passphrases: Mapping[Path, str] | None = None,
    by_pack: bool = True,
    dry_run: bool = False,
) -> tuple[str, ...]:
    """Take recordings and sealed files in; says what became of them, or would on ``dry_run``.

    With ``by_pack`` sealed sessions go to whom the pack was given, else all go to ``person_id``.
    Raises ``StorageError``, ``ExtraMissing``.
    """
    sealed = [path for path in paths if is_sealed_file(path)]
    plain = [path for path in paths if path not in sealed]
    said: list[str] = []
    for path in sealed:
        try:
            inside = read_sealed(path, store, (passphrases or {}).get(path))
        except (SealError, ImportFailed) as error:
            said.append(f"{path.name}: {getattr(error, 'in_file', error)}")
            continue
        whose = (person_for(inside, store) if by_pack else None) or person_id
        found = take_back(inside, path, store, whose, dry_run=dry_run, progress=progress)
        name = next((each.pseudonym for each in people(store) if each.id == whose), "")
        new = sum(each.taken is Taken.NEW for each in found)
        known = sum(each.taken is Taken.KNOWN for each in found)
        if dry_run:
            told = ngettext(
                "{n} session would be with {name}.", "{n} sessions would be with {name}.", new
            ).format(n=new, name=name)
        else:
            told = ngettext(
                "{n} session is with {name} now.", "{n} sessions are with {name} now.", new
            ).format(n=new, name=name)
        if known:
            there = ngettext("{n} was there already.", "{n} were there already.", known)
            told = f"{told} {there.format(n=known)}"
        said.append(told)
        said += [f"{each.path.name}: {each.reason}" for each in found if each.reason]
        said += [f"{each.path.name}: {line}" for each in found for line in each.doubts]
    if plain or not sealed:
        said += import_all(store, person_id, plain, progress, dry_run=dry_run)
    return tuple(said)
