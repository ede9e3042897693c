"""People at a glance, for who accompanies several: last sessions, rest over weeks, what is next."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from coherence.model import GivenPack, Origin, Person, Practised, SessionRecord
from coherence.sessions.trends import TRENDS, TrendLine, trend_line
from coherence.storage.caseload import brought_in, given_packs, planned, practised_alone
from coherence.storage.database import CLIENT, Store
from coherence.storage.people import people

RESTING = next(trend for trend in TRENDS if trend.key == "resting_rmssd_ms")
SHOWN = 3  # of the last sessions
LIVED = {Origin.STRAP, Origin.IMPORTED}  # a look around is neither a meeting nor practice
BY_LAST, BY_NAME, BY_WAITING = "last", "name", "waiting"
ORDERS = (BY_LAST, BY_NAME, BY_WAITING)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One person. Nothing in it weighs them: times, their own range, and what was agreed."""

    person: Person
    recent: tuple[SessionRecord, ...]  # the newest first
    met: SessionRecord | None  # the newest that was recorded here
    resting: TrendLine | None  # RMSSD with their own breath
    alone: int  # practices since then, on their own
    alone_s: float
    planned: str = ""
    pack: GivenPack | None = None  # the newest that they were given

    @property
    def last(self) -> SessionRecord | None:
        return self.recent[0] if self.recent else None

    @property
    def range_key(self) -> str | None:
        """Where the newest resting value lies: "within", "above", "below" their own usual range.

        ``None`` while there are too few sessions to tell.
        """
        if self.resting is None or self.resting.band is None:
            return None
        newest, (low, high) = float(self.resting.values[-1]), self.resting.band
        return "within" if low <= newest <= high else "above" if newest > high else "below"

    def as_json(self) -> dict[str, object]:
        """What `caseload --json` prints of it."""
        resting = None
        if self.resting is not None:
            resting = {
                "marker": RESTING.key,
                "unit": RESTING.unit,
                "newest": round(float(self.resting.values[-1]), 3),
                "sessions": len(self.resting.values),
                "usual_range": self.resting.band,
                "newest_is": self.range_key,
            }
        return {
            "id": self.person.id,
            "pseudonym": self.person.pseudonym,
            "since": self.person.created_at,
            "sessions": self.person.sessions,
            "last": [_session(record) for record in self.recent],
            "met": None if self.met is None else _session(self.met),
            "resting": resting,
            "practices_since_met": self.alone,
            "seconds_since_met": round(self.alone_s, 3),
            "planned": self.planned,
            "pack": None
            if self.pack is None
            else {"name": self.pack.name, "given_at": self.pack.given_at},
        }


def read_caseload(store: Store) -> list[Case]:
    """Everybody but the therapist; a few questions to the store, however many there are.

    Raises ``StorageError``.
    """
    return cases(
        people(store),
        store.sessions(),
        brought_in(store),
        practised_alone(store),
        planned(store),
        given_packs(store),
    )


def cases(
    everybody: Iterable[Person],
    records: Iterable[SessionRecord],
    elsewhere: frozenset[int],
    diary: Mapping[int, Sequence[Practised]],
    plans: Mapping[int, str],
    packs: Iterable[GivenPack],
) -> list[Case]:
    """A case for each person; ``records`` and ``packs`` are newest first.

    ``elsewhere`` are sessions that came as files, ``diary`` what was practised without a strap.
    """
    theirs: dict[int, list[SessionRecord]] = defaultdict(list)
    for record in records:
        for who in record.participants:
            if who.role == CLIENT:
                theirs[who.person_id].append(record)
    newest: dict[int, GivenPack] = {}
    for pack in packs:
        newest.setdefault(pack.person_id, pack)
    return [
        _case(
            person,
            theirs[person.id],
            elsewhere,
            diary.get(person.id, ()),
            plans.get(person.id, ""),
            newest.get(person.id),
        )
        for person in everybody
        if not person.therapist
    ]


def in_order(found: Iterable[Case], order: str) -> list[Case]:
    """By the last session (newest first), by name, or by who has waited longest since meeting."""
    by_name = sorted(found, key=lambda case: _plain(case.person.pseudonym))
    by: dict[str, Callable[[Case], float]] = {
        BY_LAST: lambda case: -_at(case.last),
        BY_WAITING: lambda case: _at(case.met),
    }
    return sorted(by_name, key=by[order]) if order in by else by_name


def matching(found: Iterable[Case], words: str) -> list[Case]:
    """Those in whose name, plan, pack or last practice every word is, however it is written.

    >>> matching([], "anna")
    []
    """
    wanted = _plain(words).split()
    return [case for case in found if all(word in _said_of(case) for word in wanted)]


def _case(
    person: Person,
    records: Sequence[SessionRecord],
    elsewhere: frozenset[int],
    diary: Sequence[Practised],
    plan: str,
    pack: GivenPack | None,
) -> Case:
    lived = [record for record in records if record.origin in LIVED]
    met = next((record for record in lived if record.id not in elsewhere), None)
    since = _at(met)
    lengths = [each.seconds for each in diary if _moment(each.begun_at) > since]
    lengths += [
        record.duration_s
        for record in lived
        if record.id in elsewhere and _moment(record.started_at) > since
    ]
    resting = trend_line(RESTING, records)
    return Case(
        person, tuple(records[:SHOWN]), met, resting, len(lengths), sum(lengths), plan, pack
    )


def _at(record: SessionRecord | None) -> float:
    return 0.0 if record is None else _moment(record.started_at)


def _moment(text: str) -> float:
    """POSIX seconds; a time that makes no sense is long ago."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0


def _said_of(case: Case) -> str:
    last = "" if case.last is None else case.last.practice
    pack = "" if case.pack is None else case.pack.name
    return _plain(f"{case.person.pseudonym} {case.planned} {pack} {last}")


def _plain(text: str) -> str:
    """Without accents or case: "Jürgen" is found by "jur".

    >>> _plain("Jürgen Ørsted")
    'jurgen ørsted'
    """
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def _session(record: SessionRecord) -> dict[str, object]:
    return {
        "id": record.id,
        "started_at": record.started_at,
        "practice": record.practice,
        "duration_s": round(record.duration_s, 3),
        "origin": record.origin.value,
    }
