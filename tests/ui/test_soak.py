"""An hour's session does not grow a frame's cost, nor memory without bound."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SOAKED = Path(__file__).with_name("soaked.py")
MOST_GROWTH = 1.3
MOST_MB = 40.0


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_an_hour_does_not_grow_a_frame() -> None:
    run = subprocess.run(
        [sys.executable, SOAKED, "3600"],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True, text=True, check=True, timeout=390,
    )  # fmt: skip
    first, second, _, last = json.loads(run.stdout)
    assert last["minute"] == 60.0
    assert last["frame_ms"] <= MOST_GROWTH * min(first["frame_ms"], second["frame_ms"])
    # the heart's picture is kept, so this is the curve of coherence: full of points in 15 minutes
    assert last["plots_ms"] <= 2.0 * second["plots_ms"]
    assert last["rss_mb"] - first["rss_mb"] < MOST_MB
