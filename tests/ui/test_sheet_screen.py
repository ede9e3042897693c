"""Screens of words: nothing shines through them, and all of them can be read by keyboard."""

from __future__ import annotations

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tests.ui.desk import Key, let_go

from coherence.ui.safety import TITLE, Safety
from coherence.ui.scene.layout import WELCOME, Layout
from coherence.ui.theme import DUSK


def shown(width: int, height: int) -> Safety:
    screen = Safety(DUSK)
    screen.resize(width, height)
    screen.show()
    QApplication.processEvents()
    return screen


def test_the_moon_does_not_shine_through_the_words() -> None:
    for size, is_over in (((1024, 768), True), ((1440, 900), False)):
        screen = shown(*size)
        moon_x, moon_y = Layout(*size, frame=WELCOME).moon
        at_edge = screen._card.x() + 20  # no word stands there
        on_moon = at_edge if is_over else round(moon_x)
        assert abs(on_moon - moon_x) < Layout(*size, frame=WELCOME).radius(0.4)
        light = screen.grab().toImage().pixelColor(on_moon, round(moon_y)).lightnessF()
        assert (light < 0.2) == is_over, size
        let_go(screen)


def test_what_is_out_of_sight_is_read_by_keyboard() -> None:
    screen = shown(800, 600)
    bar = screen._area.verticalScrollBar()
    assert bar.maximum() > 0
    for key, sign in ((Key.Key_PageDown, 1), (Key.Key_Up, -1), (Key.Key_PageUp, -1)):
        before = bar.value()
        QTest.keyClick(screen, key)
        assert (bar.value() - before) * sign > 0
    assert bar.value() == 0
    assert screen.accessibleName() == TITLE
    assert screen._area.horizontalScrollBar().maximum() == 0  # the words fit to the side
    let_go(screen)
