"""The numbers of a long text file, put aside some hundred thousand characters at a time."""

from __future__ import annotations

import re
from pathlib import Path
from typing import IO

from coherence.reports.aside import Aside
from coherence.reports.layout import Layout, time_of
from coherence.reports.recording import RecordingFile
from coherence.reports.tables import (
    TAIL,
    Line,
    cells_of,
    content_of,
    dropped_said,
    no_interval,
    number,
)

PIECE_B = 256 * 1024
LOOKED_AT = 300  # lines at the beginning and the end that say how the others are made
LONGEST_LINE = 2000
TAIL_B = 64 * 1024  # in which the last lines stand
NO_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x19\x1b-\x1f]")


class OddError(Exception):
    """Something that cannot be told by pieces: the file has to be read whole."""


class TextFile:
    """A text file that is gone through line by line, in the encoding that its beginning says.

    ``head`` and ``tail`` are its first and last lines. Raises ``OddError`` where lines are long.
    """

    def __init__(self, path: Path, encoding: str | None = None) -> None:
        self._path = path
        with path.open("rb") as raw:
            self._encoding, within = _encodings(raw.read(4))
            self._encoding = encoding or self._encoding
            raw.seek(-min(path.stat().st_size // 2 * 2, TAIL_B), 2)
            last = raw.read()
        with self.opened() as file:
            head = [file.readline(LONGEST_LINE) for _ in range(LOOKED_AT)]
        said = last.decode(encoding or within, "replace")
        tail = said.splitlines()[1:][-LOOKED_AT:]
        if any(len(line) >= LONGEST_LINE for line in (*head, *tail)) or len(tail) < 2:
            raise OddError
        self.head, self.tail = "".join(head), "\n".join(tail).rstrip("\x1a")

    @classmethod
    def of(cls, path: Path) -> TextFile:
        """The file, by the encoding that fits all of it; see ``text_of``."""
        try:
            file = cls(path)
            with file.opened() as lines:
                while lines.read(PIECE_B):
                    pass
        except UnicodeDecodeError:
            return cls(path, "latin-1")
        return file

    def opened(self) -> IO[str]:
        return self._path.open(encoding=self._encoding, newline=None)


def _encodings(first: bytes) -> tuple[str, str]:
    """Of a whole file by its first bytes, and of what stands within it; as ``text_of`` has it."""
    if first.startswith(b"\xff\xfe"):
        return "utf-16", "utf-16-le"
    if first.startswith(b"\xfe\xff"):
        return "utf-16", "utf-16-be"
    if first[1:4:2] == b"\0\0" and first[0]:
        return "utf-16-le", "utf-16-le"
    return "utf-8-sig", "utf-8"


def put_aside(text: TextFile, layout: Layout, aside: Aside, file: RecordingFile) -> list[str]:
    """Put aside what the lines of ``text`` say; returns what is doubtful.

    Raises ``OddError``, and ``ImportFailed`` where a line holds no interval.
    """
    reader = _Reader(layout, aside, file)
    with text.opened() as opened:
        line = 1
        while lines := opened.readlines(PIECE_B):
            reader.take(line, lines)
            line += len(lines)
    if not aside.n or len(reader.strange) > TAIL:
        reader.refuse()
    return [dropped_said(reader.strange)] if reader.strange else []


class _Reader:
    """The lines of a file of one layout, piece by piece."""

    def __init__(self, layout: Layout, aside: Aside, file: RecordingFile) -> None:
        self._layout, self._aside, self._file = layout, aside, file
        self.strange: list[Line] = []  # that are no numbers: to be forgiven at the end alone

    def take(self, line: int, lines: list[str]) -> None:
        """What the lines from number ``line`` on say."""
        if NO_TEXT.search("".join(lines)):
            raise OddError
        skipped = max(0, self._layout.first_line - line)
        line, lines = line + skipped, lines[skipped:]
        found = self._quickly(lines) if not any(each.isspace() for each in lines) else None
        if found is None:
            self._slowly(line, lines)
        elif found[0]:
            if self.strange:
                self.refuse()
            self._aside.put(found[0], range(line, line + len(lines)), self._timed(found[1]))

    def refuse(self) -> None:
        """Raise what is to be said of the first line that is no number."""
        if not self.strange or not self._layout.forgiving:
            raise OddError
        raise no_interval(self._file, self.strange[0])

    def _timed(self, times: list[float]) -> list[float] | None:
        return None if self._layout.time is None else times

    def _quickly(self, lines: list[str]) -> tuple[list[float], list[float]] | None:
        """Of lines that hold nothing but plain numbers."""
        layout = self._layout
        separator = layout.separator or " "
        if layout.of_moments or re.search(f"[^0-9.\n{separator}]", "".join(lines)):
            return None
        try:
            if layout.separator is None and layout.width == 1:
                return [float(each) for each in lines], []
            rows = [each.rstrip("\n").split(layout.separator) for each in lines]
            values = [float(row[layout.column]) for row in rows]
            times = [] if layout.time is None else [float(row[layout.time]) for row in rows]
        except (ValueError, IndexError):
            return None
        if layout.width is not None and any(len(row) != layout.width for row in rows):
            return None
        return values, times

    def _slowly(self, line: int, lines: list[str]) -> None:
        layout = self._layout
        comma = layout.separator != ","  # a decimal comma
        values, times, where = [], [], []
        for at, whole in enumerate(lines, start=line):
            if not (text := content_of(whole.rstrip("\n\x1a"))):
                continue
            cells = cells_of(text, layout.separator)
            if layout.width is None:
                found = number(cells[layout.column], comma) if layout.column < len(cells) else None
            else:
                found = self._of_row(cells, comma)
            if found is None:
                self.strange.append(Line(at, tuple(cells)))
                if len(self.strange) > TAIL:
                    self.refuse()
                continue
            if self.strange:
                self.refuse()
            values.append(found)
            where.append(at)
            if layout.time is not None:
                time = time_of(cells[layout.time], layout) if layout.time < len(cells) else None
                if time is None:
                    raise OddError
                times.append(time)
        self._aside.put(values, where, self._timed(times))

    def _of_row(self, cells: list[str], comma: bool) -> float | None:
        """The interval of a row without names, in which all is numbers."""
        row = [number(cell, comma) for cell in cells]
        if None in row:
            return None
        if len(cells) != self._layout.width:
            raise OddError
        return row[self._layout.column]
