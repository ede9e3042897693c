"""docs/validation.md is what a run over the recordings gives now."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NUMBER = re.compile(r"[-+]?\d+\.\d+")


def test_the_page_is_fresh(data: Path, tmp_path: Path) -> None:
    written = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
    made = tmp_path / "validation.md"
    subprocess.run(
        [sys.executable, "-m", "benchmarks.validation", str(made)],
        check=True,
        cwd=ROOT,
        env=os.environ | {"COHERENCE_DATA": str(data)},
    )
    now = made.read_text(encoding="utf-8")
    assert NUMBER.sub("#", now) == NUMBER.sub("#", written), "run: python -m benchmarks.validation"
    # Another processor may round a last digit otherwise.
    for before, after in zip(NUMBER.findall(written), NUMBER.findall(now), strict=True):
        assert float(after) == pytest.approx(float(before), rel=2e-3, abs=2e-3)
