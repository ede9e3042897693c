"""Opening the room: session, record and sound for the two screens."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from coherence.devices.sources import SourceLoop
from coherence.practice.practices import Practice, at_own_pace
from coherence.sessions.opening import Source
from coherence.storage.database import Store
from coherence.storage.own_paces import pace_of
from coherence.storage.people import person_named, the_therapist
from coherence.storage.places import Places
from coherence.storage.settings import Settings
from coherence.storage.two_at_once import tie
from coherence.translation import _
from coherence.ui.live_loop import PracticeRun, kept_if_possible
from coherence.ui.room import sayings
from coherence.ui.room.private_note import PrivateNote
from coherence.ui.room.room import Room, Who
from coherence.ui.sounding import Sounding, voice_for

NOT_KEPT = _("Nothing of this session is kept, as was asked for.")


def opened_room(
    source: Source,
    practice: Practice | None,
    *,
    where: Places,
    store: Store | None,
    settings: Settings,
    loop: SourceLoop,
    told: set[str],
    notice: str | None = None,
    client: str | None = None,
    record: bool = True,
    own_source: Source | None = None,
    consents: tuple[str, str] | None = None,
    speed: float = 1.0,
    seconds: float | None = None,
    reduced_motion: bool = False,
    change_settings: Callable[..., None] = lambda **_: None,
) -> Room:
    """A room that runs; ``open`` shows it. What cannot be recorded is practised all the same.

    ``own_source`` is the therapist's own strap. With it two people are recorded, each in a record
    of their own, and only if both have agreed: ``consents`` are when the client and the therapist
    did. Without ``record`` nothing is kept. ``client`` is a pseudonym of somebody in the store;
    without one it is whoever practises here. Raises ``NoSuchPerson``.
    """
    person = None if store is None or client is None else person_named(store, client)
    person_id = settings.person_id if person is None else person.id
    if store is not None and person is not None and practice is not None:
        current = settings.person_id or store.me()
        practice = at_own_pace(practice, pace_of(settings, person.id, current))
    if not record:
        store, notice = None, notice or NOT_KEPT
    if own_source is not None and consents is None:
        store, notice = None, notice or _("Not kept: it takes both consents.")
    client_consent, own_consent = consents or (None, None)
    sound: Sounding | None = None
    if speed == 1.0:
        sound = Sounding(practice, settings, told, spoken=voice_for(practice, settings, where))

    run_of = partial(
        PracticeRun, source, practice, loop=loop, speed=speed, seconds=seconds,
        sinks=() if sound is None else (sound.put,), person_id=person_id,
        consent_utc=client_consent,
    )  # fmt: skip
    run = kept_if_possible(run_of, store, notice)
    own: PracticeRun | None = None
    if own_source is not None:
        kept = None if run.session_id is None else store
        own = PracticeRun(
            own_source, None, store=kept, loop=loop, speed=speed, seconds=seconds,
            person_id=None if kept is None else the_therapist(kept).id,  # never a client's
            consent_utc=own_consent, beside=run,
        )  # fmt: skip
        if store is not None and own.session_id is not None and run.session_id is not None:
            tie(store, own.session_id, run.session_id)

    def hide_numbers(hidden: bool) -> None:
        if person_id is not None:
            others = [each for each in room.settings.numbers_hidden_for if each != person_id]
            room.remember(numbers_hidden_for=[*others, person_id] if hidden else others)

    room = Room(
        run,
        settings,
        Who(
            sayings.YOUR_CLIENT if person is None else person.pseudonym,
            "" if practice is None else practice.title,
            numbers_hidden=person_id is not None and person_id in settings.numbers_hidden_for,
        ),
        own=own,
        sound=sound,
        reduced_motion=reduced_motion,
        change_settings=change_settings,
        hide_numbers=hide_numbers,
        private_note=PrivateNote(store, run.session_id),
    )
    if sound is not None:
        sound.begin(run)
        room.closed.connect(sound.close)
    return room
