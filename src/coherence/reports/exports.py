"""EXPORTS: the files we write. Each holds what was measured; nothing in it is corrected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from coherence import __version__
from coherence.model import Arrival, End, Ended, Origin, SessionRecord
from coherence.reports import session_json
from coherence.reports.export_ecg import ecg_csv
from coherence.reports.export_edf import edf
from coherence.reports.export_parquet import parquet
from coherence.reports.export_text import beats_csv, events_csv, markers_csv, rr_text
from coherence.reports.whole_file import whole_file
from coherence.storage.beside import NOTHING, Beside, beside_of
from coherence.storage.database import Store
from coherence.translation import later

Pieces = Iterator[str] | Iterator[bytes]


@dataclass(frozen=True, slots=True)
class Export:
    """One kind of file. ``write`` gives what it holds in pieces: text, or bytes.

    Most hold what arrived and no more; ours holds what stood beside it as well.
    """

    key: str
    label: str
    suffix: str
    write: Callable[[SessionRecord, Iterable[Arrival], Beside], Pieces]
    read_back: bool = False  # whether one of IMPORTS reads the beats from it
    beside: bool = False  # whether it holds what stands beside the arrivals


def export_session(
    path: Path,
    kind: Export,
    session: SessionRecord,
    arrivals: Iterable[Arrival],
    beside: Beside = NOTHING,
) -> None:
    """Write a session to ``path``; what was there is replaced only by a whole file.

    Raises ``StorageError`` with one sentence for people, ``ExtraMissing``.
    """
    with whole_file(path) as new, new.open("wb") as out:
        for piece in kind.write(session, arrivals, beside):
            out.write(piece.encode(errors="replace") if isinstance(piece, str) else piece)


def export_kept(
    path: Path,
    kind: Export,
    store: Store,
    record: SessionRecord,
    progress: Callable[[float], None] | None = None,
) -> None:
    """Write a session of the store, with what stands beside it where the file has a place for it.

    ``progress`` is told what share of it was read. Raises ``StorageError``, ``ExtraMissing``.
    """
    arrivals = store.arrivals(record.id)
    if progress is not None:
        arrivals = _watched(arrivals, record.duration_s, progress)
    beside = beside_of(store, record.id) if kind.beside else NOTHING
    export_session(path, kind, record, arrivals, beside)


def _watched(
    arrivals: Iterable[Arrival], duration_s: float, progress: Callable[[float], None]
) -> Iterator[Arrival]:
    for number, arrival in enumerate(arrivals):
        if number % 256 == 0 and duration_s > 0.0:
            progress(min(1.0, arrival.t_s / duration_s))
        yield arrival
    progress(1.0)


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


def alone(
    write: Callable[[SessionRecord, Iterable[Arrival]], Pieces],
) -> Callable[[SessionRecord, Iterable[Arrival], Beside], Pieces]:
    """For a kind of file that has no place for what stands beside the arrivals."""
    return lambda session, arrivals, beside: write(session, arrivals)


# Of one ending the first row is meant, unless another is asked for by its key.
EXPORTS: tuple[Export, ...] = (
    Export(
        "session",
        later("everything, to be read back (.json)"),
        ".json",
        session_json.lines_of,
        True,
        True,
    ),
    Export("rr_text", later("intervals for other programs (.txt)"), ".txt", alone(rr_text), True),
    Export("beats", later("beats with their verdicts (.csv)"), ".csv", alone(beats_csv), True),
    Export("events", later("steps, pace, moments and gaps (.csv)"), ".csv", alone(events_csv)),
    Export("markers", later("the numbers, a row a second (.csv)"), ".csv", alone(markers_csv)),
    Export("ecg", later("the ECG, where one came, a row a sample (.csv)"), ".csv", alone(ecg_csv)),
    Export("edf", later("EDF+ for signal viewers (.edf)"), ".edf", alone(edf)),
    Export(
        "parquet", later("beats as columns for research (.parquet)"), ".parquet", alone(parquet)
    ),
)
