"""Opening the room: session, record and sound for the two screens."""

from __future__ import annotations

import logging
from collections.abc import Callable

from coherence.devices.sources import SourceLoop
from coherence.practice.practices import Practice
from coherence.sessions.opening import Source
from coherence.storage.database import Store
from coherence.storage.errors import StorageError
from coherence.storage.places import Places
from coherence.storage.private_notes import keep_private_note
from coherence.storage.settings import Settings
from coherence.ui.live_loop import PracticeRun
from coherence.ui.room.room import Room, Who
from coherence.ui.sounding import Sounding, voice_for

LOG = logging.getLogger("coherence.room")


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
    who: Who | None = None,
    speed: float = 1.0,
    seconds: float | None = None,
    reduced_motion: bool = False,
    change_settings: Callable[..., None] = lambda **_: None,
) -> Room:
    """A room that runs; ``open`` shows it. What cannot be recorded is practised all the same."""
    sound: Sounding | None = None
    if speed == 1.0:
        sound = Sounding(practice, settings, told, spoken=voice_for(practice, settings, where))
    sinks = () if sound is None else (sound.put,)

    def made(kept: Store | None, said: str | None) -> PracticeRun:
        return PracticeRun(
            source, practice, store=kept, loop=loop, speed=speed, seconds=seconds,
            notice=said, sinks=sinks,
        )  # fmt: skip

    try:
        run = made(store, notice)
    except StorageError as error:
        LOG.warning("the session is not recorded")
        run = made(None, f"This session is not kept. {error}")
    session_id = run.session_id

    def keep_note(words: str) -> None:
        if store is None or session_id is None:
            return
        try:
            keep_private_note(store, session_id, words)
        except StorageError as error:
            LOG.warning("a private note could not be kept")
            room.window.moments.kept.set_words(str(error))

    room = Room(
        run,
        settings,
        who or Who(subtitle="" if practice is None else practice.title),
        sound=sound,
        reduced_motion=reduced_motion,
        change_settings=change_settings,
        keep_note=None if session_id is None else keep_note,
    )
    if sound is not None:
        sound.begin(run)
        room.closed.connect(sound.close)
    return room
