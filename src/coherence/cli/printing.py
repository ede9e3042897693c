"""Tables and lines for people: names and notes are printed as they are, on any width."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

NARROW = 60  # below, a table that does not fit is told line by line
PAGE, WIDEST = 80, 160


def plain_console(*, stderr: bool = False) -> Console:
    """A console that takes nothing for mark-up: a tag may be called `[draft]`."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, emoji=False)


def show(table: Table, on: Console | None = None) -> None:
    """Print ``table`` on stdout; nothing of it is cut off.

    Into a file or a pipe it goes as wide as it is, within bounds, unless COLUMNS says how wide.
    """
    from rich.measure import Measurement

    out = on or plain_console()
    for column in table.columns:
        column.overflow = "fold"
    measured = Measurement.get(out, out.options.update(max_width=10_000), table)
    if not out.is_terminal and "COLUMNS" not in os.environ:
        out.width = min(max(PAGE, measured.maximum), WIDEST)
        out.print(table)
    elif out.width < NARROW and measured.minimum > out.width:
        out.print("\n\n".join(_blocks(table)), highlight=False)
    else:
        out.print(table)


def _blocks(table: Table) -> list[str]:
    """Title, rows and caption, a cell a line behind the head of its column."""
    heads = [str(column.header) for column in table.columns]
    rows = zip(*(column.cells for column in table.columns), strict=True)
    told = ["\n".join(_lines(heads, row)) for row in rows]
    around = [str(each) for each in (table.title, table.caption) if each]
    return [*around[:1], *told, *around[1:]]


def _lines(heads: Sequence[str], row: Sequence[object]) -> Iterator[str]:
    for head, cell in zip(heads, row, strict=True):
        if cell:
            yield f"{head}: {cell}" if head else str(cell)
