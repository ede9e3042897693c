"""Whether a window can open here, found out without opening one: Qt would abort."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from coherence.translation import _

QT_LIBRARIES = "libegl1 libgl1 libxkbcommon0 libfontconfig1 libdbus-1-3 libglib2.0-0"
XCB_LIBRARIES = (
    "libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 "
    "libxcb-shape0 libxcb-xinerama0 libxcb-xkb1 libxkbcommon-x11-0"
)
PLATFORM = "QT_QPA_PLATFORM"
OWN_PLUGINS = ("QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH")  # somebody's own: any name may be
WAYLAND = ("wayland-brcm", "wayland-egl")  # more names of the plug-in `wayland`
NO_WIDGETS = {"vkkhrdisplay"}  # Vulkan alone
HARDWARE = {"eglfs", "linuxfb", "minimalegl"}  # without a desktop, straight to the screen
SCREENS = ("fb*", "dri/card*")  # beneath /dev


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


class WrongPlatform(DisplayError):
    """``QT_QPA_PLATFORM`` asks for what is not here."""


def look_for_display() -> None:
    """Qt aborts where there is no display, so look first. Raises ``DisplayError``."""
    if not sys.platform.startswith("linux"):
        return
    asked = {name.partition("-")[0] for name in _platforms_asked()} or {"xcb", "wayland"}
    if asked - {"xcb", "wayland"}:
        return  # offscreen, vnc, eglfs …: they bring their own
    display = os.environ.get("DISPLAY") if "xcb" in asked else None
    wayland = os.environ.get("WAYLAND_DISPLAY") if "wayland" in asked else None
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


def _platforms_asked() -> list[str]:
    """The names in ``QT_QPA_PLATFORM`` that Qt would try one after another."""
    asked = [each for each in os.environ.get(PLATFORM, "").split(";") if each]
    known = _platforms_here()
    tried = [each for each in asked if not known or each.partition(":")[0].lower() in known]
    if asked and not tried:
        raise WrongPlatform(
            _(
                "QT_QPA_PLATFORM asks for {name}, which cannot show the window here: let it be "
                "one of {known}, or unset it."
            ).format(name=asked[0], known=", ".join(sorted(known - set(WAYLAND))))
        )
    if tried and tried[0].lower() in HARDWARE and not _has_screen():  # with more said, Qt looks
        raise WrongPlatform(
            _(
                "QT_QPA_PLATFORM asks for {name}, which finds no screen here: unset it, or use "
                "`coherence live` in a terminal."
            ).format(name=tried[0])
        )
    return [each.partition(":")[0].lower() for each in tried]


def _platforms_here() -> set[str]:
    """What may stand in ``QT_QPA_PLATFORM``; none where Qt's plug-ins are not beside PySide6."""
    from importlib.util import find_spec

    found = find_spec("PySide6")
    if found is None or not found.origin or any(map(os.environ.get, OWN_PLUGINS)):
        return set()
    plugins = Path(found.origin).parent.glob("Qt/plugins/platforms/libq*.so")
    names = {path.stem.removeprefix("libq") for path in plugins} - NO_WIDGETS
    return names | set(WAYLAND) if "wayland" in names else names


def _has_screen() -> bool:
    return any(True for pattern in SCREENS for _path in Path("/dev").glob(pattern))


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
