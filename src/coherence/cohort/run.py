"""A whole run: what is to be done, an engine over it, and the table that comes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from coherence.cohort.cluster import in_cluster
from coherence.cohort.columns import CRASHED, TIME_LIMIT, Row
from coherence.cohort.one import trouble
from coherence.cohort.outcome import Outcome, outcome_of
from coherence.cohort.parts import Parts
from coherence.cohort.pool import Done, Trouble, in_processes
from coherence.cohort.shared import write, write_outcome_of
from coherence.cohort.task import Asked, Task

Finished = tuple[Task, Outcome]


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

    def count(self, outcome: Outcome) -> None:
        """One more recording is done."""
        self.recordings += 1
        self.rows += outcome.count
        if kind := outcome.head.get("error_kind"):
            self.errors[kind] += 1


def summed_up(
    tasks: Iterable[Task],
    asked: Asked,
    *,
    jobs: int = 1,
    address: str | None = None,
    url: str | None = None,
    folder: Path | None = None,
    limit_s: float,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Finished]:
    """Each task and what came of it: by processes here, or with ``address`` by a cluster.

    With ``url`` rows are written from the workers, and only what a summary needs comes back.
    Processes here put many rows of one recording into ``folder``.
    """
    work: Callable[[Task], Outcome] = partial(outcome_of, asked=asked)
    if url is not None:
        work = partial(write_outcome_of, asked=asked, url=url)
    elif address is None and folder is not None:
        work = partial(outcome_of, asked=asked, folder=folder)
    engine = (
        in_processes(work, tasks, jobs, limit_s=limit_s, stopped=stopped)
        if address is None
        else in_cluster(work, tasks, address, limit_s=limit_s, stopped=stopped)
    )
    for done in engine:
        if done.result is not None:
            yield done.task, done.result
            continue
        outcome = Outcome.of([lost(done)])
        yield done.task, outcome if url is None else write(done.task, outcome, asked, url)


def lost(done: Done[Task, Outcome]) -> Row:
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
    finished: Iterable[Finished], parts: Parts | None, told: Callable[[Task, Outcome], None]
) -> Summary:
    """Put what an engine yields into the table; ``told`` hears of each recording.

    Without ``parts`` the workers have written it.
    """
    summary = Summary()
    for task, outcome in finished:
        if parts is not None:
            parts.add(outcome)
        summary.count(outcome)
        told(task, outcome)
    return summary
