"""`coherence cohort`: many recordings in one table, on every core, and a page about them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coherence.cli.amounts import Amount, Finite
from coherence.cli.choosing import in_language, open_store
from coherence.cli.click_words import WholeSentences
from coherence.translation import _, decimal, ngettext

if TYPE_CHECKING:
    from coherence.cohort.outcome import Outcome
    from coherence.cohort.parts import Parts
    from coherence.cohort.task import Asked, Task

INTERRUPTED, FAILED, OK = 130, 1, 0
LIMIT_S = 900.0


class OneOrPage(WholeSentences):
    """`cohort PATH...` makes a table; `cohort report` is a command of its own."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] in self.commands:
            return super().resolve_command(ctx, args)
        return "table", self.commands["table"], args

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, "-h", "--help"}:
            args = ["table", *args]
        return super().parse_args(ctx, args)


@click.group(cls=OneOrPage)
def cohort() -> None:
    """Sum up many recordings in one Parquet file, and tell of them on a page.

    `coherence cohort PATH... --out FILE.parquet` makes the table (`coherence cohort table --help`
    names all options); `coherence cohort report FILE.parquet --html PAGE.html` makes the page.
    """


@cohort.command()
@click.argument("paths", nargs=-1, metavar="[PATH...]")
@click.option(
    "--out", required=True, metavar=_("FILE"), help=_("FILE.parquet, or a URL of a folder.")
)
@click.option(
    "--jobs", type=click.IntRange(1), metavar=_("N"), help=_("So many at once; every core.")
)
@click.option("--window", "window_s", type=Amount(1.0), metavar="S",
              help=_("A row for each window of so many seconds."))  # fmt: skip
@click.option("--step", "step_s", type=Amount(1.0), metavar="S",
              help=_("From one window's beginning to the next; a window's length."))  # fmt: skip
@click.option("--by-step", is_flag=True, help=_("A row for each step of a practice."))
@click.option("--rate", "rate_hz", type=Finite(), metavar="HZ",
              help=_("The files are ECGs of so many samples a second."))  # fmt: skip
@click.option(
    "--dask", "address", metavar=_("ADDRESS"), help=_("By a Dask cluster: tcp://HOST:8786.")
)
@click.option("--store", "from_store", is_flag=True, help=_("The sessions recorded here."))
@click.option("--person", metavar=_("NAME"), help=_("With --store: only of this person."))
@click.option("--limit", "limit_s", type=Amount(1.0), default=LIMIT_S, show_default=True,
              metavar=_("S"), help=_("A recording that takes longer is passed over."))  # fmt: skip
@click.option("--resume", is_flag=True, help=_("Go on with the table that is there."))
@click.option("--force", is_flag=True, help=_("Replace the table that is there."))
@click.option("--json", "as_json", is_flag=True, help=_("What was done, as one JSON object."))
def table(
    paths: tuple[str, ...],
    out: str,
    jobs: int | None,
    window_s: float | None,
    step_s: float | None,
    by_step: bool,
    rate_hz: float | None,
    address: str | None,
    from_store: bool,
    person: str | None,
    limit_s: float,
    resume: bool,
    force: bool,
    as_json: bool,
) -> int:
    """Sum up recordings: a row each, or a row a window, with what `analyse` says of them.

    PATH is a file, a folder, a pattern or a URL. A recording that cannot be read has a row with
    the reason. After Ctrl-C --resume goes on where it was.
    """
    if not paths and not from_store:
        raise click.UsageError(_("Name files or folders, or say --store."))
    if person is not None and not from_store:
        raise click.UsageError(_("--person is about the sessions recorded here: say --store too."))
    if step_s is not None and window_s is None:
        raise click.UsageError(_("--step is between windows: say their length with --window."))
    if by_step and window_s is not None:
        raise click.UsageError(_("Choose either --window or --by-step."))
    if address is not None and jobs is not None:
        raise click.UsageError(_("--jobs is for this computer: a cluster has the workers it has."))
    if resume and force:
        raise click.UsageError(_("Choose either --resume or --force."))
    from coherence.cli.stopping import told_to_stop
    from coherence.cohort.fetching import is_url
    from coherence.cohort.run import collect, summed_up
    from coherence.cohort.sources import (
        names_of,
        session_heads,
        session_tasks,
        stored,
        task_of,
    )
    from coherence.cohort.task import Asked

    asked = Asked(window_s, step_s, by_step, rate_hz)
    files = [task_of(name) for name in names_of(paths)]  # before any table is touched
    at_hand = _known_at(out, asked, resume, force)
    with ExitStack() as open_:
        todo = [task for task in files if not at_hand.has(task)]
        total, known = len(todo), len(files) - len(todo)
        sessions: Iterator[Task] = iter(())
        if from_store:
            store = open_.enter_context(open_store(to_read=True))
            heads = session_heads(store, stored(store, person))
            wanted = [(record, head) for record, head in heads if not at_hand.has(head)]
            total, known = total + len(wanted), known + len(heads) - len(wanted)
            sessions = session_tasks(store, wanted)
        stop = open_.enter_context(told_to_stop())
        told = open_.enter_context(_following(total))
        finished = summed_up(
            chain(todo, sessions),
            asked,
            jobs=min(jobs or os.cpu_count() or 1, max(1, total)),
            address=address,
            url=out if is_url(out) else None,
            folder=None if at_hand.parts is None else at_hand.parts.folder,
            limit_s=limit_s,
            stopped=lambda: stop.told,
        )
        summary = collect(finished, at_hand.parts, told)
        summary.known, summary.stopped = known, stop.told
        if at_hand.parts is not None:
            at_hand.parts.merge()
    if as_json:
        click.echo(json.dumps(summary.as_json() | {"out": out}))
    errors = sum(summary.errors.values())
    recordings = ngettext("{n} recording", "{n} recordings", summary.recordings)
    rows = ngettext("{n} row", "{n} rows", summary.rows)
    said = [
        _("{recordings} summed up in {rows}").format(
            recordings=recordings.format(n=summary.recordings), rows=rows.format(n=summary.rows)
        )
    ]
    if known:
        said.append(_("{n} known already").format(n=known))
    if errors:
        said.append(_("{n} without numbers").format(n=errors))
    click.echo(f"{', '.join(said)}: {out}.", err=True)
    if summary.stopped:
        click.echo(_("What is done is kept; --resume goes on from here."), err=True)
        return INTERRUPTED
    return FAILED if errors else OK


