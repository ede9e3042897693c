from pathlib import Path

import pytest

from coherence.storage.places import places


def test_one_variable_moves_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COHERENCE_HOME", str(tmp_path / "here"))
    where = places()
    assert where.store == tmp_path / "here" / "coherence.db"
    assert where.settings == tmp_path / "here" / "settings.json"
    assert where.backups == tmp_path / "here" / "backups"
    assert where.log == tmp_path / "here" / "log"
    assert not (tmp_path / "here").exists(), "asking makes nothing"


def test_otherwise_the_system_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COHERENCE_HOME")
    where = places()
    for folder in (where.data, where.config, where.log):
        assert folder.is_absolute()
        assert "coherence" in folder.parts
