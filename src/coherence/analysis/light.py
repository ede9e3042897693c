"""What the light follows: never more than is known (docs/decisions/0003)."""

from __future__ import annotations

from collections.abc import Mapping

from coherence.analysis.coherence_ratio import RHYTHM_TEN, ten_point
from coherence.analysis.guide_coherence import SHARE_CLAIMED, AmplitudeRange
from coherence.model import Reason, Value

MID_TONE = 0.5  # when there is no value
MIDDLE_TOP = 0.66  # the most without a claim
FULL_SHARE = 0.8  # at the guide; full light whatever the size of the wave


def light_level(values: Mapping[str, Value], usual: AmplitudeRange | None = None) -> float:
    """Return where the light is heading, 0 to 1, for the values of one second by marker key.

    ``usual`` is the person's own range of ``guide_amplitude_ms`` over past sessions. Paced, the
    light follows the share at the guide; with a measured breath the share there; with neither the
    evenness of the rhythm, and then no higher than the middle band.
    """
    share = _said(values, "guide_coherence")
    if share is not None:
        amplitude_ms = _said(values, "guide_amplitude_ms") or 0.0
        return _paced_level(
            share, amplitude_ms, _said(values, "in_rhythm") == 1.0, usual or AmplitudeRange()
        )
    at_breath = _said(values, "breath_coherence")
    if at_breath is not None:
        return min(1.0, at_breath * MIDDLE_TOP / (RHYTHM_TEN / 10.0))
    coherence = _said(values, "coherence")
    if coherence is None or _is_paced(values):
        return MID_TONE
    return min(MIDDLE_TOP, ten_point(coherence) / 10.0)


def _paced_level(share: float, amplitude_ms: float, claim: bool, usual: AmplitudeRange) -> float:
    wave = (amplitude_ms - usual.low_ms) / max(usual.high_ms - usual.low_ms, 1e-9)
    within = min(1.0, max(0.0, wave))
    if not claim:
        # A wave that is large for this heart brings the light up sooner, never further.
        sooner: float = min(1.0, share / SHARE_CLAIMED) ** (1.0 - 0.5 * within)
        return MIDDLE_TOP * sooner
    beyond = (share - SHARE_CLAIMED) / (FULL_SHARE - SHARE_CLAIMED)
    usual_size = amplitude_ms / max(usual.low_ms, 1e-9)
    return MIDDLE_TOP + (1.0 - MIDDLE_TOP) * min(1.0, max(0.0, beyond, usual_size))


def _is_paced(values: Mapping[str, Value]) -> bool:
    said = values.get("guide_coherence")
    return said is not None and said.reason is not Reason.NOT_PACED


def _said(values: Mapping[str, Value], key: str) -> float | None:
    value = values.get(key)
    return None if value is None else value.value
