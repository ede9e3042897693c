"""What a report is told of a session that is in the store."""

from __future__ import annotations

from coherence.model import SessionRecord
from coherence.reports.report import About
from coherence.storage.database import Store
from coherence.storage.diary import AFTER, BEFORE, Diary
from coherence.storage.people import people


def about_session(
    store: Store, record: SessionRecord, *, named: bool = False, words: bool = False
) -> About:
    """``named``: with pseudonyms; ``words``: with what was said before and after.

    Raises ``StorageError``.
    """
    said = Diary(store).reflections_of_session(record.id) if words else {}
    name = None
    if named:
        names = {each.id: each.pseudonym for each in people(store)}
        name = ", ".join(names[who.person_id] for who in record.participants) or None
    return About(
        practice=record.practice,
        started_at=record.started_at,
        origin=record.origin,
        app_version=record.app_version,
        strap=record.strap,
        session_id=record.id,
        name=name,
        before=said.get(BEFORE),
        after=said.get(AFTER),
    )
