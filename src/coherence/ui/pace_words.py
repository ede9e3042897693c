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
from coherence.translation import _, number

TITLE = _("Your own pace")
FOUND = _("About {} breaths a minute")
THERE = _("There your heart went along with the breath most, likely somewhere from {} to {}. {}")
HOW_SURE = {
    Certainty.CLEAR: _("The answer is clear."),
    Certainty.FAIRLY_CLEAR: _("The answer is fairly clear."),
    Certainty.FIRST_IMPRESSION: _("It is a first impression; another day may say it more plainly."),
}
AT_THE_EDGE = _("It is at the edge of what was tried, so your own may lie a little beyond.")
NONE: dict[Outcome, tuple[str, str]] = {
    Outcome.NO_CLEAR_RESONANCE: (
        _("No one pace stands out"),
        _(
            "Your heart goes along with all of them alike. Use what is comfortable; that "
            "is an answer too, and a common one."
        ),
    ),
    Outcome.NOT_FOLLOWING: (
        _("Heart and guide went their own ways"),
        _(
            "That happens, and is fine. Nothing can be told of a pace from it: use what is "
            "comfortable, and look again another day if you like."
        ),
    ),
    Outcome.TOO_IRREGULAR: (
        _("The signal was too restless to tell"),
        _(
            "{:.0f} of 100 beats came early, late or not at all. A little water under the "
            "strap often helps. Until then use what is comfortable. If you are worried "
            "about your heart, please talk to a professional."
        ),
    ),
    Outcome.TOO_LITTLE: (
        _("Too little was heard to tell"),
        _(
            "What there is has been kept. Use what is comfortable; see that the strap sits "
            "snugly if you look again."
        ),
    ),
}
LEFT_OUT = _("Hollow: not counted, for breath or signal were elsewhere just then.")
WHAT_IT_SHOWS = _(
    "The line is how far your heart swung at each pace. How it was timed with the "
    "breath counts too."
)
SAME = _("On {} it was {}: the same, as far as can be told.")
MOVED = {
    Drift.SLOWER: _("On {} it was {}; it is a little slower now. Sleep, illness, life move it."),
    Drift.QUICKER: (
        _("On {} it was {}; it is a little quicker now. Sleep, illness, life move it.")
    ),
}
TOGETHER = _("Both ways of looking together say about {}.")
OFFER = _(
    "Guided practices can breathe at this pace. It is an offer: where another one "
    "feels kinder, take that. You can change or clear it in the settings."
)
NOW_AT = _("Your guided practices breathe at {} now.")
ONLY_SIMULATED = _("This was a simulated wearer: nothing of it is kept.")
TAKE, KEEP, CLEAR, NOT_NOW, DONE = (
    _("Breathe at {}"),
    _("Keep {}"),
    _("Clear it"),
    _("Not now"),
    _("Done"),
)


def headline(result: Resonance) -> str:
    """What it comes to."""
    if result.per_min is not None:
        return FOUND.format(number(result.per_min, 1))
    return NONE[result.outcome][0]


def detail(result: Resonance) -> str:
    """How sure it is, or why there is none and what to do."""
    found, around = result.per_min, result.uncertainty_per_min
    if found is None or around is None:
        return NONE[result.outcome][1].format(result.artefact_pct)
    low, high = number(found - around, 1), number(found + around, 1)
    said = THERE.format(low, high, HOW_SURE[result.certainty_words])
    if SLOWEST_PER_MIN < found < QUICKEST_PER_MIN:
        return said
    return f"{said} {AT_THE_EDGE}"


def earlier(beside: Beside) -> str:
    """The new pace beside the one before, and both ways together."""
    before = beside.before
    words = SAME if beside.moved is Drift.SAME else MOVED[beside.moved]
    said = words.format(day(before.at), number(before.found.per_min, 1))
    if beside.together is None:
        return said
    return f"{said} {TOGETHER.format(number(beside.together.per_min, 1))}"


def day(at: datetime) -> str:
    """A day as people write it, in their language."""
    local = at.astimezone()
    date = QDate(local.year, local.month, local.day)
    return QLocale().toString(date, _("d MMMM yyyy"))
