import os
from pathlib import Path

import pytest
from tests.practice.test_schema import SOUND

from coherence.practice.library import library, practices

MINE = SOUND.replace("place = 1", "")


def test_one_s_own_files_come_after_ours(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(MINE)
    (tmp_path / "notes.txt").write_text("not a practice")
    there = library(tmp_path)
    assert there.troubles == ()
    assert [each.key for each in there.practices] == [*(each.key for each in practices()), "x"]
    assert there.get("x") is not None
    assert there.get("y") is None


def test_a_broken_file_is_told_with_its_line_and_hides_no_other(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(MINE.replace("seconds = 120", "seconds = -1"))
    (tmp_path / "b.toml").write_text("this is [ no toml")
    (tmp_path / "c.toml").write_bytes(b'key = "x"\ntitle = "\xff"\n')
    (tmp_path / "d.toml").mkdir()
    (tmp_path / "x.toml").write_text(MINE)
    (tmp_path / "y.toml").write_text(MINE)
    there = library(tmp_path)
    assert len(there.practices) == len(practices()) + 1
    a, b, c, d, y = there.troubles
    assert a.startswith("a.toml, line 13: step 1.seconds has to be more than 0")
    assert b.startswith("b.toml is not valid TOML")
    assert "line 1" in b
    assert c == "c.toml, line 2 is not UTF-8 text: save it as UTF-8."
    assert d.startswith("d.toml cannot be read")
    assert y.startswith("y.toml has the same key as x.toml (x)")
    for said in there.troubles:
        assert said.endswith(".")
        assert "\n" not in said


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_folder_that_cannot_be_read_is_as_none(tmp_path: Path) -> None:
    tmp_path.chmod(0)
    try:
        assert library(tmp_path).practices == practices()
    finally:
        tmp_path.chmod(0o700)


def test_no_folder_is_no_trouble(tmp_path: Path) -> None:
    assert library(tmp_path / "none").practices == practices()
    assert library(tmp_path / "none").troubles == ()


def test_a_file_with_the_key_of_ours_takes_its_place(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(MINE.replace('"x"', '"grounding"', 1))
    there = library(tmp_path)
    assert len(there.practices) == len(practices())
    assert there.get("grounding").title == "X"


def test_a_therapist_s_pack_opens_a_practice(tmp_path: Path) -> None:
    (tmp_path / "pack.toml").write_text('therapist = "somebody"\nopens = ["inner_critic"]\n')
    assert library(tmp_path).opened == {"inner_critic"}
    assert library(tmp_path).practices == practices()
