"""How far long work on a recording has come: a bar on stderr."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from coherence.cli.printing import plain_console


@dataclass(frozen=True, slots=True)
class Bar:
    """How far the work on a recording has come, in the recording's time."""

    reach: Callable[[float], None]
    lasts: Callable[[float], None]  # how long the recording is, once that is known


@contextmanager
def following(name: str) -> Iterator[Bar]:
    """A bar on stderr; it swings until it is known how long the recording is."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    notes = plain_console(stderr=True)
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeRemainingColumn(),
        console=notes,
        transient=True,
        disable=not notes.is_terminal,
    ) as progress:
        task = progress.add_task(name, total=None)
        yield Bar(
            reach=lambda t_s: progress.update(task, completed=t_s),
            lasts=lambda duration_s: progress.update(task, total=duration_s),
        )
