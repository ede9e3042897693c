"""What is said of a person at a glance: their own range in words, and practice at home."""

from __future__ import annotations

from coherence.sessions.caseload import Case
from coherence.sessions.trends import FEWEST_FOR_BAND, said
from coherence.translation import _, ngettext


def resting_words(case: Case) -> str:
    """Their own breath over weeks, against what comes back by itself; empty where nothing is."""
    line = case.resting
    if line is None:
        return ""
    newest = said(line.trend, float(line.values[-1]))
    match case.range_key:
        case "within":
            return _("{newest}, within their own usual range").format(newest=newest)
        case "above":
            return _("{newest}, above their own usual range").format(newest=newest)
        case "below":
            return _("{newest}, below their own usual range").format(newest=newest)
    left = max(1, FEWEST_FOR_BAND + 1 - len(line.values))
    return ngettext(
        "{newest}; one more session tells their usual range",
        "{newest}; {n} more sessions tell their usual range",
        left,
    ).format(newest=newest, n=left)


def home_words(case: Case) -> str:
    """Practices on their own since the last meeting; empty where none has come back yet."""
    if not case.alone:
        return ""
    minutes = round(case.alone_s / 60.0)
    count = ngettext("{n} practice", "{n} practices", case.alone).format(n=case.alone)
    return _("{count}, {minutes} min in all").format(count=count, minutes=minutes)
