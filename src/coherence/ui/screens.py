"""Each screen made of what the window has: record, settings, library; who opens it connects it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from coherence.exchange.installed import for_today, installed
from coherence.model import Practised, SessionRecord
from coherence.practice.care import has_been_paced, is_open, soothing_count
from coherence.practice.library import Library
from coherence.practice.plan import led_by, plan
from coherence.practice.practices import Practice, scaled
from coherence.sessions.assessment import Assessment
from coherence.sessions.found_paces import FoundBefore, beside, found_before
from coherence.storage.database import Store
from coherence.storage.encryption import Wish, holds, protection_of
from coherence.storage.errors import StorageError
from coherence.storage.keys import keyring_works
from coherence.storage.places import Places
from coherence.storage.settings import Settings
from coherence.storage.sqlite import cipher
from coherence.storage.wanted import Wanted
from coherence.ui.keeping_screen import KeepingScreen, is_due, sessions_past_keeping
from coherence.ui.live_loop import PracticeRun
from coherence.ui.pace_screen import PaceScreen
from coherence.ui.people_screen import PeopleScreen
from coherence.ui.practice import PracticeWindow
from coherence.ui.reminding import now_here
from coherence.ui.taking import Taking
from coherence.ui.theme import Theme
from coherence.ui.welcome import Welcome

if TYPE_CHECKING:
    from coherence.ui.journal.journal import Journal

LOG = logging.getLogger("coherence.app")
SOOTHING, GROUNDING, GROUNDING_MIN = "soothing_threat", "grounding", 3


def welcome_screen(
    theme: Theme,
    there: Library,
    history: Sequence[Practised],
    settings: Settings,
    *,
    recorded: bool,
    reduced_motion: bool,
    notice: str | None,
    caseload: bool = False,
    where: Places | None = None,
) -> Welcome:
    """Strap and practice: what is open to this person, and the three for today."""
    soothing = soothing_count(history, there.practices)

    def opens(practice: Practice) -> bool:
        return is_open(practice, soothing, there.opened, all_open=settings.all_open)

    opened = [each for each in there.practices if opens(each)]
    today = plan(opened, history, now_here())
    if where is not None:
        wanted, said = for_today(installed(where), where, now_here().date())
        today = led_by(today, wanted, said, [each.key for each in opened])
    return Welcome(
        theme,
        (*there.practices, *there.assessments),
        returning=settings.first_run_done,
        first=recorded and not has_been_paced(history),
        today=today.today,
        because=today.because,
        is_open=opens,
        last_strap_id=settings.last_strap_id,
        last_strap=settings.last_strap_name,
        reduced_motion=reduced_motion,
        caseload=caseload,
        notice=" ".join([*filter(None, [notice]), *there.troubles]) or None,
    )


def practice_window(
    run: PracticeRun,
    theme: Theme,
    there: Library,
    settings: Settings,
    *,
    reduced_motion: bool,
    sounds: bool,
) -> PracticeWindow:
    """The moon and the water for a session that runs."""
    grounding = there.get(GROUNDING)
    return PracticeWindow(
        run,
        theme,
        reduced_motion=reduced_motion,
        numbers=settings.numbers_shown,
        keys=settings.keys,
        sound=settings.sound if sounds else None,
        soothing=there.get(SOOTHING),
        grounding=None if grounding is None else scaled(grounding, GROUNDING_MIN),
        contacts=settings.contacts,
    )


def journal_screen(theme: Theme, there: Library, store: Store, person_id: int) -> Journal:
    """What was, to be looked back on."""
    from coherence.ui.journal.journal import Journal  # pyqtgraph only when it is looked at

    def paces(records: Sequence[SessionRecord]) -> list[tuple[float, float]]:
        found = reversed(found_before(records))
        return [(each.at.timestamp() / 86400.0, each.found.per_min) for each in found]

    return Journal(theme, store, titles_of(there), now_here().date(), paces, person_id)


def people_screen(
    theme: Theme, where: Places, store: Store, person_id: int, *, wish: Wish | None
) -> PeopleScreen:
    """Who practises here; ``wish`` is what becomes of the record when the window closes."""
    return PeopleScreen(
        theme,
        store,
        person_id,
        protection_of(where),
        can_encrypt=cipher is not None,
        keyring_works=keyring_works(),
        wish=wish,
        holds=lambda passphrase: holds(where, passphrase),
    )


def keeping_screen(theme: Theme, store: Store | None, settings: Settings) -> KeepingScreen | None:
    """Sessions older than they were meant to be kept, where there are any and it is time to ask."""
    now = now_here()
    if store is None or not is_due(settings.keeping_asked_on, now.date()):
        return None
    try:
        older = sessions_past_keeping(store, now)
    except StorageError:
        LOG.warning("how long sessions are kept could not be looked up")
        return None
    return KeepingScreen(theme, store, older) if older else None


def taking_screen(
    theme: Theme,
    there: Library,
    store: Store,
    person_id: int,
    chosen: int | None,
    *,
    only_theirs: bool = False,
) -> Taking:
    """Sessions out and in, as pages and files."""
    records = store.sessions(Wanted(person_id=person_id))
    titles = titles_of(there)
    return Taking(theme, store, person_id, records, titles, chosen, only_theirs=only_theirs)


def pace_screen(
    theme: Theme,
    found: Assessment,
    run: PracticeRun,
    store: Store | None,
    person_id: int | None,
    own_per_min: float | None,
) -> PaceScreen:
    """What an assessment found, beside earlier ones."""
    earlier: list[FoundBefore] = []
    if store is not None:
        try:
            earlier = found_before(store.sessions(Wanted(person_id=person_id)))
        except StorageError:
            LOG.warning("earlier assessments could not be read")
    earlier = [each for each in earlier if each.session_id != run.session_id]
    return PaceScreen(
        theme,
        found,
        own_per_min=own_per_min,
        beside=beside(found.result, found.protocol, earlier, datetime.now(UTC)),
        simulated=run.banner is not None,
    )


def titles_of(there: Library) -> dict[str, str]:
    """What each practice is called, by its key."""
    return {each.key: each.title for each in (*there.practices, *there.assessments)}
