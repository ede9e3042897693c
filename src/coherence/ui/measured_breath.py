"""The measured breath in words, beside the strap: what it is, never what it should be."""

from __future__ import annotations

from coherence.analysis.breathing import R_HEIGHT
from coherence.analysis.chest_motion import SOURCE as CHEST
from coherence.model import LinkState
from coherence.sessions.view import SessionView
from coherence.translation import _, number

ALONG = 0.6  # breaths a minute: as near as that is with the guide
QUICK = 9.0  # from here on, whole numbers will do
MEASURED_AT = {CHEST: _("measured at the chest"), R_HEIGHT: _("measured in the ECG")}


def breath_words(view: SessionView) -> str:
    """How the breath goes, where it is measured; else nothing.

    "your breath: 6 a minute", and while it goes with the guide "breathing with the guide".
    """
    rate = None if view.breath is None else view.breath.rate_per_min
    if rate is None or view.link is not LinkState.STREAMING:
        return ""
    moment = view.guide.at(view.now_s)
    if moment is not None and abs(rate - moment.breath.pattern.breaths_per_min) <= ALONG:
        return _("breathing with the guide")
    shown = number(rate, 0) if rate >= QUICK else number(round(2 * rate) / 2)
    return _("your breath: {shown} a minute").format(shown=shown)


def measured_at(view: SessionView) -> str:
    """Where the breath is measured; nothing where it is not."""
    if view.breath is None or view.breath.rate_per_min is None:
        return ""
    return MEASURED_AT.get(view.breath.source, _("measured"))


def beside(strap: str, view: SessionView) -> str:
    """What stands where the strap is told of, with the breath behind it.

    >>> from coherence.sessions.tracker import SessionTracker
    >>> beside("Strap steady", SessionTracker().view(0.0))
    'Strap steady'
    """
    return " · ".join(part for part in (strap, breath_words(view)) if part)
