"""Whether a window can open here, found out without opening one: Qt would abort."""

from __future__ import annotations

import os
import sys

from coherence.translation import _

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
            _(
                "There is no display here: run it on a desktop, or use `coherence live` in a "
                "terminal."
            )
        )


def look_for_display() -> None:
    """Qt aborts where there is no display, so look first. Raises ``DisplayError``."""
    if not sys.platform.startswith("linux"):
        return
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if platform and not platform.startswith(("xcb", "wayland")):
        return  # offscreen, vnc, eglfs …: they bring their own
    display = None if platform.startswith("wayland") else os.environ.get("DISPLAY")
    wayland = None if platform.startswith("xcb") else os.environ.get("WAYLAND_DISPLAY")
    if not (display or wayland):
        raise NoDisplay
    if wayland and _listens(os.path.join(os.environ.get("XDG_RUNTIME_DIR", ""), wayland)):
        return
    if not display:  # of a session that is over, or of somebody else's
        raise DisplayError(_no_answer("WAYLAND_DISPLAY", wayland or ""))
    if gone := _missing_xcb():
        raise DisplayError(
            _(
                "Qt misses {gone}: install what it needs with `apt-get install {QT_LIBRARIES} "
                "{XCB_LIBRARIES}`."
            ).format(gone=gone, QT_LIBRARIES=QT_LIBRARIES, XCB_LIBRARIES=XCB_LIBRARIES)
        )
    if not _answers(display):
        raise DisplayError(_no_answer("DISPLAY", display))


def _no_answer(variable: str, display: str) -> str:
    return _(
        "The display {display} does not answer: check {variable}, or use `coherence live` in a "
        "terminal."
    ).format(display=display, variable=variable)


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
    host, _colon, number = display.partition(":")
    if host not in ("", "unix"):
        return True
    path = f"/tmp/.X11-unix/X{number.split('.')[0]}"
    return _listens(f"\0{path}") or _listens(path)


def _listens(address: str) -> bool:
    """Whether a program listens at a socket of this computer."""
    import socket

    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(address)
        except (OSError, ValueError):
            return False
        return True


def missing(error: ImportError) -> str:
    """What it means that Qt does not load, and what to do."""
    if ".so" in str(error):
        return _(
            "Qt cannot start ({error}): install what it needs with `apt-get install "
            "{QT_LIBRARIES}`."
        ).format(error=error, QT_LIBRARIES=QT_LIBRARIES)
    return _(
        "The window cannot start ({error}): install coherence again, with all it depends on."
    ).format(error=error)
