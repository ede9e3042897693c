"""Colours against the computed numbers of the design, letters, and the controls made of them."""

from __future__ import annotations

import colorsys
from dataclasses import fields
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QPoint, QSize, Qt, qInstallMessageHandler
from PySide6.QtGui import QAccessible, QColor, QFontInfo, QFontMetricsF, QImage, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from coherence.ui import theme as theme_module
from coherence.ui.theme import (
    BOLD,
    DUSK,
    LIGHT,
    MORNING,
    REGULAR,
    SEMIBOLD,
    TEXT_SCALES,
    Theme,
    alpha,
    chosen_theme,
    contrast,
    css,
    font,
    ramp,
    rgb,
    stylesheet,
    system_asks_for_contrast,
    system_theme,
)
from coherence.ui.widgets import Card, Label, Pill, Row

# WCAG ratios on bg, as the design document prints them
PRINTED = [
    *[(DUSK, "bg", tone, ratio) for tone, ratio in
      (("hi", 15.7), ("mid", 10.6), ("low", 6.9), ("heart", 10.4), ("breath", 11.4),
       ("therapist", 9.1), ("ok", 11.0), ("guide", 5.5))],
    (DUSK, "raised", "low", 4.7),
    *[(MORNING, "bg", tone, ratio) for tone, ratio in
      (("hi", 12.5), ("mid", 7.4), ("low", 5.4), ("heart", 5.3), ("breath", 3.7),
       ("breath_text", 5.1), ("therapist", 4.8), ("ok", 5.3), ("guide", 3.6))],
]  # fmt: skip


@pytest.mark.parametrize(("theme", "ground", "tone", "ratio"), PRINTED)
def test_contrasts_are_the_printed_ones(theme: Theme, ground: str, tone: str, ratio: float) -> None:
    assert contrast(getattr(theme, tone), getattr(theme, ground)) == pytest.approx(ratio, abs=0.06)


@pytest.mark.parametrize("theme", [DUSK, MORNING])
def test_words_can_be_read_on_every_surface(theme: Theme) -> None:
    for tone in ("hi", "mid", "low", "heart", "breath_text", "therapist", "ok"):
        for ground in ("bg", "surface"):
            assert contrast(getattr(theme, tone), getattr(theme, ground)) >= 4.5, (tone, ground)
    assert contrast(theme.on_primary, theme.primary) >= 4.5
    assert contrast(theme.focus, theme.bg) >= 3.0
    for band in theme.bands:
        assert contrast(theme.mid, band) >= 4.5


@pytest.mark.parametrize("theme", [DUSK, MORNING])
def test_what_can_be_filled_in_or_moved_stands_out(theme: Theme) -> None:
    for ground in ("bg", "surface"):
        assert contrast(theme.edge, getattr(theme, ground)) >= 3.0, ground


