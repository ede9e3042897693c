"""docs/validation.md and its plots are what a run over the recordings gives now."""

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "validation.md"
NUMBER = re.compile(r"[-+]?\d+\.\d+")
IMAGE = re.compile(r"!\[([^\]]+)\]\(([^)]+)\)")
SVG = "{http://www.w3.org/2000/svg}"


def agrees(written: str, made: str, *, rel: float, off: float) -> None:
    """The words are the same; another processor may round a last digit otherwise."""
    again = "run: python -m benchmarks.validation"
    assert NUMBER.sub("#", made) == NUMBER.sub("#", written), again
    for before, after in zip(NUMBER.findall(written), NUMBER.findall(made), strict=True):
        assert float(after) == pytest.approx(float(before), rel=rel, abs=off), again


def test_the_page_and_its_plots_are_fresh(data: Path, tmp_path: Path) -> None:
    made = tmp_path / "validation.md"
    blind = {key: value for key, value in os.environ.items() if "DISPLAY" not in key}
    said = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "benchmarks.validation", str(made)],
        check=True,
        cwd=ROOT,
        env=blind | {"COHERENCE_DATA": str(data)},
        capture_output=True,
        text=True,
    )
    assert "matplotlib" not in said.stderr
    agrees(PAGE.read_text(encoding="utf-8"), made.read_text(encoding="utf-8"), rel=2e-3, off=2e-3)
    written = sorted(path.name for path in (ROOT / "docs" / "validation").iterdir())
    assert written == sorted(path.name for path in (tmp_path / "validation").iterdir())
    for name in written:
        kept = (ROOT / "docs" / "validation" / name).read_text(encoding="utf-8")
        now = (tmp_path / "validation" / name).read_text(encoding="utf-8")
        agrees(kept, now, rel=2e-3, off=0.35)  # a third of a pixel


def test_each_plot_is_a_whole_picture_that_says_what_it_shows() -> None:
    shown = {path: text for text, path in IMAGE.findall(PAGE.read_text(encoding="utf-8"))}
    assert set(shown) == {f"validation/{name}.svg" for name in ("kubios", "verdicts", "tones")}
    for path, text in shown.items():
        root = ElementTree.parse(PAGE.parent / path).getroot()
        width, height = (float(root.attrib[side]) for side in ("width", "height"))
        assert root.attrib["role"] == "img"
        title, said = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
        assert title is not None
        assert said is not None
        assert text == f"{title.text}: {said.text}"
        marks = [*root.iter(f"{SVG}circle"), *root.iter(f"{SVG}polygon")]
        assert len(marks) > 10
        for mark in root.iter(f"{SVG}circle"):
            assert 0 < float(mark.attrib["cx"]) < width
            assert 0 < float(mark.attrib["cy"]) < height
