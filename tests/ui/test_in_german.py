"""German on every screen: nothing is cut. In a process of its own: words are read at import."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.ui.test_longer_words import SCREENS
from tests.ui.with_records import WITH_RECORDS


def told_by(program: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", f"tests.ui.{program}"],
        cwd=Path(__file__).resolve().parents[2],
        env=os.environ | {"COHERENCE_HOME": "/home/someone/.local/share/coherence"},  # only shown
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_no_german_word_is_cut() -> None:
    told = told_by("in_german")
    assert told["screens"] == sorted((*SCREENS, *WITH_RECORDS))
    assert told["said"]["language"] == "de"
    assert told["said"]["pause"].startswith("Wir ruhen hier")
    assert told["said"]["practice"] == "Beruhigender Atemrhythmus"
    assert told["cut"] == {}


@pytest.mark.slow
def test_every_word_of_the_window_can_be_said_in_another_language() -> None:
    told = told_by("in_pseudo")
    assert told["unmarked"] == {}
    assert told["said"] > 1000
