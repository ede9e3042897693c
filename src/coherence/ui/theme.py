"""Colours, type and style sheets: two themes, dusk and morning, and the bundled Nunito."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication

FAMILY = "Nunito"
SMALLEST_PX = 12
LIGHT, REGULAR, SEMIBOLD, BOLD = 300, 400, 600, 700
TEXT_SCALES = (0.85, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0)
_FONTS = Path(__file__).parent / "fonts"


@dataclass(frozen=True, slots=True)
class Theme:
    """Every colour a screen may use, as ``#RRGGBB``, and how large its letters are."""

    name: str
    dark: bool
    # surfaces
    bg: str
    surface: str
    raised: str
    line: str
    edge: str  # of what can be filled in or moved: stands out from any surface, 3 to 1
    # text
    hi: str
    mid: str
    low: str
    # meanings; each is also said by a word or a shape
    heart: str
    breath: str  # lines and shapes
    breath_text: str
    therapist: str
    ok: str
    guide: str  # always dotted
    focus: str
    primary: str
    on_primary: str
    bands: tuple[str, str, str]  # arriving, settling, in rhythm
    # the scene
    sky: tuple[str, str, str, str]  # at SKY_STOPS
    water: tuple[str, str, str]  # at WATER_STOPS
    light: tuple[str, str, str]  # the moon at no light, half, full
    orb_core: str
    halo_outer: str
    # glass over the scene: the veil's colour and how much of it
    veil: str
    card_veil: float
    pill_veil: float
    edge_veil: float
    text_scale: float = 1.0
    strong: bool = False  # for who asks their system for more contrast

    def font(self, px: float, weight: int = REGULAR) -> QFont:
        return font(px, weight, self.text_scale)

    def scaled(self, text_scale: float) -> Theme:
        return replace(self, text_scale=text_scale)

    def larger(self, steps: int) -> Theme:
        """The same theme with letters ``steps`` sizes larger (or smaller)."""
        nearest = min(TEXT_SCALES, key=lambda scale: abs(scale - self.text_scale))
        wanted = TEXT_SCALES.index(nearest) + steps
        return self.scaled(TEXT_SCALES[max(0, min(wanted, len(TEXT_SCALES) - 1))])

    def other(self) -> Theme:
        """The other theme, with letters of the same size and as much contrast."""
        other = (MORNING if self.dark else DUSK).scaled(self.text_scale)
        return other.stronger() if self.strong else other

    def stronger(self) -> Theme:
        """The same theme with clearer words, edges and grounds."""
        return replace(
            self, strong=True, low=self.mid, mid=self.hi, line=self.low, edge=self.mid,
            guide=self.low, breath=self.breath_text, edge_veil=0.6,
        )  # fmt: skip


SKY_STOPS = (0.0, 0.42, 0.84, 1.0)
WATER_STOPS = (0.0, 0.5, 1.0)

DUSK = Theme(
    name="dusk",
    dark=True,
    bg="#0F1A2B",
    surface="#1A2A40",
    raised="#243850",
    line="#2C415B",
    edge="#647B95",
    hi="#EFF3F6",
    mid="#BECBD8",
    low="#93A5B8",
    heart="#86D6C9",
    breath="#F4CB8C",
    breath_text="#F4CB8C",
    therapist="#BDB5EC",
    ok="#B6D7A0",
    guide="#7C93AD",
    focus="#F4CB8C",
    primary="#F4CB8C",
    on_primary="#12202F",
    bands=("#1E2E45", "#22384C", "#274350"),
    sky=("#0C1626", "#14253A", "#243F57", "#3B5A6C"),
    water=("#25485A", "#14293C", "#0B1727"),
    light=("#8E9CC4", "#86D6C9", "#F6E3B4"),
    orb_core="#FFF9EA",
    halo_outer="#4FA7A8",
    veil="#FFFFFF",
    card_veil=0.05,
    pill_veil=0.10,
    edge_veil=0.14,
)

