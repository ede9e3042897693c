"""`coherence caseload`: the people that a therapist accompanies, at a glance."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from coherence.cli.choosing import open_store
from coherence.cli.printing import show
from coherence.translation import _

if TYPE_CHECKING:
    from coherence.sessions.caseload import Case

ORDERS = ("last", "name", "waiting")  # as in sessions.caseload


@click.command()
@click.option("--json", "as_json", is_flag=True, help=_("One JSON array on stdout."))
@click.option("--find", "words", default="", metavar="WORDS", help=_("Only those who match."))
@click.option("--order", type=click.Choice(ORDERS), default="last", show_default=True,
              help=_("By last session, by name, or by who has waited longest."))  # fmt: skip
@click.option("--plan", "plan", nargs=2, metavar="NAME WORDS",
              help=_("Note what is planned next with somebody."))  # fmt: skip
def caseload(as_json: bool, words: str, order: str, plan: tuple[str, str] | None) -> None:
    """People at a glance: last sessions, rest over weeks, practice at home, what is planned."""
    from coherence.sessions.caseload import in_order, matching, read_caseload
    from coherence.storage.caseload import plan_next
    from coherence.storage.people import person_named

    with open_store(to_read=True) as store:
        if plan is not None:
            plan_next(store, person_named(store, plan[0]), plan[1])
        found = in_order(matching(read_caseload(store), words), order)
    if as_json:
        print_json(found)
        return
    if not found:
        click.echo(_("Nobody here is like that."), err=True)
        return
    from rich.table import Table

    from coherence.practice.library import library
    from coherence.sessions.case_words import home_words, resting_words
    from coherence.storage.places import places

    titles = {each.key: each.title for each in library(places().practices).practices}
    table = Table()
    table.add_column(_("name"))
    table.add_column(_("last session"), no_wrap=True)
    for head in (_("practice"), _("at rest"), _("at home since"), _("planned"), _("pack")):
        table.add_column(head)
    for case in found:
        last = case.last
        table.add_row(
            case.person.pseudonym,
            "" if last is None else last.started_at[:10],
            "" if last is None else titles.get(last.practice, last.practice),
            resting_words(case),
            home_words(case),
            case.planned,
            "" if case.pack is None else case.pack.name,
        )
    show(table)


def print_json(found: list[Case]) -> None:
    """The same rows for programs."""
    click.echo(json.dumps([case.as_json() for case in found], ensure_ascii=False))
