from pathlib import Path

import pytest
from tests.cli.conftest import Coherence
from tests.practice.test_schema import SOUND

from coherence.practice.library import assessments, practices

MINE = SOUND.replace("place = 1", "")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COHERENCE_HOME", str(tmp_path))
    (tmp_path / "practices").mkdir()
    return tmp_path


def test_practices_are_listed_with_one_s_own(coherence: Coherence, home: Path) -> None:
    (home / "practices" / "x.toml").write_text(MINE)
    (home / "practices" / "y.toml").write_text("no toml")
    said = coherence("practices")
    assert said.status == 0
    assert [line.split()[0] for line in said.out.splitlines()] == [
        *(p.key for p in practices()),
        "x",
        *(p.key for p in assessments()),
    ]
    assert said.said().startswith("y.toml is not valid TOML")
    (rows,) = coherence("practices", "--json").rows()
    assert [row["key"] for row in rows][-3:] == ["x", "resonance_stepped", "resonance_sliding"]
    assert rows[0]["lengths_min"] == [5, 10, 15, 20]


def test_a_file_is_checked_before_it_is_put_there(coherence: Coherence, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(MINE)
    assert coherence("practices", tmp_path / "mine.toml").out == "mine.toml: X\n"
    (tmp_path / "mine.toml").write_text(MINE.replace("at = 50", "at = 20"))
    said = coherence("practices", tmp_path / "mine.toml")
    assert said.status == 1
    assert said.said().startswith("mine.toml, line 19: step 1.prompt 2.at has to be at least 40")
    missing = coherence("practices", tmp_path / "none.toml")
    assert missing.status == 1
    assert "cannot be read" in missing.said()


def test_one_s_own_practice_can_be_practised_in_the_terminal(
    coherence: Coherence, home: Path
) -> None:
    (home / "practices" / "x.toml").write_text(MINE)
    said = coherence(
        "live", "--simulate", "--practice", "x", "--json", "--speed", "max", "--seconds", 20
    )
    assert said.status == 0
    assert "There is no practice" not in said.err


def test_another_length_and_the_way_without_the_breath(coherence: Coherence) -> None:
    said = coherence(
        *("live", "--simulate", "--json", "--no-record", "--speed", "max"),
        *("--minutes", 5, "--without-breath"),
    )
    assert said.status == 0
    rows = said.rows()
    assert 290 < rows[-1]["t_s"] <= 300
    said_why = {row["reasons"]["guide_coherence"] for row in rows}
    assert said_why <= {"not_paced", "no_data"}  # no guide ran


def test_where_names_the_folder(coherence: Coherence, home: Path) -> None:
    (row,) = coherence("where", "--json").rows()
    assert row["practices"] == str(home / "practices")
