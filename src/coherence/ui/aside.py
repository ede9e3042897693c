"""A line of the window's own in the prompt's place, and bars that fade while nothing is touched."""

from __future__ import annotations

from coherence.ui.scene.easing import eased, smooth

REST_S = 6.0  # without mouse or keys the bars fade


class Aside:
    """One line for a while; times are those of the window's own clock."""

    def __init__(self) -> None:
        self._said: tuple[str, float, float] | None = None  # text, from, until

    def say(self, text: str, seconds: float, now_s: float) -> None:
        self._said = (text, now_s, now_s + seconds)

    def at(self, now_s: float) -> tuple[str, float] | None:
        """The line and its opacity, while there is one."""
        if self._said is None:
            return None
        text, begin_s, end_s = self._said
        if now_s >= end_s:
            self._said = None
            return None
        return text, min(smooth((now_s - begin_s) / 0.4), smooth((end_s - now_s) / 0.8))


class Fading:
    """How visible the bars are: at rest they fade to ``faded``, and come back on any input."""

    def __init__(self, faded: float, now_s: float) -> None:
        self.opacity = 1.0
        self._faded, self._input_s = faded, now_s

    def wake(self, now_s: float) -> None:
        self._input_s = now_s

    def move(self, now_s: float, dt_s: float, *, held: bool) -> bool:
        """One frame further; ``held`` keeps them in sight. Returns whether they changed."""
        resting = now_s - self._input_s > REST_S and not held
        wanted = self._faded if resting else 1.0
        opacity = eased(self.opacity, wanted, dt_s, 1.5 if resting else 0.3)
        if abs(opacity - wanted) < 0.01:
            opacity = wanted
        changed, self.opacity = opacity != self.opacity, opacity
        return changed

    @property
    def gone(self) -> bool:
        return self.opacity == self._faded
