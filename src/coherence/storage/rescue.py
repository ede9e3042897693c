"""The last resort: arrivals that could not be put in the store, kept in a file elsewhere."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from coherence.model import Arrival
from coherence.storage import keys
from coherence.storage.arrival_json import ArrivalError, from_json, to_json
from coherence.storage.connection import connect, key_pragma
from coherence.storage.errors import StorageError
from coherence.storage.sqlite import DiskError, cipher, is_encrypted

_PREFIX, _SUFFIX = "coherence-rescue-", ".jsonl"

UNREADABLE: tuple[type[Exception], ...] = (
    *DiskError, ValueError, KeyError, TypeError, StorageError
)  # fmt: skip
Numbered = tuple[int, Arrival]


@dataclass(frozen=True, slots=True)
class Rescue:
    """What a rescue file holds of one session."""

    file: Path
    session_id: int
    arrivals: tuple[Numbered, ...]
    began: str | None = None  # where it says so

    def is_of(self, session_id: int, started_at: str) -> bool:
        """Whether it belongs to the session of that number that began then."""
        return self.session_id == session_id and self.began in (None, started_at)


def write_rescue(
    store: Path, session_id: int, arrivals: Sequence[Numbered], began: str | None = None
) -> Path:
    """Keep ``arrivals`` as JSON lines in the system's temporary folder, or else at home.

    The first line says which session of which store they belong to, and when that ``began``: a
    store that was put in the place of this one gives the same numbers anew. Raises ``OSError``.
    """
    head = {"store": str(store.absolute()), "session": session_id, "began": began}
    lines = [json.dumps(head)]
    lines += [json.dumps({"seq": number, **to_json(arrival)}) for number, arrival in arrivals]
    text = "\n".join(lines) + "\n"
    key = _key_for(store)
    for folder in (where := folders())[:-1]:
        try:
            return _written(folder, text, key)
        except OSError:
            continue
    return _written(where[-1], text, key)


def rescues_for(store: Path) -> Iterable[Rescue]:
    """The rescue files of ``store`` that can be found and are our own."""
    for folder in folders():
        for file in sorted(folder.glob(f"{_PREFIX}*{_SUFFIX}")):
            try:
                rescue = _read(file, store)
            except UNREADABLE:
                continue  # not ours to read, or not a rescue file
            if rescue is not None:
                yield rescue


def folders() -> tuple[Path, ...]:
    """Where rescue files go, the first that works; and where they are looked for."""
    return tuple(dict.fromkeys((Path(tempfile.gettempdir()), Path.home())))


def _key_for(store: Path) -> bytes | None:
    """The key that what belongs to ``store`` has to be kept under."""
    try:
        locked = is_encrypted(store)
    except OSError:  # the store is gone: as safe as the keys that are known here
        locked = True
    return next(iter(keys.unlocked()), None) if locked else None


def _written(folder: Path, text: str, key: bytes | None) -> Path:
    number, name = tempfile.mkstemp(prefix=_PREFIX, suffix=_SUFFIX, dir=folder)  # mode 0600
    try:
        if key is not None:
            os.close(number)
            _write_encrypted(Path(name), text, key)
            return Path(name)
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except DiskError:
        Path(name).unlink()
        raise
    return Path(name)


def _write_encrypted(file: Path, text: str, key: bytes) -> None:
    assert cipher is not None
    with closing(cipher.connect(str(file), isolation_level=None)) as connection:
        connection.execute(key_pragma(key))
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE rescue(text TEXT NOT NULL)")
        connection.execute("INSERT INTO rescue VALUES (?)", (text,))


def _text_of(file: Path) -> str:
    if file.read_bytes()[:1] == b"{":
        return file.read_text(encoding="utf-8")
    with closing(connect(file)) as connection:
        return str(connection.execute("SELECT text FROM rescue").fetchone()[0])


def _read(file: Path, store: Path) -> Rescue | None:
    """Whole lines up to the first broken one; ``None`` when the file is about another store."""
    # in a shared folder anybody could have laid this file there
    if os.name == "posix" and file.lstat().st_uid != os.getuid():
        return None
    head_line, *lines = _text_of(file).splitlines()
    head = json.loads(head_line)
    if head["store"] != str(store.absolute()):
        return None
    arrivals: list[Numbered] = []
    for line in lines:
        try:
            said = json.loads(line)
            number = int(said.pop("seq"))
            arrivals.append((number, from_json(said)))
        except (ArrivalError, ValueError, KeyError, TypeError, AttributeError):
            break
    return Rescue(file, int(head["session"]), tuple(arrivals), head.get("began"))
