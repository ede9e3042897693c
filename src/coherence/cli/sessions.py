"""`coherence sessions` and `coherence where`: what was recorded, and where it lies."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.group()
def sessions() -> None:
    """List, show and export recorded sessions."""


@sessions.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array on stdout.")
def list_sessions(as_json: bool) -> None:
    """All sessions, newest first."""
    from coherence.storage.database import Store

    with Store.open() as store:
        records = store.sessions()
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
            }
            for r in records
        ]
        click.echo(json.dumps(rows))
        return
    if not records:
        click.echo(
            "No session has been recorded yet. `coherence demo` is a way to begin.", err=True
        )
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("id", "started (UTC)", "minutes", "practice", "strap", "end")
    for r in records:
        strap = (
            r.strap or "" if r.origin.value == "strap" else f"{r.strap or ''} ({r.origin.value})"
        )
        minutes = f"{r.duration_s / 60:.1f}"
        table.add_row(str(r.id), r.started_at, minutes, r.practice, strap, r.end.value)
    Console().print(table)


@sessions.command()
@click.argument("session_id", type=int, metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def show(session_id: int, as_json: bool) -> None:
    """The numbers of one session."""
    from coherence.cli.analyse import print_numbers
    from coherence.reports.numbers import numbers
    from coherence.storage.database import Store

    with Store.open() as store:
        record = store.session(session_id)
        found = numbers(store.arrivals(session_id))
    if as_json:
        session = {"id": record.id, "started_at": record.started_at, "end": record.end.value}
        click.echo(json.dumps(session | found.as_json()))
    else:
        print_numbers(f"Session {record.id}, {record.started_at}, {record.practice}", found)


@sessions.command()
@click.argument("session_id", type=int, metavar="ID")
@click.option("--out", required=True, metavar="FILE", help="Ends in .json, .csv or .txt.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
def export(session_id: int, out: str, force: bool) -> None:
    """Write a session to a file: .json holds everything, .csv the beats, .txt the intervals."""
    from coherence.cli.choosing import chosen_export
    from coherence.reports.exports import export_session
    from coherence.storage.database import Store

    path = Path(out)
    kind = chosen_export(path, force=force)
    with Store.open() as store:
        export_session(path, kind, store.session(session_id), store.arrivals(session_id))
    click.echo(f"Wrote {path}.", err=True)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def where(as_json: bool) -> None:
    """Say where records, settings and log lie. All of it stays on this computer."""
    from coherence.storage.places import places

    lies = places()
    rows = {
        "records": lies.store,
        "backups": lies.backups,
        "settings": lies.settings,
        "log": lies.log,
    }
    if as_json:
        click.echo(json.dumps({name: str(path) for name, path in rows.items()}))
        return
    for name, path in rows.items():
        there = "" if path.exists() else "  (not there yet)"
        click.echo(f"{name:9} {path}{there}")
