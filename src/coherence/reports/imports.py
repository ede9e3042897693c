"""IMPORTS: the kinds of recordings we can read; and a recording as what a strap would have sent."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from coherence.devices import heart_rate, intervals
from coherence.devices.errors import DecodeError
from coherence.devices.heart_rate import RR_TICKS_PER_S, HeartRateMeasurement
from coherence.model import Arrival, Ended, LinkChanged, LinkState, Notification
from coherence.reports import session_json, wfdb
from coherence.reports.aside import AT_ONCE, Aside
from coherence.reports.from_numbers import APART_S, made_of, recording
from coherence.reports.numpy_numbers import CutRow, NoRow, NumpyRow
from coherence.reports.recording import (
    PACK,
    SEALED,
    Piece,
    Recording,
    RecordingFile,
    bytes_of,
    text_of,
)
from coherence.reports.session_json import SessionFileError
from coherence.reports.tables import Columns, columns
from coherence.translation import _, later

LARGEST_B = 400 * 2**20


@dataclass(frozen=True, slots=True)
class Import:
    """One kind of file: ``sniff`` says whether it is one, ``read`` makes a recording of it."""

    key: str
    label: str
    endings: tuple[str, ...]  # for a file dialog; what counts is what the file holds
    sniff: Callable[[RecordingFile], bool]
    read: Callable[[RecordingFile], Recording]


def read_recording(path: Path) -> Recording:
    """Read any of ``IMPORTS``. Raises ``ImportFailed`` with one sentence for people."""
    raw = bytes_of(path, LARGEST_B, _("a recording of RR intervals"))
    return read_file(RecordingFile(path, raw, text_of(raw)))


def read_file(file: RecordingFile) -> Recording:
    """The same of a file that was read already. Raises ``ImportFailed``."""
    for row in IMPORTS:
        if row.sniff(file):
            return row.read(file)
    if file.raw.startswith(SEALED):
        raise file.fail(
            _(
                "these are sessions that were encrypted for a therapist: take them in with "
                "`coherence import`."
            )
        )
    if file.path.suffix.lower() == PACK:
        raise file.fail(_("this is a home practice pack: open it with `coherence pack open`."))
    known = ", ".join(_(row.label) for row in IMPORTS)
    raise file.fail(
        _("this is no recording that coherence can read; it reads {known}.").format(known=known)
    )


# --- the kinds of files ---


def _is_numpy(file: RecordingFile) -> bool:
    return file.raw.startswith(b"\x93NUMPY")


def _read_numpy(file: RecordingFile) -> Recording:
    aside = Aside(held=True)
    put_numpy_aside(io.BytesIO(file.raw), aside, file)
    return made_of(file, "numpy", aside)


def put_numpy_aside(raw: BinaryIO, aside: Aside, file: RecordingFile) -> None:
    """The numbers of an array. Raises ``ImportFailed`` where it is no row of them."""
    try:
        row = NumpyRow.in_file(raw)
    except NoRow:
        raise file.fail(
            _("this array holds no row of numbers: save the RR intervals as one.")
        ) from None
    except CutRow:
        raise file.fail(
            _("this array is cut, or not a single row: save the RR intervals as one.")
        ) from None
    line = 1
    for values in row.pieces(raw, AT_ONCE):
        aside.put(values, range(line, line + len(values)))
        line += len(values)


def _is_session(file: RecordingFile) -> bool:
    return file.text is not None and file.text.lstrip().startswith("{")


def _read_session(file: RecordingFile) -> Recording:
    assert file.text is not None
    try:
        session, arrivals, beside = session_json.read(file.text)
    except SessionFileError as error:
        raise file.fail(
            _("{error}: choose a session that coherence exported.").format(error=error)
        ) from error
    rr_ms, arrival_s = _intervals_in(arrivals)
    return Recording(
        source=file.path.name,
        format="session",
        rr_ms=np.array(rr_ms, dtype=np.float64),
        arrival_s=np.array(arrival_s, dtype=np.float64),
        started_at=session.started_at,
        session=session,
        arrivals=arrivals,
        beside=beside,
    )


def _intervals_in(arrivals: Sequence[Arrival]) -> tuple[list[float], list[float]]:
    rr_ms: list[float] = []
    arrival_s: list[float] = []
    for arrival in arrivals:
        if not isinstance(arrival, Notification):
            continue
        said: tuple[float, ...] = ()
        try:
            if arrival.characteristic == heart_rate.CHARACTERISTIC:
                said = tuple(rr for rr in heart_rate.decode(arrival.payload).rr_ms if rr > 0)
            elif arrival.characteristic == intervals.CHARACTERISTIC:
                said = intervals.decode(arrival.payload)
        except DecodeError:
            continue  # the decoder counts and shows it
        rr_ms += said
        arrival_s += [arrival.t_s] * len(said)
    return rr_ms, arrival_s


def is_polar(file: RecordingFile) -> bool:
    """Whether a text is one of Polar's .hrm files."""
    return file.text is not None and "[Params]" in file.text[:1000]


