"""Words of a report: when it was, how long, where the beats came from, how it was worked out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from coherence import __version__
from coherence.analysis.marker import MARKER_VERSION
from coherence.devices import intervals
from coherence.devices.quirks import ROWS
from coherence.model import Arrival, Notification, Origin, PaceChanged, Reflection
from coherence.sessions.tracker import SessionTracker

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
WANDERS = (
    "Numbers rise and fall with sleep, coffee, illness and life. One session is a moment, not a "
    "mark."
)
FOOT = "coherence · kept on this computer · a wellbeing and practice aid, not a medical device"
ORIGINS = {
    Origin.STRAP: "",
    Origin.SIMULATED: "a simulated wearer",
    Origin.REPLAYED: "replayed from a recording",
    Origin.IMPORTED: "from an imported recording",
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
    return f"{DAYS[began.weekday()]} {began.day} {MONTHS[began.month - 1]} {began.year}"


def length_words(seconds: float) -> str:
    """How long it was.

    >>> length_words(14 * 60), length_words(70), length_words(40), length_words(5 * 3600 + 60)
    ('14 minutes', '1 minute', '40 seconds', '5 h 1 min')
    """
    minutes = round(seconds / 60)
    if seconds < 60:
        return f"{seconds:.0f} seconds"
    if minutes < 120:
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    return f"{minutes // 60} h {minutes % 60} min"


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
    return ORIGINS[origin]


def own_words(before: Reflection | None, after: Reflection | None) -> tuple[str, ...]:
    """What the person said, and only that."""
    said = [f"“{each.words}”" for each in (before, after) if each is not None and each.words]
    if before is not None and after is not None:
        for name, one, other in (
            ("Body, 0 stirred up to 10 at ease", before.body, after.body),
            ("Mood, 0 heavy to 10 light", before.mood, after.mood),
        ):
            if one is not None and other is not None:
                said.append(f"{name}: {10 * one:.0f} before, {10 * other:.0f} after")
    return tuple(said)


def signal_words(tracker: SessionTracker, doubts: Iterable[str]) -> tuple[str, ...]:
    """How far the beats can be relied on, in plain sentences."""
    series = tracker.log.series()
    gaps = tracker.gaps_between(series.start_s, series.end_s)
    said = []
    if gaps:
        lost_s = sum(max(0.0, gap.end_s - gap.t_s) for gap in gaps)
        times = "once" if len(gaps) == 1 else f"{len(gaps)} times"
        said.append(
            f"Nothing was heard {times}, {length_words(lost_s)} in all; lines stay open there."
        )
    found = tracker.strap.quirks.found
    said += [f"{ROWS[kind].sentence}." for kind in found if not ROWS[kind].aside]
    if tracker.strap.undecodable:
        said.append(f"{tracker.strap.undecodable} frames of the strap could not be read.")
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
        "Intervals between beats are as exact as the file has them."
        if exact
        else "Intervals between beats are as the strap sent them, in steps of 1/1024 s, or by the "
        "R waves of its ECG where it sent one."
    )
    rest = (
        "Slow breathing changes RMSSD by itself, so it is told only where the breath was the "
        "person's own; for guided breath the swing in each breath stands in its place."
        if guided
        else "No guide was recorded here. If the breath was slow all the same, RMSSD does not tell "
        "of rest."
    )
    measured = tracker.breath is not None
    breath = "measured by the strap" if measured else "estimated from the heart"
    recorded = "" if origin is Origin.IMPORTED else f" · recorded with {app_version}"
    return (
        f"{beats} Beats that do not fit their neighbours are set aside (after Lipponen and "
        "Tarvainen 2019), never deleted and never filled in.",
        "Coherence: the share of the power from 0.0033 to 0.40 Hz that lies within 0.015 Hz of the "
        "highest wave from 0.04 to 0.26 Hz, over the last 64 s, each second; 10 is a pure wave. "
        "It is our own open measure, not HeartMath’s score, and says nothing of the breath.",
        "Heart and guide are said to move together only where the heart keeps time with the guide "
        "beyond what its own breath showed before. " + rest,
        "Swing in each breath: highest less lowest heart rate, mean of five breaths; noise alone "
        f"gives more than 0. Breaths are {breath}. A number of a step is of windows that lie "
        "within it; ranges say where it would likely lie over five minutes (95 %).",
        f"coherence {__version__} · markers version {MARKER_VERSION}{recorded}",
    )
