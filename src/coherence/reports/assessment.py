"""A resonance assessment as JSON and as one plain sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from coherence.analysis.resonance import (
    QUICKEST_PER_MIN,
    SLOWEST_PER_MIN,
    Certainty,
    Outcome,
    Rejection,
    Resonance,
    StepResult,
)
from coherence.model import Arrival
from coherence.sessions.assessment import Assessment, Protocol, assess
from coherence.sessions.trace import trace
from coherence.sessions.tracker import SessionTracker
from coherence.translation import _, later, number

SLOWEST = later("It is the slowest pace that was tried; your own may lie a little beyond.")
QUICKEST = later("It is the quickest pace that was tried; your own may lie a little beyond.")
SENTENCES = {
    Outcome.NO_CLEAR_RESONANCE: later(
        "No clear resonance: the heart goes along with all these paces alike, so use what is "
        "comfortable."
    ),
    Outcome.NOT_FOLLOWING: later(
        "Heart and guide went their own ways this time, so no pace can be told from it: use what "
        "is comfortable."
    ),
    Outcome.TOO_IRREGULAR: later(
        "The signal was too irregular to tell a pace from it ({artefacts} % of the beats are "
        "doubtful): use what is comfortable."
    ),
    Outcome.TOO_LITTLE: later(
        "Too little of it could be heard to tell a pace: use what is comfortable, and see that "
        "the strap sits well before you try again."
    ),
}
HOW_SURE = {
    Certainty.CLEAR: later("that is clear"),
    Certainty.FAIRLY_CLEAR: later("that is fairly clear"),
    Certainty.FIRST_IMPRESSION: later("that is a first impression"),
}
WHY_NOT = {
    Rejection.TOO_FEW_BREATHS: later("too few breaths"),
    Rejection.COVERAGE: later("too little was heard"),
    Rejection.ARTEFACTS: later("too many doubtful beats"),
    Rejection.OTHER_BREATH: later("another breath than the guide’s"),
    Rejection.NOT_WITH_GUIDE: later("the heart was not with the guide"),
}


def read_assessment(
    arrivals: Iterable[Arrival],
    protocol: Protocol,
    *,
    rest_s: float | None = None,
    progress: Callable[[float], None] | None = None,
) -> Assessment:
    """Fold a recording and score the protocol in it. Raises ``AssessmentError``."""
    tracker, _readings = trace(arrivals, SessionTracker(rows=()), progress=progress)
    return assess(tracker, protocol, rest_s=rest_s)


def sentence(result: Resonance) -> str:
    """The outcome in one plain sentence (two, where the pace is at the edge of what was tried).

    >>> sentence(Resonance(Outcome.FOUND, 5.4321, 0.93, 0.45, 5.5, 0.0))
    'The heart swings most with the breath at about 5.4 a minute (5.0 to 5.9): that is clear.'
    """
    if result.per_min is None or result.uncertainty_per_min is None:
        return _(SENTENCES[result.outcome]).format(artefacts=number(result.artefact_pct, 1))
    low = result.per_min - result.uncertainty_per_min
    high = result.per_min + result.uncertainty_per_min
    said = _(
        "The heart swings most with the breath at about {pace} a minute ({low} to {high}): {sure}."
    ).format(
        pace=number(result.per_min, 1), low=number(low, 1), high=number(high, 1),
        sure=_(HOW_SURE[result.certainty_words]),
    )  # fmt: skip
    if SLOWEST_PER_MIN < result.per_min < QUICKEST_PER_MIN:
        return said
    return f"{said} {_(SLOWEST if result.per_min < 5.0 else QUICKEST)}"


def why_not(steps: Sequence[StepResult]) -> list[str]:
    """A line for each step that does not count."""
    lines = []
    for step in steps:
        if step.rejected:
            reasons = ", ".join(_(WHY_NOT[reason]) for reason in step.rejected)
            if Rejection.OTHER_BREATH in step.rejected and step.measured_per_min is not None:
                measured = number(step.measured_per_min, 1)
                reasons = _("{reasons} ({pace} a minute)").format(reasons=reasons, pace=measured)
            lines.append(
                _("{pace} a minute does not count: {reasons}.").format(
                    pace=number(step.per_min), reasons=reasons
                )
            )
    return lines


def assessment_json(assessment: Assessment) -> dict[str, object]:
    """All there is to say of it; docs/resonance.md tells each key."""
    result = assessment.result
    said: dict[str, object] = {
        "protocol": assessment.protocol.value,
        "outcome": result.outcome.value,
        "resonance_bpm": _rounded(result.per_min, 3),
        "certainty": round(result.certainty, 3),
        "certainty_words": result.certainty_words.value,
        "uncertainty_bpm": _rounded(result.uncertainty_per_min, 3),
        "published_bpm": _rounded(result.published_per_min, 3),
        "best_step_bpm": result.best_step_per_min,
        "artefact_pct": round(result.artefact_pct, 2),
        "guide": "recorded" if assessment.guide_recorded else "assumed",
        "sentence": sentence(result),
        "steps": [step_json(step) for step in result.steps],
    }
    if result.slide is not None:
        slide = result.slide
        columns = zip(
            slide.t_s.tolist(),
            slide.per_min.tolist(),
            slide.swing_ms.tolist(),
            slide.smooth_ms.tolist(),
            strict=True,
        )
        said["slide"] = [
            {
                "t_s": round(t_s, 3),
                "breaths_per_min": round(per_min, 3),
                "swing_ms": round(swing, 2),
                "smooth_ms": round(smooth, 2),
            }
            for t_s, per_min, swing, smooth in columns
        ]
    return said


def step_json(step: StepResult) -> dict[str, object]:
    """One step: each criterion, its score among the others, and why it does not count."""
    found = step.criteria
    return {
        "breaths_per_min": step.per_min,
        "from_s": round(step.start_s, 3),
        "to_s": round(step.end_s, 3),
        "breaths": step.breaths,
        "coverage": round(step.coverage, 4),
        "artefact_pct": round(step.artefact_pct, 2),
        "measured_breaths_per_min": _rounded(step.measured_per_min, 2),
        "phase_deg": None if found is None else round(found.lag_deg, 1),
        "phase_locking": None if found is None else round(found.locking, 3),
        "swing_bpm": None if found is None else round(found.swing_bpm, 2),
        "lf_ms2": None if found is None else round(found.lf_ms2, 1),
        "lf_peak_ms2_hz": None if found is None else round(found.lf_peak_ms2_hz, 1),
        "smoothness": None if found is None else round(found.smoothness, 3),
        "lf_peaks": None if found is None else found.lf_peaks,
        "score": _rounded(step.score, 3),
        "rejected": [reason.value for reason in step.rejected],
    }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
