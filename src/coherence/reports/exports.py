"""EXPORTS: the files we write. Each holds what was measured; nothing in it is corrected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from coherence import __version__
from coherence.analysis.artifacts import BeatJudge
from coherence.devices.decoder import StrapDecoder
from coherence.model import Arrival, Beat, End, Ended, Gap, GapWithdrawn, Origin, SessionRecord
from coherence.reports import session_json
from coherence.storage.errors import StorageError, is_full
from coherence.storage.files import replacing

Pieces = Iterator[str]


@dataclass(frozen=True, slots=True)
class Export:
    """One kind of file. ``write`` gives its text in pieces."""

    key: str
    label: str
    suffix: str
    write: Callable[[SessionRecord, Iterable[Arrival]], Pieces]


def export_session(
    path: Path, kind: Export, session: SessionRecord, arrivals: Iterable[Arrival]
) -> None:
    """Write a session to ``path``; what was there is replaced only by a whole file.

    Raises ``StorageError`` with one sentence for people.
    """
    try:
        with replacing(path) as new, new.open("w", encoding="utf-8", newline="\n") as out:
            for piece in kind.write(session, arrivals):
                out.write(piece)
    except OSError as error:
        what = "make some room there" if is_full(error) else "choose another place"
        why = "the disk is full" if is_full(error) else error.strerror or "it cannot be written"
        raise StorageError(
            f"{path} was not written ({why}): {what}, then try again.", path
        ) from error


def export_arrivals(
    path: Path,
    kind: Export,
    arrivals: Iterable[Arrival],
    *,
    practice: str,
    origin: str,
    started_at: str,
) -> None:
    """Write what was never in the store: a simulation, say. Raises ``StorageError``."""
    came = list(arrivals)
    session = SessionRecord(
        id=0,
        started_at=started_at,
        duration_s=max((arrival.t_s for arrival in came), default=0.0),
        practice=practice,
        origin=Origin(origin),
        end=End.ENDED if any(isinstance(a, Ended) for a in came) else End.INTERRUPTED,
        app_version=__version__,
    )
    export_session(path, kind, session, came)


def _rr_text(session: SessionRecord, arrivals: Iterable[Arrival]) -> Pieces:
    beats, gaps = _beats(arrivals)
    yield (
        "# RR intervals in milliseconds, one a line, as the strap sent them; none is corrected.\n"
        f"# {session.practice}, {session.started_at}, {session.origin.value}; "
        f"coherence {session.app_version}\n"
        f"# intervals: {len(beats)}; gaps, which such a list cannot show: {gaps}\n"
    )
    for beat in beats:
        yield f"{_ms(beat.rr_ms)}\n"


def _beats_csv(session: SessionRecord, arrivals: Iterable[Arrival]) -> Pieces:
    judge = BeatJudge()
    beats, _ = _beats(arrivals)
    judged = {each.index: each for beat in beats for each in judge.feed(beat)}
    judged |= {each.index: each for each in judge.flush()}
    yield "t_s,rr_ms,verdict,segment\n"
    for index in range(len(beats)):
        each = judged[index]
        beat = each.beat
        yield f"{beat.t_s:.6f},{_ms(beat.rr_ms)},{each.verdict.value},{beat.segment}\n"


def _beats(arrivals: Iterable[Arrival]) -> tuple[list[Beat], int]:
    """The beats as they came and how many gaps lie between them."""
    decoder = StrapDecoder()
    beats: list[Beat] = []
    gaps: set[float] = set()
    for events in (*map(decoder.feed, arrivals), decoder.flush()):
        for event in events:
            match event:
                case Beat():
                    beats.append(event)
                case Gap(t_s):
                    gaps.add(t_s)
                case GapWithdrawn(_, gap_t_s):
                    gaps.discard(gap_t_s)
                case _:
                    pass
    return beats, len(gaps)


def _ms(rr_ms: float) -> str:
    return repr(rr_ms).removesuffix(".0")


EXPORTS: tuple[Export, ...] = (
    Export("session", "everything, to be read back (.json)", ".json", session_json.lines_of),
    Export("rr_text", "intervals for other programs (.txt)", ".txt", _rr_text),
    Export("beats", "beats with their verdicts (.csv)", ".csv", _beats_csv),
)
