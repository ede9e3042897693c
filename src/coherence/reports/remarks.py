"""What belongs beside a number, in plain words: how far to trust it, or why it is missing."""

from __future__ import annotations

from collections.abc import Mapping

from coherence.analysis.marker import Marker, likely_range
from coherence.model import Reason, Value
from coherence.translation import _, later, number

WHY_NONE = {  # short enough for a tile
    Reason.WARMING_UP: later("listening"),
    Reason.TOO_FEW_BEATS: later("listening"),
    Reason.GAP: later("a gap in the beats"),
    Reason.TOO_MANY_ARTEFACTS: later("too many odd beats"),
    Reason.MOTION: later("moving"),
    Reason.FLAT: later("nothing varies"),
    Reason.NO_PEAK: later("no wave stands out"),
    Reason.NOT_PACED: later("no guide now"),
    Reason.NO_BREATH: later("breath not measured"),
    Reason.NO_BASELINE: later("too little time with one's own breath"),
    Reason.NO_DATA: later("no beats now"),
    Reason.STRAP: later("the strap's beats do not allow it"),
    Reason.PACED: later("for rest: the guide ran"),
}
OF_A_RECORDING = {  # where nothing is going on any more
    Reason.WARMING_UP: later("too short for it"),
    Reason.TOO_FEW_BEATS: later("too few beats"),
    Reason.NOT_PACED: later("no guide ran"),
    Reason.NO_DATA: later("no beats"),
}
DISTORTED = later("slow breathing distorts it")
INSTEAD = later(
    "The guide ran: what slow breathing distorts is no sign of the vagus nerve then. Look at the "
    "swing in each breath and at the share with the guide instead."
)
UNGUIDED = later(
    "No guide was recorded here. If the breath was slow all the same, RMSSD does not tell of rest."
)
SLOW_PER_MIN = 9.0  # a slower breath distorts what is for rest, guided or not
NOT_FOR_CLIENT = later("not for a client's page")


def maybe_slow(values: Mapping[str, Value]) -> bool:
    """Whether no guide ran, and the breath, as far as the heart tells, was slow all the same."""
    per_min, rest = values["breaths_per_min"].value, values["rmssd_ms"]
    slow = per_min is not None and per_min < SLOW_PER_MIN
    return slow and rest.value is not None and rest.reason is not Reason.PACED


def why_none(value: Value | None) -> str:
    """Why there is no number, as of now."""
    reason = Reason.NO_DATA if value is None else value.reason
    return "" if reason is None else _(WHY_NONE[reason])


def why_none_here(reason: Reason) -> str:
    """The same of a recording, where nothing is going on any more."""
    return _(OF_A_RECORDING.get(reason, WHY_NONE[reason]))


def trust(marker: Marker, value: Value, *, brief: bool = False) -> str:
    """How far a number is to be trusted; empty where there is nothing to say. ``brief`` for a tile.

    >>> from coherence.analysis.markers import MARKERS
    >>> rows = {marker.key: marker for marker in MARKERS}
    >>> trust(rows["rmssd_ms"], Value(46.0, uncertainty=18.0))
    'over five minutes it would likely lie in 33–64'
    >>> trust(rows["rsa_bpm"], Value(9.4, uncertainty=1.2, floor=2.1))
    'give or take 1.2; noise alone 2.1'
    >>> trust(rows["rmssd_ms"], Value(21.0, Reason.PACED, 8.0))
    'slow breathing distorts it'
    """
    if value.reason is Reason.PACED:
        return _(DISTORTED)
    said = []
    if (likely := likely_range(marker, value)) is not None:
        if value.floor is not None:
            words = "± {n}" if brief else _("give or take {n}")
            said.append(words.format(n=_short(value.uncertainty or 0.0, likely)))
        elif brief:
            said.append(_("over five minutes likely {range}").format(range=span(likely)))
        else:
            sentence = _("over five minutes it would likely lie in {range}")
            said.append(sentence.format(range=span(likely)))
    if value.floor is not None:
        least = _short(value.floor, (0.0, value.value or 0.0))
        said.append(_("noise alone {n}").format(n=least))
    return (" · " if brief else "; ").join(said)


def about(marker: Marker, value: Value) -> str:
    """All that is to be said beside a number of a recording."""
    if value.value is None:
        reason = value.reason
        return "" if reason is None else why_none_here(reason)
    said = [trust(marker, value)]
    if value.reason is Reason.NO_PEAK:
        said.append(_(WHY_NONE[Reason.NO_PEAK]))
    if value.low_confidence:
        said.append(_("not sure"))
    if not marker.for_client:
        said.append(_(NOT_FOR_CLIENT))
    return "; ".join(part for part in said if part)


def span(likely: tuple[float, float]) -> str:
    """A range, with no more digits than it deserves.

    >>> span((33.07, 63.98)), span((3.52, 4.18)), span((1.02, 9.7)), span((-1.2, -0.4))
    ('33–64', '3.5–4.2', '1.0–9.7', '-1.2 to -0.4')
    """
    low, high = (_short(end, likely) for end in likely)
    if low.startswith("-"):
        return _("{low} to {high}").format(low=low, high=high)
    return f"{low}–{high}"


def _short(value: float, within: tuple[float, float]) -> str:
    return number(value, 0 if within[1] - within[0] >= 10.0 else 1)
