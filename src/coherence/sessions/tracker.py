"""The fold: arrivals in, readings out. The same code live, in replay, in reports and in tests.

Rules that hold here:

* No clock and no I/O: time is what the arrivals say.
* Markers are evaluated at each whole second of decided data time, from the beats decided by then.
  Data time is time that intervals cover: in a gap nothing is evaluated.
* Staleness is not part of the fold; it comes from ``view(now_s)`` alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from coherence.analysis.artifacts import BeatJudge
from coherence.analysis.beat_log import BeatLog, JudgedBeats
from coherence.analysis.breathing import Breathing
from coherence.analysis.guide_coherence import AmplitudeRange
from coherence.analysis.lateness import Lateness
from coherence.analysis.markers import LIVE, Marker, evaluate
from coherence.analysis.series import NNSeries
from coherence.analysis.window import Window
from coherence.devices.decoder import StrapDecoder
from coherence.devices.quirks import ROWS
from coherence.model import (
    Arrival,
    Beat,
    Ended,
    Event,
    Gap,
    GapWithdrawn,
    JudgedBeat,
    LinkState,
    Moment,
    Paused,
    Quirk,
    Reading,
    Reason,
    Resumed,
    Signal,
    StepStarted,
    Value,
    Verdict,
    Waveform,
)
from coherence.pacing import BreathGuide
from coherence.sessions.beat_times import BeatTimes
from coherence.sessions.breath_sense import BreathSense
from coherence.sessions.ecg_strip import EcgStrip
from coherence.sessions.history import History
from coherence.sessions.light import Light
from coherence.sessions.strap_watch import QuirkLog, StrapWatch
from coherence.sessions.view import SessionView

LOOK_BACK_S = 310.0  # the longest marker window (300 s) and a margin for its spline
VIEW_S = 180.0  # the stretch of beats a screen may draw
BASELINE_S = 120.0  # of one's own breath before the guide first ran
LONGEST_DATA_S = 5.0  # an interval longer than this is a pause in a file, not data time
STALE_S = 10.0  # without a beat for so long, a number is no longer shown as now
BREATH_EVERY_S = 2  # a breath takes longer
GONE_STALE, WITHHELD = Value(None, Reason.NO_DATA), Value(None, Reason.STRAP)
NOT_YET, NOT_SINCE = Value(None, Reason.WARMING_UP), Value(None, Reason.GAP)


class SessionTracker:
    """One person's session so far: feed it arrivals in order, ask for a view at any time.

    ``rows`` are the markers to evaluate; without any, beats are only decoded and judged.
    ``quirks`` are those of the strap where all of the recording is known.
    """

    def __init__(
        self,
        *,
        trust_all: bool = False,
        imagined_baseline_s: float | None = None,
        usual: AmplitudeRange | None = None,
        rows: Sequence[Marker] = LIVE,
        every_s: int = 1,
        quirks: QuirkLog | None = None,
    ) -> None:
        self.guide = BreathGuide()
        self.log = BeatLog()
        self._rows = tuple(rows)
        self._every_s = every_s  # live each second; of a day fewer will do
        self.history = History({m.key: m.every_s for m in self._rows})
        self.light = Light(usual)
        self.breath: Breathing | None = None  # measured; None where nothing of the kind comes
        self._decoder = StrapDecoder()
        self._times = BeatTimes()
        self._sense = BreathSense()
        self._ecg = EcgStrip()
        self._judge = BeatJudge(trust_all=trust_all)
        self._pending: list[Beat] = []  # fed to the judge, not decided yet
        self._gaps: list[Gap] = []
        self._evaluated_s = -math.inf
        self._imagined_baseline_s = imagined_baseline_s
        self._first_paced_s: float | None = None
        self._said: dict[str, Reading] = {}  # the last reading of each marker
        self._latest: Mapping[str, Value] = {}
        self._latest_s: float | None = None
        self.strap = StrapWatch(quirks)
        self.lateness = Lateness()
        self._step: StepStarted | None = None
        self._paused = False
        self._moments: list[tuple[float, str]] = []
        self._flagged = 0

    # --- folding in ---

    def feed(self, arrival: Arrival) -> list[Reading]:
        """Take in one arrival; returns the readings it made possible."""
        self.guide.feed(arrival)
        if self._first_paced_s is None and self.guide.running:
            self._first_paced_s = arrival.t_s
        match arrival:
            case StepStarted():
                self._step = arrival
            case Paused():
                self._paused = True
            case Resumed():
                self._paused = False
            case Moment(t_s, label):
                self._moments.append((t_s, label))
            case _:
                pass
        readings = self._take(self._decoder.feed(arrival), arrival.t_s)
        if isinstance(arrival, Ended):
            readings += self.finish()
        return readings

    def finish(self) -> list[Reading]:
        """Decide the beats that still wait for what comes after them: nothing more will."""
        heard_s = self.strap.heard_s or 0.0
        readings = self._take(self._decoder.flush(), heard_s)
        readings += self._fold(self._times.flush(), heard_s)
        return readings + self._decide(self._judge.flush())

    def _take(self, events: Sequence[Event], t_s: float) -> list[Reading]:
        readings: list[Reading] = []
        beats = [event for event in events if isinstance(event, Beat)]
        if beats:  # here, for later it may have waited for its R wave
            self.lateness.hear(beats[-1], t_s)
        for event in events:
            readings += self._fold(self._times.feed(event, t_s), t_s)
        return readings

    def _fold(self, events: Iterable[Event], t_s: float) -> list[Reading]:
        readings: list[Reading] = []
        for event in events:
            self.strap.take(event, t_s)
            match event:
                case Beat():
                    self._pending.append(event)
                    readings += self._decide(self._judge.feed(event))
                case Gap():
                    self._gaps = [g for g in self._gaps if g.t_s != event.t_s] + [event]
                case GapWithdrawn(_, gap_t_s):
                    self._gaps = [g for g in self._gaps if g.t_s != gap_t_s]
                case Waveform(signal=Signal.ECG):
                    self._ecg.feed(event)
                case Waveform():
                    self._sense.feed(event)
                case Quirk(found=True):
                    self._withdraw(event)
                case _:
                    pass
        return readings

    def _decide(self, judged: list[JudgedBeat]) -> list[Reading]:
        readings: list[Reading] = []
        for each in judged:
            self._flagged += each.verdict is not Verdict.NORMAL
            if each.index < len(self.log):  # judged again
                self._flagged -= self.judged[each.index].verdict is not Verdict.NORMAL
                self.log.put(each)
                continue
            self.log.put(each)
            del self._pending[0]
            readings += self._evaluate_within(each.beat)
        return readings

    def _evaluate_within(self, beat: Beat) -> list[Reading]:
        """Evaluate the whole seconds that ``beat``'s interval covers."""
        if beat.rr_ms > LONGEST_DATA_S * 1000.0 or not self._rows:
            return []
        from_s = max(self._evaluated_s, beat.t_s - beat.rr_ms / 1000.0)
        readings: list[Reading] = []
        for second in range(math.floor(from_s) + 1, math.floor(beat.t_s) + 1):
            if second % self._every_s == 0:
                readings += self._evaluate(float(second))
        return readings

    def _evaluate(self, t_s: float) -> list[Reading]:
        series = self.log.series(t_s - LOOK_BACK_S, t_s)
        if math.floor(t_s) % BREATH_EVERY_S == 0:
            self.breath = self._sense.at(t_s, self._times.peaks, series)
        window = Window(
            series,
            t_s,
            guide=self.guide,
            gaps=self.gaps_between(t_s - LOOK_BACK_S, t_s),
            baseline=self._baseline(t_s),
            breath=None if self.breath is None else self.breath.rate_per_min,
            moving=self._sense.moving,
            contact=self.strap.contact,
            lateness=self.lateness,
        )
        evaluated = evaluate(window, self._rows)
        for marker in self._rows:
            if marker.key in evaluated and self.strap.quirks.spoil(
                marker.key, t_s - marker.window_s, t_s
            ):
                evaluated[marker.key] = evaluated[marker.key]._replace(value=WITHHELD)
        self._evaluated_s, self._latest_s = t_s, t_s
        self._said.update(evaluated)
        self._latest = {m.key: self._last_said(m, t_s) for m in self._rows}
        self.history.append(t_s, self._latest)
        self.light.update(t_s, self._latest)
        return list(evaluated.values())

    def _withdraw(self, quirk: Quirk) -> None:
        """Numbers were false already before the strap's quirk was found: none of them stays."""
        from_s = quirk.t_s - ROWS[quirk.kind].before_s
        for key in [marker.key for marker in self._rows]:
            if self.strap.quirks.spoil(key, from_s, quirk.t_s):
                self.history.forget(key, from_s)
                if (said := self._said.get(key)) is not None:
                    self._said[key] = said._replace(value=WITHHELD)
                    self._latest = {**self._latest, key: WITHHELD}

    def _last_said(self, marker: Marker, t_s: float) -> Value:
        """What a marker said when it was last due; a gap since then has made that old."""
        said = self._said.get(marker.key)
        if said is None:
            return NOT_YET
        return said.value if t_s - said.t_s < marker.every_s else NOT_SINCE

    def _baseline(self, t_s: float) -> NNSeries | None:
        """The beats of the time with one's own breath, before the guide first ran."""
        if self._imagined_baseline_s is not None:  # before it is over there is nothing to claim
            over = t_s > self._imagined_baseline_s
            return self.log.series(None, self._imagined_baseline_s) if over else None
        if self._first_paced_s is None:
            return None
        return self.log.series(self._first_paced_s - BASELINE_S, self._first_paced_s)

    def forget(self, before_s: float) -> None:
        """Let go of the beats and gaps before a time, for recordings of any length."""
        gone = int(self.log.series().t_s.searchsorted(before_s, side="right"))
        self.log.forget(len(self.log) - len(self.log.series()) + gone)
        self._gaps = [gap for gap in self._gaps if gap.end_s > before_s]

    # --- looking at it ---

    @property
    def judged(self) -> JudgedBeats:
        """The beats decided so far, with their verdicts."""
        return self.log.judged

    @property
    def link(self) -> LinkState:
        """Where the link stands, as far as the arrivals say."""
        return self.strap.link

    def gaps_between(self, from_s: float, to_s: float) -> list[Gap]:
        """The gaps that touch (from_s, to_s), suspected ones included."""
        return [g for g in self._gaps if g.t_s < to_s and g.end_s > from_s]

    def view(self, now_s: float) -> SessionView:
        """Return what a screen shows at ``now_s``; staleness is told here and nowhere else."""
        series = self.log.series(now_s - VIEW_S)
        waiting = self._pending + self._times.waiting
        t_s = np.append(series.t_s, [b.t_s for b in waiting])
        rr_ms = np.append(series.rr_ms, [b.rr_ms for b in waiting])
        strap = self.strap
        quiet_s = strap.quiet_s(now_s)
        stale = quiet_s > STALE_S
        return SessionView(
            now_s=now_s,
            t_s=t_s,
            hr_bpm=60000.0 / rr_ms,
            rr_ms=rr_ms,
            flagged=np.append(~series.accepted, np.zeros(len(waiting), np.bool_)),
            segment=np.append(series.segment, np.array([b.segment for b in waiting], np.int64)),
            readings_t_s=self._latest_s,
            values=dict.fromkeys(self._latest, GONE_STALE) if stale else self._latest,
            quality=None if stale else self.light.quality,
            light=self.light.level,
            band=self.light.band,
            fell=self.light.fell,
            link=strap.link_at(now_s),
            strap=strap.at(now_s),
            quiet_s=quiet_s,
            contact=strap.contact,
            battery_pct=strap.battery_pct,
            step=None if self._step is None else self._step.key,
            step_index=None if self._step is None else self._step.index,
            paused=self._paused,
            pace=self.guide.target,
            guide=self.guide,
            history_t_s=self.history.t_s,
            history=self.history.columns,
            breath=None if stale else self.breath,
            moving=self._sense.moving,
            ecg=self._ecg,
            note=self.strap.note,
            note_s=now_s - self.strap.note_s,
            moments=tuple(self._moments),
            beats=len(self.log) + len(waiting),
            flagged_total=self._flagged,
            gaps=len(self._gaps),
            undecodable=strap.undecodable,
            repeated=strap.repeated,
        )
