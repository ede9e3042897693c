"""What is said of an assessment: the pace that was found, or why none, and what to do with it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QDate, QLocale

from coherence.analysis.resonance import (
    QUICKEST_PER_MIN,
    SLOWEST_PER_MIN,
    Certainty,
    Drift,
    Outcome,
    Resonance,
)
from coherence.sessions.found_paces import Beside

TITLE = "Your own pace"
FOUND = "About {:.1f} breaths a minute"
THERE = "There your heart went along with the breath most{}. {}"
LIKELY = ", likely somewhere from {:.1f} to {:.1f}"
HOW_SURE = {
    Certainty.CLEAR: "The answer is clear.",
    Certainty.FAIRLY_CLEAR: "The answer is fairly clear.",
    Certainty.FIRST_IMPRESSION: "It is a first impression; another day may say it more plainly.",
}
AT_THE_EDGE = "It is at the edge of what was tried, so your own may lie a little beyond."
NONE: dict[Outcome, tuple[str, str]] = {
    Outcome.NO_CLEAR_RESONANCE: (
        "No one pace stands out",
        "Your heart goes along with all of them alike. Use what is comfortable; that is an answer "
        "too, and a common one.",
    ),
    Outcome.NOT_FOLLOWING: (
        "Heart and guide went their own ways",
        "That happens, and is fine. Nothing can be told of a pace from it: use what is "
        "comfortable, and look again another day if you like.",
    ),
    Outcome.TOO_IRREGULAR: (
        "The signal was too restless to tell",
        "{:.0f} of 100 beats came early, late or not at all. A little water under the strap often "
        "helps. Until then use what is comfortable. If you are worried about your heart, please "
        "talk to a professional.",
    ),
    Outcome.TOO_LITTLE: (
        "Too little was heard to tell",
        "What there is has been kept. Use what is comfortable; see that the strap sits snugly if "
        "you look again.",
    ),
}
LEFT_OUT = "Hollow: not counted, for breath or signal were elsewhere just then."
WHAT_IT_SHOWS = (
    "The line is how far your heart swung at each pace. How it was timed with the breath counts "
    "too."
)
SAME = "On {} it was {:.1f}: the same, as far as can be told."
MOVED = {
    Drift.SLOWER: "On {} it was {:.1f}; it is a little slower now. Sleep, illness, life move it.",
    Drift.QUICKER: (
        "On {} it was {:.1f}; it is a little quicker now. Sleep, illness, life move it."
    ),
}
TOGETHER = "Both ways of looking together say about {:.1f}."
OFFER = (
    "Guided practices can breathe at this pace. It is an offer: where another one feels kinder, "
    "take that. You can change or clear it in the settings."
)
NOW_AT = "Your guided practices breathe at {:.1f} now."
ONLY_SIMULATED = "This was a simulated wearer: nothing of it is kept."
TAKE, KEEP, CLEAR, NOT_NOW, DONE = "Breathe at {:.1f}", "Keep {:.1f}", "Clear it", "Not now", "Done"


def headline(result: Resonance) -> str:
    """What it comes to."""
    if result.per_min is not None:
        return FOUND.format(result.per_min)
    return NONE[result.outcome][0]


def detail(result: Resonance) -> str:
    """How sure it is, or why there is none and what to do."""
    found, around = result.per_min, result.uncertainty_per_min
    if found is None or around is None:
        return NONE[result.outcome][1].format(result.artefact_pct)
    likely = LIKELY.format(found - around, found + around)
    said = THERE.format(likely, HOW_SURE[result.certainty_words])
    if SLOWEST_PER_MIN < found < QUICKEST_PER_MIN:
        return said
    return f"{said} {AT_THE_EDGE}"


def earlier(beside: Beside) -> str:
    """The new pace beside the one before, and both ways together."""
    before = beside.before
    words = SAME if beside.moved is Drift.SAME else MOVED[beside.moved]
    said = words.format(day(before.at), before.found.per_min)
    if beside.together is None:
        return said
    return f"{said} {TOGETHER.format(beside.together.per_min)}"


def day(at: datetime) -> str:
    """A day as people write it, in their language."""
    local = at.astimezone()
    date = QDate(local.year, local.month, local.day)
    return QLocale().toString(date, "d MMMM yyyy")
