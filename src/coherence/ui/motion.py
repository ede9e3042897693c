"""Whether the system asks for less motion: asked once, quickly; "no" where none can tell."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache

LONGEST_WAIT_S = 0.5
GNOME = ("gsettings", "get", "org.gnome.desktop.interface", "enable-animations")
MACOS = ("defaults", "read", "com.apple.universalaccess", "reduceMotion")
SPI_GETCLIENTAREAANIMATION = 0x1042  # winuser.h
WITH_GSETTINGS = {"GNOME", "UNITY", "BUDGIE", "CINNAMON"}


@cache
def system_reduces_motion() -> bool:
    """What GNOME, macOS or Windows say; other desktops are not asked.

    Tried on Linux only: the ways of macOS and Windows are written from their documentation.
    """
    if sys.platform == "win32":
        return _windows_reduces()
    if sys.platform == "darwin":
        return _said(MACOS) == "1"
    desktops = os.environ.get("XDG_CURRENT_DESKTOP", "").upper().split(":")
    return bool(WITH_GSETTINGS & set(desktops)) and _said(GNOME) == "false"


def _said(command: tuple[str, ...]) -> str:
    program = shutil.which(command[0])
    if program is None:
        return ""
    try:
        asked = subprocess.run(
            (program, *command[1:]),
            capture_output=True, text=True, timeout=LONGEST_WAIT_S, check=False,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return ""
    return asked.stdout.strip()


def _windows_reduces() -> bool:
    import ctypes

    animates = ctypes.c_int(1)
    user32 = getattr(ctypes, "windll").user32  # noqa: B009  # mypy elsewhere knows no windll
    asked = user32.SystemParametersInfoW(SPI_GETCLIENTAREAANIMATION, 0, ctypes.byref(animates), 0)
    return bool(asked) and not animates.value
