"""The commands that open the window: `coherence`, `coherence demo`, `coherence replay`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coherence.cli.choosing import Speed, chosen_practice, chosen_radio, from_file, from_wearer

if TYPE_CHECKING:
    from coherence.devices.which_radio import WhichRadio
    from coherence.practice.practices import Practice
    from coherence.sessions.opening import Source

QT_LIBRARIES = "libegl1 libgl1 libxkbcommon0 libfontconfig1 libdbus-1-3 libglib2.0-0"
XCB_LIBRARIES = (
    "libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 "
    "libxcb-shape0 libxcb-xinerama0 libxcb-xkb1 libxkbcommon-x11-0"
)


class DisplayError(Exception):
    """The window cannot open here: says why and what to do, in one sentence."""


class NoDisplay(DisplayError):
    """There is no screen at all, so nothing needs mending."""

    def __init__(self) -> None:
        super().__init__(
            "There is no display here: run it on a desktop, or use `coherence live` in a terminal."
        )


@click.command()
@click.option("--practice", default="soothing_rhythm", show_default=True, help="What to practise.")
@click.option("--person", default="practised", show_default=True, help="Who wears the strap.")
@click.option("--seed", type=int, default=1, show_default=True, help="Which run of the wearer.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="Stop after so long.")
@click.pass_context
def demo(ctx: click.Context, practice: str, person: str, seed: int, seconds: float | None) -> int:
    """Practise with a simulated wearer.

    With no display the same session runs in the terminal.
    """
    source = from_wearer(person, seed, measures=True)
    plan = chosen_practice(practice)
    try:
        open_window(source, plan, seconds=seconds)
    except NoDisplay:
        click.echo("There is no display here, so the practice runs in this terminal.", err=True)
    except DisplayError as why:
        click.echo(f"{why} Until then the practice runs in this terminal.", err=True)
    else:
        return 0
    from coherence.cli.live import live

    status: int = ctx.invoke(
        live, simulate=True, speed=1.0, practice=practice, person=person, seed=seed,
        seconds=seconds, radio=chosen_radio(None),
    )  # fmt: skip
    return status


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--speed", type=Speed(), default="1", show_default=True, help="So many times real.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="Stop after so long.")
def replay(file: str, speed: float | None, seconds: float | None) -> None:
    """Show a recording in the window, as if live."""
    if speed is None:
        raise click.UsageError("The window needs a speed such as 10; `coherence live` takes max.")
    open_window(from_file(Path(file)), None, speed=speed, seconds=seconds)


def open_window(
    source: Source | None = None,
    practice: Practice | None = None,
    *,
    speed: float = 1.0,
    seconds: float | None = None,
    radio: WhichRadio | None = None,
) -> None:
    """Open the window, on the welcome screen or straight into a session.

    Raises ``DisplayError`` where no window can be.
    """
    _look_for_display()
    try:
        from coherence.ui.app import run_app
    except ImportError as error:
        raise DisplayError(_missing(error)) from error
    status = run_app(source, practice, speed=speed, seconds=seconds, radio=radio, say=_say)
    if status:
        raise click.exceptions.Exit(status)


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)


def _look_for_display() -> None:
    """Qt aborts where there is no display, so look first."""
    if not sys.platform.startswith("linux"):
        return
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if platform and not platform.startswith(("xcb", "wayland")):
        return  # offscreen, vnc, eglfs …: they bring their own
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise NoDisplay
    if os.environ.get("WAYLAND_DISPLAY") is None and (gone := _missing_xcb()):
        raise DisplayError(
            f"Qt misses {gone}: install what it needs with `apt-get install {QT_LIBRARIES} "
            f"{XCB_LIBRARIES}`."
        )
    if os.environ.get("DISPLAY") and not _answers(os.environ["DISPLAY"]):
        raise DisplayError(
            f"The display {os.environ['DISPLAY']} does not answer: check DISPLAY, or use "
            "`coherence live` in a terminal."
        )


def _missing_xcb() -> str | None:
    """The first library that Qt's X11 plug-in would look for in vain."""
    import ctypes

    for library in ("libxcb-cursor.so.0", "libxkbcommon-x11.so.0", "libxcb-icccm.so.4"):
        try:
            ctypes.CDLL(library)
        except OSError:
            return library
    return None


def _answers(display: str) -> bool:
    """Whether a local X server listens where ``display`` points; others are left to Qt."""
    import socket

    host, _, number = display.partition(":")
    if host not in ("", "unix"):
        return True
    path = f"/tmp/.X11-unix/X{number.split('.')[0]}"
    for address in (f"\0{path}", path):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(1.0)
            try:
                probe.connect(address)
            except OSError:
                continue
            return True
    return False


def _missing(error: ImportError) -> str:
    if ".so" in str(error):
        return (
            f"Qt cannot start ({error}): install what it needs with `apt-get install "
            f"{QT_LIBRARIES}`."
        )
    return f"The window cannot start ({error}): install coherence again, with all it depends on."
