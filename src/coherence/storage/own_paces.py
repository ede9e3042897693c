"""Each person's own pace: that of who practises now stands in the settings, the others beside."""

from __future__ import annotations

from dataclasses import replace

from coherence.storage.settings import Settings


def turned_to(settings: Settings, person_id: int, current_id: int | None) -> Settings:
    """The settings for another person: each keeps the pace that is theirs.

    >>> mine = Settings(own_pace_per_min=5.5)
    >>> theirs = turned_to(mine, 2, 1)
    >>> theirs.own_pace_per_min, turned_to(theirs, 1, 2).own_pace_per_min
    (None, 5.5)
    """
    pace = pace_of(settings, person_id, current_id)
    kept = {key: each for key, each in settings.own_paces.items() if key != str(person_id)}
    if current_id is not None and current_id != person_id:
        kept.pop(str(current_id), None)
        if settings.own_pace_per_min is not None:
            kept[str(current_id)] = settings.own_pace_per_min
    return replace(settings, person_id=person_id, own_pace_per_min=pace, own_paces=kept)


def forgotten(
    settings: Settings, person_id: int, current_id: int | None, following_id: int | None
) -> Settings:
    """The settings with nothing of somebody; who follows practises, where it was them.

    >>> theirs = Settings(person_id=2, own_pace_per_min=5.0, own_paces={"1": 6.0})
    >>> left = forgotten(theirs, 2, 2, 1)
    >>> left.person_id, left.own_pace_per_min, left.own_paces
    (1, 6.0, {})
    """
    paces, without = settings.own_paces, {str(person_id)}
    if person_id == current_id:
        pace = paces.get(str(following_id))
        settings = replace(settings, person_id=following_id, own_pace_per_min=pace)
        without.add(str(following_id))
    return replace(
        settings,
        own_paces={key: each for key, each in paces.items() if key not in without},
        numbers_hidden_for=[each for each in settings.numbers_hidden_for if each != person_id],
    )


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
