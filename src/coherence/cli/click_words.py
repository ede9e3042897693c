"""What click says by itself, and what commands say of themselves, in the person's language.

Click asks the standard gettext, which asks the environment; here its words are looked up where all
others are. Help comes from docstrings, which ``tools/catalogues.py`` reads, too.
"""

from __future__ import annotations

import copy
import inspect
import sys
from collections.abc import Callable
from typing import TypeVar

import click

from coherence import translation
from coherence.translation import _, later, ngettext

C = TypeVar("C", bound=click.Command)

WORDS = (
    *(later("Usage:"), later("Options"), later("Positional arguments"), later("Commands")),
    *(later("Show this message and exit."), later("Show the version and exit.")),
    *(later("%(prog)s, version %(version)s"), later("required"), later("default: {default}")),
    *(later("Error: {message}"), later("Try '{command} {option}' for help.")),
    *(later("Invalid value: {message}"), later("Invalid value for {param_hint}: {message}")),
    *(later("Missing argument"), later("Missing option"), later("Missing parameter")),
    *(later("Missing command."), later("Choose from:\n\t{choices}")),
    *(later("No such option {name!r}."), later("No such option: {name}")),
    *(later("No such command {name!r}."), later("Option {name!r} does not take a value.")),
    *(later("{value!r} is not a valid {number_type}."), later("integer"), later("float")),
    later("{value} is not in the range {range}."),
    later("Argument {name!r} takes {nargs} values."),
    later("Repeat for confirmation"),
    later("Error: The two entered values do not match."),
    later("Error: invalid input"),
    later("Aborted!"),
)


def plurals(n: int) -> tuple[str, ...]:
    """The same of those with a number; here so that the catalogues know them."""
    return (
        ngettext(
            "Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})", n
        ),
        ngettext("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)", n),
        ngettext(
            "Option {name!r} requires an argument.",
            "Option {name!r} requires {nargs} arguments.",
            n,
        ),
        ngettext("{value!r} is not {choice}.", "{value!r} is not one of {choices}.", n),
        ngettext(
            "{value!r} does not match the format {format}.",
            "{value!r} does not match the formats {formats}.",
            n,
        ),
        ngettext(
            "Takes {nargs} values but 1 was given.", "Takes {nargs} values but {len} were given.", n
        ),
    )  # fmt: skip


class WholeSentences(click.Group):
    """A group whose help says the first sentence of each of its commands, however long it is."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        told = [(name, first_sentence(command.help or "")) for name, command in self.listed(ctx)]
        with formatter.section(_("Commands")):
            formatter.write_dl(told)

    def listed(self, ctx: click.Context) -> list[tuple[str, click.Command]]:
        """Its commands by name."""
        found = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        return [(name, command) for name, command in found if command and not command.hidden]


def first_sentence(text: str) -> str:
    r"""The first sentence of a text, on one line.

    >>> first_sentence("Write a note,\nin one line. Then go on.")
    'Write a note, in one line.'
    """
    paragraph = " ".join(inspect.cleandoc(text).partition("\n\n")[0].split())
    sentence, stop, _rest = paragraph.partition(". ")
    return sentence + stop.strip()


def speak() -> None:
    """Let click say its own words by our catalogues, whichever is in use when it does."""
    ours: dict[str, Callable[..., str]] = {"_": _, "ngettext": ngettext}
    for name, module in list(sys.modules.items()):
        if name.startswith("click."):
            for word, say in ours.items():
                if getattr(getattr(module, word, None), "__module__", None) == "gettext":
                    setattr(module, word, say)


def in_words(command: C) -> C:
    """``command`` with its help in the language in use; the command itself stays as it is."""
    if translation.spoken() == translation.SOURCE:
        return command
    said = copy.copy(command)
    said.help = _(inspect.cleandoc(command.help)) if command.help else None
    said.epilog = _(command.epilog) if command.epilog else None
    said.params = [_parameter(each) for each in command.params]
    if isinstance(said, click.Group):
        said.commands = {name: in_words(each) for name, each in said.commands.items()}
    return said


def _parameter(parameter: click.Parameter) -> click.Parameter:
    said = copy.copy(parameter)
    if isinstance(said, click.Option) and said.help:
        said.help = _(said.help)
    if said.metavar:
        said.metavar = _(said.metavar)
    return said
