"""The bars of `benchmarks/resonance.py`, on fewer wearers than it takes by itself."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.assessed import DOES_NOT_FOLLOW, ECTOPICS, NO_RESONANCE

ROOT = Path(__file__).resolve().parents[2]
WEARERS = "100" if os.environ.get("COHERENCE_LONG") else "24"


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_assessments_come_as_near_as_they_promise() -> None:
    """Stepped within 0.5, sliding within 0.6 of 95 %; the other wearers are told as such."""
    command = [sys.executable, "-m", "benchmarks.resonance", "--wearers", WEARERS, "--json"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    groups = json.loads(run.stdout)
    for group in groups:
        if group["wearers"] == "resonance 4.5 to 6.5":
            assert group["within_bar"] >= 0.95, group
            assert group["within_bar"] >= group["published_within_bar"], group  # it gains by it
        elif group["wearers"] in DOES_NOT_FOLLOW:
            assert set(group["outcomes"]) == {"not_following"}, group
        elif group["wearers"] in NO_RESONANCE:
            assert set(group["outcomes"]) == {"no_clear_resonance"}, group
        elif group["wearers"] in ECTOPICS:
            assert group["outcomes"]["too_irregular"] > 0, group
            assert group["largest_error_bpm"] <= 0.6, group
    assert run.returncode == 0
