"""A whole run: what is to be done, an engine over it, and the table that comes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from coherence.cohort.cluster import in_cluster
from coherence.cohort.columns import CRASHED, TIME_LIMIT, Row
from coherence.cohort.one import rows_of, trouble
from coherence.cohort.parts import Parts
from coherence.cohort.pool import Done, Trouble, in_processes
from coherence.cohort.shared import write, write_rows_of
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


def summed_up(
    tasks: Iterable[Task],
    asked: Asked,
    *,
    jobs: int = 1,
    address: str | None = None,
    url: str | None = None,
    limit_s: float,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Finished]:
    """Each task and its rows: by processes here, or with ``address`` by a cluster.

    With ``url`` rows are written from the workers, and only what a summary needs comes back.
    """
    work: Callable[[Task], list[Row]] = partial(rows_of, asked=asked)
    if url is not None:
        work = partial(write_rows_of, asked=asked, url=url)
    engine = (
        in_processes(work, tasks, jobs, limit_s=limit_s, stopped=stopped)
        if address is None
        else in_cluster(work, tasks, address, limit_s=limit_s, stopped=stopped)
    )
    for done in engine:
        if done.result is not None:
            yield done.task, done.result
            continue
        rows = [lost(done)]
        yield done.task, rows if url is None else write(done.task, rows, asked, url)


def lost(done: Done[Task, list[Row]]) -> Row:
    """The row of a recording that a worker did not come back from."""
    if done.trouble is Trouble.TIME_LIMIT:
        said = f"It took longer than {done.detail}: give it longer with --limit."
        kind = TIME_LIMIT
    else:
        said = f"What worked on it ended again and again ({done.detail})."
        kind = CRASHED
    return {
        "file": done.task.name,
        "fingerprint": done.task.fingerprint,
        "person": done.task.person,
        "started_at": done.task.started_at,
        "practice": done.task.practice,
    } | trouble(kind, said)


def collect(
    finished: Iterable[Finished], parts: Parts | None, told: Callable[[Task, list[Row]], None]
) -> Summary:
    """Put what an engine yields into the table; ``told`` hears of each recording.

    Without ``parts`` the workers have written it.
    """
    summary = Summary()
    for task, rows in finished:
        if parts is not None:
            parts.add(rows)
        summary.count(rows)
        told(task, rows)
    return summary
