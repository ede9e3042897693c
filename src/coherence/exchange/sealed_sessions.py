"""Sessions as one sealed file: out at the client's, in at the therapist's, lossless."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from coherence.exchange.sealing import SealError, is_sealed, opened, sealed_for, sealed_with
from coherence.model import Practised
from coherence.reports import session_json
from coherence.reports.importing import Import, Taken, take_recording
from coherence.reports.imports import read_file
from coherence.reports.recording import ImportFailed, RecordingFile, bytes_of
from coherence.reports.whole_file import whole_file
from coherence.storage.beside import Beside
from coherence.storage.caseload import given_to, sealing_keys
from coherence.storage.database import Store
from coherence.storage.diary import Diary
from coherence.storage.errors import StorageError
from coherence.storage.people import people
from coherence.storage.shown_rows import shown_in
from coherence.translation import _

FORMAT, VERSION = "coherence-sessions", 1
SUFFIX = ".coherence-sessions"
LARGEST_SEALED_B, LARGEST_B = 256 * 2**20, 400 * 2**20
MOST_LINES = 20_000  # of a diary
Told = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Inside:
    """What a sealed file holds: sessions as text, and days of practising without a strap."""

    sessions: tuple[str, ...]
    diary: tuple[Practised, ...] = ()
    pack_id: str | None = None  # of the pack whose key it was sealed for


def hand_back(
    store: Store,
    session_ids: Sequence[int],
    path: Path,
    *,
    public: bytes | None = None,
    passphrase: str | None = None,
    pack_id: str | None = None,
    diary_of: int | None = None,
    progress: Told = lambda _: None,
) -> None:
    """Write sessions with what they showed, sealed for ``public`` or else under ``passphrase``.

    ``diary_of`` adds when that person practised without a strap: times, and nothing that was said.
    Raises ``StorageError``, ``SealError``, ``ExtraMissing``.
    """
    made = io.BytesIO()
    with gzip.GzipFile(fileobj=made, mode="wb", mtime=0) as out:
        head: dict[str, object] = {"format": FORMAT, "version": VERSION, "pack": pack_id}
        if diary_of is not None:
            lines = Diary(store, diary_of).practised()
            head["diary"] = [_line(each) for each in lines if each.session_id is None]
        out.write((json.dumps(head)[:-1] + ', "sessions": [').encode())
        for n, number in enumerate(session_ids):
            progress(n / len(session_ids))
            out.write(b",\n" if n else b"\n")
            beside = Beside(tuple(shown_in(store, number)))
            record, came = store.session(number), store.arrivals(number)
            for piece in session_json.lines_of(record, came, beside):
                out.write(piece.encode(errors="replace"))
        out.write(b"]}\n")
    plain = made.getvalue()
    whole = sealed_with(passphrase or "", plain) if public is None else sealed_for(public, plain)
    if len(whole) > LARGEST_SEALED_B:
        raise SealError(_("That is more than one file can hold: take fewer sessions at a time."))
    with whole_file(path) as new:
        new.write_bytes(whole)


def is_sealed_file(path: Path) -> bool:
    """Whether a file begins as a sealed one does; a file that cannot be read does not."""
    try:
        with path.open("rb") as file:
            return is_sealed(file.read(16))
    except OSError:
        return False


def read_sealed(path: Path, store: Store, passphrase: str | None = None) -> Inside:
    """Open a sealed file with the keys of ``store``, or with ``passphrase``.

    Raises ``SealError``, ``ImportFailed``, ``StorageError``, ``ExtraMissing``.
    """
    raw = bytes_of(path, LARGEST_SEALED_B, "sessions of coherence")
    return _inside(_unpacked(opened(raw, sealing_keys(store), passphrase)))


def take_back(
    inside: Inside,
    path: Path,
    store: Store,
    person_id: int,
    *,
    dry_run: bool = False,
    progress: Told = lambda _: None,
) -> list[Import]:
    """Take what a sealed file holds into the record of a person; what is there is noticed.

    Raises ``StorageError``.
    """
    whose = {person.id: person.pseudonym for person in people(store)}
    found = []
    for n, text in enumerate(inside.sessions):
        progress(n / len(inside.sessions))
        name = path.with_name(f"{path.name}#{n + 1}")
        try:
            recording = read_file(RecordingFile(name, b"", text))
        except ImportFailed as error:
            found.append(Import(name, Taken.UNREADABLE, reason=error.in_file))
            continue
        made = take_recording(recording, name, store, person_id=person_id, dry_run=dry_run)
        if made.taken is Taken.KNOWN and made.session_id is not None:
            made = _with_whom(made, store, made.session_id, person_id, whose)
        found.append(made)
    if not dry_run:
        _take_lines(inside.diary, store, person_id)
    return found


def person_for(inside: Inside, store: Store) -> int | None:
    """Whom the pack was given to that the sender sealed it with; ``None`` where that is unknown."""
    return None if inside.pack_id is None else given_to(store, inside.pack_id)


def _with_whom(
    made: Import, store: Store, session_id: int, person_id: int, whose: dict[int, str]
) -> Import:
    """Say so where a session that is there already is somebody else's."""
    try:
        theirs = [each.person_id for each in store.session(session_id).participants]
    except StorageError:  # deleted, and may still be brought back
        return made
    if person_id in theirs or not theirs:
        return made
    said = _("It is kept with {name}.").format(name=whose.get(theirs[0], "?"))
    return replace(made, doubts=(*made.doubts, said))


