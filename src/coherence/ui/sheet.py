"""The card that words stand on, over the still scene."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent

from coherence.ui.scene.layout import WELCOME, Layout
from coherence.ui.theme import alpha
from coherence.ui.widgets import Card


class Sheet(Card):
    """A card of glass; ``veiled`` where the moon is behind it and would shine through the words."""

    veiled = False

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.veiled:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(alpha(self._theme.bg, 0.88))
            painter.drawRoundedRect(self.rect(), self._radius, self._radius)
            painter.end()
        super().paintEvent(event)


def over_moon(card: QRect, width: int, height: int) -> bool:
    """Whether a card lies over the moon or its ring, in a window of that size."""
    layout = Layout(width, height, frame=WELCOME)
    return card.left() < layout.moon[0] + layout.ring_radius