@pytest.mark.parametrize("theme", [DUSK.scaled(1.3), MORNING])
def test_who_asks_the_system_for_contrast_gets_it(
    theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert chosen_theme(theme.name, theme.text_scale) == theme
    monkeypatch.setattr(theme_module, "system_asks_for_contrast", lambda: True)
    strong = chosen_theme(theme.name, theme.text_scale)
    assert strong == theme.stronger() != theme
    for ground in ("bg", "surface"):
        for tone in ("hi", "mid", "low"):
            assert contrast(getattr(strong, tone), getattr(strong, ground)) >= 7.0, (tone, ground)
        for tone in ("line", "edge", "guide", "breath", "heart"):
            assert contrast(getattr(strong, tone), getattr(strong, ground)) >= 4.5, (tone, ground)
    assert strong.other().strong
    assert strong.other().other() == strong
    assert not any(other.strong for other in (DUSK, MORNING, theme.other()))


@pytest.mark.parametrize("strong", [False, True])
def test_qt_is_asked_for_the_contrast(monkeypatch: pytest.MonkeyPatch, strong: bool) -> None:
    wish = Qt.ContrastPreference.HighContrast if strong else Qt.ContrastPreference.NoPreference
    hints = SimpleNamespace(accessibility=lambda: SimpleNamespace(contrastPreference=lambda: wish))
    application = SimpleNamespace(styleHints=lambda: hints)
    monkeypatch.setattr(theme_module, "QGuiApplication", application)
    assert system_asks_for_contrast() is strong
    monkeypatch.setattr(application, "styleHints", SimpleNamespace)  # Qt before 6.10
    assert not system_asks_for_contrast()


def _colours(theme: Theme) -> list[str]:
    values = [getattr(theme, field.name) for field in fields(theme)]
    flat = [part for value in values for part in (value if isinstance(value, tuple) else (value,))]
    return [part for part in flat if isinstance(part, str) and part.startswith("#")]


@pytest.mark.parametrize("theme", [DUSK, MORNING])
def test_nothing_is_red(theme: Theme) -> None:
    for colour in _colours(theme):
        red, green, blue = (part / 255 for part in rgb(colour))
        hue, _, saturation = colorsys.rgb_to_hls(red, green, blue)
        assert not (saturation > 0.35 and (hue < 20 / 360 or hue > 330 / 360)), colour


def test_light_reads_without_hue() -> None:
    """L* of the dusk ramp rises all the way: 65, 80, 91 as printed."""

    def lightness(colour: str) -> float:
        y = 1.05 / contrast(colour, "#FFFFFF") - 0.05
        return 116 * y ** (1 / 3) - 16

    steps = [lightness(ramp(DUSK.light, i / 20)) for i in range(21)]
    assert steps == sorted(steps)
    assert [steps[0], steps[10], steps[20]] == pytest.approx([65, 80, 91], abs=1)


def test_ramp_ends_where_its_stops_end() -> None:
    assert [ramp(DUSK.light, at) for at in (-1.0, 0.0, 0.5, 1.0, 2.0)] == [
        DUSK.light[0], *DUSK.light, DUSK.light[2],
    ]  # fmt: skip


def test_colours_at_an_opacity() -> None:
    assert alpha("#F4CB8C", 0.5).getRgb()[:3] == (244, 203, 140)
    assert alpha("#F4CB8C", 1.7).alpha() == 255
    assert css("#0F1A2B", 0.62) == "rgba(15, 26, 43, 158)"


def test_letters_are_nunito_in_four_weights() -> None:
    widths = []
    for weight in (LIGHT, REGULAR, SEMIBOLD, BOLD):
        made = font(40, weight)
        assert QFontInfo(made).family().startswith("Nunito")
        widths.append(QFontMetricsF(made).horizontalAdvance("Breathe in, and out"))
    assert len({round(width, 1) for width in widths}) == 4
    assert widths == sorted(widths)


def test_letters_grow_and_are_never_too_small() -> None:
    assert font(9).pixelSize() == 12
    assert font(20, scale=1.5).pixelSize() == 30
    assert DUSK.larger(1).text_scale > 1.0 > DUSK.larger(-1).text_scale
    assert DUSK.larger(99).text_scale == TEXT_SCALES[-1]
    assert DUSK.scaled(1.07).larger(1).text_scale in TEXT_SCALES


def test_themes_by_name_and_by_system(monkeypatch: pytest.MonkeyPatch) -> None:
    assert chosen_theme("morning", 1.3) == MORNING.scaled(1.3)
    assert DUSK.scaled(1.3).other() == MORNING.scaled(1.3)
    for scheme, theme in ((Qt.ColorScheme.Light, MORNING), (Qt.ColorScheme.Dark, DUSK),
                          (Qt.ColorScheme.Unknown, DUSK)):  # fmt: skip
        hints = SimpleNamespace(colorScheme=lambda scheme=scheme: scheme)
        fake = SimpleNamespace(styleHints=lambda hints=hints: hints)
        monkeypatch.setattr(theme_module, "QGuiApplication", fake)
        assert system_theme() is theme
        assert chosen_theme("system").name == theme.name


def test_qt_understands_the_style_sheets() -> None:
    said: list[str] = []
    before = qInstallMessageHandler(lambda kind, where, text: said.append(text))
    try:
        for theme in (DUSK, MORNING):
            field = QLineEdit()
            field.setStyleSheet(stylesheet(theme))
            field.grab()
    finally:
        qInstallMessageHandler(before)
    assert not said


# --- the controls ---------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", TEXT_SCALES)
def test_targets_are_large_enough(scale: float) -> None:
    pill = Pill("M", DUSK.scaled(scale))
    assert pill.sizeHint().width() >= 44
    assert pill.sizeHint().height() >= 44
    assert Row("Soothing rhythm", "10 minutes", DUSK.scaled(scale)).sizeHint().height() >= 44


def _painted(widget: QWidget, ground: str, size: QSize | None = None) -> QImage:
    widget.resize(widget.sizeHint() if size is None else size)
    image = QImage(widget.size(), QImage.Format.Format_RGB32)
    image.fill(QColor(ground))
    widget.render(image, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
    return image


def _near(colour: QColor, wanted: str) -> bool:
    return all(abs(a - b) < 26 for a, b in zip(colour.getRgb()[:3], rgb(wanted), strict=True))


@pytest.mark.parametrize("theme", [DUSK, MORNING])
@pytest.mark.parametrize("primary", [False, True])
def test_what_has_the_keyboard_wears_a_honey_ring(
    theme: Theme, primary: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    pill = Pill("Pause", theme, primary=primary)
    ring = [(x, y) for y in (0, 1) for x in range(40, 60)]
    plain = _painted(pill, theme.bg)
    assert not any(_near(plain.pixelColor(x, y), theme.focus) for x, y in ring)
    monkeypatch.setattr(Pill, "hasFocus", lambda self: True)
    focused = _painted(pill, theme.bg)
    assert all(_near(focused.pixelColor(x, y), theme.focus) for x, y in ring)
    gap = focused.pixelColor(focused.width() // 2, 2)  # the ring stands off a honey button
    assert primary is False or not _near(gap, theme.primary) or theme.primary != theme.focus


def test_controls_take_another_theme_and_fade() -> None:
    pill, label = Pill("Begin", DUSK, primary=True), Label("Strap steady", DUSK, dot="ok")
    assert _near(_painted(pill, DUSK.bg).pixelColor(20, 25), DUSK.primary)
    pill.set_theme(MORNING.scaled(1.5))
    assert _near(_painted(pill, MORNING.bg).pixelColor(20, 35), MORNING.primary)
    assert pill.font().pixelSize() == 22
    label.set_theme(MORNING)
    label.set_opacity(0.25)
    assert label.palette().windowText().color().alphaF() == pytest.approx(0.25, abs=0.01)
    assert label.accessibleName() == "Strap steady"


def test_rows_are_one_choice_by_keyboard() -> None:
    holder = QWidget()
    column = QVBoxLayout(holder)
    rows = [Row(name, "10 minutes", DUSK) for name in ("One", "Two", "Three")]
    for row in rows:
        column.addWidget(row)
    rows[0].setChecked(True)
    holder.show()
    holder.activateWindow()
    assert QTest.qWaitForWindowActive(holder)
    rows[0].setFocus()
    QTest.keyClick(rows[0], Qt.Key.Key_Down)
    assert [row.isChecked() for row in rows] == [False, True, False]
    rows[2].setFocus()
    QTest.keyClick(rows[2], Qt.Key.Key_Space)
    assert [row.isChecked() for row in rows] == [False, False, True]
    QTest.mouseClick(rows[0], Qt.MouseButton.LeftButton)  # anywhere on the row
    assert rows[0].isChecked()
    said = QAccessible.queryAccessibleInterface(rows[0])
    assert said.role() == QAccessible.Role.RadioButton
    assert said.text(QAccessible.Text.Name) == "One"
    assert said.text(QAccessible.Text.Description) == "10 minutes"


def test_a_row_may_hold_an_action_of_its_own() -> None:
    change = Pill("Change", DUSK)
    row = Row("A strap", "Heart found", DUSK, action=change)
    pressed: list[bool] = []
    change.clicked.connect(lambda: pressed.append(True))
    row.resize(480, row.sizeHint().height())
    row.show()
    assert row.rect().contains(change.geometry())
    QTest.mouseClick(change, Qt.MouseButton.LeftButton)
    assert pressed
    assert not row.isChecked()


def test_a_row_that_wraps_paints_all_of_its_line() -> None:
    """Two lines that differ only in their end look alike where they are cut, and not wrapped."""
    said = "begins at your breath, invites it to be slower, and waits for as long as you "

    def row(end: str, wraps: bool) -> Row:
        made = Row("Follow me", said + end, DUSK)
        if wraps:
            made.wrap_at(400)
        return made

    def painted(end: str, *, wraps: bool) -> QImage:
        made = row(end, wraps)
        return _painted(made, DUSK.bg, QSize(400, made.sizeHint().height()))

    assert painted("need", wraps=False) == painted("like", wraps=False)
    assert painted("need", wraps=True) != painted("like", wraps=True)
    assert row("need", True).sizeHint().height() > row("need", False).sizeHint().height()
    short = Row("Follow me", "waits for you", DUSK)
    before = short.sizeHint().height()
    short.wrap_at(400)
    assert short.sizeHint().height() == before


def test_cards_paint_their_surface() -> None:
    image = _painted(Card(MORNING), MORNING.bg, QSize(80, 60))
    assert image.pixelColor(40, 30) == QColor(MORNING.surface)
    assert image.pixelColor(0, 0) == QColor(MORNING.bg)  # round corners
