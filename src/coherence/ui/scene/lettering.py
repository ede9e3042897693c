"""Words in the scene: laid out once, then drawn as pictures that can fade."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from coherence.ui.scene.layout import Layout
from coherence.ui.scene.pixels import blank
from coherence.ui.scene.state import SceneState
from coherence.ui.theme import LIGHT, REGULAR, SEMIBOLD, Theme

_KEPT = 24
_WIDEST = 0.86  # share of the window
# size in pixels, weight, spacing, and where the line's middle is below the horizon (share, pixels)
_STYLES = (
    (40, LIGHT, 0.4, 0.066, 30),
    (20, REGULAR, 0.1, 0.136, 17),
    (15, SEMIBOLD, 0.1, 0.178, 13),
)


class Lettering:
    """Cue, prompt and numbers below the horizon, down to ``floor`` (pixels from the top)."""

    def __init__(self, theme: Theme, layout: Layout, floor: float) -> None:
        self._theme, self._layout = theme, layout
        self._pictures: OrderedDict[tuple[str, str], QImage] = OrderedDict()
        # with the numbers there is one line more to find room for
        self._places = {lines: self._place(lines, floor) for lines in (2, 3)}

    def draw(self, painter: QPainter, state: SceneState) -> None:
        theme = self._theme
        places = self._places[3 if state.numbers else 2]
        said = (
            (state.cue, theme.hi, state.cue_opacity),
            (state.prompt, theme.mid, state.prompt_opacity),
            (state.numbers, theme.mid, 1.0),
        )
        for (text, colour, opacity), (font, top) in zip(said, places, strict=False):
            self._draw(painter, text, font, colour, top, opacity)

    def _place(self, lines: int, floor: float) -> list[tuple[QFont, float]]:
        """Font and top of each line: as designed, closer where letters are large, smaller last."""
        layout, shrink = self._layout, 1.0
        while True:
            fonts = [self._font(*style[:3], shrink) for style in _STYLES[:lines]]
            heights = [QFontMetricsF(font).height() for font in fonts]
            tops: list[float] = []
            for (*_, share, px), height in zip(_STYLES, heights, strict=False):
                middle = layout.horizon + share * layout.height + px * layout.scale
                below = tops[-1] + heights[len(tops) - 1] if tops else layout.band_bottom
                tops.append(max(middle - height / 2, below))
            for i in reversed(range(lines)):
                floor_here = tops[i + 1] if i + 1 < lines else floor
                tops[i] = min(tops[i], floor_here - heights[i])
            if tops[0] >= layout.band_bottom or shrink < 0.5:
                return list(zip(fonts, tops, strict=True))
            shrink *= 0.94

    def _font(self, px: float, weight: int, spacing: float, shrink: float) -> QFont:
        font = self._theme.font(px * self._layout.scale * shrink, weight)
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spacing * self._layout.scale)
        return font

    def _draw(
        self, painter: QPainter, text: str, font: QFont, colour: str, top: float, opacity: float
    ) -> None:
        if not text or opacity <= 0.0:
            return
        picture = self._picture(text, font, colour)
        ratio = self._layout.ratio
        # on whole device pixels, so that the letters stay sharp
        x = round((self._layout.moon[0] - picture.width() / ratio / 2) * ratio) / ratio
        painter.setOpacity(min(1.0, opacity))
        painter.drawImage(QPointF(x, round((top - 2) * ratio) / ratio), picture)
        painter.setOpacity(1.0)

    def _picture(self, text: str, font: QFont, colour: str) -> QImage:
        key = (text, font.key())
        if key in self._pictures:
            self._pictures.move_to_end(key)
            return self._pictures[key]
        widest = _WIDEST * self._layout.width
        flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap)
        metrics = QFontMetricsF(font)
        room = metrics.boundingRect(QRectF(0.0, 0.0, widest, 4000.0), flags, text)
        ratio = self._layout.ratio
        width, height = round((room.width() + 8) * ratio), round((room.height() + 4) * ratio)
        picture = blank(width, height)
        picture.setDevicePixelRatio(ratio)
        painter = QPainter(picture)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(QRectF(4.0, 2.0, room.width() + 1, room.height() + 1), flags, text)
        painter.end()
        self._pictures[key] = picture
        if len(self._pictures) > _KEPT:
            self._pictures.popitem(last=False)
        return picture
