"""A resonance assessment from what a session's fold holds: which schedule, and its score."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from coherence.analysis.resonance import Resonance
from coherence.analysis.resonance_sliding import score_sliding
from coherence.analysis.resonance_stepped import FEWEST_STEPS, score_stepped
from coherence.analysis.series import NNSeries
from coherence.pacing import Breath
from coherence.protocols import REST_S, PacedStep, slide_among, sliding, stepped, steps_among
from coherence.sessions.tracker import SessionTracker
from coherence.translation import _, later, number

CUT_SHORT_S = 10.0  # the last breath may be cut off


class Protocol(Enum):
    """The two ways to look for the resonance."""

    STEPPED = "stepped"
    SLIDING = "sliding"


HOLDS = {
    Protocol.STEPPED: later("it holds the stepped protocol: ask for that one."),
    Protocol.SLIDING: later("it holds the sliding protocol: ask for that one."),
}


class AssessmentError(Exception):
    """A recording that does not hold the protocol: one sentence that says what to do next."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a recording says of the resonance; ``guide_recorded``: its schedule is on record."""

    protocol: Protocol
    result: Resonance
    guide_recorded: bool


def assess(
    tracker: SessionTracker, protocol: Protocol, *, rest_s: float | None = None
) -> Assessment:
    """Score the protocol in a session that has been folded to its end.

    The guide is taken as it was recorded, where it breathed the protocol. Otherwise (or with
    ``rest_s``) the protocol is taken to begin where the recording does. Raises
    ``AssessmentError`` where the recording is too short for that.
    """
    recorded = None if rest_s is not None else recorded_schedule(tracker, protocol)
    rest_s = REST_S if rest_s is None else rest_s
    if recorded is None:
        for other in Protocol:
            if other is not protocol and recorded_schedule(tracker, other) is not None:
                raise AssessmentError(_(HOLDS[other]))
        _check_length(tracker.log.series().end_s, protocol, rest_s)
    series = in_place(tracker)
    gaps = tracker.gaps_between(0.0, series.end_s)
    if protocol is Protocol.STEPPED:
        steps = stepped(rest_s) if recorded is None else recorded[0]
        result = score_stepped(series, steps, gaps, one_clock=recorded is not None)
    else:
        slide = sliding() if recorded is None else recorded[1]
        result = score_sliding(series, slide, gaps, one_clock=recorded is not None)
    return Assessment(protocol, result, recorded is not None)


def assessed(tracker: SessionTracker) -> Assessment | None:
    """The assessment in a session whose guide breathed one of our protocols; ``None`` without.

    One that was ended early counts from its third pace on.
    """
    ours = {step.breaths[0].pattern for step in stepped()}
    for protocol in Protocol:
        recorded = recorded_schedule(tracker, protocol)
        if recorded is not None and {step.breaths[0].pattern for step in recorded[0]} <= ours:
            return assess(tracker, protocol)
    return None


def in_place(tracker: SessionTracker) -> NNSeries:
    """All beats, where they were felt as far as that is known now.

    Live nothing may move, but here timing counts.
    """
    series = tracker.log.series()
    return series.earlier_by(tracker.lateness.of_all_s)


def recorded_schedule(
    tracker: SessionTracker, protocol: Protocol
) -> tuple[tuple[PacedStep, ...], tuple[Breath, ...]] | None:
    """(steps, slide) that the session's own guide breathed while there were beats, or ``None``."""
    breaths = tracker.guide.breaths(0.0, tracker.log.series().end_s + CUT_SHORT_S)
    if protocol is Protocol.STEPPED:
        steps = steps_among(breaths)
        paces = {round(step.per_min, 2) for step in steps}
        return (steps, ()) if len(paces) >= FEWEST_STEPS else None
    slide = slide_among(breaths)
    return None if slide is None else ((), slide)


def _check_length(have_s: float, protocol: Protocol, rest_s: float) -> None:
    if protocol is Protocol.STEPPED:
        need_s = stepped(rest_s)[-1].end_s
        said = _(
            "the recording lasts {have}, and the stepped protocol with rests of {rest} s takes"
            " {need}: {missing} of it are missing. Record it to its end, or say with --rest how"
            " long the rests were."
        )
    else:
        need_s = sliding()[-1].end_s
        said = _(
            "the recording lasts {have}, and the sliding protocol takes {need}: {missing} of it are"
            " missing. Record it to its end."
        )
    if have_s < need_s - CUT_SHORT_S:
        raise AssessmentError(
            said.format(
                have=clock(have_s),
                need=clock(need_s),
                missing=clock(need_s - have_s),
                rest=number(rest_s),
            )
        )


def clock(seconds: float) -> str:
    """Minutes and seconds, as people read them.

    >>> clock(570.4)
    '9 min 30 s'
    """
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"
