"""Each person's own pace and contacts: of who practises now in the settings, of others beside."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from coherence.storage.settings import Settings

T = TypeVar("T")


def turned_to(settings: Settings, person_id: int, current_id: int | None) -> Settings:
    """The settings for another person: each keeps the pace and the contacts that are theirs.

    >>> mine = Settings(own_pace_per_min=5.5, contacts="Ann, evenings")
    >>> theirs = turned_to(mine, 2, 1)
    >>> theirs.own_pace_per_min, theirs.contacts
    (None, '')
    >>> turned_to(theirs, 1, 2) == replace(mine, person_id=1)
    True
    """
    pace, contacts = settings.own_pace_per_min, settings.contacts
    paces, theirs = dict(settings.own_paces), dict(settings.own_contacts)
    if current_id != person_id:
        pace = paces.pop(str(person_id), None)
        contacts = theirs.pop(str(person_id), "")
        if current_id is not None:
            _keep(paces, current_id, settings.own_pace_per_min)
            _keep(theirs, current_id, settings.contacts or None)
    return replace(
        settings, person_id=person_id, own_pace_per_min=pace, own_paces=paces,
        contacts=contacts, own_contacts=theirs,
    )  # fmt: skip


def forgotten(
    settings: Settings, person_id: int, current_id: int | None, following_id: int | None
) -> Settings:
    """The settings with nothing of somebody; who follows practises, where it was them.

    >>> theirs = Settings(person_id=2, own_pace_per_min=5.0, own_paces={"1": 6.0}, contacts="Bo")
    >>> left = forgotten(theirs, 2, 2, 1)
    >>> left.person_id, left.own_pace_per_min, left.own_paces, left.contacts, left.own_contacts
    (1, 6.0, {}, '', {})
    >>> forgotten(theirs, 2, 2, None).contacts
    ''
    """
    if person_id == current_id:
        settings = turned_to(settings, following_id or 0, person_id)
        settings = replace(settings, person_id=following_id)
    paces, contacts = dict(settings.own_paces), dict(settings.own_contacts)
    paces.pop(str(person_id), None)
    contacts.pop(str(person_id), None)
    return replace(
        settings,
        own_paces=paces,
        own_contacts=contacts,
        numbers_hidden_for=[each for each in settings.numbers_hidden_for if each != person_id],
    )


def _keep(theirs: dict[str, T], person_id: int, said: T | None) -> None:
    """That beside their number; nothing where there is nothing to keep."""
    theirs.pop(str(person_id), None)
    if said is not None:
        theirs[str(person_id)] = said


def pace_of(settings: Settings, person_id: int | None, current_id: int | None) -> float | None:
    """The pace that a person has found or was given; without a number that of who practises now."""
    if person_id is None or person_id == current_id:
        return settings.own_pace_per_min
    return settings.own_paces.get(str(person_id))


def with_pace(
    settings: Settings, person_id: int | None, per_min: float | None, current_id: int | None
) -> Settings:
    """The same with another pace for a person; ``None`` for none."""
    if person_id is None or person_id == current_id:
        return replace(settings, own_pace_per_min=per_min)
    kept = {key: each for key, each in settings.own_paces.items() if key != str(person_id)}
    return replace(
        settings, own_paces=kept if per_min is None else kept | {str(person_id): per_min}
    )
