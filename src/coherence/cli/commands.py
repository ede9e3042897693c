"""The command `coherence` and its sub-commands. Nothing heavy is imported until one runs."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

import click

from coherence import __version__

OK, FAILED, USAGE, ENVIRONMENT, INTERRUPTED = 0, 1, 2, 3, 130
# What each boundary's error means to the shell; by name, so that no boundary has to be imported.
STATUS = {
    "RadioError": ENVIRONMENT,
    "StorageError": ENVIRONMENT,
    "InstanceError": ENVIRONMENT,
    "DisplayError": ENVIRONMENT,
    "ImportFailed": FAILED,
    "PracticeError": FAILED,
    "NothingFound": FAILED,
}

# name -> (module, function, short help): read by `coherence --help` without importing any of them
COMMANDS = {
    "demo": (
        "coherence.cli.window",
        "demo",
        "Practise with a simulated wearer; no strap is needed.",
    ),
    "live": ("coherence.cli.live", "live", "Practise in the terminal, or stream numbers as JSON."),
    "analyse": ("coherence.cli.analyse", "analyse", "The numbers of one recording or several."),
    "replay": ("coherence.cli.window", "replay", "A recording through the window, as if live."),
    "scan": ("coherence.cli.straps", "scan", "Look for straps nearby."),
    "sessions": ("coherence.cli.sessions", "sessions", "List, show and export recorded sessions."),
    "simulate": (
        "coherence.cli.simulate",
        "simulate",
        "Write the recording of a simulated wearer.",
    ),
    "where": ("coherence.cli.sessions", "where", "Say where everything lies."),
}


class Lazy(click.Group):
    """A group that imports a command only when it runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, function, _ = COMMANDS[cmd_name]
        command = getattr(import_module(module), function)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in COMMANDS.items()])


@click.group(
    cls=Lazy,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="A wellbeing and practice aid, not a medical device.",
)
@click.version_option(__version__, prog_name="coherence")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Biofeedback for the nervous system: heart rhythm, soothing breath, a calm living picture.

    With no command the window opens.
    """
    if ctx.invoked_subcommand is None:
        from coherence.cli.window import open_window

        open_window()


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and exit: 0 ok, 1 failed, 2 usage, 3 environment, 130 interrupted."""
    sys.exit(_run(arguments))


def _run(arguments: list[str] | None) -> int:
    try:
        result = cli.main(arguments, prog_name="coherence", standalone_mode=False)
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
    except BrokenPipeError:  # `coherence … | head`: the reader has what it wanted
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except Exception as error:
        for kind in type(error).__mro__:
            if kind.__name__ in STATUS:
                click.echo(str(error), err=True)
                return STATUS[kind.__name__]
        if os.environ.get("COHERENCE_DEBUG"):
            raise
        click.echo(
            f"Something unexpected went wrong ({type(error).__name__}: {error}). "
            "Set COHERENCE_DEBUG=1 and run it again to see where.",
            err=True,
        )
        return FAILED


def readable(path: str) -> Path:
    """Take a path from the command line as it is: what cannot be read is told by its reader."""
    return Path(path)
