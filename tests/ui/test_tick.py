"""What is chosen is told by more than a colour: a tick in its box, a line around its pill."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget
from tests.ui.desk import let_go

from coherence.ui.flow import Check
from coherence.ui.theme import DUSK, MORNING, Theme, stylesheet
from coherence.ui.tick import Tick
from coherence.ui.widgets import Pill


def shades(widget: QWidget) -> dict[str, int]:
    """How many pixels of a widget have which colour."""
    picture = widget.grab().toImage()
    counted: dict[str, int] = {}
    for x in range(picture.width()):
        for y in range(picture.height()):
            name = QColor(picture.pixel(x, y)).name().upper()
            counted[name] = counted.get(name, 0) + 1
    return counted


@pytest.mark.parametrize("make", [Tick, Check])
@pytest.mark.parametrize("theme", [DUSK, MORNING])
def test_a_ticked_box_holds_a_tick(theme: Theme, make: type[Tick]) -> None:
    box = make("Agreed")
    box.setStyleSheet(stylesheet(theme) + f"\nQCheckBox {{ background: {theme.therapist} }}")
    box.resize(200, 44)
    box.show()
    assert box.accessibleName() == "Agreed"
    empty = shades(box)
    box.setChecked(True)
    ticked = shades(box)
    assert empty.get(theme.heart, 0) == 0
    assert ticked[theme.heart] > 150  # the box is filled …
    assert 10 < ticked[theme.bg] < 100  # … and the tick is cut out of it
    let_go(box)


@pytest.mark.parametrize("theme", [DUSK, MORNING])
def test_a_pill_that_stays_pressed_has_a_line_around_it(theme: Theme) -> None:
    pill = Pill("Numbers", theme)
    pill.setCheckable(True)
    pill.resize(pill.sizeHint())
    pill.show()

    def strongest() -> int:
        """How far the edge half-way down stands out from the pill's inside."""
        picture = pill.grab().toImage()
        y = picture.height() // 2
        inside = picture.pixelColor(14, y)
        edge = [picture.pixelColor(x, y) for x in range(2, 8)]
        return max(abs(c.lightness() - inside.lightness()) for c in edge)

    before = strongest()
    pill.setChecked(True)
    assert strongest() > before + 30
    let_go(pill)
