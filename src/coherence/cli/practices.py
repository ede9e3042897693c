"""`coherence practices`: which there are, and whether a file of one's own can be used."""

from __future__ import annotations

import json
from pathlib import Path

import click

from coherence.translation import _


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help=_("One JSON array on stdout."))
def practices(files: tuple[Path, ...], as_json: bool) -> None:
    """List the practices there are, or check practice FILES before they are put into the folder.

    Files of one's own lie in the folder that `coherence where` names.
    """
    if files:
        _check(files)
        return
    from coherence.practice.library import library
    from coherence.storage.places import places

    there = library(places().practices)
    for trouble in there.troubles:
        click.echo(trouble, err=True)
    rows = [
        {
            "key": each.key,
            "title": each.title,
            "subtitle": each.subtitle,
            "minutes": each.minutes,
            "lengths_min": list(each.lengths_min),
            "paced": each.paced,
            "therapist": each.therapist,
        }
        for each in (*there.practices, *there.assessments)
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    every = (*there.practices, *there.assessments)
    wide = max(len(each.key) for each in every)
    for each in every:
        length = _("open end") if each.minutes is None else _("{n} min").format(n=each.minutes)
        click.echo(f"{each.key:{wide}}  {length:>8}  {each.title}")


def _check(files: tuple[Path, ...]) -> None:
    """Read each file; the first that cannot be used ends the command with its line."""
    from coherence.practice.schema import PracticeError, parse

    for file in files:
        try:
            content = parse(file.read_text(encoding="utf-8"), file.name, own=True)
        except OSError as error:
            raise PracticeError(
                _("{file} cannot be read: {why}.").format(file=file, why=error.strerror)
            ) from error
        except UnicodeDecodeError as error:
            raise PracticeError(
                _("{file} is not UTF-8 text: save it as UTF-8.").format(file=file)
            ) from error
        made = content.practice
        said = (
            _("opens {keys}").format(keys=", ".join(content.opens)) if made is None else made.title
        )
        click.echo(f"{file.name}: {said}")
