"""The last resort: arrivals that could not be put in the store, kept in a file elsewhere."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from coherence.model import Arrival
from coherence.storage.arrival_json import ArrivalError, from_json, to_json

_PREFIX, _SUFFIX = "coherence-rescue-", ".jsonl"

Numbered = tuple[int, Arrival]


@dataclass(frozen=True, slots=True)
class Rescue:
    """What a rescue file holds of one session."""

    file: Path
    session_id: int
    arrivals: tuple[Numbered, ...]


def write_rescue(store: Path, session_id: int, arrivals: Sequence[Numbered]) -> Path:
    """Keep ``arrivals`` as JSON lines in the system's temporary folder, or else at home.

    The first line says which session of which store they belong to. Raises ``OSError``.
    """
    head = {"store": str(store.absolute()), "session": session_id}
    lines = [json.dumps(head)]
    lines += [json.dumps({"seq": number, **to_json(arrival)}) for number, arrival in arrivals]
    text = "\n".join(lines) + "\n"
    for folder in (where := folders())[:-1]:
        try:
            return _written(folder, text)
        except OSError:
            continue
    return _written(where[-1], text)


def rescues_for(store: Path) -> Iterable[Rescue]:
    """The rescue files of ``store`` that can be found and are our own."""
    for folder in folders():
        for file in sorted(folder.glob(f"{_PREFIX}*{_SUFFIX}")):
            try:
                rescue = _read(file, store)
            except (OSError, ValueError, KeyError, TypeError):
                continue  # not ours to read, or not a rescue file
            if rescue is not None:
                yield rescue


def folders() -> tuple[Path, ...]:
    """Where rescue files go, the first that works; and where they are looked for."""
    return tuple(dict.fromkeys((Path(tempfile.gettempdir()), Path.home())))


def _written(folder: Path, text: str) -> Path:
    number, name = tempfile.mkstemp(prefix=_PREFIX, suffix=_SUFFIX, dir=folder)  # mode 0600
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        Path(name).unlink()
        raise
    return Path(name)


def _read(file: Path, store: Path) -> Rescue | None:
    """Whole lines up to the first broken one; ``None`` when the file is about another store."""
    # in a shared folder anybody could have laid this file there
    if os.name == "posix" and file.lstat().st_uid != os.getuid():
        return None
    head_line, *lines = file.read_text(encoding="utf-8").splitlines()
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
    return Rescue(file, int(head["session"]), tuple(arrivals))
