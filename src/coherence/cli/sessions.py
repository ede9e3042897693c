"""`coherence sessions` and `coherence where`: what was recorded, and where it lies."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypedDict

import click

from coherence.cli.choosing import open_store
from coherence.cli.click_words import WholeSentences
from coherence.cli.exchange import export
from coherence.cli.keeping import KEEPING
from coherence.cli.printing import show as show_table
from coherence.translation import _, decimal, later, number

if TYPE_CHECKING:
    from coherence.model import SessionRecord
    from coherence.storage.database import Store


class Day(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A day, as 2026-03-01."""

    name = "day"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return date.fromisoformat(value)
        except ValueError:
            told = _("{value} is no day: give one such as 2026-03-01.").format(value=repr(value))
            self.fail(told, param, ctx)


DAY = Day()


PLACES = {
    "records": later("records"), "backups": later("backups"), "practices": later("practices"),
    "plans": later("plans"), "voices": later("voices"), "settings": later("settings"),
    "log": later("log"),
}  # fmt: skip


class NoSuchSession(Exception):
    """A number that no recorded session has."""


class Recomputed(TypedDict):
    """What recomputing did to the kept numbers of one session; and what it showed, if kept."""

    id: int
    before: dict[str, float]
    after: dict[str, float]
    shown_by: list[str]  # versions of coherence; empty where nothing was kept
    shown: list[dict[str, object]]


@click.group(cls=WholeSentences)
def sessions() -> None:
    """List, show, export, tag, move and delete recorded sessions."""


@sessions.command("list")
@click.option("--person", metavar=_("NAME"), help=_("Only of this person."))
@click.option("--practice", metavar=_("KEY"), help=_("Only of this practice."))
@click.option("--tag", metavar=_("TAG"), help=_("Only with this tag."))
@click.option(
    "--from", "from_day", type=DAY, metavar=_("YYYY-MM-DD"), help=_("Only from this day on (UTC).")
)
@click.option("--to", "to_day", type=DAY, metavar=_("YYYY-MM-DD"),
              help=_("Only up to this day, and with it."))  # fmt: skip
@click.option("--search", "words", metavar=_("WORDS"), help=_("In note, practice, strap and tags."))
@click.option("--json", "as_json", is_flag=True, help=_("One JSON array on stdout."))
def list_sessions(
    person: str | None,
    practice: str | None,
    tag: str | None,
    from_day: date | None,
    to_day: date | None,
    words: str | None,
    as_json: bool,
) -> None:
    """Sessions, newest first: all of them, or those that all options fit."""
    from coherence.storage.people import people, person_named
    from coherence.storage.wanted import Wanted

    with open_store(to_read=True) as store:
        wanted = Wanted(
            person_id=None if person is None else person_named(store, person).id,
            practice=practice,
            tag=None if tag is None else tag.lower(),
            from_utc=None if from_day is None else from_day.isoformat(),
            to_utc=None if to_day in (None, date.max) else (to_day + timedelta(days=1)).isoformat(),
            words=words,
        )
        records = store.sessions(wanted)
        names = {each.id: each.pseudonym for each in people(store)}
    if as_json:
        rows = [
            {
                "id": r.id,
                "started_at": r.started_at,
                "duration_s": r.duration_s,
                "practice": r.practice,
                "strap": r.strap,
                "origin": r.origin.value,
                "end": r.end.value,
                "people": [names[who.person_id] for who in r.participants],
                "note": r.note,
                "tags": list(r.tags),
            }
            for r in records
        ]
        click.echo(json.dumps(rows))
        return
    if not records and wanted != Wanted():
        click.echo(_("No session is like that."), err=True)
        return
    if not records:
        click.echo(
            _("No session has been recorded yet. `coherence demo` is a way to begin."), err=True
        )
        return
    from rich.table import Table

    table = Table(_("id"), _("started (UTC)"), _("minutes"), _("practice"), _("strap"), _("end"))
    several, tagged = len(names) > 1, any(r.tags for r in records)
    if several:
        table.add_column(_("who"))
    if tagged:
        table.add_column(_("tags"))
    table.columns[1].no_wrap = True
    for r in records:
        strap = (
            r.strap or "" if r.origin.value == "strap" else f"{r.strap or ''} ({r.origin.value})"
        )
        minutes = number(r.duration_s / 60, 1)
        started = r.started_at[:16].replace("T", " ")
        who = ", ".join(names[each.person_id] for each in r.participants)
        cells = [r.practice, strap, r.end.value]
        cells += ([who] if several else []) + ([", ".join(r.tags)] if tagged else [])
        table.add_row(str(r.id), started, minutes, *cells)
    show_table(table)


