"""A store of many synthetic sessions: how long listing, finding, trends and opening take.

    python -m benchmarks.many_sessions [--sessions 10000] [--minutes 10] [--keep FOLDER]

The sessions are those of simulated wearers over years, of several people, with notes and tags.
Goal: the whole list in 0.3 s. Beside each figure: the bare rows, as no list could be had quicker.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

from coherence.devices import heart_rate
from coherence.devices.people import PEOPLE
from coherence.devices.simulator import wearer
from coherence.model import End, Ended, Notification, Reading
from coherence.sessions.summary import summary_text
from coherence.sessions.trace import trace
from coherence.sessions.usual import usual_range
from coherence.storage.arrival_rows import to_row
from coherence.storage.database import CLIENT, Store
from coherence.storage.people import add_person
from coherence.storage.shown_rows import ShownRow, insert_shown, row_by
from coherence.storage.wanted import Wanted
from coherence.storage.writer import SHOWN_EVERY_S

PRACTICES = ("soothing_rhythm", "just_sit", "grounding", "compassionate_self")
TAGS = ("morning", "evening", "after work", "with others")
ROUNDS = 7


def fill(store: Store, sessions: int, minutes: float, seed: int = 1) -> int:
    """Sessions of simulated wearers; each run is used many times, on its own day. Returns beats."""
    dice = random.Random(seed)
    runs = []
    for number, person in enumerate(PEOPLE.values()):
        came = list(wearer(seed=seed + number, seconds=60.0 * minutes, person=person))
        came.append(Ended(came[-1].t_s))
        rows = [(seq, *to_row(arrival)) for seq, arrival in enumerate(came)]
        beats = sum(
            len(heart_rate.decode(a.payload).rr_ticks)
            for a in came
            if isinstance(a, Notification) and a.characteristic == heart_rate.CHARACTERISTIC
        )
        tracker, readings = trace(came)
        runs.append((rows, came[-1].t_s, summary_text(tracker), beats, minutes_of(readings)))
    store.me()
    people = [1, *(add_person(store, f"Person {n}").id for n in range(2, 21))]
    began, written = datetime(2016, 1, 1, 8, tzinfo=UTC), 0
    for number in range(sessions):
        rows, seconds, summary, beats, shown = dice.choice(runs)
        at = (began + timedelta(hours=8.5 * number)).isoformat(timespec="milliseconds")
        with store.writing() as connection:
            session_id = connection.execute(
                'INSERT INTO session(started_at, duration_s, practice, origin, strap, "end", '
                "app_version, summary, note) VALUES (?, ?, ?, 'strap', 'Strap', ?, '0', ?, ?)",
                (at, seconds, dice.choice(PRACTICES), End.ENDED.value, summary, f"day {number}"),
            ).lastrowid
            connection.execute(
                "INSERT INTO participant(session_id, role, person_id) VALUES (?, ?, ?)",
                (session_id, CLIENT, dice.choice(people)),
            )
            connection.execute("INSERT INTO tag VALUES (?, ?)", (session_id, dice.choice(TAGS)))
            connection.executemany(
                "INSERT INTO arrival VALUES (?, ?, ?, ?, ?, ?, ?)",
                ((session_id, *row) for row in rows),
            )
            insert_shown(connection, session_id, shown)
        written += beats
    return written


def minutes_of(readings: list[Reading]) -> list[ShownRow]:
    """What was shown, by the minute, as a session that runs keeps it."""
    by_minute = groupby(readings, lambda reading: reading.t_s // SHOWN_EVERY_S)
    return [row_by(list(minute), "0") for _, minute in by_minute]


def seconds(does: Callable[[], object]) -> float:
    took = []
    for _ in range(ROUNDS):
        began_s = time.perf_counter()
        does()
        took.append(time.perf_counter() - began_s)
    return statistics.median(took)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=10_000)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--keep", type=Path, help="Make the store here and leave it.")
    wanted = parser.parse_args()
    kept = None if wanted.keep is None else nullcontext(str(wanted.keep))
    with kept or tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coherence.db"
        began_s = time.perf_counter()
        with Store.open(path) as store:
            beats = fill(store, wanted.sessions, wanted.minutes)
            with store.reading() as connection:
                shown = connection.execute("SELECT sum(length(body)) FROM shown").fetchone()[0]
        size = path.stat().st_size
        print(
            f"{wanted.sessions} sessions, {beats} beats, made in "
            f"{time.perf_counter() - began_s:.0f} s; {size / 2**20:.0f} MiB, "
            f"{size / max(1, beats):.1f} bytes a beat, of them {shown / max(1, beats):.1f} of what "
            "was shown"
        )
        print(f"{'opened':34} {seconds(lambda: Store.open(path).close()):8.4f} s")
        with Store.open(path) as store, store.reading() as connection:
            bare = seconds(lambda: connection.execute("SELECT * FROM session").fetchall())
            middle = wanted.sessions // 2 + 1
            for name, does in (
                ("the whole list", store.sessions),
                ("one person's", lambda: store.sessions(Wanted(person_id=3))),
                ("found by words", lambda: store.sessions(Wanted(words="day 77 evening"))),
                ("one year", lambda: store.sessions(Wanted(from_utc="2018", to_utc="2019"))),
                ("trend of one person", lambda: usual_range(store.sessions(Wanted(person_id=3)))),
                ("one session's arrivals", lambda: list(store.arrivals(middle))),
            ):
                took = seconds(does)
                print(f"{name:34} {took:8.4f} s, {took / bare:6.2f} times the bare rows")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
