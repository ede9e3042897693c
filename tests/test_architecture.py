"""What may be imported from where, and what a start may load."""

import subprocess
import sys
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[1] / "src" / "coherence"


def loaded_by(statement: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{statement}\nimport sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.split(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize(
    "module",
    ["coherence.sessions.tracker", "coherence.analysis.markers", "coherence.sessions.opening"],
)
def test_the_fold_loads_nothing_heavy(module: str) -> None:
    heavy = {
        "bleak",
        "PySide6",
        "pyqtgraph",
        "pandas",
        "neurokit2",
        "matplotlib",
        "scipy",
        "bumble",
    }
    assert not loaded_by(f"import {module}") & heavy


def test_help_loads_almost_nothing() -> None:
    heavy = {"numpy", "bleak", "PySide6", "scipy", "neurokit2", "rich", "sqlite3"}
    assert not loaded_by("import coherence.cli.commands") & heavy


def test_import_contracts_hold() -> None:
    from importlinter.cli import lint_imports

    assert lint_imports(config_filename=str(SRC.parents[1] / "pyproject.toml")) == 0


def test_packages_hold_a_docstring_only() -> None:
    for init in SRC.rglob("__init__.py"):
        code = [line for line in init.read_text().splitlines() if line.strip()]
        allowed = 2 if init.parent == SRC else 1  # the version
        assert len(code) <= allowed, init


def test_every_file_says_what_lives_in_it() -> None:
    for file in SRC.rglob("*.py"):
        assert file.read_text().startswith('"""'), file


def test_void_qt_calls_do_not_eat_none() -> None:
    """PySide6 6.12 on Python 3.11 drops a reference to None at each: the interpreter aborts."""
    code = (
        "import os; os.environ['QT_QPA_PLATFORM'] = 'offscreen'\n"
        "from PySide6.QtWidgets import QApplication, QLabel\n"
        "app = QApplication([]); label = QLabel()\n"
        "for i in range(50_000): label.setText('a')\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
