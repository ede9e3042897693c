"""A whole run: what is to be done, an engine over it, and the table that comes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from coherence.cohort.columns import CRASHED, TIME_LIMIT, Row
from coherence.cohort.one import rows_of, trouble
from coherence.cohort.parts import Parts
from coherence.cohort.pool import Done, Trouble, in_processes
from coherence.cohort.task import Asked, Task

Finished = tuple[Task, list[Row]]


@dataclass(slots=True)
class Summary:
    """What a run did."""

    recordings: int = 0  # in this run
    rows: int = 0
    errors: Counter[str] = field(default_factory=Counter)  # recordings without numbers, by kind
    known: int = 0  # done in an earlier run
    stopped: bool = False

    def as_json(self) -> dict[str, object]:
        return {
            "recordings": self.recordings,
            "rows": self.rows,
            "errors": dict(self.errors),
            "known": self.known,
            "stopped": self.stopped,
        }

    def count(self, rows: list[Row]) -> None:
        """One more recording is done."""
        self.recordings += 1
        self.rows += len(rows)
        if kind := rows[0].get("error_kind"):
            self.errors[kind] += 1


def by_pool(
    tasks: Iterable[Task],
    asked: Asked,
    jobs: int,
    *,
    limit_s: float,
    stopped: Callable[[], bool],
) -> Iterator[Finished]:
    """Each task and its rows, by a pool of processes on this computer."""
    work = partial(rows_of, asked=asked)
    for done in in_processes(work, tasks, jobs, limit_s=limit_s, stopped=stopped):
        yield done.task, done.result if done.result is not None else [lost(done)]


def lost(done: Done[Task, list[Row]]) -> Row:
    """The row of a recording that a worker did not come back from."""
    if done.trouble is Trouble.TIME_LIMIT:
        said = f"It took longer than {done.detail}: give it longer with --limit."
        kind = TIME_LIMIT
    else:
        said = f"The program that worked on it ended twice ({done.detail})."
        kind = CRASHED
    return {
        "file": done.task.name,
        "fingerprint": done.task.fingerprint,
        "person": done.task.person,
        "started_at": done.task.started_at,
        "practice": done.task.practice,
    } | trouble(kind, said)


def collect(
    finished: Iterable[Finished], parts: Parts, told: Callable[[Task, list[Row]], None]
) -> Summary:
    """Put what an engine yields into the table; ``told`` hears of each recording."""
    summary = Summary()
    for task, rows in finished:
        parts.add(rows)
        summary.count(rows)
        told(task, rows)
    return summary
