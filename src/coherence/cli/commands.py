"""The command `coherence` and its sub-commands. Nothing heavy is imported until one runs."""

from __future__ import annotations

import codecs
import errno
import os
import sys
from contextlib import suppress
from importlib import import_module
from io import TextIOWrapper

import click

from coherence import __version__
from coherence.cli.click_words import in_words, speak
from coherence.storage.places import places
from coherence.translation import _, later, use, wanted_language

AS_CAN_BE = "coherence.as_can_be"  # how stdout writes what it has no sign for
OK, FAILED, USAGE, ENVIRONMENT, INTERRUPTED = 0, 1, 2, 3, 130
FULL = {errno.ENOSPC, errno.EDQUOT}
# What each boundary's error means to the shell; by name, so that no boundary has to be imported.
STATUS = {
    "RadioError": ENVIRONMENT,
    "StorageError": ENVIRONMENT,
    "InstanceError": ENVIRONMENT,
    "NoSuchRecord": FAILED,
    "NoSuchPerson": FAILED,
    "NameRefused": FAILED,
    "NoBackup": FAILED,
    "DisplayError": ENVIRONMENT,
    "SoundError": ENVIRONMENT,
    "ImportFailed": FAILED,
    "VirtualRadioError": ENVIRONMENT,
    "PracticeError": FAILED,
    "NothingFound": FAILED,
    "NotTogether": FAILED,
    "AssessmentError": FAILED,
    "PackError": FAILED,
    "SealError": FAILED,
    "NoSuchSession": FAILED,
    "ExtraMissing": ENVIRONMENT,
    "LslError": ENVIRONMENT,
    "ShareError": ENVIRONMENT,
    "NothingThere": FAILED,
    "OtherTable": USAGE,
    "NoTable": FAILED,
    "ClusterError": ENVIRONMENT,
    "Unreachable": FAILED,
}

# name -> (module, function, short help): read by `coherence --help` without importing any of them
COMMANDS = {
    "demo": (
        "coherence.cli.window",
        "demo",
        later("Practise with a simulated wearer; no strap is needed."),
    ),
    "live": (
        "coherence.cli.live",
        "live",
        later("Practise in the terminal, or stream numbers as JSON."),
    ),
    "analyse": (
        "coherence.cli.analyse",
        "analyse",
        later("The numbers of one recording or several."),
    ),
    "markers": (
        "coherence.cli.markers",
        "markers",
        later("What each number means, and where it comes from."),
    ),
    "cohort": (
        "coherence.cli.cohort",
        "cohort",
        later("Many recordings in one table, on every core, and a page about them."),
    ),
    "together": (
        "coherence.cli.together",
        "together",
        later("Whether two hearts moved together beyond chance."),
    ),
    "room": (
        "coherence.cli.room",
        "room",
        later("The therapist's window, and the client's screen beside it."),
    ),
    "resonance": (
        "coherence.cli.resonance",
        "resonance",
        later("Find the resonance pace in a recording of an assessment."),
    ),
    "replay": (
        "coherence.cli.window",
        "replay",
        later("A recording through the window, as if live."),
    ),
    "scan": ("coherence.cli.straps", "scan", later("Look for straps nearby.")),
    "sessions": (
        "coherence.cli.sessions",
        "sessions",
        later("List, show and export recorded sessions."),
    ),
    "practices": (
        "coherence.cli.practices",
        "practices",
        later("List the practices, or check files of your own."),
    ),
    "people": ("coherence.cli.people", "people", later("Who practises here, by pseudonym.")),
    "caseload": (
        "coherence.cli.caseload",
        "caseload",
        later("The people you accompany, at a glance."),
    ),
    "backup": ("coherence.cli.backups", "backup", later("Copy the whole record to a safe place.")),
    "restore": ("coherence.cli.backups", "restore", later("Put a backup in the record's place.")),
    "encrypt": (
        "coherence.cli.encrypting",
        "encrypt",
        later("Whether others can read the record."),
    ),
    "export": (
        "coherence.cli.exchange",
        "export",
        later("Write sessions to files that other programs read."),
    ),
    "import": (
        "coherence.cli.exchange",
        "import_files",
        later("Take recordings of other programs into the store."),
    ),
    "pack": (
        "coherence.cli.packs",
        "pack",
        later("Home practice as one file: make it for a client, or open your therapist's."),
    ),
    "report": (
        "coherence.cli.report",
        "report",
        later("A session on two pages, for the client and for the therapist."),
    ),
    "simulate": (
        "coherence.cli.simulate",
        "simulate",
        later("Write the recording of a simulated wearer."),
    ),
    "doctor": (
        "coherence.cli.doctor",
        "doctor",
        later("Look at what a practice needs, and say what to do where something is amiss."),
    ),
    "virtual-strap": (
        "coherence.cli.virtual_strap",
        "virtual_strap",
        later("A simulated strap on a virtual radio, to try things with."),
    ),
    "sound": (
        "coherence.cli.sound",
        "sound",
        later("Write what a practice sounds like to a WAV file."),
    ),
    "where": ("coherence.cli.sessions", "where", later("Say where everything lies.")),
}


