"""From the views of a session to the states of the scene: what eases, eases here. No Qt.

The light, the moon's size, the words and the invitation move smoothly between what the views
say. Time is the session's own, so that a replay looks as the session did.
"""

from __future__ import annotations

import numpy as np

from coherence.pacing import BreathMoment
from coherence.sessions.view import SessionView
from coherence.ui.scene.easing import eased, eased_light
from coherence.ui.scene.state import Floats, HeartLine, SceneState
from coherence.ui.scene.water import WaterLine

REST_VOLUME = 0.45  # the moon where no guide runs
AHEAD_S, AHEAD_STEP_S = 40.0, 0.25
FIRST_LIGHT = 0.5  # the middle tone, before anything is known and when nothing is shown
GUIDE_EASE_S, QUIET_EASE_S = 2.0, 1.5
CUE_EASE_S = 0.5
GLIDE_S = 0.8
QUICKEST_PER_S, SMALLEST_LEAP = 2.5, 0.02  # no breath is quicker: what is, is a leap
_LONGEST_STEP_S = 0.5  # after a stall things go on from where they were, they do not leap


class Gliding:
    """A share that follows another one, and glides where that leaps: the guide begins anew."""

    def __init__(self, value: float) -> None:
        self._before, self._apart = value, 0.0

    def follow(self, wanted: float, dt_s: float) -> float:
        leap = wanted - self._before
        self._before = wanted
        self._apart = eased(self._apart, 0.0, dt_s, GLIDE_S)
        if abs(leap) > QUICKEST_PER_S * dt_s + SMALLEST_LEAP:
            self._apart -= leap
        return min(1.0, max(0.0, wanted + self._apart))


class Invitation:
    """The breaths to come, sampled once each and kept: the guide is asked only for new times."""

    def __init__(self) -> None:
        self._plan: object = None
        self._first = 0  # number of the first kept sample, on a grid of AHEAD_STEP_S
        self._volumes: list[float] = []

    def follow(self, view: SessionView) -> tuple[Floats, Floats]:
        """(seconds from now (k,), volumes (k,)); where the guide was let go, as it was."""
        here = int(view.now_s // AHEAD_STEP_S)
        moment = view.guide.at(view.now_s)
        if moment is not None:
            plan = (view.pace, view.guide.target, moment.breath.pattern)
            if plan != self._plan or here < self._first:
                self._plan, self._first, self._volumes = plan, here, []
            self._drop_until(here)
            start = self._first + len(self._volumes)
            end = here + int(AHEAD_S / AHEAD_STEP_S) + 2
            if start < end:
                times: Floats = np.arange(start, end).astype(float) * AHEAD_STEP_S
                self._volumes += np.nan_to_num(view.guide.volume(times)).tolist()
        else:
            self._drop_until(here)
        kept = np.arange(self._first, self._first + len(self._volumes)).astype(float)
        return kept * AHEAD_STEP_S - view.now_s, np.array(self._volumes)

    def _drop_until(self, here: int) -> None:
        passed = min(max(0, here - self._first), len(self._volumes))
        del self._volumes[:passed]
        self._first += passed


class Staging:
    """Follows one session. ``state`` is called once a frame, with views in order of time."""

    def __init__(self, reduced_motion: bool = False) -> None:
        self.reduced_motion = reduced_motion
        self._water, self._invitation = WaterLine(), Invitation()
        self._now_s: float | None = None
        self._light = FIRST_LIGHT
        self._guided = 0.0  # how far the guide has hold of the moon, 0 to 1
        self._shown = 1.0  # 0 in a quiet picture, which shows no data
        self._guide_volume, self._arc = REST_VOLUME, 0.0
        self._moon, self._ring = Gliding(REST_VOLUME), Gliding(0.0)
        self._cue, self._cue_opacity = "", 0.0

    def state(
        self,
        view: SessionView,
        *,
        cue: str,
        prompt: tuple[str, float] | None = None,
        numbers: str = "",
        has_strap: bool = True,
        quiet: bool = False,
        blank: bool = False,
    ) -> SceneState:
        """The frame for ``view``. ``quiet``: the moon rests, the water calms, no data is shown.

        ``blank``: the heart's line is gone at once, before the rest has calmed.
        """
        dt_s = 0.0 if self._now_s is None else view.now_s - self._now_s
        dt_s = max(0.0, min(dt_s, _LONGEST_STEP_S))
        self._now_s = view.now_s
        self._shown = _settled(self._shown, 0.0 if quiet else 1.0, dt_s, QUIET_EASE_S)
        self._light = eased_light(self._light, FIRST_LIGHT if quiet else view.light, dt_s)
        self._follow_guide(view.guide.at(view.now_s), dt_s)
        self._turn_cue(cue, dt_s)
        ahead_s, ahead = self._invitation.follow(view)
        text, opacity = prompt or ("", 0.0)
        guided = self._guided * self._shown
        volume = REST_VOLUME + (self._guide_volume - REST_VOLUME) * guided
        return SceneState(
            volume=self._moon.follow(volume, dt_s),
            arc=self._ring.follow(self._arc, dt_s),
            arc_opacity=guided,
            light=self._light,
            heart=self._heart(view) if has_strap and not blank else None,
            ahead_s=ahead_s,
            ahead=ahead,
            ahead_opacity=guided,
            cue=self._cue,
            cue_opacity=self._cue_opacity,
            prompt=text,
            prompt_opacity=opacity,
            numbers="" if quiet else numbers,
            reduced_motion=self.reduced_motion,
        )

    def _heart(self, view: SessionView) -> HeartLine | None:
        line = self._water.follow(view)
        if line is None or self._shown == 1.0:
            return line
        if self._shown == 0.0:
            return None
        return HeartLine(line.seconds, line.heights * self._shown, line.presence * self._shown)

    def _follow_guide(self, moment: BreathMoment | None, dt_s: float) -> None:
        if moment is not None:
            self._guide_volume = moment.volume
            self._arc = moment.share if moment.inhaling else 1.0 - moment.share
        wanted = 1.0 if moment is not None else 0.0
        self._guided = _settled(self._guided, wanted, dt_s, GUIDE_EASE_S)

    def _turn_cue(self, cue: str, dt_s: float) -> None:
        """Let the old words go before the new ones come."""
        if cue == self._cue:
            self._cue_opacity = min(1.0, self._cue_opacity + dt_s / CUE_EASE_S)
        else:
            self._cue_opacity -= dt_s / (0.5 * CUE_EASE_S)
            if self._cue_opacity <= 0.0 or not self._cue:
                self._cue, self._cue_opacity = cue, 0.0


def _settled(value: float, target: float, dt_s: float, time_s: float) -> float:
    """Eased, and there once it is as good as there."""
    value = eased(value, target, dt_s, time_s)
    return target if abs(value - target) < 0.004 else value