def _read_polar(file: RecordingFile) -> Recording:
    found = Columns([], [], started_at=polar_started_at(file))
    for n, line in _in_section(file, "[HRData]"):
        try:
            found.values.append(float(line.split()[0]))
        except ValueError:
            reason = _("{line!r} is not an interval: take the line out or mend it.").format(
                line=line[:20]
            )
            raise file.fail(reason, n) from None
        found.lines.append(n)
    return recording(file, "polar_hrm", found)


def polar_started_at(file: RecordingFile) -> str | None:
    """When it began, where it says so. Raises ``ImportFailed`` where it holds no intervals."""
    params: dict[str, str] = {}
    for _number, line in _in_section(file, "[Params]"):
        name, _sign, value = line.partition("=")
        params[name.strip().lower()] = value.strip()
    if params.get("interval") != "238":  # 238 says that the rows are intervals, in ms
        raise file.fail(
            _(
                "this Polar file holds heart rates, not beat-to-beat intervals: record with RR"
                " switched on, and open that."
            )
        )
    stamp = f"{params.get('date', '')} {params.get('starttime', '').split('.')[0]}"
    with suppress(ValueError):  # not every file says it
        return datetime.strptime(stamp, "%Y%m%d %H:%M:%S").isoformat()  # noqa: DTZ007
    return None


def _in_section(file: RecordingFile, wanted: str) -> Iterator[tuple[int, str]]:
    """The lines of a section that say something, with their numbers."""
    assert file.text is not None
    section = ""
    for n, line in enumerate((line.strip() for line in file.text.split("\n")), start=1):
        if line.startswith("["):
            section = line
        elif section == wanted and line:
            yield n, line


# by hand: strptime would follow the language of the system
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_SELFLOOPS = re.compile(r"\s*(\d{1,2}) ([A-Za-z]+) (\d{4}) (\d\d):(\d\d):(\d\d)\s*\n")


def _is_selfloops(file: RecordingFile) -> bool:
    return file.text is not None and _SELFLOOPS.match(file.text[:100]) is not None


def _read_selfloops(file: RecordingFile) -> Recording:
    assert file.text is not None
    found = columns(file, first_line=2)
    found.started_at = selfloops_begun(file.text) or found.started_at
    return recording(file, "selfloops", found)


def selfloops_begun(text: str) -> str | None:
    """When a recording of SelfLoops began, from its first line; ``None`` where it is no date."""
    date = _SELFLOOPS.match(text[:100])
    if date is None:
        return None
    day, month, year, *clock = date.groups()
    if month[:3].lower() not in MONTHS:
        return None
    number = MONTHS.index(month[:3].lower()) + 1
    return f"{year}-{number:02}-{int(day):02}T{':'.join(clock)}"


def _is_text(file: RecordingFile) -> bool:
    return file.text is not None


def _read_text(file: RecordingFile) -> Recording:
    found = columns(file)
    return recording(file, "rr_text" if found.times is None else "table", found)


IMPORTS: tuple[Import, ...] = (  # the first whose sniff says yes reads the file
    Import("numpy", later("a NumPy row of intervals"), (".npy",), _is_numpy, _read_numpy),
    Import("session", later("a session of coherence"), (".json",), _is_session, _read_session),
    Import("wfdb", later("a WFDB annotation beside its .hea"), wfdb.ENDINGS, *wfdb.KIND),
    Import("polar_hrm", later("Polar .hrm"), (".hrm",), is_polar, _read_polar),
    Import("selfloops", later("SelfLoops text"), (".txt",), _is_selfloops, _read_selfloops),
    Import("text", later("RR text or CSV"), (".txt", ".csv", ".tsv", ".rr"), _is_text, _read_text),
)

# --- as a strap would have sent it ---

HOLE_S = 1.6  # science 1.6: in longer ones a notification without intervals is restored
FRAME_AT_MOST = 9  # intervals; Bluetooth's 20-byte payload holds no more
LONGEST_TICKS = 0xFFFF  # 64 s