MORNING = Theme(
    name="morning",
    dark=False,
    bg="#F7F4EE",
    surface="#FFFFFF",
    raised="#FFFFFF",
    line="#E3DCD0",
    edge="#818D96",
    hi="#1F2F3A",
    mid="#41525E",
    low="#566671",
    heart="#17706E",
    breath="#B26E22",
    breath_text="#95591A",
    therapist="#6C60B8",
    ok="#3F7047",
    guide="#74838F",
    focus="#B26E22",
    primary="#17706E",
    on_primary="#FFFFFF",
    bands=("#F6F3EC", "#EEF3EF", "#E1EEEB"),
    sky=("#E9EEF0", "#F3EEE6", "#FAEBD6", "#FBDFC0"),
    water=("#D7E3E0", "#C3D9D9", "#B4CFD1"),
    light=("#C3C6D6", "#F2D9AE", "#F8D08F"),
    orb_core="#FFFDF6",
    halo_outer="#F7C98C",
    veil="#FFFFFF",
    card_veil=0.55,
    pill_veil=0.62,
    edge_veil=0.12,  # drawn in the text colour: white edges do not show on a light ground
)

THEMES = (DUSK, MORNING)


def system_theme() -> Theme:
    """Morning where the system asks for light colours, otherwise dusk."""
    light = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Light
    return MORNING if light else DUSK


def chosen_theme(name: str, text_scale: float = 1.0) -> Theme:
    """The theme of that name; anything else ("system") follows the system."""
    known = {theme.name: theme for theme in THEMES}
    theme = (known.get(name) or system_theme()).scaled(text_scale)
    return theme.stronger() if system_asks_for_contrast() else theme


def system_asks_for_contrast() -> bool:
    """Whether the system asks for high contrast; no where Qt (before 6.10) cannot tell."""
    hints = QGuiApplication.styleHints()
    if not hasattr(hints, "accessibility"):
        return False
    return hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast


# --- type -----------------------------------------------------------------------------------------


def load_fonts() -> None:
    """Make the bundled Nunito known to Qt; call once, after the application was made."""
    if FAMILY not in QFontDatabase.families():
        for file in sorted(_FONTS.glob("*.ttf")):
            QFontDatabase.addApplicationFont(str(file))


def font(px: float, weight: int = REGULAR, scale: float = 1.0) -> QFont:
    """Nunito at ``px`` logical pixels times ``scale``, never under 12; other scripts fall back."""
    chosen = QFont(FAMILY)
    chosen.setPixelSize(max(SMALLEST_PX, round(px * scale)))
    chosen.setWeight(QFont.Weight(weight))
    chosen.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return chosen


# --- colours --------------------------------------------------------------------------------------

Rgb = tuple[float, float, float]  # 0 to 255


def rgb(colour: str) -> Rgb:
    """Red, green and blue of a colour.

    >>> rgb("#F4CB8C")
    (244.0, 203.0, 140.0)
    """
    return float(int(colour[1:3], 16)), float(int(colour[3:5], 16)), float(int(colour[5:7], 16))


def mix(a: str, b: str, share: float) -> str:
    """The colour ``share`` (0 to 1) of the way from ``a`` to ``b``.

    >>> mix("#000000", "#FFFFFF", 0.5)
    '#808080'
    """
    parts = (round(x + (y - x) * share) for x, y in zip(rgb(a), rgb(b), strict=True))
    return "#{:02X}{:02X}{:02X}".format(*parts)


def ramp(stops: Sequence[str], at: float) -> str:
    """The colour ``at`` (0 to 1) along evenly spaced ``stops``.

    >>> ramp(("#000000", "#808080", "#FFFFFF"), 0.5)
    '#808080'
    """
    place = max(0.0, min(1.0, at)) * (len(stops) - 1)
    i = min(int(place), len(stops) - 2)
    return mix(stops[i], stops[i + 1], place - i)


