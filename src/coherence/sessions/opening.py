"""Opening a session: source, record, practice and fold joined, for the window and the terminal."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from coherence.devices.people import PEOPLE
from coherence.devices.simulator import wearer
from coherence.devices.sources import Feed, OpenSource, SessionClock, Sink, SourceLoop, paced
from coherence.model import Arrival, End, Ended, Origin, Participant, Reading
from coherence.pacing import BreathGuide
from coherence.practice.conductor import StepConductor
from coherence.practice.practices import Practice
from coherence.sessions.live import LiveSession, ToldClock, WallClock, run_at_once
from coherence.sessions.summary import summary_text
from coherence.sessions.tracker import SessionTracker
from coherence.sessions.usual import usual_range
from coherence.storage.database import CLIENT, Store
from coherence.storage.errors import StorageError
from coherence.storage.wanted import Wanted
from coherence.storage.writer import RecordWriter

Listen = Callable[[SessionClock], AsyncGenerator[Arrival, None]]


@dataclass(frozen=True, slots=True)
class FromStrap:
    """A real strap: ``listen`` opens it on the session's clock."""

    strap_id: str | None
    name: str
    listen: Listen


@dataclass(frozen=True, slots=True)
class FromWearer:
    """A simulated wearer, one of ``PEOPLE``; ``measures`` adds an ECG and the chest's movement."""

    person: str = "practised"
    seed: int = 1
    measures: bool = False


@dataclass(frozen=True, slots=True)
class FromFile:
    """A recording, as the arrivals it holds."""

    name: str
    arrivals: Iterable[Arrival]


@dataclass(frozen=True, slots=True)
class FromNobody:
    """No strap: the practice alone. Such a session is not recorded."""

    name: str = ""


Source = FromStrap | FromWearer | FromFile | FromNobody


class SharedGuide:
    """The guide as a wearer on another thread sees it: fed by the feed, asked by the wearer."""

    def __init__(self) -> None:
        self._guide = BreathGuide()
        self._lock = threading.Lock()

    def put(self, number: int, arrival: Arrival) -> None:
        """Take in what the feed passes on (a ``Sink``)."""
        with self._lock:
            self._guide.feed(arrival)

    def volume(self, t_s: float) -> float | None:
        """The guide's volume at ``t_s``; ``None`` where it does not run."""
        with self._lock:
            moment = self._guide.at(t_s)
        return None if moment is None else moment.volume