class Lazy(click.Group):
    """A group that imports a command only when it runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, function = COMMANDS[cmd_name][:2]
        command = getattr(import_module(module), function)
        assert isinstance(command, click.Command)
        return in_words(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(row[2])) for name, row in COMMANDS.items()])


@click.group(
    cls=Lazy,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_("A wellbeing and practice aid, not a medical device."),
)
@click.version_option(__version__, prog_name="coherence")
@click.option("--radio", metavar=_("TRANSPORT"), help=_("For the window: a Bumble radio to use."))
@click.pass_context
def cli(ctx: click.Context, radio: str | None) -> None:
    """Biofeedback for the nervous system: heart rhythm, soothing breath, a calm living picture.

    With no command the window opens.
    """
    if ctx.invoked_subcommand is None:
        from coherence.cli.choosing import chosen_radio
        from coherence.cli.window import open_window

        open_window(radio=chosen_radio(radio))
    elif radio is not None:
        raise click.UsageError(
            _("--radio comes after the command, as in `coherence live --radio …`.")
        )


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and exit: 0 ok, 1 failed, 2 usage, 3 environment, 130 interrupted."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by who called
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115
    if isinstance(sys.stdout, TextIOWrapper):  # a sign that it cannot write ends no command
        codecs.register_error(AS_CAN_BE, _as_can_be)
        sys.stdout.reconfigure(errors=AS_CAN_BE)
    columns = os.environ.get("COLUMNS")
    if columns is not None and not (columns.isdecimal() and int(columns)):
        del os.environ["COLUMNS"]  # who says 0 does not know; Rich would print lines of nothing
    sys.exit(_run(arguments))


def _run(arguments: list[str] | None) -> int:
    use(wanted_language(places().settings))  # before anything with words in it is imported
    try:
        speak()
        result = in_words(cli).main(arguments, prog_name="coherence", standalone_mode=False)
        return result if isinstance(result, int) else OK
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.UsageError as error:
        error.show(sys.stderr)
        return USAGE
    except click.ClickException as error:
        error.show(sys.stderr)
        return FAILED
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except SystemExit:  # click's way with `coherence … | head`: the reader has what it wanted
        _say_no_more()
        return OK
    except Exception as error:
        for kind in type(error).__mro__:
            if kind.__name__ in STATUS:
                click.echo(str(error), err=True)
                return STATUS[kind.__name__]
        if isinstance(error, OSError) and error.errno in FULL:
            _say_no_more()
            click.echo(
                _("There is no room for the output: make some there, and try again."), err=True
            )
            return ENVIRONMENT
        if os.environ.get("COHERENCE_DEBUG"):
            raise
        click.echo(
            _(
                "Something unexpected went wrong ({kind}: {error}). Set COHERENCE_DEBUG=1 and run "
                "it again to see where."
            ).format(kind=type(error).__name__, error=error),
            err=True,
        )
        return FAILED


def _as_can_be(error: UnicodeError) -> tuple[bytes, int]:
    """A question mark for each sign that cannot be written; bytes of a name as they were."""
    assert isinstance(error, UnicodeEncodeError)
    signs = map(ord, error.object[error.start : error.end])
    return bytes(s - 0xDC00 if 0xDC80 <= s <= 0xDCFF else ord("?") for s in signs), error.end


def _say_no_more() -> None:
    """What still waits to be written to stdout goes nowhere, so that leaving stays quiet."""
    with suppress(OSError, ValueError):  # there may be no stdout of the system's
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
