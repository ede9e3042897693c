"""Where things stand in the scene: all of it fractions of the window."""

from __future__ import annotations

from dataclasses import dataclass

from coherence.ui.scene.water import SPAN_S

REFERENCE_PX = 900.0  # sizes in pixels in look.md are for a window of this height
STARLESS_PX = 70.0  # no stars behind the top bar: its words need the contrast


@dataclass(frozen=True, slots=True)
class Frame:
    """How a screen frames the scene: shares of width and height."""

    moon_x: float = 0.5
    moon_y: float = 0.365
    horizon: float = 0.70


PRACTICE = Frame()
WELCOME = Frame(moon_x=0.285, moon_y=0.40, horizon=0.80)


@dataclass(frozen=True, slots=True)
class Layout:
    """A window of ``width`` × ``height`` logical pixels at ``ratio`` device pixels each."""

    width: int
    height: int
    ratio: float = 1.0
    frame: Frame = PRACTICE

    @property
    def unit(self) -> float:
        """The height that sizes follow: less than the window's in a tall, narrow one."""
        return min(float(self.height), 1.25 * self.width)

    @property
    def scale(self) -> float:
        return self.unit / REFERENCE_PX

    @property
    def moon(self) -> tuple[float, float]:
        return self.frame.moon_x * self.width, self.frame.moon_y * self.height

    @property
    def smallest_radius(self) -> float:
        return 0.085 * self.unit

    @property
    def largest_radius(self) -> float:
        return 0.195 * self.unit

    @property
    def ring_radius(self) -> float:
        return self.largest_radius + 13.0 * self.scale

    @property
    def horizon(self) -> float:
        return self.frame.horizon * self.height

    @property
    def amplitude(self) -> float:
        """Pixels for a height of 1."""
        return 0.040 * self.unit

    @property
    def band_top(self) -> float:
        """Above this there is never water."""
        return float(int(self.horizon - 1.5 * self.amplitude))

    @property
    def band_bottom(self) -> float:
        """Below this there is always water."""
        return float(int(self.horizon + 1.5 * self.amplitude) + 1)

    @property
    def px_per_s(self) -> float:
        return self.moon[0] / SPAN_S

    def radius(self, volume: float) -> float:
        return self.smallest_radius + (self.largest_radius - self.smallest_radius) * volume
