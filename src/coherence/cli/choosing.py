"""What the options of several commands mean: a source, a practice, the store, a speed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from coherence.cli.amounts import SEED
from coherence.cli.printing import plain_console
from coherence.devices.people import PEOPLE
from coherence.translation import PSEUDO, _, languages, use

if TYPE_CHECKING:  # imported when a command runs, so that --help stays quick
    from coherence.devices.people import Person
    from coherence.devices.which_radio import WhichRadio
    from coherence.practice.practices import Practice
    from coherence.reports.exports import Export
    from coherence.sessions.opening import FromFile, FromStrap, FromWearer, Source
    from coherence.storage.database import Store


F = TypeVar("F", bound=Callable[..., object])
LOOKING_S = 20.0
TRIES = 3
WEARERS = "|".join(PEOPLE)
RADIO = _("A Bumble radio in place of this computer's own, as tcp-client:127.0.0.1:6402.")


class Speed(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A factor of real time, or ``max`` (which becomes ``None``)."""

    name = "X|max"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float | None:
        if value == "max":
            return None
        try:
            factor = float(str(value).lower().removesuffix("x"))
        except ValueError:
            factor = 0.0
        if not 0 < factor < 1e6:
            self.fail(
                _("{value!r} is not a speed: give a number such as 10, or max.").format(
                    value=value
                ),
                param,
                ctx,
            )
        return factor


def radio_option(command: F) -> F:
    """Add ``--radio`` to a command; it gets a ``WhichRadio``."""
    return click.option(
        "--radio",
        metavar="TRANSPORT",
        callback=lambda _context, _option, name: chosen_radio(name),
        help=RADIO,
    )(command)


def practice_option(command: F) -> F:
    """Add ``--practice`` to a command; it gets a key."""
    return click.option(
        "--practice",
        metavar=_("KEY"),
        default="soothing_rhythm",
        show_default=True,
        help=_("What to practise: `coherence practices` lists them."),
    )(command)


def wearer_options(*, simulating: bool = False) -> Callable[[F], F]:
    """``--person`` and ``--seed``, of a simulated wearer; ``simulating``: with --simulate alone."""
    person, seed = (
        (_("With --simulate: who wears the strap."), _("With --simulate: which run of the wearer."))
        if simulating
        else (_("Who wears the strap."), _("Which run of the wearer."))
    )
    told = not simulating

    def with_options(command: F) -> F:
        command = click.option("--seed", type=SEED, default=1, show_default=told, help=seed)(
            command
        )
        return click.option(
            "--person", metavar=WEARERS, default="practised", show_default=told, help=person
        )(command)

    return with_options


def chosen_radio(transport: str | None) -> WhichRadio:
    """The computer's own radio, or that behind ``transport``; a usage error if it names none."""
    from coherence.devices.which_radio import TransportNameError, WhichRadio

    try:
        return WhichRadio(transport)
    except TransportNameError as error:
        raise click.UsageError(str(error)) from error


def in_language(_context: click.Context, _option: click.Parameter, language: str | None) -> None:
    """Speak ``language`` from here on; a usage error names those there are."""
    if language is None:
        return
    if language.partition("_")[0].partition("-")[0] not in (*languages(), PSEUDO):
        raise click.UsageError(
            _("There are no words in {language!r}; there are {every}.").format(
                language=language, every=", ".join(languages())
            )
        )
    use(language)


def chosen_practice(key: str) -> Practice:
    """The practice of that key, ours or one's own, or a usage error that names those there are."""
    from coherence.practice.library import library
    from coherence.storage.places import places

    there = library(places().practices)
    for trouble in there.troubles:
        click.echo(trouble, err=True)
    if (found := there.get(key)) is None:
        every = ", ".join(each.key for each in there.practices)
        raise click.UsageError(
            _("There is no practice {key!r}; there are {every}.").format(key=key, every=every)
        )
    return found


def chosen_source(
    strap: str | None,
    simulate: bool,
    replay: str | None,
    person: str,
    seed: int,
    radio: WhichRadio,
) -> Source:
    """The source that the options name; with none, the strap used last or the first one found."""
    if replay is not None:
        return from_file(Path(replay))
    if simulate:
        return from_wearer(person, seed)
    return from_strap(strap, radio)


def chosen_person(key: str) -> Person:
    """Who wears the strap, or a usage error that names those there are."""
    if key not in PEOPLE:
        raise click.UsageError(
            _("There is no wearer {key!r}; there are {people}.").format(
                key=key, people=", ".join(PEOPLE)
            )
        )
    return PEOPLE[key]


