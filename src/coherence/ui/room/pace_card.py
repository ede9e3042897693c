"""Pace, shape of the breath and sound of the client's screen: what is set goes at a turn."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from coherence.model import BreathPattern
from coherence.pacing import QUICKEST_PER_MIN, SLOWEST_PER_MIN, parts_of
from coherence.sound.kinds import KINDS, Kind
from coherence.translation import _, number
from coherence.ui import words
from coherence.ui.plots import PlotCard
from coherence.ui.room import sayings
from coherence.ui.theme import REGULAR, SEMIBOLD, Theme, stylesheet
from coherence.ui.widgets import Label, Pill

SETTLE_MS = 350  # a slider that rests for so long is meant
LEAST_SHARE, MOST_SHARE = 30, 50  # of the in-breath, per cent


class PaceCard(PlotCard):
    """Emits what is wanted; what is shown is what the session says."""

    pace_asked = Signal(float, float)  # breaths a minute, share of the in-breath
    sound_asked = Signal(str)  # a ``Kind``
    volume_asked = Signal(float)

    def __init__(self, theme: Theme, kind: Kind | None, volume: float) -> None:
        super().__init__(theme, sayings.PACE)
        self._sheet = stylesheet(theme)
        self.rate, self._rate_words = self._row(
            theme, sayings.RATE, round(10 * SLOWEST_PER_MIN), round(10 * QUICKEST_PER_MIN)
        )
        self.share, self._share_words = self._row(theme, sayings.IN_OUT, LEAST_SHARE, MOST_SHARE)
        self.kind = Pill(words.SOUNDS[kind or "none"], theme, px=13, pad_px=12)
        self.volume, self._volume_words = self._row(theme, sayings.SOUND, 0, 100, self.kind)
        self.kind.setVisible(kind is not None)
        self.column.setSpacing(3)
        self.kind.setAccessibleName(words.SOUND_NAMES[kind or "none"])
        self.volume.setEnabled(kind is not None)
        self._kind: Kind = kind or "none"
        self.volume.setValue(round(100 * volume))
        self._told: BreathPattern | None = None
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._ask)
        self.rate.valueChanged.connect(lambda _: self._moved())
        self.share.valueChanged.connect(lambda _: self._moved())
        self.volume.valueChanged.connect(self._louder)
        self.kind.clicked.connect(self._next_kind)
        self._say_volume()
        self.show_pace(None)

    def _row(
        self, theme: Theme, name: str, low: int, high: int, beside: QWidget | None = None
    ) -> tuple[QSlider, Label]:
        head = QHBoxLayout()
        head.addWidget(Label(name, theme, px=13, weight=REGULAR, tone="mid"))
        if beside is not None:
            head.addWidget(beside)
        head.addStretch()
        said = Label("", theme, px=13, weight=SEMIBOLD, tone="hi")
        head.addWidget(said)
        self.column.addLayout(head)
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(low, high)
        slider.setAccessibleName(name)
        slider.setStyleSheet(self._sheet + "\nQSlider { min-height: 26px; }")
        self.put(slider, 0)
        return slider, said

    def show_pace(self, pattern: BreathPattern | None, turning: bool = False) -> None:
        """The pattern that the guide is at or goes to; ``None`` where there is no guide."""
        if self._settle.isActive() or self.rate.isSliderDown() or self.share.isSliderDown():
            return
        for slider in (self.rate, self.share):
            slider.setEnabled(pattern is not None)
        self.say_right(
            sayings.OWN_BREATH if pattern is None else sayings.FROM_NEXT if turning else ""
        )
        if pattern is None or pattern == self._told:
            self._told = pattern
            if pattern is None:
                self._rate_words.set_words("–")
                self._share_words.set_words("–")
            return
        self._told = pattern
        for slider, value in (
            (self.rate, round(10 * pattern.breaths_per_min)),
            (self.share, round(100 * pattern.inhale_share)),
        ):
            slider.blockSignals(True)
            slider.setValue(value)
            slider.blockSignals(False)
        self._say_pattern(pattern)

    def step(self, delta_per_min: float) -> None:
        """A little quicker or slower, by a key."""
        if self.rate.isEnabled():
            self.rate.setValue(self.rate.value() + round(10 * delta_per_min))

    def _moved(self) -> None:
        self._settle.start()
        self._say_pattern(
            BreathPattern(self.rate.value() / 10.0, self.share.value() / 100.0)
            if self._told is None
            else BreathPattern(
                self.rate.value() / 10.0,
                self.share.value() / 100.0,
                self._told.pause_full_s,
                self._told.pause_empty_s,
            )
        )

    def _ask(self) -> None:
        self._told = None
        self.pace_asked.emit(self.rate.value() / 10.0, self.share.value() / 100.0)

    def _say_pattern(self, pattern: BreathPattern) -> None:
        in_s, _full_s, out_s, _empty_s = parts_of(pattern)
        self._rate_words.set_words(number(pattern.breaths_per_min, 1))
        self._share_words.set_words(
            _("{in_s} s in · {out_s} s out").format(in_s=number(in_s, 1), out_s=number(out_s, 1))
        )

    # --- sound ---

    @property
    def chosen_kind(self) -> Kind:
        return self._kind

    def next_kind(self) -> None:
        """The next kind of sound, by a key."""
        if not self.kind.isHidden():
            self._next_kind()

    def _next_kind(self) -> None:
        self._kind = KINDS[(KINDS.index(self._kind) + 1) % len(KINDS)]
        self.kind.set_words(words.SOUNDS[self._kind], words.SOUND_NAMES[self._kind])
        self._say_volume()
        self.sound_asked.emit(self._kind)

    def _louder(self, value: int) -> None:
        self._say_volume()
        self.volume_asked.emit(value / 100.0)

    def _say_volume(self) -> None:
        value = self.volume.value()
        how = "soft" if value < 40 else "middling" if value < 75 else "full"
        said = "–" if not self.volume.isEnabled() or value == 0 else how
        self._volume_words.set_words(said)
