"""The wheel that people install: with all that is not code, and speaking German by itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import coherence

SOURCE = Path(coherence.__file__).parent
ROOT = SOURCE.parents[1]
SOME = (  # by name, too: a folder that is not there would not be missed
    *("locale/de/LC_MESSAGES/coherence.mo", "reports/page.html", "ui/fonts/Nunito-Regular.ttf"),
    *("practice/content/de/plans/critic_and_kindness.toml", "practice/content/en/grounding.toml"),
)
UV = shutil.which("uv")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if UV is None:
        pytest.skip("uv is not here: no wheel was built")
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [UV, "build", "--wheel", "--out-dir", folder, ROOT],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:  # its backend is fetched by uv
        pytest.skip(f"no wheel could be built here: {done.stderr.strip().splitlines()[-1]}")
    (made,) = folder.glob("*.whl")
    return made


@pytest.mark.slow
def test_it_holds_every_file_of_the_package(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        f"coherence/{path.relative_to(SOURCE).as_posix()}"
        for path in SOURCE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted <= held
    assert {f"coherence/{name}" for name in SOME} <= held


@pytest.mark.slow
def test_what_is_installed_from_it_speaks_german(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "there")
    environment = {"PYTHONPATH": str(tmp_path / "there"), "COHERENCE_LANGUAGE": "de"}
    environment |= {"COHERENCE_HOME": str(tmp_path / "home"), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c",
         "import coherence.cli.commands as c; print(c.__file__); c.run(['practices'])"],
        env=os.environ | environment, cwd=tmp_path,
        capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert str(tmp_path / "there") in done.stdout
    assert "Beruhigender Atemrhythmus" in done.stdout
