"""A scripted session for pictures and tests: a breathing wearer's beats, without radio or record.

The beats come from one equation: each interval is 60 / HR of its moment, and HR swings with the
breath guide as far as ``faithful`` says, with a slow wave, a wandering breath and noise for the
rest. Light and word are given, not computed: this is for looking at screens, not at numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coherence.model import BreathPattern, LinkState, PaceChanged, Paused, Quality, Resumed, Value
from coherence.pacing import SOOTHING, BreathGuide
from coherence.practice.guiding import Guiding, Way
from coherence.practice.practices import Practice, Step
from coherence.sessions.strap_watch import StrapNow, state_of
from coherence.sessions.view import Band, Floats, SessionView

_KEPT_S = 120.0


@dataclass(slots=True)
class Script:
    """What the session pretends to be, at all times."""

    light: float = 0.85
    band: Band = Band.IN_RHYTHM
    faithful: float = 1.0  # 0 to 1: how far the heart goes with the guide
    link: LinkState = LinkState.STREAMING
    contact: bool | None = True
    strap: StrapNow | None = None  # else as link and contact have it
    fell: bool = False
    flagged_every: int = 0  # each n-th beat is judged not normal
    hole_s: tuple[float, float] | None = None  # nothing was heard in between


class SampleSession:
    """What the practice window needs of a session, on a clock that only ``advance`` moves."""

    def __init__(
        self,
        script: Script | None = None,
        *,
        start_s: float = 300.0,
        length_s: float = 900.0,
        pattern: BreathPattern | None = SOOTHING,
        steps: Sequence[str] = ("Arrive", "Soothe", "Compassion", "Return"),
        prompt: str = "Let your face soften, as if greeting a friend",
        has_strap: bool = True,
        seed: int = 4,
    ) -> None:
        self.script = script or Script()
        self.steps = tuple(steps)
        self.step_index = 1
        self.seconds_left: float | None = 372.0
        self.trouble: str | None = None
        self.banner: str | None = None
        self.session_id: int | None = 1
        self.has_strap = has_strap
        self.fresh_s: Sequence[float] = ()
        self.waits = False
        self.ended, self.whole = False, False
        self.practice: Practice | None = None
        self.guiding = Guiding()
        self.guiding.begin_step(start_s, Step("soothe", "Soothe", None, pattern, ()))
        self.called: list[tuple[str, object]] = []
        self._prompt, self._pattern, self._paused = prompt, pattern, False
        self._now_s = start_s
        self.guide = BreathGuide()
        if pattern is not None:
            self.guide.feed(PaceChanged(0.0, pattern))
        self._beats = _beats(self.guide, length_s, self.script, seed)

    def advance(self, seconds: float) -> None:
        self._now_s += seconds

    def now_s(self) -> float:
        return self._now_s

    def tick(self) -> SessionView:
        script, now_s = self.script, self._now_s
        t_s, rr_ms = self._beats
        kept = (t_s <= now_s) & (t_s > now_s - _KEPT_S)
        segment = np.zeros(len(t_s), np.int64)
        if script.hole_s is not None:
            begin, end = script.hole_s
            kept &= (t_s < begin) | (t_s > end)
            segment = (t_s > end).astype(np.int64)
        order = np.arange(len(t_s))
        flagged = (order % script.flagged_every == 0) if script.flagged_every else order < 0
        hr_bpm = 60000.0 / rr_ms
        values = {"coherence": Value(0.9 * script.light)}
        if kept.any():
            values["heart_rate_bpm"] = Value(float(hr_bpm[kept][-10:].mean()))
        return SessionView(
            now_s=now_s,
            t_s=t_s[kept],
            hr_bpm=hr_bpm[kept],
            rr_ms=rr_ms[kept],
            flagged=flagged[kept],
            segment=segment[kept],
            readings_t_s=float(int(now_s)),
            values=values,
            quality=Quality.GOOD,
            light=script.light,
            band=script.band,
            fell=script.fell,
            link=script.link,
            strap=script.strap
            or StrapNow(state_of(script.link, contact=script.contact, found_s=60.0)),
            quiet_s=float(now_s - t_s[kept][-1]) if kept.any() else now_s,
            contact=script.contact,
            battery_pct=82,
            step="soothe" if self._pattern is not None else "arrive",
            step_index=self.step_index,
            paused=self._paused,
            pace=self._pattern,
            guide=self.guide,
            history_t_s=np.empty(0),
            history={},
            moments=(),
            beats=int(kept.sum()),
            flagged_total=int(flagged[kept].sum()),
            gaps=0,
            undecodable=0,
            repeated=0,
        )

    def prompt(self, now_s: float) -> tuple[str, float] | None:
        return (self._prompt, 1.0) if self._prompt else None

    # --- what people do: done where it shows, and written down for tests ---

    def pause(self) -> None:
        self.called.append(("pause", None))
        self._paused = True
        self.guide.feed(Paused(self._now_s))

    def resume(self) -> None:
        self.called.append(("resume", None))
        self._paused = False
        self.guide.feed(Resumed(self._now_s))

    def end(self) -> None:
        self.called.append(("end", None))
        self.ended = True

    def change_pace(self, delta_per_min: float) -> None:
        self.called.append(("change_pace", delta_per_min))

    def let_pace_go(self) -> None:
        self.called.append(("let_pace_go", None))
        self._pattern = None
        self.guiding.let_pace_go(self._now_s)
        self.guide.feed(PaceChanged(self._now_s, None))

    def choose_way(self, way: Way) -> None:
        self.called.append(("choose_way", way))
        self.guiding.choose_way(self._now_s, way)

    def mark_breath(self) -> None:
        self.called.append(("mark_breath", None))

    def turn_to(self, practice: Practice) -> None:
        self.called.append(("turn_to", practice.key))
        self.practice, self.steps = practice, tuple(step.title for step in practice.steps)

    def mark(self, label: str) -> None:
        self.called.append(("mark", label))


def _beats(guide: BreathGuide, length_s: float, script: Script, seed: int) -> tuple[Floats, Floats]:
    """(t_s (n,), rr_ms (n,)) of a wearer of the script."""
    random, astray = np.random.default_rng(seed), 1.0 - script.faithful
    t, wander, own_phase = 0.0, 0.0, 0.0
    times, intervals = [], []
    while t < length_s:
        moment = guide.at(max(0.0, t - 1.2))  # the heart follows the breath a little later
        swing = 2.0 * moment.volume - 1.0 if moment is not None else 0.0
        own = np.sin(own_phase)
        hr = 60.0 + 6.2 * script.faithful * swing + 1.6 * astray * own
        hr += 1.2 * astray * np.sin(2 * np.pi * t / 10.5) + 1.2 * np.sin(2 * np.pi * t / 47.0)
        wander += -0.12 * wander + random.normal() * astray
        hr += 1.3 * wander + (0.08 + 0.3 * astray) * random.normal()
        rr_s = round(60.0 / hr * 1024.0) / 1024.0  # as straps send them
        own_phase += 2 * np.pi * rr_s * (13.0 + 2.0 * random.normal()) / 60.0
        t += rr_s
        times.append(t)
        intervals.append(1000.0 * rr_s)
    return np.array(times), np.array(intervals)
