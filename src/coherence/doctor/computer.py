"""The computer itself: Python and its libraries, the record's place, sound."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version

from coherence import __version__
from coherence.doctor.finding import Finding, State
from coherence.storage.errors import is_full
from coherence.storage.places import Places
from coherence.translation import _

LIBRARIES = ("bleak", "PySide6-Essentials", "numpy", "bumble", "miniaudio")
LEAST_BLEAK = (3, 1)  # finds straps that the system holds; lets go without doubling beats
LEAST_FREE_MB, SOME_FREE_MB = 50, 500  # a session of half an hour takes about one
DRIPPING_QT = ((6, 9, 1), (6, 9, 2))  # each call drops a reference to None


def python_finding() -> Finding:
    """Versions, and whether they go together."""
    found = {name: told for name in LIBRARIES if (told := _version(name))}
    said = _("coherence {version}, Python {python_version} on {system}").format(
        version=__version__, python_version=platform.python_version(), system=_system()
    ) + "".join(f", {name} {told}" for name, told in found.items())
    fix = ""
    if "bleak" not in found or _numbers(found["bleak"]) < LEAST_BLEAK:
        fix = _("Install a newer bleak: pip install 'bleak>=3.1,<4'.")
    qt = _numbers(found.get("PySide6-Essentials", "0"))
    if sys.version_info < (3, 12) and (qt[:3] in DRIPPING_QT or qt >= (6, 12)):
        fix = _(
            "This Qt ends the program before long: pip install 'PySide6-Essentials>=6.8,<6.12'."
        )
    return Finding("python", "Python", State.TO_DO if fix else State.FINE, f"{said}.", fix)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _numbers(told: str) -> tuple[int, ...]:
    return tuple(int(part) for part in told.split(".") if part.isdecimal())


def _system() -> str:
    return f"{platform.system()} {platform.release()}"


def store_finding(where: Places) -> Finding:
    """Whether sessions can be kept: room, and leave to write."""
    key, label = "store", _("Room for sessions")
    folder = next(each for each in (where.data, *where.data.parents) if each.exists())
    try:
        with tempfile.TemporaryFile(dir=folder) as tried:
            tried.write(bytes(4096))
            tried.flush()
            os.fsync(tried.fileno())
        free_mb = shutil.disk_usage(folder).free // 2**20
    except OSError as error:
        if is_full(error, folder):
            said, fix = _("The disk is full."), _("Make some room on it.")
        else:
            said = _("coherence may not write where sessions are kept.")
            fix = _("Allow it there, or choose another folder with COHERENCE_HOME.")
        return Finding(key, label, State.TO_DO, said, fix, str(folder))
    detail = _("{data}: {free_mb} MB free").format(data=where.data, free_mb=free_mb)
    if free_mb < LEAST_FREE_MB:
        return Finding(
            key,
            label,
            State.TO_DO,
            _("The disk is almost full."),
            _("Make some room on it."),
            detail,
        )
    if free_mb < SOME_FREE_MB:
        return Finding(
            key,
            label,
            State.TO_KNOW,
            _("The disk is filling up."),
            _("Make some room soon."),
            detail,
        )
    return Finding(
        key, label, State.FINE, _("There is room, and it can be written to."), "", detail
    )


def sound_finding() -> Finding:
    """Whether a practice can be heard; it can do without."""
    from coherence.sound.device import SoundError, outputs

    key, label = "sound", _("Sound")
    try:
        names = outputs()
    except SoundError as error:
        return Finding(key, label, State.TO_KNOW, str(error))
    return Finding(key, label, State.FINE, _("A sound device is there."), "", ", ".join(names))
