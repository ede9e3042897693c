"""What the journal says of a session, in the local time of whoever reads it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache

from PySide6.QtCore import QDate, QLocale

from coherence.model import End, Origin, SessionRecord
from coherence.translation import _, ngettext

ORIGINS = {
    Origin.STRAP: "",
    Origin.SIMULATED: _("simulated wearer"),
    Origin.REPLAYED: _("a recording, replayed"),
    Origin.IMPORTED: _("from a file"),
}
EMPTY = _("Nothing here yet. After a practice you find it here, with the line of your heart.")
NO_MATCH = _("No session is like that. Fewer words may find more.")


def began(record: SessionRecord) -> datetime:
    """When it began, in local time."""
    return _local(record.started_at)


@lru_cache(maxsize=2**15)  # a list of ten thousand asks again and again
def _local(started_at: str) -> datetime:
    moment = datetime.fromisoformat(started_at)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone()


def day_of(record: SessionRecord) -> date:
    """The local day it began on."""
    return began(record).date()


def day_words(day: date, how: str = "") -> str:
    """A day as people write it, in their language."""
    return QLocale().toString(QDate(day.year, day.month, day.day), how or _("dddd, d MMMM yyyy"))


def when(record: SessionRecord) -> str:
    """The day and time, as a person says them."""
    moment = began(record)
    return f"{day_words(moment.date())}, {moment:%H:%M}"


def minutes(seconds: float) -> str:
    """A length, as people say it."""
    whole = round(seconds / 60.0)
    if whole < 1:
        return _("under a minute")
    return ngettext("{n} minute", "{n} minutes", whole).format(n=whole)


def detail(record: SessionRecord) -> str:
    """The quiet line under its title."""
    parts = [f"{began(record):%H:%M}", minutes(record.duration_s), ORIGINS[record.origin]]
    if record.end is End.INTERRUPTED:
        parts.append(_("broken off, and kept"))
    parts += [f"#{tag}" for tag in record.tags]
    return " · ".join(part for part in parts if part)


def title_of(record: SessionRecord, titles: Mapping[str, str]) -> str:
    """The practice's title; a session from elsewhere keeps the name it came with."""
    if record.origin is Origin.IMPORTED and record.practice == "imported":
        return record.strap or _("A recording")
    return titles.get(record.practice, record.practice.replace("_", " ").capitalize())
