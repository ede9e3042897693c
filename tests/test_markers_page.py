"""docs/markers.md is what the registry says now, and says all of it."""

from pathlib import Path

from coherence.analysis.markers import MARKERS
from coherence.analysis.markers_page import GROUPS, REASONS, page
from coherence.model import Reason

PAGE = Path(__file__).resolve().parents[1] / "docs" / "markers.md"


def test_the_page_is_fresh() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == page(), "run: python -m coherence.analysis.markers_page"


def test_every_marker_is_in_it_once() -> None:
    assert sorted(m.key for _, group in GROUPS for m in group) == sorted(m.key for m in MARKERS)
    text = page()
    for marker in MARKERS:
        assert text.count(f"\n`{marker.key}`") == 1
        assert marker.meaning in text
        assert marker.citation in text


def test_every_reason_is_explained() -> None:
    assert set(REASONS) == set(Reason)