def alpha(colour: str, opacity: float) -> QColor:
    """``colour`` at ``opacity`` (0 to 1), for painting."""
    made = QColor(colour)
    made.setAlphaF(max(0.0, min(1.0, opacity)))
    return made


def css(colour: str, opacity: float = 1.0) -> str:
    """``colour`` at ``opacity`` for a style sheet.

    >>> css("#FFFFFF", 0.5)
    'rgba(255, 255, 255, 128)'
    """
    r, g, b = (int(part) for part in rgb(colour))
    return f"rgba({r}, {g}, {b}, {round(255 * opacity)})"


def contrast(a: str, b: str) -> float:
    """WCAG 2 contrast ratio of two colours, 1 to 21.

    >>> contrast("#000000", "#FFFFFF")
    21.0
    """
    lighter, darker = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    def linear(part: float) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    r, g, b = (linear(part) for part in rgb(colour))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


# --- style sheets ---------------------------------------------------------------------------------


def stylesheet(theme: Theme) -> str:
    """For Qt's own controls (fields, lists, sliders, ticks): ours paint themselves."""
    px = max(SMALLEST_PX, round(15 * theme.text_scale))
    return f"""
* {{ font-family: "{FAMILY}"; font-size: {px}px; color: {theme.hi}; }}
QToolTip {{ background: {theme.raised}; color: {theme.hi}; border: 1px solid {theme.line};
  padding: 6px; }}
QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox {{
  background: {theme.bg}; border: 1px solid {theme.edge}; border-radius: 12px;
  padding: 5px 13px; min-height: 34px; selection-background-color: {theme.heart};
  selection-color: {theme.bg}; placeholder-text-color: {theme.low}; }}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus,
QComboBox:focus {{ border: 2px solid {theme.focus}; padding: 4px 12px; }}
QComboBox::drop-down {{ border: none; width: 28px; }}
QComboBox QAbstractItemView, QMenu {{ background: {theme.raised}; border: 1px solid {theme.line};
  selection-background-color: {css(theme.heart, 0.25)}; selection-color: {theme.hi};
  outline: none; }}
QCheckBox {{ alternate-background-color: {theme.bg}; }}
QCheckBox, QRadioButton {{ min-height: 44px; spacing: 12px; border: 2px solid transparent;
  border-radius: 10px; padding: 0 6px; }}
QCheckBox:focus, QRadioButton:focus {{ border: 2px solid {theme.focus}; }}
QCheckBox::indicator, QRadioButton::indicator {{ width: 18px; height: 18px;
  border: 2px solid {theme.low}; background: {theme.bg}; }}
QCheckBox::indicator {{ border-radius: 6px; }}
QRadioButton::indicator {{ border-radius: 11px; }}
QCheckBox::indicator:checked, QRadioButton::indicator:checked {{ background: {theme.heart};
  border-color: {theme.heart}; }}
QSlider {{ min-height: 44px; border: 2px solid transparent; border-radius: 10px; }}
QSlider:focus {{ border: 2px solid {theme.focus}; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {theme.edge}; }}
QSlider::sub-page:horizontal {{ height: 4px; border-radius: 2px; background: {theme.heart}; }}
QSlider::handle:horizontal {{ width: 18px; height: 18px; margin: -7px 0; border-radius: 9px;
  background: {theme.hi if theme.dark else theme.surface}; border: 2px solid {theme.heart}; }}
QScrollArea {{ background: transparent; border: none; }}
QScrollBar:vertical {{ width: 10px; background: transparent; margin: 2px; }}
QScrollBar::handle:vertical {{ background: {theme.edge}; border-radius: 3px; min-height: 44px; }}
QScrollBar:horizontal {{ height: 10px; background: transparent; margin: 2px; }}
QScrollBar::handle:horizontal {{ background: {theme.edge}; border-radius: 3px; min-width: 44px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
""".strip()
