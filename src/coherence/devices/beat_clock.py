"""Beat times: intervals laid end to end on the session clock, and what the arrivals tell of loss.

Arrival times stray by a second from the beats, so they never time a beat; they only show that
something is missing. docs/decisions/0002 says why a suspicion waits for one notification.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from statistics import median

from coherence.devices.lags import Frame, Lags
from coherence.model import (
    Beat,
    ClockMark,
    Event,
    Gap,
    GapWithdrawn,
    LeftOut,
    LinkState,
    Repeated,
)

SILENCE = 1.6  # times the usual distance of notifications: something may be missing
USUAL_IS_OFF = 0.01  # a median of 20 jittering distances is so much off, each time it is used
APART = 0.5  # times the usual distance: below it, frames were delivered together
BEFORE, AFTER = 20, 12  # beat-bearing frames; 10 and 5 would take late bursts for losses
NO_INTERVALS_S = 3.0
ADRIFT_S = 5.0
AHEAD_S = 3.0  # a beat cannot end after it was told; the first frame of all may have come late
SETTLED_S = 30.0  # before, a link may still be handing over what it held back
GARBAGE_MS = 3000.0  # an interval so long, and out of nothing, is none
HELD_BACK_S = 35.0  # what a link may hold back at most: it is given up after 32 s
FIRST_MS = 10_000.0  # a strap that has just been put on heard no interval so long
LONGEST_MS = 86_400_000.0  # a day: what is longer is no interval
SHORTEST_USUAL_S = 0.001  # files hold anything, and this is divided by
BREAKS = frozenset({LinkState.LOST, LinkState.CONNECTING, LinkState.LOOKING})


@dataclass(frozen=True, slots=True)
class _Suspicion:
    gap: Gap
    first: int  # number of the first frame after it
    due: int  # settled when this many frames have come
    taken_s: float  # accounted for meanwhile


class BeatClock:
    """Feed it every notification of one strap, also those without intervals. It never raises.

    Beat times strictly increase, and a beat once emitted keeps its time.
    """

    def __init__(self) -> None:
        self._arrived_s: float | None = None  # the last notification
        self._said: tuple[object, ...] | None = None  # and what it said
        self._steps_s = deque([1.0], maxlen=BEFORE)  # distances between notifications
        self._late_s = 0.0  # how much more time than usual the frames since a silence have taken
        self._rr_s: deque[float] = deque([1.0], maxlen=BEFORE)
        self._lags = Lags()
        self._end_s = -math.inf  # of the last beat; none yet
        self._segment = 0
        self._broken = True  # the next beat begins a segment
        self._anchored_s = math.inf  # when the first frame of a link arrived
        self._ahead = False  # intervals are left out until the clock has caught up
        self._without_s = 0.0  # notifications have come without intervals for so long
        self._candidate = False  # a silence is being looked into...
        self._held: list[Frame] = []  # ...with these frames after it
        self._suspicions: list[_Suspicion] = []
        self._mark: ClockMark | None = None

    def feed(
        self,
        t_s: float,
        rr_ms: tuple[float, ...],
        heart_rate_bpm: int | None = None,
        contact: bool | None = None,
    ) -> list[Event]:
        """A notification that arrived at ``t_s`` (s); intervals in ms, oldest first, 0 for none."""
        said = (heart_rate_bpm, contact, rr_ms)
        beats = tuple(rr for rr in rr_ms if 0 < rr <= LONGEST_MS) if contact is not False else ()
        frame = Frame(t_s, beats, sum(beats) / 1000)
        usual_s = median(self._steps_s)
        step_s = usual_s if self._arrived_s is None else max(t_s - self._arrived_s, 0.0)
        if self._is_repeat(said, frame, step_s, usual_s):
            return [Repeated(t_s, len(beats))]
        silence, apart = step_s > SILENCE * usual_s, step_s > APART * usual_s
        if self._held:  # a burst lasts but a moment; many quick ones in a row are a new usual
            apart |= t_s - self._held[0].t_s > usual_s
        if self._arrived_s is not None and (apart or not self._held):
            self._steps_s.append(step_s)
        self._arrived_s = t_s if self._arrived_s is None else max(t_s, self._arrived_s)
        self._said = said

        of_a_strap = heart_rate_bpm is not None  # a file may begin as it likes
        if of_a_strap and self._broken and max(beats, default=0.0) > FIRST_MS:
            return [LeftOut(t_s, len(beats))]
        late_s, more_s = self._late_s, step_s - usual_s
        if beats and self._runs_ahead(frame):
            self._late_s, self._ahead, self._broken = more_s, True, True
            return [*self.flush(), LeftOut(t_s, len(beats))]
        events: list[Event] = []
        joining = None
        if self._held and apart:  # a new silence says nothing of the old one, it is the next
            joining = frame if beats and not silence else None
            events += self._decide(late_s + (0.0 if silence else more_s), usual_s, joining)
        self._late_s = more_s + (late_s if self._candidate or not apart else 0.0)

        if contact is False:
            events += self.flush()
            self._broken = True
        elif not beats:
            stopped = heart_rate_bpm == 0
            self._without_s += math.inf if stopped else min(step_s, SILENCE * usual_s)
            self._candidate |= silence
        elif self._broken or self._is_after_a_hole(frame):
            events += self._begin_anew(frame)
        elif silence or self._candidate:
            self._candidate = True
            self._held.append(frame)
        elif joining is None:
            events += self._go_on(frame)
        return events + self._settle()

    def link(self, state: LinkState) -> list[Event]:
        """The link changed: after a loss the next beat begins a new segment."""
        return self._break_off() if state in BREAKS else []

    def mark(self, mark: ClockMark) -> list[Event]:
        """The wall clock: where it ran ahead of the session clock, the machine has slept."""
        before, self._mark = self._mark, mark
        if before is None:
            return []
        slept_s = (mark.utc_s - before.utc_s) - (mark.t_s - before.t_s)
        return self._break_off() if slept_s > ADRIFT_S else []

    def catch_up(self) -> list[Event]:
        """The line of beats runs ahead for a known reason: leave out what comes until it does not.

        A beat once emitted keeps its time, so the line cannot be moved back. What is held goes
        first: with a line that begins anew beside it, it would be laid twice.
        """
        events = self.flush()
        self._ahead = self._broken = True
        return events

    def flush(self) -> list[Event]:
        """Release what is held and settle what is suspected, on what there is."""
        events: list[Event] = []
        if self._held:
            events += self._decide(self._late_s, median(self._steps_s), None)
        self._candidate = False
        return events + self._settle(at_once=True)

    def _break_off(self) -> list[Event]:
        events = self.flush()
        self._broken = True
        self._arrived_s = self._said = None
        return events

    def _is_repeat(
        self, said: tuple[object, ...], frame: Frame, step_s: float, usual_s: float
    ) -> bool:
        # Sameness proves nothing, nor does closeness: equal neighbours are common, and late bursts
        # come at once. But a burst has a silence before it to make up for.
        return (
            said == self._said
            and step_s < 0.5 * frame.sum_s  # so intervals run ahead of the clock
            and self._late_s < 0.5 * usual_s
        )

    def _runs_ahead(self, frame: Frame) -> bool:
        """Whether the beats of ``frame`` would end in the future: more was told than there was."""
        waiting_s = sum(held.sum_s for held in self._held) + frame.sum_s
        ahead_s = self._end_s + waiting_s - frame.t_s
        if self._ahead:
            return ahead_s > 0.0
        settled = frame.t_s - self._anchored_s > SETTLED_S or max(frame.rr_ms) > GARBAGE_MS
        return ahead_s > (AHEAD_S if settled else HELD_BACK_S)

    def _is_after_a_hole(self, frame: Frame) -> bool:
        """Whether the strap spoke without intervals, and ``frame`` does not make up for it."""
        if self._without_s <= NO_INTERVALS_S:
            return False
        lags = self._lags
        lag_s = frame.t_s - (lags.sum_s + frame.sum_s)
        return lag_s - lags.least_s(lags.count - BEFORE, lags.count) > 0.5 * self._usual_rr_s()

    def _decide(self, late_s: float, usual_s: float, joining: Frame | None) -> list[Event]:
        """Tell loss from late burst: were notifications too few, and did intervals fall behind?

        Both must hold, for a strap may leave out a notification that has no interval to say.
        """
        held = len(self._held)
        late = late_s > (0.5 + USUAL_IS_OFF * held) * usual_s
        frames = self._held if joining is None else [*self._held, joining]
        self._held, self._candidate = [], False
        events: list[Event] = []
        lags, first, start_s, sum_s = self._lags, self._lags.count, math.inf, 0.0
        for frame in frames:
            lags.add(frame)
            sum_s += frame.sum_s
            start_s = min(start_s, frame.t_s - sum_s)  # the envelope of these frames
        rise_s = lags.least_s(first, lags.count) - lags.least_s(first - BEFORE, first)
        if late and rise_s > 0.5 * self._usual_rr_s():
            gap = self._gap(start_s, certain=False, missing=self._beats_in(rise_s))
            due = first + held - 1 + AFTER  # the lag of a burst falls until its last frame
            self._suspicions.append(_Suspicion(gap, first, due, rise_s))
            lags.account_for(rise_s, first)
            events.append(gap)
        for frame in frames:
            events += self._lay(frame)
        return events

    def _settle(self, at_once: bool = False) -> list[Event]:
        """Confirm or withdraw the suspicions whose frames have come."""
        events: list[Event] = []
        lags = self._lags
        while self._suspicions and (at_once or lags.count >= self._suspicions[0].due):
            suspicion = self._suspicions.pop(0)
            gap, first = suspicion.gap, suspicion.first
            after_s = lags.least_s(first, min(suspicion.due, lags.count))
            more_s = after_s - lags.least_s(first - BEFORE, first)
            missing_s = suspicion.taken_s + more_s
            if missing_s > 0.5 * self._usual_rr_s():
                lags.account_for(more_s, first)
                events.append(Gap(gap.t_s, gap.end_s, self._beats_in(missing_s), certain=True))
            else:
                lags.account_for(-suspicion.taken_s, first)
                events.append(GapWithdrawn(self._arrived_s or gap.end_s, gap.t_s))
        return events

    def _usual_rr_s(self) -> float:
        return max(median(self._rr_s), SHORTEST_USUAL_S)

    def _beats_in(self, missing_s: float) -> int:
        return max(1, round(missing_s / self._usual_rr_s()))

    def _gap(self, start_s: float, certain: bool, missing: int | None = None) -> Gap:
        """Begin a segment at ``start_s``, or where the last beat ended if that is later."""
        start_s = max(start_s, self._end_s)
        if missing is None:
            missing = round((start_s - self._end_s) / self._usual_rr_s())
        gap = Gap(self._end_s, start_s, missing, certain)
        self._end_s = start_s
        self._segment += 1
        return gap

    def _begin_anew(self, frame: Frame) -> list[Event]:
        """Begin a segment whose first frame ends at its arrival; a certain gap lies before it."""
        events = self.flush()
        start_s = frame.t_s - frame.sum_s
        if self._end_s == -math.inf:
            self._end_s = start_s
        else:
            events.append(self._gap(start_s, certain=True))
        if not self._ahead:
            self._anchored_s = frame.t_s
        self._broken = self._ahead = False
        self._lags = Lags()
        self._lags.add(frame)
        return events + self._lay(frame)

    def _go_on(self, frame: Frame) -> list[Event]:
        events: list[Event] = []
        lags = self._lags
        lags.add(frame)
        least_s = lags.least_s(lags.count - BEFORE, lags.count)
        behind_s = least_s + lags.sum_s - (self._end_s + frame.sum_s)
        if behind_s > ADRIFT_S:  # losses that were not found, or a strap whose clock is slow
            events.append(self._gap(self._end_s + behind_s, certain=False))
        return events + self._lay(frame)

    def _lay(self, frame: Frame) -> list[Event]:
        self._without_s = 0.0
        beats: list[Event] = []
        for rr_ms in frame.rr_ms:
            end_s = self._end_s + rr_ms / 1000
            self._end_s = max(end_s, math.nextafter(self._end_s, math.inf))
            self._rr_s.append(rr_ms / 1000)
            beats.append(Beat(self._end_s, rr_ms, self._segment))
        return beats