def arrivals_of(
    recording: Recording, *, strap_id: str = "imported", as_strap: bool
) -> Iterator[Arrival]:
    """The recording as arrivals from time 0 on, to be decoded like any other.

    ``as_strap``: in the frames and the rounding (1/1024 s) of a strap, to be replayed as if live;
    otherwise with the exact milliseconds of the file. A session of ours is what arrived in it.
    """
    if recording.arrivals is not None:
        yield from recording.arrivals
        return
    whole = Piece(recording.rr_ms, recording.arrival_s, recording.breaks)
    yield from arrivals_in((whole,), strap_id=strap_id, as_strap=as_strap)


def arrivals_in(
    pieces: Iterable[Piece], *, strap_id: str = "imported", as_strap: bool
) -> Iterator[Arrival]:
    """The same of a recording that comes in pieces."""
    characteristic = heart_rate.CHARACTERISTIC if as_strap else intervals.CHARACTERISTIC
    yield LinkChanged(0.0, strap_id, LinkState.STREAMING)
    frames = _Frames()
    before_s, bpm, broken, begun = 0.0, 0, False, False
    for piece in pieces:
        rr_ms, breaks = piece.rr_ms, set(piece.breaks)
        ticks = np.maximum(np.rint(rr_ms * RR_TICKS_PER_S / 1000.0), 1.0)
        sent_ms = ticks * 1000.0 / RR_TICKS_PER_S if as_strap else rr_ms
        silent = ticks > LONGEST_TICKS if as_strap else np.zeros(len(rr_ms), np.bool_)

        def said(first: int, stop: int, heart_rate_bpm: int) -> bytes:
            if not as_strap:
                return intervals.encode(rr_ms[first:stop].tolist())  # noqa: B023
            frame = tuple(int(t) for t in ticks[first:stop])  # noqa: B023
            return heart_rate.encode(HeartRateMeasurement(heart_rate_bpm, rr_ticks=frame))

        for t_s, first, stop in frames.of(piece, sent_ms, silent):
            if silent[first]:
                if not broken:
                    yield LinkChanged(before_s, strap_id, LinkState.LOST, "nothing was recorded")
                broken, before_s, begun = True, t_s, True
                continue
            if not broken and first in breaks:
                yield LinkChanged(before_s, strap_id, LinkState.LOST, "a value is missing")
                broken = True
            if broken:
                begun_s = max(before_s, t_s - float(sent_ms[first:stop].sum()) / 1000.0)
                yield LinkChanged(begun_s, strap_id, LinkState.STREAMING)
            elif piece.arrival_s is not None and begun and t_s - before_s > HOLE_S:
                middle_s = (before_s + t_s) / 2.0
                yield Notification(middle_s, strap_id, characteristic, said(first, first, bpm))
            bpm = max(1, round(min(255.0, 60000.0 / float(rr_ms[stop - 1]))))  # one byte
            yield Notification(t_s, strap_id, characteristic, said(first, stop, bpm))
            before_s, broken, begun = t_s, False, True
    yield Ended(before_s)


class _Frames:
    """Intervals as notifications, from piece to piece."""

    def __init__(self) -> None:
        self._end_ms = 0.0  # of what came before, where intervals are laid end to end
        self._start_s: float | None = None  # of the first arrival: the first interval begins at 0

    def of(
        self, piece: Piece, sent_ms: NDArray[np.float64], silent: NDArray[np.bool_]
    ) -> Iterator[tuple[float, int, int]]:
        """(arrival in s, first interval, one past the last) of each notification."""
        if piece.arrival_s is None:
            ends_ms = np.cumsum(np.concatenate(([self._end_ms], sent_ms)))
            self._end_ms = float(ends_ms[-1])
            for i, t_s in enumerate((ends_ms[1:] / 1000.0).tolist()):
                yield t_s, i, i + 1
            return
        arrival_s = piece.arrival_s
        n, first = len(arrival_s), 0
        alone = silent.copy()
        for i in piece.breaks:
            alone[i] = True
        while first < n:
            stop = first + 1
            while (
                stop < n
                and arrival_s[stop] - arrival_s[stop - 1] < APART_S
                and stop - first < FRAME_AT_MOST
                and not alone[stop]
                and not silent[first]
            ):
                stop += 1
            if self._start_s is None:
                self._start_s = float(sent_ms[first:stop].sum()) / 1000.0
            yield self._start_s + float(arrival_s[first]), first, stop
            first = stop
