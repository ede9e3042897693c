"""A pool of processes that outlives its workers: one that crashes or hangs costs its task only."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

TRIES = 2  # a worker may have been ended by others: out of memory, or by somebody's hand
LOOK_EVERY_S = 0.2  # whether to stop


class Trouble(Enum):
    """What became of a task that has no result."""

    TIME_LIMIT = "time_limit"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class Done(Generic[T, R]):
    """One task: its result, or why there is none."""

    task: T
    result: R | None
    trouble: Trouble | None = None
    detail: str = ""


@dataclass(slots=True)
class _Worker(Generic[T, R]):
    process: SpawnProcess
    line: Connection
    task: T | None = None
    tried: int = 0
    until_s: float = field(default=0.0)

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.line.close()


def in_processes(
    work: Callable[[T], R],
    tasks: Iterable[T],
    jobs: int,
    *,
    limit_s: float,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Done[T, R]]:
    """Do ``work`` on each task in ``jobs`` processes; yields each task once, as it is done.

    Tasks are taken only when a worker is free. A worker that dies is replaced and its task tried
    once more; one that takes longer than ``limit_s`` is ended. Once ``stopped`` says so, what is
    done is yielded and nothing new is begun. ``work`` has to be a function of a module.
    """
    context = multiprocessing.get_context("spawn")

    def started() -> _Worker[T, R]:
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, work), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def give(worker: _Worker[T, R], task: T, tried: int) -> None:
        worker.task, worker.tried = task, tried
        worker.until_s = time.monotonic() + limit_s
        with suppress(OSError):  # it has died: that is seen below
            worker.line.send(task)

    waiting = iter(tasks)
    again: list[T] = []
    workers: list[_Worker[T, R]] = []
    more = True
    try:
        while True:
            if stopped():
                return
            for worker in [w for w in workers if w.task is None]:
                if again:
                    give(worker, again.pop(), TRIES)
                elif more and (task := next(waiting, None)) is not None:
                    give(worker, task, 1)
                else:
                    more = False
            while more and len(workers) < jobs:
                task = next(waiting, None)
                if task is None:
                    more = False
                    break
                workers.append(started())
                give(workers[-1], task, 1)
            busy = [w for w in workers if w.task is not None]
            if not busy:
                return
            soonest_s = min(w.until_s for w in busy) - time.monotonic()
            ready = wait([w.line for w in busy], max(0.0, min(soonest_s, LOOK_EVERY_S)))
            for worker in busy:
                task = worker.task
                assert task is not None
                if worker.line in ready:
                    try:
                        result = worker.line.recv()
                    except (EOFError, OSError):
                        worker.end()
                        workers[workers.index(worker)] = started()
                        if worker.tried < TRIES:
                            again.append(task)
                        else:
                            how = _how(worker.process.exitcode)
                            yield Done(task, None, Trouble.CRASHED, how)
                    else:
                        worker.task = None
                        yield Done(task, result)
                elif time.monotonic() >= worker.until_s:
                    worker.end()
                    workers[workers.index(worker)] = started()
                    yield Done(task, None, Trouble.TIME_LIMIT, f"{limit_s:g} s")
    finally:
        for worker in workers:
            worker.end()


def _serve(line: Connection, work: Callable[[T], R]) -> None:
    """A worker: task in, result out, until the other end is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one that gives the tasks
    while True:
        try:
            task = line.recv()
        except (EOFError, OSError):
            return
        line.send(work(task))


def _how(exit_code: int | None) -> str:
    """How a process ended, in words."""
    if exit_code is not None and exit_code < 0:
        with suppress(ValueError):
            return signal.Signals(-exit_code).name
    return f"exit status {exit_code}"