def from_wearer(person: str, seed: int, *, measures: bool = False) -> FromWearer:
    """A simulated wearer, or a usage error that names those there are."""
    from coherence.sessions.opening import FromWearer

    chosen_person(person)
    return FromWearer(person, seed, measures)


def from_file(path: Path) -> FromFile:
    """A recording, as the strap would have sent it."""
    from coherence.reports.imports import arrivals_of, read_recording
    from coherence.sessions.opening import FromFile

    recording = read_recording(path)
    for doubt in recording.doubts:
        click.echo(f"{path.name}: {doubt}", err=True)
    return FromFile(path.name, arrivals_of(recording, as_strap=True))


def from_strap(name: str | None, radio: WhichRadio) -> FromStrap:
    """A real strap by (part of) its name; without one that of the last session, or any.

    It is looked for first, so that nothing is recorded of a strap that is not there.
    """
    import asyncio

    from coherence.devices.strap_choice import UNNAMED
    from coherence.sessions.opening import FromStrap
    from coherence.storage.places import places
    from coherence.storage.settings import load

    settings, _rest = load(places().settings)
    last_id, last_name = settings.last_strap_id, settings.last_strap_name
    known_id = None if name else last_id
    wanted = name or (last_id if last_name == UNNAMED else last_name) or "*"
    with plain_console(stderr=True).status(_("Looking for your strap…")):
        strap = asyncio.run(radio.find_strap(wanted, LOOKING_S, known_id=known_id))
    if known_id not in (None, strap.strap_id):
        click.echo(
            _("{name} is not the strap of last time, though it is called the same.").format(
                name=strap.name
            ),
            err=True,
        )
    return FromStrap(strap.strap_id, strap.name, lambda clock: radio.listen(strap, clock))


def chosen_export(path: Path, *, force: bool, key: str | None = None) -> Export:
    """How to write ``path``, by ``key`` or its ending; a usage error if it is there already."""
    from coherence.reports.exports import EXPORTS

    ending = path.suffix.lower()
    kind = next(
        (row for row in EXPORTS if (row.key if key else row.suffix) == (key or ending)), None
    )
    if kind is None:
        endings = ", ".join(dict.fromkeys(row.suffix for row in EXPORTS))
        raise click.UsageError(
            _("coherence does not write {name}: let it end in {endings}.").format(
                name=path.name, endings=endings
            )
        )
    if path.exists() and not force:
        raise click.UsageError(
            _("{path} is there already: choose another name, or add --force.").format(path=path)
        )
    return kind


def new_passphrase(question: str, variable: str) -> str:
    """A passphrase, asked for twice; scripts give it as ``variable`` or as two lines on stdin."""
    said = os.environ.get(variable)
    if said is not None:
        return said
    somebody = sys.stdin.isatty()
    try:
        asked = click.prompt(question, hide_input=somebody, confirmation_prompt=True, err=True)
    except click.Abort:
        if somebody:
            raise
        told = _("Nobody is here to be asked: give the passphrase as {variable}.")
        raise click.UsageError(told.format(variable=variable)) from None
    return str(asked)


def open_store(*, to_read: bool = False) -> Store:
    """The store; where it takes a passphrase and somebody is there, they are asked for it.

    ``to_read`` it opens also where nothing may be written.
    """
    from coherence.storage.keys import StoreLocked, WrongPassphrase, unlock
    from coherence.storage.places import places

    try:
        return _opened(to_read)
    except StoreLocked:
        if not sys.stdin.isatty():
            raise
    for _attempt in range(TRIES):
        try:
            unlock(places().store, click.prompt(_("Passphrase"), hide_input=True, err=True))
            return _opened(to_read)
        except WrongPassphrase as error:
            click.echo(str(error), err=True)
    raise StoreLocked(_("The record stays closed: its passphrase was not given."))


def _opened(to_read: bool) -> Store:
    from coherence.storage.database import Store
    from coherence.storage.errors import StorageError, is_full, is_refused
    from coherence.storage.places import places

    try:
        return Store.open()
    except StorageError as error:
        path, why = places().store, error.__cause__
        if not (to_read and path.exists() and (is_refused(why) or is_full(why, path))):
            raise
    return Store.open_to_read()


@contextmanager
def opened_store() -> Iterator[Store]:
    """The store, held by this program alone; what a crash left open is closed as interrupted."""
    from coherence.storage.interrupted import close_interrupted
    from coherence.storage.lock import hold_app
    from coherence.storage.places import places

    held = hold_app(places())
    try:
        with open_store() as store:
            for session_id in close_interrupted(store):
                click.echo(
                    _("Session {session_id} was left open; what it holds is kept.").format(
                        session_id=session_id
                    ),
                    err=True,
                )
            yield store
    finally:
        held.release()
