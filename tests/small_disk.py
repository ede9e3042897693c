"""A real file system with little room, or none but for reading, for as long as a test runs."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(size: str) -> Iterator[Path]:
    """Mounted beside pytest's own folders: a test that is killed leaves nothing it trips over."""
    folder = Path(tempfile.mkdtemp(prefix="coherence-small-disk-", dir="/tmp"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if os.name != "posix" or subprocess.run(mount, capture_output=True, check=False).returncode:
        folder.rmdir()
        pytest.skip("mounting a small disk needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
        folder.rmdir()


@contextmanager
def read_only(folder: Path) -> Iterator[Path]:
    """What ``folder`` holds, at another place where nothing can be written."""
    there = Path(tempfile.mkdtemp(prefix="coherence-read-only-", dir="/tmp"))
    mount = ["mount", "--bind", str(folder), str(there)]
    if os.name != "posix" or subprocess.run(mount, capture_output=True, check=False).returncode:
        there.rmdir()
        pytest.skip("mounting a folder for reading only needs root")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(there)], check=True)
        yield there
    finally:
        subprocess.run(["umount", "-l", str(there)], check=True)
        there.rmdir()
