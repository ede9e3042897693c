"""Words of a report: when it was, how long, where the beats came from, how it was worked out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from coherence import __version__
from coherence.analysis.marker import MARKER_VERSION
from coherence.devices import intervals
from coherence.devices.quirks import ROWS
from coherence.model import Arrival, Notification, Origin, PaceChanged, Reflection
from coherence.reports.remarks import UNGUIDED
from coherence.sessions.tracker import SessionTracker
from coherence.translation import _, later, ngettext

DAYS = (
    *(later("Monday"), later("Tuesday"), later("Wednesday"), later("Thursday"), later("Friday")),
    *(later("Saturday"), later("Sunday")),
)
MONTHS = (
    *(later("January"), later("February"), later("March"), later("April"), later("May")),
    *(later("June"), later("July"), later("August"), later("September"), later("October")),
    *(later("November"), later("December")),
)
WANDERS = later(
    "Numbers rise and fall with sleep, coffee, illness and life. One session is a moment, not a "
    "mark."
)
FOOT = later(
    "coherence · kept on this computer · a wellbeing and practice aid, not a medical device"
)
ORIGINS = {
    Origin.STRAP: "",
    Origin.SIMULATED: later("a simulated wearer"),
    Origin.REPLAYED: later("replayed from a recording"),
    Origin.IMPORTED: later("from an imported recording"),
}


def begun_words(started_at: str, offset_min: int | None) -> str:
    """The day a session began, in local time; empty where it is not known.

    >>> begun_words("2026-11-18T23:30:00+00:00", 60)
    'Thursday 19 November 2026'
    """
    try:
        began = datetime.fromisoformat(started_at)
        if began.tzinfo is not None:
            began = (
                began.astimezone()
                if offset_min is None
                else began.astimezone(UTC) + timedelta(minutes=offset_min)
            )
    except (ValueError, OverflowError, OSError):
        return ""
    return _("{weekday} {day} {month} {year}").format(
        weekday=_(DAYS[began.weekday()]), day=began.day, month=_(MONTHS[began.month - 1]),
        year=began.year,
    )  # fmt: skip


def length_words(seconds: float) -> str:
    """How long it was.

    >>> length_words(14 * 60), length_words(70), length_words(40), length_words(5 * 3600 + 60)
    ('14 minutes', '1 minute', '40 seconds', '5 h 1 min')
    """
    minutes = round(seconds / 60)
    if seconds < 60:
        whole = round(seconds)
        return ngettext("{n} second", "{n} seconds", whole).format(n=whole)
    if minutes < 120:
        return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)
    return _("{hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)


def clock_words(seconds: float) -> str:
    """A time within the session.

    >>> clock_words(388), clock_words(3988)
    ('6:28', '1:06:28')
    """
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def origin_words(origin: Origin) -> str:
    """Where the beats came from, if not from a strap on a person."""
    return _(ORIGINS[origin])


def own_words(before: Reflection | None, after: Reflection | None) -> tuple[str, ...]:
    """What the person said, and only that."""
    said = [
        _("“{words}”").format(words=each.words)
        for each in (before, after)
        if each is not None and each.words
    ]
    if before is not None and after is not None:
        for name, one, other in (
            (_("Body, 0 stirred up to 10 at ease"), before.body, after.body),
            (_("Mood, 0 heavy to 10 light"), before.mood, after.mood),
        ):
            if one is not None and other is not None:
                told = _("{name}: {before} before, {after} after")
                said.append(told.format(name=name, before=round(10 * one), after=round(10 * other)))
    return tuple(said)


def signal_words(tracker: SessionTracker, doubts: Iterable[str]) -> tuple[str, ...]:
    """How far the beats can be relied on, in plain sentences."""
    series = tracker.log.series()
    gaps = tracker.gaps_between(series.start_s, series.end_s)
    said = []
    if gaps:
        lost_s = sum(max(0.0, gap.end_s - gap.t_s) for gap in gaps)
        told = ngettext(
            "Nothing was heard once, {length} in all; lines stay open there.",
            "Nothing was heard {n} times, {length} in all; lines stay open there.",
            len(gaps),
        )
        said.append(told.format(n=len(gaps), length=length_words(lost_s)))
    found = tracker.strap.quirks.found
    said += [f"{ROWS[kind].sentence}." for kind in found if not ROWS[kind].aside]
    if tracker.strap.undecodable:
        told = ngettext(
            "{n} frame of the strap could not be read.",
            "{n} frames of the strap could not be read.",
            tracker.strap.undecodable,
        )
        said.append(told.format(n=tracker.strap.undecodable))
    return (*said, *doubts)


def method_of(
    tracker: SessionTracker, came: Iterable[Arrival], app_version: str, origin: Origin
) -> tuple[str, ...]:
    """How the numbers were worked out, with the versions that did it."""
    arrivals = list(came)
    exact = any(
        isinstance(a, Notification) and a.characteristic == intervals.CHARACTERISTIC
        for a in arrivals
    )
    guided = any(isinstance(a, PaceChanged) and a.pattern is not None for a in arrivals)
    beats = (
        _("Intervals between beats are as exact as the file has them.")
        if exact
        else _(
            "Intervals between beats are as the strap sent them, in steps of 1/1024 s, or by the "
            "R waves of its ECG where it sent one."
        )
    )
    rest = (
        _(
            "Slow breathing changes RMSSD by itself, so it is told only where the breath was the "
            "person's own; for guided breath the swing in each breath stands in its place."
        )
        if guided
        else _(UNGUIDED)
    )
    measured = tracker.breath is not None
    breath = (
        _("Breaths are measured by the strap.")
        if measured
        else _("Breaths are estimated from the heart.")
    )
    versions = [f"coherence {__version__}", _("markers version {n}").format(n=MARKER_VERSION)]
    if origin is not Origin.IMPORTED:
        versions.append(_("recorded with {version}").format(version=app_version))
    set_aside = _(
        "Beats that do not fit their neighbours are set aside (after Lipponen and Tarvainen 2019), "
        "never deleted and never filled in."
    )
    coherence = _(
        "Coherence: the share of the power from 0.0033 to 0.40 Hz that lies within 0.015 Hz of the "
        "highest wave from 0.04 to 0.26 Hz, over the last 64 s, each second; 10 is a pure wave. "
        "It is our own open measure, not HeartMath’s score, and says nothing of the breath."
    )
    together = _(
        "Heart and guide are said to move together only where the heart keeps time with the guide "
        "beyond what its own breath showed before."
    )
    swing = _(
        "Swing in each breath: highest less lowest heart rate, mean of five breaths; noise alone "
        "gives more than 0."
    )
    steps = _(
        "A number of a step is of windows that lie within it; ranges say where it would likely lie "
        "over five minutes (95 %)."
    )
    return (
        f"{beats} {set_aside}",
        coherence,
        f"{together} {rest}",
        f"{swing} {breath} {steps}",
        " · ".join(versions),
    )