@dataclass(frozen=True, slots=True)
class AtHand:
    """The table that is to be written, and what of it is done."""

    parts: Parts | None  # of a file; a folder behind a URL is written by the workers
    has: Callable[[Task], bool]


def _known_at(out: str, asked: Asked, resume: bool, force: bool) -> AtHand:
    """Make room for the table, or go on with it; a usage error where one is there unasked."""
    from coherence.cohort.fetching import is_url
    from coherence.cohort.parts import Parts
    from coherence.cohort.shared import clear, names_there, part_name

    taken = _("{out} is there already: choose another name, or add --resume or --force.").format(
        out=out
    )
    if is_url(out):
        names = names_there(out)
        if names and not (resume or force):
            raise click.UsageError(taken)
        if force:
            clear(out)
            names = set()
        return AtHand(None, lambda task: part_name(task, asked) in names)
    if Path(out).suffix.lower() != ".parquet":  # what is written opens as nothing else
        said = _("coherence does not write {name}: let it end in {endings}.")
        raise click.UsageError(said.format(name=Path(out).name, endings=".parquet"))
    parts = Parts(Path(out), asked, anew=force)
    if parts.there() and not resume:
        raise click.UsageError(taken)
    done = parts.resume() if resume else {}
    return AtHand(parts, lambda task: done.get(task.name) == task.fingerprint)


@cohort.command("report")
@click.argument("file", metavar=_("FILE.parquet"))
@click.option(
    "--html", required=True, metavar=_("PAGE"), help=_("Where the page goes: one HTML file.")
)
@click.option("--nights", type=click.IntRange(0), default=12, show_default=True, metavar="N",
              help=_("So many long recordings are drawn window by window."))  # fmt: skip
@click.option("--language", metavar="LANGUAGE", is_eager=True, expose_value=False,
              callback=in_language, help=_("Of the page; by default the window's."))  # fmt: skip
@click.option("--force", is_flag=True, help=_("Replace what is there."))
def report(file: str, html: str, nights: int, force: bool) -> None:
    """Tell of a table on one page that needs nothing else."""
    from coherence.cohort.page import page_of
    from coherence.cohort.story import story_of
    from coherence.reports.whole_file import whole_file

    page = Path(html)
    if page.exists() and not force:
        raise click.UsageError(
            _("{page} is there already: choose another name, or --force.").format(page=page)
        )
    told = page_of(story_of(file, nights), page.absolute().parent)
    with whole_file(page) as new:
        new.write_text(told, encoding="utf-8")
    click.echo(_("Wrote {page}.").format(page=page), err=True)


@contextmanager
def _following(total: int) -> Iterator[Callable[[Task, Outcome], None]]:
    """A bar with rate and time left on stderr; what has no numbers is named above it."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True, soft_wrap=True)
    with Progress(
        TextColumn(_("Summing up")),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        bar = progress.add_task("", total=total, rate="")

        def told(task: Task, outcome: Outcome) -> None:
            if (reason := outcome.head.get("error")) is not None:
                line = f"{task.name}: {reason}"
                if console.is_terminal:
                    progress.console.print(escape(line), highlight=False)
                else:
                    click.echo(line, err=True)
            progress.advance(bar)
            speed = progress.tasks[bar].speed
            progress.update(
                bar, rate=_("{n} a second").format(n=decimal(f"{speed:.2g}")) if speed else ""
            )

        yield told
