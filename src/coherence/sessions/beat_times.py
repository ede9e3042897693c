"""Beats of a strap, timed by their R waves where an ECG comes with them.

The strap's intervals say which beats there are; the R wave that belongs to a beat says when it was.
docs/decisions/0006 tells why. An interval is replaced by the time between two R waves only where
both agree with the strap to a few milliseconds, so the worst that can happen is what was before.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from statistics import median

from coherence.model import Beat, Event, Gap, GapWithdrawn, LinkChanged, Signal, Waveform
from coherence.sessions.ecg_peaks import EcgPeak, EcgPeaks

NEAR_S = 0.008  # between a beat and its R wave; a series takes 10 ms for a hole
BEATS = 12  # by which both are laid over each other …
FITTING = 11  # … so many of which must have an R wave
EARLIER_S, LATER_S = 3.0, 0.5  # how far the strap's beats may lie behind the R waves, and before
STRANGERS = 4  # beats in a row without an R wave: both no longer lie over each other
DECIDED_S = 0.75  # of ECG after a beat: by then its R wave is found, if there is one
LONGEST_WAIT_S = 2.5  # for ECG that does not come
FOLLOWS = 0.1  # of what a beat is off: two clocks may drift apart
PEAKS_KEPT = 256  # more than a minute


@dataclass(frozen=True, slots=True)
class _Held:
    beat: Beat
    since_s: float


class BeatTimes:
    """Feed it all events of one strap in order; it gives them back, with beats timed anew.

    A beat waits for its R wave, for a second at most while the ECG streams; whatever is no beat
    and no waveform waits for nothing. ``peaks`` holds the R waves that were found last.
    """

    def __init__(self) -> None:
        self._ecg = EcgPeaks()
        self.peaks: deque[EcgPeak] = deque(maxlen=PEAKS_KEPT)
        self.refined = 0  # intervals so far
        self._recent: deque[Beat] = deque(maxlen=BEATS)  # of this segment, as the strap said
        self._held: deque[_Held] = deque()
        self._offset_s: float | None = None  # from the R waves' own time to the beats'
        self._strangers = 0
        self._last: tuple[Beat, EcgPeak] | None = None  # the last beat with its R wave

    @property
    def waiting(self) -> list[Beat]:
        """Beats that wait for their R waves, as the strap said them."""
        return [held.beat for held in self._held]

    def feed(self, event: Event, now_s: float) -> list[Event]:
        """What is known now. ``now_s`` is when the arrival came that made the event."""
        match event:
            case Waveform(signal=Signal.ECG):
                self._take(event)
                return [*self._due(now_s), event]
            case Beat():
                if self._recent and self._recent[-1].segment != event.segment:
                    released = self._part()
                else:
                    released = []
                self._recent.append(event)
                if self._offset_s is None:
                    self._lay_over()
                self._held.append(_Held(event, now_s))
                return [*released, *self._due(now_s)]
            case Gap() | GapWithdrawn() | LinkChanged():
                return [*self.flush(), event]
            case _:
                return [*self._due(now_s), event]

    def flush(self) -> list[Event]:
        """Release what is held, as it is."""
        return [self._timed(self._held.popleft().beat) for _ in range(len(self._held))]

    def _take(self, wave: Waveform) -> None:
        segment = self.peaks[-1].segment if self.peaks else None
        found = self._ecg.feed(wave)
        self.peaks.extend(found)
        if not wave.joined or any(peak.segment != segment for peak in found):
            self._offset_s = None

    def _part(self) -> list[Event]:
        """A new segment of beats: how these lie over the R waves must be found anew."""
        released = self.flush()
        self._recent.clear()
        self._offset_s = None
        return released

    def _due(self, now_s: float) -> list[Event]:
        """The beats that need not wait any longer."""
        events: list[Event] = []
        while self._held:
            held = self._held[0]
            if self._offset_s is not None and now_s - held.since_s <= LONGEST_WAIT_S:
                own_s = held.beat.t_s - self._offset_s
                if self._nearest(own_s) is None and self._ecg.own_s < own_s + DECIDED_S:
                    break
            self._held.popleft()
            events.append(self._timed(held.beat))
        return events

    def _timed(self, beat: Beat) -> Beat:
        """``beat`` with the time between its R wave and the one before, where both are known."""
        before, self._last = self._last, None
        if self._offset_s is None:
            return beat
        own_s = beat.t_s - self._offset_s
        peak = self._nearest(own_s)
        if peak is None:
            self._strangers += 1
            if self._strangers >= STRANGERS:
                self._offset_s = None
            return beat
        self._strangers = 0
        self._offset_s += FOLLOWS * (own_s - peak.own_s)
        self._last = beat, peak
        if before is None or (before[0].segment, before[1].segment) != (beat.segment, peak.segment):
            return beat
        if abs(before[0].t_s + beat.rr_ms / 1000.0 - beat.t_s) > NEAR_S:
            return beat  # something lies between the two
        rr_ms = 1000.0 * (peak.own_s - before[1].own_s)
        if abs(rr_ms - beat.rr_ms) > 1000.0 * NEAR_S:
            return beat
        self.refined += 1
        return replace(beat, rr_ms=rr_ms)

    def _nearest(self, own_s: float) -> EcgPeak | None:
        """The R wave of the ECG's last segment that stands at ``own_s``."""
        last = self.peaks[-1].segment if self.peaks else None
        for peak in reversed(self.peaks):
            if peak.segment != last or peak.own_s < own_s - NEAR_S:
                return None
            if peak.own_s <= own_s + NEAR_S:
                return peak
        return None

    def _lay_over(self) -> None:
        """Find how the last beats lie over the R waves: by their rhythm, not by their times alone.

        Arrivals tell to a second when a beat was, which is a whole beat. In a rhythm without any
        variation several places fit; the one that fits best is taken, and all say the same.
        """
        if len(self._recent) < BEATS or not self.peaks:
            return
        last, best = self._recent[-1], (NEAR_S, 0.0)
        segment = self.peaks[-1].segment
        for peak in self.peaks:
            if peak.segment != segment or not -LATER_S <= last.t_s - peak.t_s <= EARLIER_S:
                continue
            offset_s = last.t_s - peak.own_s
            offs_s = []
            for beat in self._recent:
                near = self._nearest(beat.t_s - offset_s)
                if near is not None:
                    offs_s.append(beat.t_s - near.own_s - offset_s)
            if len(offs_s) >= FITTING:
                shift_s = median(offs_s)
                best = min(
                    best, (sum(abs(o - shift_s) for o in offs_s) / len(offs_s), offset_s + shift_s)
                )
        if best[0] < NEAR_S:
            self._offset_s, self._strangers, self._last = best[1], 0, None
