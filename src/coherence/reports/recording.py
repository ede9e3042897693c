"""A recording as plain data: the intervals of a file, as exact as the file has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coherence.model import Arrival, SessionRecord
from coherence.storage.beside import NOTHING, Beside
from coherence.translation import _

SEALED = b"COHSEAL1"  # how sessions begin that are encrypted for a therapist: others open them
PACK = ".coherence-pack"  # and how the names of home practice packs end


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """What a file holds, and what about it is doubtful. Arrays are for reading only."""

    source: str  # the file's name
    format: str  # the key of its row in IMPORTS
    rr_ms: NDArray[np.float64]  # (n,) exact as in the file, all finite and above 0
    arrival_s: NDArray[np.float64] | None = None  # (n,) the file's time column from its first row
    breaks: tuple[int, ...] = ()  # something is missing just before these intervals
    started_at: str | None = None  # ISO 8601; local time unless it says otherwise
    doubts: tuple[str, ...] = ()  # a plain sentence each
    session: SessionRecord | None = None  # of a session that coherence wrote …
    arrivals: tuple[Arrival, ...] | None = None  # … all that arrived in it …
    beside: Beside = NOTHING  # … and what stood beside it

    @property
    def duration_s(self) -> float:
        """From the start of the first interval to the end of the last, s."""
        if self.arrivals is not None:
            return max((arrival.t_s for arrival in self.arrivals), default=0.0)
        if self.arrival_s is not None:
            return float(self.rr_ms[0] / 1000.0 + self.arrival_s[-1])
        return float(self.rr_ms.sum() / 1000.0)


class Arrivals:
    """Arrivals that are made anew each time they are gone through: they need not be held."""

    def __init__(self, anew: Callable[[], Iterator[Arrival]]) -> None:
        self._anew = anew

    def __iter__(self) -> Iterator[Arrival]:
        return self._anew()


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A stretch of a recording, as ``Recording`` has it; no notification reaches beyond it."""

    rr_ms: NDArray[np.float64]
    arrival_s: NDArray[np.float64] | None
    breaks: Sequence[int]  # something is missing just before these intervals


class ImportFailed(Exception):
    """A file that cannot be read as a recording: one sentence that says what to do next."""

    def __init__(self, path: Path, reason: str, line: int | None = None) -> None:
        said = "{path}: {reason}" if line is None else _("{path}, line {line}: {reason}")
        super().__init__(said.format(path=path, line=line, reason=reason))
        self.path, self.reason, self.line = path, reason, line

    @property
    def in_file(self) -> str:
        """Why, for where the file is named already."""
        if self.line is None:
            return self.reason
        return _("line {line}: {reason}").format(line=self.line, reason=self.reason)


@dataclass(frozen=True, slots=True)
class RecordingFile:
    """A file as it was read: its bytes, and its text if it holds text."""

    path: Path
    raw: bytes
    text: str | None

    def fail(self, reason: str, line: int | None = None) -> ImportFailed:
        return ImportFailed(self.path, reason, line)


def text_of(raw: bytes) -> str | None:
    r"""The text in ``raw`` with its lines ended by a line feed, or ``None`` if it holds none.

    >>> text_of("812\r\n804".encode("utf-16"))
    '812\n804'
    """
    try:
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = raw.decode("utf-16")
        elif raw[1:4:2] == b"\0\0" and raw[0]:  # UTF-16 without its mark
            text = raw.decode("utf-16-le")
        else:
            text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    if any(ord(c) < 32 and c not in "\t\n\r\f\x1a" for c in set(text)):
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\x1a")


def bytes_of(path: Path, largest_b: int, what: str) -> bytes:
    """The bytes of a file that should hold ``what``. Raises ``ImportFailed``."""
    return beginning_of(path, largest_b, what, -1)


def beginning_of(path: Path, largest_b: int, what: str, length_b: int = 2**16) -> bytes:
    """The first bytes of the same."""
    try:
        if path.stat().st_size > largest_b:
            raise ImportFailed(
                path, _("the file is too large for {what}: choose another one.").format(what=what)
            )
        with path.open("rb") as file:
            raw = file.read(length_b)
    except FileNotFoundError:
        raise ImportFailed(path, _("there is no such file: check the name.")) from None
    except IsADirectoryError:
        raise ImportFailed(path, _("this is a folder: choose a file in it.")) from None
    except (OSError, ValueError) as error:
        reason = _("it could not be opened ({error}): check that you may read it.").format(
            error=error
        )
        raise ImportFailed(path, reason) from error
    if not raw.strip():
        raise ImportFailed(
            path, _("the file is empty: choose one that holds {what}.").format(what=what)
        )
    return raw
