"""Our own session files line by line: an arrival each, as ``session_json.lines_of`` writes them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from coherence.model import Arrival, SessionRecord
from coherence.reports.recording import ImportFailed
from coherence.reports.session_json import OPENING, SessionFileError, read, read_arrival
from coherence.reports.text_numbers import OddError
from coherence.translation import _

LONGEST_LINE = 2**20
CLOSED = ("]", "]}")


def opened(path: Path) -> SessionRecord:
    """The session of a file whose lines are made as we make them; ``OddError`` for any other."""
    with path.open(encoding="utf-8") as file:
        head = file.readline(LONGEST_LINE).rstrip("\n")
        second = file.readline(LONGEST_LINE)
    if not head.endswith(OPENING) or not second.startswith("{"):
        raise OddError
    with path.open("rb") as raw:
        raw.seek(-16, 2)
        if not raw.read().rstrip().endswith(b"}"):
            raise OddError
    try:
        session, _arrivals, _beside = read(head + "]}")
    except SessionFileError as error:
        raise OddError from error
    return session


def arrivals_in(path: Path) -> Iterator[Arrival]:
    """What arrived, an arrival at a time; what stands beside it is passed over.

    Raises ``ImportFailed`` where a line makes no sense.
    """
    with path.open(encoding="utf-8") as file:
        file.readline()
        for number, line in enumerate(file, start=1):
            said = line.rstrip("\n")
            if said.startswith(CLOSED):
                return
            try:
                yield read_arrival(_parsed(said.removesuffix(",")), number)
            except SessionFileError as error:
                raise _refused(path, error) from error
    raise _refused(path, _not_whole(_("the end is missing")))


def _parsed(line: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _not_whole(error) from error


def _not_whole(why: object) -> SessionFileError:
    return SessionFileError(_("it is not whole ({error})").format(error=why))


def _refused(path: Path, error: SessionFileError) -> ImportFailed:
    said = _("{error}: choose a session that coherence exported.")
    return ImportFailed(path, said.format(error=error))
