"""Fixtures for the storage tests: a store of one's own, a small disk, a recorder to be killed."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from tests import small_disk as disk

from coherence.storage.database import Store


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Rescue files of one test are not found by another."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("HOME", str(folder))
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "records" / "coherence.db") as opened:
        yield opened


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A real file system of 1 MiB."""
    with disk.small_disk("1m") as folder:
        yield folder


@pytest.fixture
def fill() -> Callable[[Path], Path]:
    """Takes the last byte of a folder's disk; returns the file to remove."""

    def fill_up(folder: Path) -> Path:
        with (folder / "ballast").open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))
        return folder / "ballast"

    return fill_up


@pytest.fixture
def until() -> Callable[[Callable[[], object]], None]:
    def wait(done: Callable[[], object], timeout_s: float = 10.0) -> None:
        end_s = time.monotonic() + timeout_s
        while not done():
            assert time.monotonic() < end_s, "waited in vain"
            time.sleep(0.005)

    return wait


@pytest.fixture
def python() -> Callable[..., subprocess.Popen[bytes]]:
    def start(*arguments: object) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, *map(str, arguments)])

    return start
