"""Two windows on two virtual displays, and a scripted session looked at on both."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from coherence.storage.places import places
from coherence.storage.settings import Settings, save

ROOT = Path(__file__).resolve().parents[3]
DESK = {"name": "DESK", "x": 0, "y": 0, "width": 1680, "height": 1050}
WALL = {"name": "WALL", "x": 1680, "y": 0, "width": 1920, "height": 1080}
THIRD = {"name": "THIRD", "x": 3600, "y": 0, "width": 1280, "height": 800}


def told_with(tmp_path: Path, *displays: dict[str, object], **settings: Any) -> dict[str, Any]:
    config = tmp_path / "displays.json"
    config.write_text(json.dumps({"screens": [*displays]}))
    save(Settings(first_run_done=True, **settings), places().settings)
    done = subprocess.run(
        [sys.executable, "-m", "tests.ui.room.displays"],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={config}"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_a_session_on_two_displays(tmp_path: Path) -> None:
    told = told_with(tmp_path, DESK, WALL)
    assert told["displays"] == ["DESK", "WALL"]
    assert told["therapist_on"] == "DESK"
    assert told["client_on"] == "WALL"
    assert told["client_full"]
    assert told["client_at"] == [1680, 0, 1920, 1080]
    assert told["pace_before"] == 5.5
    assert told["moments"] == ["safe place", ""]
    assert "Safe place" in told["therapist_words"]
    assert "RMSSD" in told["therapist_words"]
    for never in ("Safe place", "Marked", "RMSSD", "LF", "ms", "Kept", "Simulated"):
        assert never not in told["client_words"]
    assert told["heart_before"]
    assert not told["heart_in_pause"]
    assert not told["heart_still_in_pause"]
    assert told["covered_on_client_s"]
    assert not told["covered_on_own"]
    assert "That counts" in told["client_at_end"]
    assert told["note_at_end"] == "The session has ended"


@pytest.mark.slow
def test_the_client_s_display_is_remembered_by_its_name(tmp_path: Path) -> None:
    told = told_with(tmp_path, DESK, WALL, THIRD, client_screen="THIRD 1280x800+3600+0")
    assert told["client_on"] == "THIRD"
    assert told["therapist_on"] == "DESK"


@pytest.mark.slow
def test_if_the_client_s_display_is_the_first_the_therapist_goes_elsewhere(tmp_path: Path) -> None:
    told = told_with(tmp_path, DESK, WALL, client_screen="DESK 1680x1050+0+0")
    assert told["client_on"] == "DESK"
    assert told["therapist_on"] == "WALL"


@pytest.mark.slow
def test_with_one_display_the_client_s_screen_waits_to_be_asked_for(tmp_path: Path) -> None:
    told = told_with(tmp_path, DESK)
    assert told["client_on"] is None
    assert told["therapist_on"] == "DESK"
    assert not told["heart_in_pause"]
