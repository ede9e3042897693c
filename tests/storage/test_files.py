"""A file takes another's place whole, and only where a file belongs."""

import os
import sys
from pathlib import Path

import pytest

from coherence.storage.errors import StorageError, plainly
from coherence.storage.files import replacing

LINKS = pytest.mark.skipif(sys.platform == "win32", reason="Windows asks for a right to make links")


def write(file: Path, text: str) -> None:
    with plainly(file), replacing(file) as new:
        new.write_text(text)


@LINKS
def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path) -> None:
    far, link = tmp_path / "stick" / "real.json", tmp_path / "home" / "settings.json"
    write(far, "old")
    write(tmp_path / "home" / "other", "")
    link.symlink_to(far)
    write(link, "new")
    assert link.is_symlink()
    assert (far.read_text(), [each.name for each in far.parent.iterdir()]) == ("new", ["real.json"])


@LINKS
def test_a_link_to_what_is_not_there_yet_and_one_that_leads_round(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "later")
    write(tmp_path / "link", "now")
    assert (tmp_path / "later").read_text() == "now"
    (tmp_path / "round").symlink_to(tmp_path / "round")
    write(tmp_path / "round", "whole")  # led nowhere: nothing is lost by it
    assert (tmp_path / "round").read_text() == "whole"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_or_a_device_is_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(StorageError, match="it is no file"):
        write(pipe, "lost")
    assert pipe.is_fifo()
    assert list(tmp_path.glob(".pipe*")) == []


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(StorageError, match="folder is in the way"):
        write(tmp_path / "folder", "lost")
    assert list(tmp_path.glob(".folder*")) == []
