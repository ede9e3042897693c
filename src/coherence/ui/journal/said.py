"""What the journal says of a session, in the local time of whoever reads it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from coherence.model import End, Origin, SessionRecord

ORIGINS = {
    Origin.STRAP: "",
    Origin.SIMULATED: "simulated wearer",
    Origin.REPLAYED: "a recording, replayed",
    Origin.IMPORTED: "from a file",
}
EMPTY = "Nothing here yet. After a practice you find it here, with the line of your heart."
NO_MATCH = "No session is like that. Fewer words may find more."


def began(record: SessionRecord) -> datetime:
    """When it began, in local time."""
    moment = datetime.fromisoformat(record.started_at)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone()


def day_of(record: SessionRecord) -> date:
    """The local day it began on."""
    return began(record).date()


def when(record: SessionRecord) -> str:
    """The day and time, as a person says them."""
    moment = began(record)
    return f"{moment:%A}, {moment.day} {moment:%B %Y}, {moment:%H:%M}"


def minutes(seconds: float) -> str:
    """A length, as people say it."""
    whole = round(seconds / 60.0)
    return "under a minute" if whole < 1 else "1 minute" if whole == 1 else f"{whole} minutes"


def detail(record: SessionRecord) -> str:
    """The quiet line under its title."""
    parts = [f"{began(record):%H:%M}", minutes(record.duration_s), ORIGINS[record.origin]]
    if record.end is End.INTERRUPTED:
        parts.append("broken off, and kept")
    parts += [f"#{tag}" for tag in record.tags]
    return " · ".join(part for part in parts if part)


def title_of(record: SessionRecord, titles: Mapping[str, str]) -> str:
    """The practice's title; a session from elsewhere keeps the name it came with."""
    if record.origin is Origin.IMPORTED and record.practice == "imported":
        return record.strap or "A recording"
    return titles.get(record.practice, record.practice.replace("_", " ").capitalize())
