"""How the breath guide is led within a practice: as written, following, mirroring, or let go."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum

from coherence.model import Arrival, BreathMarked, BreathPattern, PaceChanged, Paused, Resumed
from coherence.pacing import QUICKEST_PER_MIN, SLOWEST_PER_MIN, BreathGuide
from coherence.practice import follow
from coherence.practice.follow import Stance
from coherence.practice.own_rhythm import OwnRhythm
from coherence.practice.practices import Step
from coherence.practice.stretch import Stretch
from coherence.protocols import SLIDE_BREATHS, slide_pattern

AT_TURN_S = 0.5  # so early in a breath it may still be left out
FRESH_S = 12.0  # an older reading of the breath is not known any more
STAYS_S = 60.0  # after the person changed the pace, the guide stays there for so long
FOLLOWED_STEP = 5.0  # slower and quicker go so many times as far while the guide follows
UNHEARD_SHARE = 0.5  # of the usual slope, where nothing can hear the breath


class Way(Enum):
    """How the guide is led."""

    WRITTEN = "written"  # as the practice says, or the person's own pattern
    FOLLOW = "follow"
    MINE = "mine"  # my rhythm


@dataclass(frozen=True, slots=True)
class Heard:
    """What was last measured of the breath."""

    t_s: float
    per_min: float | None


class Guiding:
    """Leads the guide; each answer is put on record. It is told the time, in order."""

    def __init__(self, *, hearing: bool = True, without_breath: bool = False) -> None:
        self.way = Way.WRITTEN
        self.let_go = without_breath
        self.stance = Stance.LISTENING
        self.over_long = False  # the guide has gone after the longest stretch of pacing
        self._hearing = hearing  # whether anything measures the breath
        self._step: Step | None = None
        self._delta_per_min = 0.0  # what the person chose; it stays for later steps
        self._share: float | None = None  # of the in-breath, where somebody chose it
        self._guide = BreathGuide()  # as the screen has it: tells where a breath ends
        self._release_s: float | None = None  # the guide goes when the breath it is in has ended
        self._decide_s = math.inf  # when the follower looks again
        self._slide: int | None = None  # the breath of the slide that is said next …
        self._slide_s = math.inf  # … at the turn that comes then
        self._heard = Heard(-math.inf, None)
        self._rhythm = OwnRhythm()
        self._forgotten_s = math.inf
        self._paused = False
        self._paced = Stretch()

    # --- what is going on ---

    @property
    def running(self) -> bool:
        return self._guide.running

    @property
    def following(self) -> bool:
        """Whether the guide follows the breath in this step."""
        step = self._step
        if step is None or step.pattern is None or step.held or self.way is Way.MINE:
            return False
        return self.way is Way.FOLLOW or step.follow_from_per_min is not None

    def paced_s(self, now_s: float) -> float:
        """For how long a guide has run in all."""
        return self._paced.whole_s(now_s)

    def marked_per_min(self, now_s: float) -> float | None:
        """The pace of the person's marks, while they are fresh."""
        return self._rhythm.per_min(now_s)

    def breath_per_min(self, now_s: float) -> float | None:
        """The person's own breath as far as it is known: marked, or else measured."""
        if (marked := self.marked_per_min(now_s)) is not None:
            return marked
        return self._heard.per_min if now_s - self._heard.t_s <= FRESH_S else None

    # --- time goes on ---

    def next_s(self) -> float:
        """When something is due next."""
        if self._paused:
            return math.inf
        release_s = math.inf if self._release_s is None else self._release_s
        return min(release_s, self._decide_s, self._forgotten_s, self._slide_s, self._paced.over_s)

    def due(self, at_s: float) -> list[Arrival]:
        """What ``next_s`` announced."""
        if self._release_s is not None and self._release_s <= at_s:
            return self.release(at_s)
        if self._paced.over_s <= at_s:
            return self._end_stretch(at_s)
        if self._slide_s <= at_s:
            return self._slide_on(at_s)
        if self._forgotten_s <= at_s:
            self._forgotten_s = math.inf
            return self._mirror(at_s, resting=True)
        if self._decide_s <= at_s:
            return self._look(at_s)
        return []

    def begin_step(self, at_s: float, step: Step) -> list[Arrival]:
        was_following, self._step = self.following, step
        self._slide, self._slide_s = None, math.inf
        if step.pattern is None:
            self._decide_s = math.inf
            if self._release_s is None and (moment := self._guide.at(at_s)) is not None:
                begun_s, end_s = moment.breath.start_s, moment.breath.end_s
                self._release_s = at_s if at_s - begun_s < AT_TURN_S else end_s
            return []
        self._release_s = None
        if self.let_go or not self._paced.rested(at_s):
            return []
        if self.following:
            return [] if was_following and self.running else self._begin_following(at_s)
        if step.held:
            self._decide_s = math.inf
            return self._hold(at_s, step)
        if self.way is Way.MINE and self._rhythm.period_s is not None and self.running:
            return []
        self._decide_s = math.inf
        return self._go(at_s, self._chosen(step.pattern))

    def pause(self, at_s: float) -> list[Arrival]:
        out = self.release(at_s)
        self._paused = True
        return out + self.said(Paused(at_s))

    def resume(self, at_s: float) -> list[Arrival]:
        self._paused = False
        if self._decide_s < math.inf:
            self._decide_s = at_s + follow.EVERY_S
        if self._slide is not None:
            self._slide_s = at_s
        return self.said(Resumed(at_s))

    def release(self, at_s: float) -> list[Arrival]:
        """Let the guide go where it was about to."""
        if self._release_s is None:
            return []
        self._release_s = None
        return self.said(PaceChanged(at_s, None))

    def said(self, arrival: Arrival) -> list[Arrival]:
        """Take note of an arrival, and hand it on for the record."""
        self._guide.feed(arrival)
        if isinstance(arrival, PaceChanged | Paused | Resumed):
            self._paced.note(arrival.t_s, running=self._guide.running)
        return [arrival]

    # --- what people do ---

    def change_pace(self, now_s: float, delta_per_min: float) -> list[Arrival]:
        """A little quicker or slower, within bounds; it stays so for the steps to come."""
        step = self._step
        if step is None or step.pattern is None or step.held:
            return []
        if self.let_go or not self.running:  # asking for a pace brings the guide back, as it was
            return self._bring_back(now_s)
        target = self._guide.target
        assert target is not None
        if self.following:
            moved = follow.met(target.breaths_per_min + FOLLOWED_STEP * delta_per_min, 0.0)
            self._decide_s = now_s + STAYS_S
            return self._go(now_s, follow.at_rate(step.pattern, moved))
        if self.way is Way.MINE:  # on from where the marks have led
            self.way, self._forgotten_s = Way.WRITTEN, math.inf
            self._delta_per_min = target.breaths_per_min - step.pattern.breaths_per_min
        self._delta_per_min += delta_per_min
        after = self._chosen(step.pattern)
        self._delta_per_min = round(after.breaths_per_min - step.pattern.breaths_per_min, 6)
        return self._go(now_s, after)

    def set_pace(self, now_s: float, breaths_per_min: float, inhale_share: float) -> list[Arrival]:
        """Another pace and another share of the in-breath, from the next turn on; they stay so."""
        step = self._step
        if step is None or step.pattern is None or step.held:
            return []
        if not self.running and not self._paused and not self._paced.rested(now_s):
            return []
        self.let_go, self._release_s, self.over_long = False, None, False
        self.way, self._forgotten_s, self._share = Way.WRITTEN, math.inf, inhale_share
        self._delta_per_min = breaths_per_min - step.pattern.breaths_per_min
        if self.following:  # a step that follows looks again in a while
            self._decide_s = now_s + STAYS_S
        return self._go(now_s, self._chosen(step.pattern))

    def turn_s(self, now_s: float) -> float:
        """Where the breath that is going on ends; now, where no guide runs."""
        moment = self._guide.at(now_s)
        return now_s if moment is None else moment.breath.end_s

    def let_pace_go(self, now_s: float) -> list[Arrival]:
        """Let the pacing go for the rest of the practice, or until a pace is asked for."""
        self._decide_s = self._forgotten_s = self._slide_s = math.inf
        self._slide = None
        pending, self._release_s = self._release_s is not None, None
        has_guide = self._step is not None and self._step.pattern is not None
        if self.let_go or not (pending or has_guide):
            return []
        self.let_go = has_guide
        return self.said(PaceChanged(now_s, None))

    def choose_way(self, now_s: float, way: Way) -> list[Arrival]:
        """Lead the guide in another way from here; what was let go comes back."""
        step = self._step
        if way is self.way and self.running and not self.let_go:
            return []
        if step is not None and step.held:
            return []
        self.way, self._decide_s, self._forgotten_s = way, math.inf, math.inf
        if step is None or step.pattern is None:
            return []
        return self._mirror(now_s) if way is Way.MINE else self._bring_back(now_s)

    def mark_breath(self, now_s: float) -> list[Arrival]:
        """An in-breath begins here; the guide mirrors the marks, unless it follows anyway."""
        self._rhythm.mark(now_s)
        out = self.said(BreathMarked(now_s))
        if self._step is None or self._step.pattern is None or self._step.held or self.following:
            return out
        self.way = Way.MINE
        return out + self._mirror(now_s)

    def forget_choice(self) -> None:
        """Another practice begins: it is led as it is written; what was let go stays so."""
        self.way, self._delta_per_min, self._step = Way.WRITTEN, 0.0, None
        self._share = None
        self._decide_s = self._forgotten_s = self._slide_s = math.inf
        self._slide = None

    def hear(self, t_s: float, per_min: float | None) -> None:
        """The breath as it was measured at ``t_s``; ``None`` where that is not sure."""
        self._heard = Heard(t_s, per_min)

    # --- within ---

    def _chosen(self, own: BreathPattern) -> BreathPattern:
        rate = own.breaths_per_min + self._delta_per_min
        chosen = replace(own, breaths_per_min=min(QUICKEST_PER_MIN, max(SLOWEST_PER_MIN, rate)))
        return chosen if self._share is None else replace(chosen, inhale_share=self._share)

    def _go(self, at_s: float, pattern: BreathPattern, *, glide: bool = True) -> list[Arrival]:
        if pattern == self._guide.target and self.running:
            return []
        return self.said(PaceChanged(at_s, pattern, glide))

    def _hold(self, at_s: float, step: Step) -> list[Arrival]:
        """Begin a step of an assessment: at its pace from the first breath on, whatever was."""
        assert step.pattern is not None
        if step.slides:
            self._slide, self._slide_s = 1, at_s
            return self._go(at_s, slide_pattern(0), glide=False)
        return self._go(at_s, step.pattern, glide=False)

    def _slide_on(self, at_s: float) -> list[Arrival]:
        """Say at a turn how the breath after the one that begins will be: one is always known."""
        moment, breath = self._guide.at(at_s), self._slide
        if moment is None or breath is None or breath >= SLIDE_BREATHS:
            self._slide_s = math.inf
            return []
        self._slide, self._slide_s = breath + 1, moment.breath.end_s
        return self._go(at_s, slide_pattern(breath), glide=False)

    def _bring_back(self, now_s: float) -> list[Arrival]:
        assert self._step is not None
        assert self._step.pattern is not None
        if self._paused or not self._paced.rested(now_s):
            return []
        self.let_go, self._release_s, self.over_long = False, None, False
        if self.following:
            return self._begin_following(now_s)
        if self.way is Way.MINE:
            self.way = Way.WRITTEN
        return self._go(now_s, self._chosen(self._step.pattern))

    def _begin_following(self, at_s: float) -> list[Arrival]:
        """Where the guide runs it goes on from there; else it begins at the person's breath."""
        step = self._step
        assert step is not None
        assert step.pattern is not None
        if self.running:
            return self._look(at_s)
        otherwise = step.follow_from_per_min or follow.USUAL_BREATH_PER_MIN
        breath = self.breath_per_min(at_s)
        self._decide_s = at_s + follow.EVERY_S
        self.stance = Stance.LISTENING if breath is None else Stance.MEETING
        return self._go(at_s, follow.at_rate(step.pattern, follow.met(breath, otherwise)))

    def _look(self, at_s: float) -> list[Arrival]:
        self._decide_s = at_s + follow.EVERY_S
        step, target = self._step, self._guide.target
        if step is None or step.pattern is None or target is None or not self.running:
            self._decide_s = math.inf
            return []
        now, settle = target.breaths_per_min, step.pattern.breaths_per_min
        breath = self.breath_per_min(at_s)
        if breath is None and not self._hearing:  # nothing will ever be heard: a slower slope
            self.stance = Stance.INVITING
            to = follow.slower(now, follow.EVERY_S, settle, share=UNHEARD_SHARE)
            return self._go(at_s, follow.at_rate(step.pattern, to))
        made = follow.decide(now, self._beside(at_s), breath, settle)
        self.stance = made.stance
        return self._go(at_s, follow.at_rate(step.pattern, made.per_min))

    def _beside(self, at_s: float) -> float:
        """The mean pace of the guide over the time in which the breath was heard."""
        span_s = follow.HEARD_OVER_S
        if self._rhythm.per_min(at_s) is not None:
            span_s = at_s - self._rhythm.marks_s[0]
        breaths = self._guide.breaths(at_s - span_s, at_s)
        if not breaths:
            moment = self._guide.at(at_s)
            assert moment is not None
            return moment.breath.pattern.breaths_per_min
        whole_s = sum(b.end_s - b.start_s for b in breaths)
        return 60.0 * len(breaths) / whole_s

    def _mirror(self, at_s: float, *, resting: bool = False) -> list[Arrival]:
        """Bring the guide to the marks; ``resting`` when they have stopped: it stays their pace."""
        step, period_s = self._step, self._rhythm.period_s
        if step is None or step.pattern is None or period_s is None or self._paused:
            return []
        if not self._paced.rested(at_s):
            return []
        self.let_go, self.over_long = False, False
        moment = self._guide.at(at_s)
        wanted_s: float | None = period_s
        if moment is not None and not resting:
            breath = moment.breath
            wanted_s = self._rhythm.mirrored_s(breath.end_s, breath.end_s - breath.start_s)
        assert wanted_s is not None
        self._forgotten_s = math.inf
        if not resting:
            self._forgotten_s = self._rhythm.forgotten_s or math.inf
        return self._go(at_s, follow.at_rate(step.pattern, 60.0 / wanted_s))

    def _end_stretch(self, at_s: float) -> list[Arrival]:
        """The longest stretch is over: the guide goes when this breath has ended."""
        self._paced.over_s = math.inf
        moment = self._guide.at(at_s)
        if moment is not None:
            self.over_long, self._release_s = True, moment.breath.end_s
            self._decide_s = self._forgotten_s = self._slide_s = math.inf
        return []