class OpenSession:
    """A running session from its first arrival to its last; a context manager.

    ``speed`` is a factor of real time, or ``None`` to run as fast as it goes (not for straps).
    ``person_id`` is whose session it is: the first person's by default, in that ``role`` and with
    the time of their consent. ``beside`` is the session of somebody in the same room: both run on
    its clock. Without a practice the record is ``kept_as`` that.
    """

    def __init__(
        self,
        source: Source,
        practice: Practice | None,
        *,
        store: Store | None = None,
        person_id: int | None = None,
        loop: SourceLoop | None = None,
        speed: float | None = 1.0,
        seconds: float | None = None,
        sinks: tuple[Sink, ...] = (),
        without_breath: bool = False,
        beside: OpenSession | None = None,
        kept_as: str = "replay",
        role: str = CLIENT,
        consent_utc: str | None = None,
    ) -> None:
        self.source, self._store, self._seconds = source, store, seconds
        self.session_id: int | None = None
        self._unfinished: str | None = None
        self._closed = False
        self._writer: RecordWriter | None = None
        self._opened: OpenSource | None = None
        self._own_loop = loop is None and speed is not None and not isinstance(source, FromNobody)
        self._at_once: Iterator[list[Reading]] | None = None
        guide = SharedGuide()
        every_sink = [*sinks, guide.put] if isinstance(source, FromWearer) else list(sinks)
        usual = None
        if store is not None:
            person_id = person_id or store.me()
            usual = usual_range(store.sessions(Wanted(person_id=person_id)))
        if store is not None and person_id is not None and not isinstance(source, FromNobody):
            strap_id = source.strap_id if isinstance(source, FromStrap) else None
            began = datetime.now(UTC).isoformat(timespec="milliseconds")
            self.session_id = store.begin_session(
                practice.key if practice is not None else kept_as,
                origin=ORIGINS[type(source)],
                strap=source.person if isinstance(source, FromWearer) else source.name,
                participants=(Participant(role, person_id, strap_id, consent_utc),),
                started_at=began,
            )
            self._writer = RecordWriter(store.path, self.session_id, began)
            every_sink.append(self._writer.put)
        self._feed = Feed(*every_sink)
        if beside is not None:
            clock = beside.clock
        else:
            clock = ToldClock() if speed is None else SessionClock(speed)
        self.clock: SessionClock | ToldClock = clock
        own_wall = beside is None or isinstance(source, FromStrap)
        self._wall: WallClock | None = (
            _wall_of(source) if own_wall or beside is None else beside._wall
        )
        self.live = LiveSession(
            clock=clock,
            feed=self._feed,
            tracker=SessionTracker(usual=usual),
            conductor=None
            if practice is None
            else StepConductor(
                practice,
                hearing=not isinstance(source, FromNobody),
                without_breath=without_breath,
            ),
            wall=self._wall,
        )
        if isinstance(clock, ToldClock):
            arrivals = self._arrivals(guide)
            self._at_once = run_at_once(self.live, clock, self._feed, arrivals)
            return
        if isinstance(source, FromNobody):
            return
        self._loop = loop or SourceLoop()
        running = (
            source.listen(clock)
            if isinstance(source, FromStrap)
            else paced(self._arrivals(guide), clock)
        )
        self._opened = self._loop.open(running, self._feed)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _arrivals(self, guide: SharedGuide) -> Iterable[Arrival]:
        if isinstance(self.source, FromFile):
            return self.source.arrivals
        assert isinstance(self.source, FromWearer)
        return wearer(
            seed=self.source.seed,
            guide=guide.volume,
            person=PEOPLE[self.source.person],
            measures=self.source.measures,
        )

    # --- running ---

    @property
    def over(self) -> bool:
        """Whether nothing more will come: ended, out of time, or the source has run dry."""
        return (
            self.live.ended
            or self._feed.exhausted
            or (self._seconds is not None and self.live.now_s() >= self._seconds)
        )

    @property
    def trouble(self) -> str | None:
        """What people should know of the record, in one sentence."""
        if self._writer is not None and self._writer.trouble is not None:
            return self._writer.trouble
        return self._unfinished

    def advance(self) -> list[Reading]:
        """Take in what has come; raises what the source raised."""
        if self._at_once is None:
            return self._keep_shown(self.live.advance())
        try:
            return self._keep_shown(next(self._at_once))
        except StopIteration:
            self._feed.ended.set()
            return []

    def _keep_shown(self, readings: list[Reading]) -> list[Reading]:
        if self._writer is not None:
            self._writer.show(readings)
        return readings

    def close(self) -> list[Reading]:
        """End the session and finish the record; returns the last readings.

        All that was heard is in it at once; the strap is let go of in the background, and only a
        loop of its own is waited for. Safe to call twice.
        """
        if self._closed:
            return []
        self._closed = True
        if not self.live.ended:
            self._feed.put(Ended(self.live.now_s()))
        if self._opened is not None:
            self._opened.leave()
        readings = self._keep_shown(self.live.take(quietly=True))
        self._finish_record()
        if self._own_loop:
            self._loop.stop()
        return readings

    def _finish_record(self) -> None:
        if self._writer is None or self._store is None or self.session_id is None:
            return
        store, self._store = self._store, None
        self._writer.close()
        summary = summary_text(self.live.tracker)
        try:
            store.finish_session(self.session_id, self.live.now_s(), End.ENDED, summary)
        except StorageError as error:  # what arrived is safe; the next start closes the session
            self._unfinished = str(error)


ORIGINS = {
    FromStrap: Origin.STRAP,
    FromWearer: Origin.SIMULATED,
    FromFile: Origin.REPLAYED,
}


def _wall_of(source: Source) -> WallClock | None:
    match source:
        case FromStrap():
            return wall_clock
        case FromFile():
            return None  # its record, if it is one of ours, holds the marks of its own time
        case _:
            began_s = time.time()
            return lambda t_s: (began_s + t_s, 0)  # goes with session time, at any speed


def wall_clock(t_s: float) -> tuple[float, int]:
    """The wall clock now, whatever the session time: (POSIX seconds, local offset in minutes)."""
    offset = datetime.now(UTC).astimezone().utcoffset()
    return time.time(), 0 if offset is None else round(offset.total_seconds() / 60)
