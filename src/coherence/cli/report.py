"""`coherence report`: a session, a recording or all of a person's sessions, told on two pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coherence.cli.amounts import Finite
from coherence.cli.choosing import in_language, open_store
from coherence.cli.following import following
from coherence.cli.printing import plain_console
from coherence.translation import _, ngettext

if TYPE_CHECKING:
    from coherence.model import Arrival
    from coherence.reports.report import About

PAGES = ("client", "therapist", "both")
RATE = _("The file is an ECG of so many samples a second (CSV or .npy).")


@click.command()
@click.argument("what", metavar="[SESSION|FILE]", required=False)
@click.option("--pdf", metavar=_("FILE"), help=_("Write it as PDF."))
@click.option(
    "--html", metavar=_("FILE"), help=_("Write it as one HTML file that needs nothing else.")
)
@click.option("--for", "reader", type=click.Choice(PAGES), default="both", show_default=True,
              help=_("Whose page."))  # fmt: skip
@click.option("--name", "named", is_flag=True, help=_("With the person's pseudonym on it."))
@click.option("--words", is_flag=True, help=_("With what the person said before and after."))
@click.option("--rate", "rate_hz", type=Finite(), metavar="HZ", help=RATE)
@click.option("--person", metavar=_("NAME"), help=_("Every session of this person, with --out."))
@click.option("--out", metavar=_("FOLDER"), help=_("With --person: where PDF and HTML files go."))
@click.option("--language", metavar="LANGUAGE", is_eager=True, expose_value=False,
              callback=in_language, help=_("Of the pages; by default the window's."))  # fmt: skip
@click.option("--force", is_flag=True, help=_("Replace what is there."))
def report(
    what: str | None,
    pdf: str | None,
    html: str | None,
    reader: str,
    named: bool,
    words: bool,
    rate_hz: float | None,
    person: str | None,
    out: str | None,
    force: bool,
) -> None:
    """Write a session on two pages: one for the client, one for the therapist.

    SESSION is a number of `coherence sessions list`; a FILE is any recording that `analyse` reads.
    No name is written unless --name is given.
    """
    if person is not None:
        if out is None or what or pdf or html:
            raise click.UsageError(_("--person goes with --out FOLDER, and with nothing to name."))
        _of_person(person, Path(out), reader, named, words, force)
        return
    if what is None or out is not None or not (pdf or html):
        raise click.UsageError(_("Name a session or a file, and where it goes: --pdf or --html."))
    paths = {
        "pdf": None if pdf is None else Path(pdf),
        "html": None if html is None else Path(html),
    }
    for path in paths.values():
        if path is not None and path.exists() and not force:
            raise click.UsageError(
                _("{path} is there already: choose another name, or --force.").format(path=path)
            )
    if what.isdecimal() and not Path(what).exists():
        from coherence.cli.sessions import session_of
        from coherence.reports.report_about import about_session

        with open_store(to_read=True) as store:
            record = session_of(store, int(what))
            about = about_session(store, record, named=named, words=words)
            arrivals = list(store.arrivals(record.id))
    else:
        about, arrivals = _of_file(Path(what), rate_hz)
    with following(Path(what).name) as bar:
        bar.lasts(arrivals[-1].t_s if arrivals else 0.0)
        _write(arrivals, about, paths["pdf"], paths["html"], reader, bar.reach)
    for path in paths.values():
        if path is not None:
            click.echo(_("Wrote {path}.").format(path=path), err=True)


def _of_person(
    person: str, folder: Path, reader: str, named: bool, words: bool, force: bool
) -> None:
    from rich.progress import track

    from coherence.reports.numbers import NothingFound
    from coherence.reports.report_about import about_session
    from coherence.storage.people import person_named
    from coherence.storage.wanted import Wanted

    if folder.exists() and not folder.is_dir():
        raise click.UsageError(
            _("{folder} is no folder: the files go into one.").format(folder=folder)
        )
    console = plain_console(stderr=True)
    written = 0
    with open_store(to_read=True) as store:
        records = store.sessions(Wanted(person_id=person_named(store, person).id))
        for record in track(
            records, _("Writing"), console=console, disable=not console.is_terminal, transient=True
        ):
            stamp = f"{record.started_at[:16].replace(':', '')}-{record.id}"
            paths = [folder / f"{stamp}.pdf", folder / f"{stamp}.html"]
            wanted = [path if force or not path.exists() else None for path in paths]
            if wanted == [None, None]:
                click.echo(
                    _("{path} is there already and was left as it is.").format(path=paths[0]),
                    err=True,
                )
                continue
            about = about_session(store, record, named=named, words=words)
            try:
                _write(list(store.arrivals(record.id)), about, wanted[0], wanted[1], reader)
            except NothingFound:
                click.echo(
                    _("Session {id} holds no heartbeat and was left out.").format(id=record.id),
                    err=True,
                )
                continue
            written += 1
    click.echo(
        ngettext(
            "Wrote {written} of {n} session to {folder}.",
            "Wrote {written} of {n} sessions to {folder}.",
            len(records),
        ).format(written=written, n=len(records), folder=folder),
        err=True,
    )


def _write(
    arrivals: list[Arrival],
    about: About,
    pdf: Path | None,
    html: Path | None,
    reader: str,
    progress: Callable[[float], None] | None = None,
) -> None:
    from coherence.reports.html import write_html
    from coherence.reports.pdf import write_pdf
    from coherence.reports.report import report_of
    from coherence.reports.whole_file import whole_file

    client, therapist = reader != "therapist", reader != "client"
    made = report_of(arrivals, about, progress=progress)
    if pdf is not None:
        with whole_file(pdf) as new:
            write_pdf(new, made, client=client, therapist=therapist)
    if html is not None:
        with whole_file(html) as new:
            write_html(new, made, client=client, therapist=therapist)


def _of_file(path: Path, rate_hz: float | None) -> tuple[About, list[Arrival]]:
    from coherence.model import Origin
    from coherence.reports.any_file import names_an_ecg
    from coherence.reports.ecg import arrivals_of_ecg, read_ecg
    from coherence.reports.imports import arrivals_of, read_recording
    from coherence.reports.report import About

    if rate_hz is not None or names_an_ecg(path):
        ecg = read_ecg(path, rate_hz)
        about = About("", "", Origin.IMPORTED, "", source=path.name, doubts=ecg.doubts)
        return about, list(arrivals_of_ecg(ecg))
    recording = read_recording(path)
    session = recording.session
    about = About(
        practice="" if session is None else session.practice,
        started_at=recording.started_at or "",
        origin=Origin.IMPORTED if session is None else session.origin,
        app_version="" if session is None else session.app_version,
        strap=None if session is None else session.strap,
        source=path.name,
        doubts=recording.doubts,
    )
    return about, list(arrivals_of(recording, as_strap=False))
