"""Letters half as large again, in small windows: nothing is out of reach."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from tests.ui import test_longer_words, with_records
from tests.ui.clipping import clipped
from tests.ui.desk import let_go

from coherence.ui.area import Area
from coherence.ui.sheet_screen import SheetScreen
from coherence.ui.theme import DUSK, MORNING

SHOWN = ("one session", "pack", "taking")


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (with_records, test_longer_words):
        monkeypatch.setattr(module, "DUSK", DUSK.scaled(1.5))
    monkeypatch.setattr(with_records, "MORNING", MORNING.scaled(1.5))


def brought(name: str, size: tuple[int, int]) -> tuple[QWidget, Callable[[], object]]:
    made, end = with_records.WITH_RECORDS[name]()
    with_records.at_size(made, size)
    for _ in range(3):
        QApplication.processEvents()
    return made, end


@pytest.mark.parametrize("name", SHOWN)
def test_nothing_is_cut_in_a_laptop_s_window(name: str) -> None:
    made, end = brought(name, (1366, 728))
    found = clipped(made)
    end()
    let_go(made)
    assert found == []


@pytest.mark.parametrize("name", SHOWN)
def test_in_the_least_window_what_is_too_wide_can_be_moved_to(name: str) -> None:
    made, end = brought(name, (800, 600))
    areas: list[QScrollArea] = [a for a in made.findChildren(Area) if a.isVisibleTo(made)]
    if isinstance(made, SheetScreen):
        areas.append(made._area)
    assert areas
    for area in areas:
        inside, bar = area.widget(), area.horizontalScrollBar()
        assert inside is not None
        assert bar.maximum() >= inside.width() - area.viewport().width()
        assert bar.isVisibleTo(made) is (bar.maximum() > 0)
    end()
    let_go(made)