# --- what is inside ---


def _unpacked(packed: bytes) -> str:
    """The text, never more than ``LARGEST_B`` of it. Raises ``SealError``."""
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        plain = unpack.decompress(packed, LARGEST_B)
    except zlib.error as error:
        raise _odd() from error
    if not unpack.eof or unpack.unused_data:
        raise _odd()
    try:
        return plain.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _odd() from error


def _inside(text: str) -> Inside:
    try:
        said = json.loads(text)
        if said["format"] != FORMAT:
            raise _odd()
        if said["version"] != VERSION:
            raise SealError(_("It was written by a newer coherence: update this one to open it."))
        sessions, lines, pack = said["sessions"], said.get("diary", []), said.get("pack")
        if not isinstance(sessions, list) or not isinstance(lines, list):
            raise _odd()
        if not (pack is None or isinstance(pack, str)) or len(lines) > MOST_LINES:
            raise _odd()
        diary = tuple(_practised(line) for line in lines)
    except (ValueError, TypeError, LookupError, RecursionError, OverflowError) as error:
        raise _odd() from error
    texts = tuple(json.dumps(each, ensure_ascii=False) for each in sessions)
    return Inside(texts, diary, pack)


def _odd() -> SealError:
    return SealError(_("It opened, but what it holds are no sessions of coherence."))


def _line(each: Practised) -> dict[str, object]:
    return {
        "practice": each.practice,
        "begun_at": each.begun_at,
        "offset_min": each.offset_min,
        "seconds": each.seconds,
        "paced_s": each.paced_s,
        "whole": each.whole,
    }


def _practised(said: dict[str, object]) -> Practised:
    """Raises ``ValueError``, ``TypeError``, ``KeyError`` where it makes no sense."""
    practice, begun_at, whole = said["practice"], said["begun_at"], said["whole"]
    offset, lengths = said["offset_min"], (said["seconds"], said["paced_s"])
    if not isinstance(practice, str) or not isinstance(begun_at, str) or type(whole) is not bool:
        raise TypeError("not a line of a diary")
    if type(offset) is not int or abs(offset) > 24 * 60 or not 0 < len(practice) <= 100:
        raise ValueError("no such place")
    seconds = []
    for each in lengths:
        if isinstance(each, bool) or not isinstance(each, int | float) or not 0 <= each <= 1e6:
            raise ValueError("no such length")
        seconds.append(float(each))
    if datetime.fromisoformat(begun_at).tzinfo is None:
        raise ValueError("no such time")
    return Practised(0, practice, begun_at, offset, seconds[0], seconds[1], whole)


def _take_lines(lines: Iterable[Practised], store: Store, person_id: int) -> None:
    diary = Diary(store, person_id)
    known = {(each.practice, _utc(each.begun_at)) for each in diary.practised()}
    for line in lines:
        at = _utc(line.begun_at)
        if (line.practice, at) in known:
            continue
        known.add((line.practice, at))
        diary.add(line)


def _utc(moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(UTC)
