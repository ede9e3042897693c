"""The same function over a Dask cluster: what a worker does is what a process of the pool does."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from coherence import __version__
from coherence.cohort.pool import LOOK_EVERY_S, Done, Trouble
from coherence.reports.needing import needing

T = TypeVar("T")
R = TypeVar("R")

TOPIC = "coherence-cohort"
CONNECT_S = 20.0
AHEAD = 2  # tasks for each thread of the cluster: the next one is there when one is done
RETRIES = 2  # where the work itself fails; deaths of workers are counted by Dask


class ClusterError(Exception):
    """A cluster that cannot be worked with: one sentence that says what to do next."""


def in_cluster(
    work: Callable[[T], R],
    tasks: Iterable[T],
    address: str,
    *,
    limit_s: float,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Done[T, R]]:
    """Do ``work`` on each task by the workers of a cluster; yields each once, as it is done.

    Tasks of a worker that dies are done by another. One that takes longer than ``limit_s`` is
    given up, and the worker that holds it begun anew by its nanny. Raises ``ClusterError``.
    """
    client = _client(address)
    try:
        yield from _mapped(client, work, iter(tasks), limit_s, stopped)
    finally:
        client.close()


def _client(address: str) -> Any:
    distributed = needing("distributed", "cluster", "a cluster")
    try:
        # beforehand: a client that could not be made waits for its own end all the same
        distributed.comm.resolve_address(address)
        client = distributed.Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise ClusterError(
            f"No Dask scheduler answers at {address} ({error}): check that it runs there."
        ) from error
    try:
        client.wait_for_workers(1, timeout=CONNECT_S)
        versions = set(client.run(_version).values())
    except TimeoutError as error:
        client.close()
        raise ClusterError(f"The cluster at {address} has no worker: start some.") from error
    except Exception as error:  # what a worker without coherence says is its own
        client.close()
        raise ClusterError(
            f"The workers at {address} cannot work for coherence ({error}): install "
            f"'coherence-hrv[cluster]' {__version__} there."
        ) from error
    if versions != {__version__}:
        client.close()
        found = ", ".join(sorted(versions))
        raise ClusterError(
            f"The workers have coherence {found}, and this is {__version__}: install the same."
        )
    return client


def _mapped(
    client: Any,
    work: Callable[[T], R],
    tasks: Iterator[T],
    limit_s: float,
    stopped: Callable[[], bool],
) -> Iterator[Done[T, R]]:
    done: queue.SimpleQueue[Any] = queue.SimpleQueue()
    begun: dict[str, tuple[float, str]] = {}  # by key: when, and at which worker
    under_way: dict[str, tuple[T, Any]] = {}

    def heard(event: tuple[float, dict[str, str]]) -> None:
        begun[event[1]["key"]] = (time.monotonic(), event[1]["worker"])

    client.subscribe_topic(TOPIC, heard)
    number, more = 0, True
    while not stopped():
        threads = sum(client.nthreads().values())
        while more and len(under_way) < max(1, AHEAD * threads):
            try:
                task = next(tasks)
            except StopIteration:
                more = False
                break
            key = f"{TOPIC}-{client.id}-{number}"
            number += 1
            future = client.submit(_begin, work, task, key, key=key, retries=RETRIES, pure=False)
            under_way[key] = (task, future)
            future.add_done_callback(done.put)
        if not under_way:
            return
        try:
            future = done.get(timeout=LOOK_EVERY_S)
        except queue.Empty:
            pass
        else:
            if future.key in under_way:
                task, _ = under_way.pop(future.key)
                begun.pop(future.key, None)
                yield _outcome(task, future)
        for key, (began_s, worker) in list(begun.items()):
            if key in under_way and time.monotonic() - began_s > limit_s:
                task, future = under_way.pop(key)
                future.cancel()
                for other in [k for k, (_, at) in begun.items() if at == worker]:
                    begun.pop(other)  # they begin anew elsewhere
                client.restart_workers([worker], raise_for_error=False)
                yield Done(task, None, Trouble.TIME_LIMIT, f"{limit_s:g} s")


def _outcome(task: T, future: Any) -> Done[T, R]:
    if future.status == "finished":
        return Done(task, future.result())
    error = future.exception() if future.status == "error" else None
    said = type(error).__name__ if error is not None else str(future.status)
    return Done(task, None, Trouble.CRASHED, said if error is None else f"{said}: {error}")


def _begin(work: Callable[[T], R], task: T, key: str) -> R:
    """On a worker: say that it has begun, then do it."""
    distributed = needing("distributed", "cluster", "a cluster")
    worker = distributed.get_worker()
    worker.log_event(TOPIC, {"key": key, "worker": worker.address})
    return work(task)


def _version() -> str:
    return __version__