@sessions.command()
@click.argument("session_id", type=int, metavar="ID")
@click.option("--json", "as_json", is_flag=True, help=_("One JSON object on stdout."))
def show(session_id: int, as_json: bool) -> None:
    """The numbers of one session."""
    from coherence.cli.analyse import print_numbers
    from coherence.reports.numbers import numbers

    with open_store(to_read=True) as store:
        record = session_of(store, session_id)
        found = numbers(store.arrivals(session_id))
    if as_json:
        session = {"id": record.id, "started_at": record.started_at, "end": record.end.value}
        click.echo(json.dumps(session | found.as_json()))
    else:
        print_numbers(
            _("Session {id}, {started_at}, {practice}").format(
                id=record.id, started_at=record.started_at, practice=record.practice
            ),
            found,
        )


for _command in (export, *KEEPING):
    sessions.add_command(_command)


@sessions.command()
@click.argument("session_ids", type=int, nargs=-1, metavar="[ID...]")
@click.option("--all", "every", is_flag=True, help=_("Every session there is."))
@click.option("--json", "as_json", is_flag=True, help=_("One JSON array on stdout."))
def recompute(session_ids: tuple[int, ...], every: bool, as_json: bool) -> None:
    """Compute the kept numbers of sessions again, with today's markers, and show the change.

    What was recorded stays as it is, and so does what was shown while it ran: only the numbers
    made of it are new. Both are set side by side.
    """
    if every == bool(session_ids):
        raise click.UsageError(_("Name the sessions to recompute by their numbers, or say --all."))
    from coherence.sessions.as_shown import changes, shown_again
    from coherence.sessions.summary import summary_of, summary_read, summary_text
    from coherence.sessions.tracker import SessionTracker
    from coherence.storage.shown_rows import shown_in

    found: list[Recomputed] = []
    with open_store() as store:
        for number in [r.id for r in store.sessions()] if every else session_ids:
            record = session_of(store, number)
            if store.is_locked(number):
                click.echo(
                    _("Session {number} is being recorded: left as it is.").format(number=number),
                    err=True,
                )
                continue
            before = summary_read(record.summary)
            then, tracker = shown_in(store, number), SessionTracker()
            now = shown_again(store.arrivals(number), tracker)
            after = summary_of(tracker)
            store.set_summary(number, summary_text(tracker))
            found.append(
                {
                    "id": number,
                    "before": before,
                    "after": after,
                    "shown_by": list(dict.fromkeys(run.app_version for run in then)),
                    "shown": [change.as_json() for change in changes(then, now)],
                }
            )
    if as_json:
        click.echo(json.dumps(found))
        return
    from rich.table import Table

    table = Table(_("id"), _("number"), _("before"), _("after"))
    for each in found:
        before, after = each["before"], each["after"]
        for key in before | after:
            table.add_row(str(each["id"]), key, _told(before.get(key)), _told(after.get(key)))
    show_table(table)
    for each in found:
        _tell_shown(each)


def _tell_shown(found: Recomputed) -> None:
    """What was on the screen while a session ran, where it would be another number today."""
    from rich.table import Table

    if not found["shown"]:
        told = _("What session {id} showed while it ran was not kept.")
        click.echo(told.format(id=found["id"]), err=True)
        return
    versions, shown = ", ".join(found["shown_by"]), found["shown"]
    others = [each for each in shown if each["differing"]]
    if not others:
        click.echo(
            _(
                "Session {id}, as shown by coherence {versions}: all of its {n} numbers are the "
                "same today."
            ).format(id=found["id"], versions=versions, n=len(shown)),
            err=True,
        )
        return
    title = _("Session {id}, as shown by coherence {versions}").format(
        id=found["id"], versions=versions
    )
    heads = (_("number"), _("shown"), _("today"), _("seconds that differ"), _("at most by"))
    table = Table(*heads, title=title)
    for each in others:
        seconds = _("{n} of {all}").format(n=each["differing"], all=each["seconds"])
        numbers = (_told(each["then"]), _told(each["now"]))
        table.add_row(str(each["key"]), *numbers, seconds, _told(each["most"]))
    show_table(table)


def _told(value: object) -> str:
    return "" if value is None else decimal(f"{value:.6g}")


def session_of(store: Store, session_id: int) -> SessionRecord:
    """One session. Raises ``NoSuchSession``."""
    from coherence.storage.errors import NoSuchRecord

    try:
        return store.session(session_id)
    except NoSuchRecord as error:
        raise NoSuchSession(
            _(
                "There is no session {session_id}: `coherence sessions list` says which there are."
            ).format(session_id=session_id)
        ) from error


@click.command()
@click.option("--json", "as_json", is_flag=True, help=_("One JSON object on stdout."))
def where(as_json: bool) -> None:
    """Say where records, own practices, settings and log lie. All of it stays on this computer."""
    from coherence.storage.places import places

    lies = places()
    rows = {
        "records": lies.store,
        "backups": lies.backups,
        "practices": lies.practices,
        "plans": lies.plans,
        "voices": lies.voices,
        "settings": lies.settings,
        "log": lies.log,
    }
    if as_json:
        click.echo(json.dumps({name: str(path) for name, path in rows.items()}))
        return
    for name, path in rows.items():
        there = "" if path.exists() else "  " + _("(not there yet)")
        click.echo(f"{_(PLACES[name]):14} {path}{there}")
