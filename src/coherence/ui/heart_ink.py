"""Heart and breath guide of two minutes as a picture that is kept: it moves on, the new is added.

All of it is lines with soft edges, which cost most of what the window does at a beat. Times lie on
whole pixels of the screen, so that what is kept and what is new meet as if drawn at once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from coherence.pacing import BreathGuide
from coherence.ui.theme import Theme, alpha

Floats = NDArray[np.float64]
GUIDE_STEP_S = 0.2  # one or two pixels
DASH_PX, GAP_PX = 4.5, 3.0
COUNTED_ANEW = 80  # steps: from each such one on dashes are laid, wherever a drawing begins
SETTLED_S = 1.0  # so long before it was drawn last the guide does not change any more
DOT_PX, ODD_PX, REACH_PX = 4.5, 11.0, 12  # no ink reaches farther from where it belongs


@dataclass(frozen=True, slots=True, eq=False)
class Beats:
    """Beats to draw (n,), in session time; those that are not kept are hollow, on the line."""

    t_s: Floats
    bpm: Floats
    kept: NDArray[np.bool_]
    segment: NDArray[np.int64]  # no line goes from one to another

    def differs_from_s(self, before: Beats) -> float:
        """From when on it looks other than ``before``, of which the oldest may have gone."""
        if not len(self.t_s):
            return -math.inf
        gone = int(np.searchsorted(before.t_s, self.t_s[0]))
        n = min(len(self.t_s), len(before.t_s) - gone)
        same = np.ones(n, np.bool_)
        for name in ("t_s", "bpm", "kept", "segment"):
            same &= getattr(self, name)[:n] == getattr(before, name)[gone : gone + n]
        first = n if same.all() else int(np.argmin(same))
        joint = np.flatnonzero(self.kept[:first])  # a line comes from there
        return float(self.t_s[joint[-1]]) if len(joint) else -math.inf


@dataclass(frozen=True, slots=True)
class GuidePlace:
    """Where the guide runs: around ``middle``, so far up and down, in beats a minute."""

    middle: float
    swing: float


class HeartInk(QGraphicsItem):
    """Lies in a view box whose x axis is seconds from now."""

    def __init__(self, theme: Theme, box: pg.ViewBox) -> None:
        super().__init__(box)
        self._box, self._theme = box, theme
        self._picture = QPixmap()
        self._frame: tuple[object, ...] = ()  # all but time that a picture depends on
        self._left_px = 0  # of the picture, in pixels since the session's begin
        self._drawn_s = -math.inf
        self.beats = Beats(np.empty(0), np.empty(0), np.empty(0, np.bool_), np.empty(0, np.int64))
        self._guide, self._place, self._now_s = BreathGuide(), GuidePlace(0.0, 0.0), 0.0
        box.sigResized.connect(self._draw_anew)

    def lay(self, now_s: float, beats: Beats, guide: BreathGuide, place: GuidePlace) -> None:
        """Show them as of ``now_s``."""
        from_s = min(beats.differs_from_s(self.beats), self._drawn_s - SETTLED_S)
        self.beats, self._guide, self._place, self._now_s = beats, guide, place, now_s
        self._draw(from_s)

    # --- Qt ---

    def boundingRect(self) -> QRectF:
        return QRectF(self._box.rect())

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.drawPixmap(0, 0, self._picture)

    # --- drawing ---

    def _draw_anew(self) -> None:
        self._draw(-math.inf)

    def _draw(self, from_s: float) -> None:
        """What is new from ``from_s`` on; all of it where it lies otherwise than before."""
        views = self.scene().views() if self.scene() is not None else []
        self._ratio = views[0].devicePixelRatioF() if views else 1.0
        wide, high = (round(px * self._ratio) for px in (self._box.width(), self._box.height()))
        if wide < 1 or high < 1:
            return
        (x0, x1), (low, high_bpm) = self._box.viewRange()
        self._a_px_s = (x1 - x0) / wide
        self._a_bpm_px, self._high_bpm = high / (high_bpm - low), high_bpm
        left_px = round((self._now_s + x0) / self._a_px_s)
        moved = left_px - self._left_px
        frame = (wide, high, self._ratio, x1 - x0, low, high_bpm, self._place)
        first_px = 0
        if frame != self._frame or not 0 <= moved < wide:
            self._frame, self._picture = frame, QPixmap(wide, high)
            self._picture.fill(Qt.GlobalColor.transparent)  # else it would not know what that is
            self._picture.setDevicePixelRatio(self._ratio)
        else:
            self._picture.scroll(-moved, 0, self._picture.rect())
            at_px = max(from_s, self._now_s + x0) / self._a_px_s - left_px
            first_px = max(0, math.floor(at_px - REACH_PX * self._ratio))
        self._left_px, self._drawn_s = left_px, self._now_s
        painter = QPainter(self._picture)
        painter.scale(1.0 / self._ratio, 1.0 / self._ratio)  # in pixels of the screen
        painter.setClipRect(QRect(first_px, 0, wide - first_px, high))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.fillRect(0, 0, wide, high, Qt.GlobalColor.transparent)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first_s = (left_px + first_px - REACH_PX * self._ratio) * self._a_px_s
        if len(self.beats.t_s):
            self._draw_guide(painter, first_s, (left_px + wide) * self._a_px_s)
            self._draw_heart(painter, first_s)
        painter.end()
        self.update()

    def _pixels(self, t_s: Floats, bpm: Floats) -> tuple[Floats, Floats]:
        return t_s / self._a_px_s - self._left_px, (self._high_bpm - bpm) * self._a_bpm_px

    def _at(self, t_s: Floats, bpm: Floats) -> list[QPointF]:
        across, down = self._pixels(t_s, bpm)
        return [QPointF(*point) for point in zip(across.tolist(), down.tolist(), strict=True)]

    def _pen(self, tone: str, width: float, opacity: float = 1.0) -> QPen:
        colour = alpha(getattr(self._theme, tone), opacity)
        return QPen(colour, width * self._ratio)

    def _draw_guide(self, painter: QPainter, from_s: float, to_s: float) -> None:
        first = math.floor(from_s / GUIDE_STEP_S) // COUNTED_ANEW * COUNTED_ANEW
        t_s = GUIDE_STEP_S * np.arange(first, math.ceil(to_s / GUIDE_STEP_S) + 1.0)
        volume = self._guide.volume(t_s)
        y = self._place.middle + (np.nan_to_num(volume) - 0.5) * 2 * self._place.swing
        across, down = self._pixels(t_s, y)
        painter.setPen(self._pen("breath", 1.6, 0.75))
        painter.drawLines(_dashes(across, down, ~np.isnan(volume), self._ratio))

    def _draw_heart(self, painter: QPainter, from_s: float) -> None:
        beats = self.beats
        t_s, bpm, segment = beats.t_s[beats.kept], beats.bpm[beats.kept], beats.segment[beats.kept]
        first = max(0, int(np.searchsorted(t_s, from_s)) - 1)
        points = self._at(t_s[first:], bpm[first:])
        painter.setPen(self._pen("heart", 2.4))
        painter.drawLines(_lines(points, segment[first + 1 :] == segment[first:-1]))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(alpha(self._theme.heart, 0.55))
        size = DOT_PX / 2 * self._ratio
        for point in points:
            painter.drawEllipse(point, size, size)
        odd_s = beats.t_s[~beats.kept & (beats.t_s >= from_s)]
        if not len(odd_s) or not len(t_s):
            return
        painter.setPen(self._pen("low", 1.6))
        painter.setBrush(alpha(self._theme.surface, 1.0))
        size = ODD_PX / 2 * self._ratio
        for point in self._at(odd_s, np.interp(odd_s, t_s, bpm)):  # on the line, hollow
            painter.drawEllipse(point, size, size)


def _lines(points: list[QPointF], joined: NDArray[np.bool_]) -> list[QLineF]:
    """Each line by itself: a third of the cost of a path, and dots hide its flat ends."""
    return [QLineF(points[i], points[i + 1]) for i in np.flatnonzero(joined).tolist()]


def _dashes(across: Floats, down: Floats, runs: NDArray[np.bool_], ratio: float) -> list[QLineF]:
    """Dashes of one length along a curve (n,), slow or steep, where it ``runs`` (n,)."""
    dashes: list[QLineF] = []
    for begin in range(0, len(across) - 1, COUNTED_ANEW):
        x, y = (axis[begin : begin + COUNTED_ANEW + 1] for axis in (across, down))
        along = np.append(0.0, np.hypot(np.diff(x), np.diff(y)).cumsum())
        starts = np.arange(0.0, along[-1], (DASH_PX + GAP_PX) * ratio)
        ends = np.minimum(starts + DASH_PX * ratio, along[-1])
        shown = runs[begin + along.searchsorted(starts, side="right") - 1]
        shown &= runs[begin + along.searchsorted(ends)]
        edges = [np.interp(at, along, axis) for at in (starts, ends) for axis in (x, y)]
        dashes += [QLineF(*dash) for dash in np.stack(edges, axis=1)[shown].tolist()]
    return dashes
