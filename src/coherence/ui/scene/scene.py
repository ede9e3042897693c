"""The scene as a widget: it paints the state it was shown last, and decides nothing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from coherence.ui.scene.arc import Arc
from coherence.ui.scene.backdrop import Backdrop
from coherence.ui.scene.layout import PRACTICE, Frame, Layout
from coherence.ui.scene.lettering import Lettering
from coherence.ui.scene.moon import REDUCED_VOLUME
from coherence.ui.scene.state import SceneState
from coherence.ui.scene.surface import Surface
from coherence.ui.theme import Theme
from coherence.ui.words import MOON_DESCRIPTION, MOON_NAME


class Scene(QWidget):
    """A moon over water. ``now_s`` only lets the dots of the invitation drift with time."""

    def __init__(
        self, theme: Theme, frame: Frame = PRACTICE, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._frame = theme, frame
        self._state, self._now_s = SceneState(), 0.0
        self._layout: Layout | None = None
        self._foot_px = 0
        self.painted: Callable[[], None] = lambda: None  # called when a picture stands
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(MOON_NAME)
        self.setAccessibleDescription(MOON_DESCRIPTION)

    @property
    def state(self) -> SceneState:
        """What is shown."""
        return self._state

    @property
    def now_s(self) -> float:
        """The session time that it is shown for."""
        return self._now_s

    def set_theme(self, theme: Theme) -> None:
        if theme != self._theme:
            self._theme, self._layout = theme, None
            self.update()

    def set_foot(self, foot_px: int) -> None:
        """Keep the words out of this many pixels at the foot, where something else stands."""
        if foot_px != self._foot_px:
            self._foot_px, self._layout = foot_px, None
            self.update()

    def show_state(self, state: SceneState, now_s: float = 0.0) -> None:
        self._state, self._now_s = state, now_s
        if self._layout is None or self._backdrop.is_turning(state.light):
            self.update()
        else:  # nothing moves below the words; what stands there need not be painted again
            self.update(0, 0, self.width(), self.height() - self._foot_px)

    def sizeHint(self) -> QSize:
        return QSize(1440, 900)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._prepare()
        state, layout = self._state, self._layout
        assert layout is not None
        volume = REDUCED_VOLUME if state.reduced_motion else state.volume
        self._backdrop.turn_to(state.light)
        painter = QPainter(self)
        self._backdrop.draw(painter, volume)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._arc.draw(painter, state.arc, state.arc_opacity)
        self._backdrop.moon.draw(painter, volume)
        self._surface.draw(painter, state, self._backdrop.water, self._now_s)
        self._lettering.draw(painter, state)
        painter.end()
        self.painted()

    def _prepare(self) -> None:
        layout = Layout(self.width(), self.height(), self.devicePixelRatioF(), self._frame)
        if layout != self._layout:
            self._layout = layout
            self._backdrop = Backdrop(self._theme, layout)
            self._arc = Arc(self._theme, layout)
            self._surface = Surface(self._theme, layout)
            self._lettering = Lettering(self._theme, layout, layout.height - self._foot_px)
