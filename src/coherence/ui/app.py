"""The composition root of the window: screens, record, radio, settings, joined by plain calls."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from coherence.devices.sources import SourceLoop
from coherence.devices.which_radio import SYSTEM_RADIO, WhichRadio
from coherence.doctor.examination import examined
from coherence.model import Reflection, StrapSeen
from coherence.pacing import named_pattern
from coherence.practice.library import Library, library
from coherence.practice.practices import Practice, at_own_pace, at_pace
from coherence.sessions.assessment import Assessment
from coherence.sessions.opening import FromFile, FromNobody, FromStrap, FromWearer, Source
from coherence.storage.database import Store
from coherence.storage.places import Places
from coherence.storage.settings import Settings
from coherence.translation import _
from coherence.ui import screens
from coherence.ui.awake import Awake
from coherence.ui.collecting import collect_soon
from coherence.ui.diary_keeper import DiaryKeeper
from coherence.ui.fitting import fit
from coherence.ui.help_screen import Help
from coherence.ui.kept_settings import KeptSettings
from coherence.ui.keys import KeyMap
from coherence.ui.live_loop import PracticeRun
from coherence.ui.lock_page import LockPage
from coherence.ui.locking import Idle, Locking, on_lock_key
from coherence.ui.one_practice import OnePractice
from coherence.ui.pace_screen import PaceScreen
from coherence.ui.packs_screen import PacksScreen
from coherence.ui.practice import PracticeWindow
from coherence.ui.practice_choice import Chosen, as_chosen
from coherence.ui.record_screens import RecordScreens
from coherence.ui.reflect import Reflect
from coherence.ui.reminding import Reminding, now_here
from coherence.ui.room.desk import has_caseload
from coherence.ui.room.preparing import Preparing
from coherence.ui.room.setup_screen import RoomSetup
from coherence.ui.safety import Safety
from coherence.ui.screens import GROUNDING, GROUNDING_MIN, SOOTHING
from coherence.ui.settings_screen import SettingsScreen
from coherence.ui.sheet_screen import SheetScreen
from coherence.ui.strap_help import StrapHelp
from coherence.ui.strap_search import StrapSearch
from coherence.ui.taking import Taking
from coherence.ui.theme import Theme
from coherence.ui.welcome import Welcome

if TYPE_CHECKING:
    from coherence.share.server import PhoneServer
    from coherence.ui.room.room import Room

LOG = logging.getLogger("coherence.app")
WATCH_MS = 500
FIND_PACE = "resonance_stepped"
LEAST_TO_ASK_S = 60.0  # after a practice so short nothing is asked


LOCKED_LATER = _("Locked: the practice goes on, and nothing else opens after it.")


class App(QStackedWidget):
    """One window; its screens come and go in it."""

    def __init__(
        self,
        where: Places,
        store: Store | None,
        settings: Settings,
        notice: str | None,
        radio: WhichRadio = SYSTEM_RADIO,
    ) -> None:
        super().__init__()
        self._where, self._store = where, store
        self._kept = KeptSettings(settings, where.settings)
        self._radio = radio
        self._unkept = notice
        self._loop = SourceLoop()
        self._now: OnePractice | None = None
        self._search = StrapSearch(self._loop, radio, self)
        self._search.seen.connect(self._show_strap)
        self._search.trouble.connect(self._show_trouble)
        self._awake = Awake()
        self._room: Room | None = None
        self._told: set[str] = set()  # what was said of sound; once is enough
        self.records = RecordScreens(self, where, self._kept)
        self._diary = DiaryKeeper(store, settings.person_id)
        self._closed = False
        self.setWindowTitle("coherence")
        self.setMinimumSize(800, 600)
        fit(self, 1440, 900)
        self._watch = QTimer(self)
        self._watch.setInterval(WATCH_MS)
        self._watch.timeout.connect(self._watch_run)
        self._reminding = Reminding(
            lambda: self._settings.reminder_at, lambda: self._diary.history(), self
        )
        self._reminding.due.connect(self._remind)
        self.locking = Locking(self, where, self._kept)
        self._idle = Idle(self)
        self._idle.over.connect(self.lock)
        self._idle.set_minutes(settings.lock_after_min)
        on_lock_key(self, settings.keys, self.lock)

    @property
    def _settings(self) -> Settings:
        return self._kept.now

    @property
    def theme(self) -> Theme:
        """The theme that the settings ask for."""
        return self._kept.theme

    @property
    def _run(self) -> PracticeRun | None:
        """The session in this window, while there is one."""
        return None if self._now is None else self._now.running

    @property
    def _notice(self) -> str | None:
        """What cannot be kept, for a line at the foot of screens."""
        return self._unkept or self._kept.trouble

    @property
    def there(self) -> Library:
        """The practices there are now: somebody may just have added a file."""
        return library(self._where.practices)

    # --- screens ---

    def show_safety(self) -> None:
        """What to know first; at the first start before all else, later from the settings."""
        page = Safety(self.theme)
        page.read.connect(self.show_welcome)
        self._put(page)
        page.setFocus()

    def show_first(self) -> None:
        """What comes first once coherence is known: now and then a question, then the welcome."""
        page = screens.keeping_screen(self.theme, self._store, self._settings)
        if page is None:
            self.show_welcome()
            return
        today = now_here().date().isoformat()
        self._kept.change(keeping_asked_on=today)
        page.done.connect(self.show_welcome)
        self._put(page)
        page.keep.setFocus()

    def show_welcome(self, choose: str | None = None) -> None:
        """Strap and practice; ``choose`` names the one to begin with, where it is open."""
        welcome = screens.welcome_screen(
            self.theme,
            self.there,
            self._diary.history(),
            self._settings,
            recorded=self._store is not None,
            caseload=has_caseload(self._store),
            where=self._where,
            reduced_motion=self._kept.reduced_motion,
            notice=self._notice,
        )
        welcome.begin.connect(self._begin_with_strap)
        welcome.without_strap.connect(lambda chosen: self._arrive(FromNobody(), chosen))
        welcome.look_again.connect(self._scan)
        welcome.open_settings.connect(self.show_settings)
        welcome.look_back.connect(self.records.show_journal)
        welcome.open_room.connect(self.show_room_setup)
        welcome.open_caseload.connect(self.records.show_caseload)
        welcome.open_help.connect(self.show_help)
        welcome.strap_help.connect(self.show_strap_help)
        welcome.soothe.connect(self.soothe_now)
        if choose is not None:
            welcome.choice.choose(choose)
        self._put(welcome)
        self._scan()

    def watch_again(self, session_id: int, speed: float) -> None:
        """A stored session through the practice window, as it was; it is not stored again."""
        if self._store is None:
            return
        record = self._store.session(session_id)
        came = tuple(self._store.arrivals(session_id))
        self.practise(FromFile(record.started_at[:10], came), None, speed=speed, kept=False)

    def show_settings(self) -> None:
        self._search.stop()
        screen = SettingsScreen(self.theme, self._settings)
        screen.changed.connect(self._kept.take)
        screen.changed.connect(lambda _: screen.set_theme(self.theme))
        screen.changed.connect(lambda new: self._idle.set_minutes(new.lock_after_min))
        screen.done.connect(self.show_welcome)
        screen.read_safety.connect(self.show_safety)
        screen.strap_help.connect(self.show_strap_help)
        screen.people.connect(self.records.show_people)
        screen.packs.connect(self.records.show_packs)
        screen.find_pace.connect(lambda: self.show_welcome(FIND_PACE))
        screen.take_with.connect(lambda: self.records.show_taking(self.show_welcome))
        self._put(screen)

    def show_strap_help(self) -> None:
        """What often helps, and what the computer itself says."""
        self._search.stop()
        page = StrapHelp(self.theme, lambda: examined(self._where, self._radio), self._loop)
        page.done.connect(self.show_welcome)
        self._put(page)

    def show_help(self) -> None:
        """What may soothe now, and the people one can turn to."""
        self._search.stop()
        page = Help(self.theme, self._settings.contacts)
        page.contacts_changed.connect(lambda text: self._kept.change(contacts=text))
        page.soothe.connect(self.soothe_now)
        page.ground.connect(lambda: self._practise_alone(GROUNDING, GROUNDING_MIN))
        page.read_safety.connect(self.show_safety)
        page.done.connect(self.show_welcome)
        self._put(page)

    def soothe_now(self) -> None:
        """Soothing the threat system, at once: with the strap where one has been found."""
        screen = self.currentWidget()
        strap = screen.strap if isinstance(screen, Welcome) else None
        practice = self.there.get(SOOTHING)
        if practice is not None:
            self._begin(FromNobody() if strap is None else self._source(strap), Chosen(practice, 3))

    def _practise_alone(self, key: str, minutes: int | None) -> None:
        practice = self.there.get(key)
        if practice is not None:
            self._begin(FromNobody(), Chosen(practice, minutes))

    def _arrive(self, source: Source, chosen: Chosen) -> None:
        """On the way to a practice: how one arrives, unless it is the first time."""
        if not (self._settings.ask_reflection and self._settings.first_run_done and self._store):
            self._begin(source, chosen)
            return
        self._search.stop()
        self._reflect(after=False, then=lambda said: self._begin(source, chosen, said))

    def _begin(self, source: Source, chosen: Chosen, before: Reflection | None = None) -> None:
        pattern = named_pattern(self._settings.pattern or "")
        practice = at_pace(as_chosen(chosen), pattern)
        if pattern is None:
            practice = at_own_pace(practice, self._settings.own_pace_per_min)
        self.practise(source, practice, without_breath=chosen.without_breath)
        if self._run is not None:
            self._diary.begin(practice.key, self._run, before)

    def _reflect(self, *, after: bool, then: Callable[[Reflection], None]) -> None:
        page = Reflect(self.theme, after=after, ask=self._settings.ask_reflection)
        page.done.connect(then)
        if after:
            page.left.connect(self._diary.reflect)
        page.ask_changed.connect(lambda ask: self._kept.change(ask_reflection=ask))
        self._put(page)

    def practise(
        self,
        source: Source,
        practice: Practice | None,
        *,
        speed: float = 1.0,
        seconds: float | None = None,
        without_breath: bool = False,
        kept: bool = True,
    ) -> None:
        """Begin a session and show it; one that still runs is ended first."""
        self._search.stop()
        self._end_run()
        if self._now is not None:
            self._now.deleteLater()
        now = self._now = OnePractice(
            source, practice, kept=self._kept, where=self._where,
            store=self._store if kept else None, loop=self._loop, there=self.there,
            diary=self._diary, told=self._told, notice=self._notice, speed=speed,
            seconds=seconds, without_breath=without_breath, parent=self,
        )  # fmt: skip
        now.left.connect(self._after_practice)
        now.go_on_asked.connect(self._go_on_with)
        self._put(now.window)
        self._watch.start()  # its first look comes after the first frame
        now.begin()
        if not isinstance(source, FromWearer | FromFile):  # a look around is no first run
            self._kept.change(first_run_done=True)

    def show_room_setup(self, client: str | None = None) -> None:
        """Whose session, what it holds, whose straps; then the room."""
        self._search.stop()

        def strap(seen: StrapSeen) -> FromStrap:
            return FromStrap(
                seen.strap_id, seen.name, lambda clock: self._radio.listen(seen, clock)
            )

        self._preparing = Preparing(
            self._where, self._store, lambda: self.theme, put=self._put, strap=strap,
            look=self._search.start, opens=self.open_room, back=self.show_welcome,
        )  # fmt: skip
        self._preparing.caseload = self.records.show_caseload
        self._preparing.marks = self._settings.quick_marks
        self._preparing.keep_marks = lambda words: self._kept.change(quick_marks=words)
        self._preparing.show(client=client)

    def open_room(
        self,
        source: Source,
        practice: Practice | None,
        *,
        own_source: Source | None = None,
        consents: tuple[str, str] | None = None,
        client: str | None = None,
        speed: float = 1.0,
        seconds: float | None = None,
        phone: PhoneServer | None = None,
        record: bool = True,
    ) -> None:
        """The therapist's window and the client's screen, in place of this one until they close."""
        from coherence.ui.room.opening import opened_room  # pyqtgraph only when it is looked at

        self._search.stop()
        self._end_run()
        self._room = opened_room(
            source, practice, where=self._where, store=self._store, settings=self._settings,
            loop=self._loop, told=self._told, notice=self._notice, speed=speed, seconds=seconds,
            reduced_motion=self._kept.reduced_motion, own_source=own_source, consents=consents,
            client=client, record=record,
            change_settings=lambda **new: self._kept.change(**new),
        )  # fmt: skip
        if phone is not None:
            self._room.phones.take(phone)
        came_from_here = self.isVisible()
        self._room.closed.connect(lambda: self._leave_room(came_from_here))
        self._room.lock_asked.connect(self.lock)
        self.hide()
        self._room.open()
        self._watch.start()

    def _leave_room(self, back: bool) -> None:
        self._room = None
        self._watch_run()
        if self.locking.locked:
            self.locking.look()
        if not back or self._closed:
            return
        if self.locking.locked:
            self.locking.show()
        else:
            self.show_welcome()
        self.show()

    # --- locked ---

    @property
    def store(self) -> Store | None:
        """The record, while it is open."""
        return self._store

    @property
    def in_room(self) -> Room | None:
        """The room, while it is open."""
        return self._room

    @property
    def practising(self) -> bool:
        """Whether a session runs in this window itself."""
        return self._run is not None

    def lock(self) -> None:
        """Hide everything, and close the record where that can be."""
        self._search.stop()
        self.locking.lock()
        if self._now is not None and self.practising:
            self._now.window.tell(LOCKED_LATER)
        self._watch.start()

    def take_store(self, store: Store | None) -> None:
        """The record was closed, or is open again."""
        self._store = store
        self._diary = DiaryKeeper(store, self._settings.person_id)

    def show_page(self, page: QWidget) -> None:
        """That and nothing else; straps are not looked for beside it."""
        self._search.stop()
        self._put(page)

    def turned_to(self, person_id: int) -> None:
        """Somebody else practises from here on."""
        self._diary = DiaryKeeper(self._store, person_id)

    def hide_beside(self) -> None:
        """Nothing but the practice, where one runs."""
        if self._now is not None:
            self._now.hide_plots()

    def go_on(self) -> None:
        """It was opened again."""
        if not self.practising:
            self.show_welcome()

    def protect(self) -> None:
        """Where a passphrase is chosen for the record."""
        if not self.practising and self._room is None:
            self.records.show_people()

    def _put(self, screen: QWidget) -> None:
        while (old := self.widget(0)) is not None:
            if isinstance(old, SheetScreen):
                old.put_away()
            self.removeWidget(old)
            old.deleteLater()
        collect_soon(self)
        self.addWidget(screen)
        self.setCurrentWidget(screen)

    # --- straps ---

    def _scan(self) -> None:
        welcome = self.currentWidget()
        if isinstance(welcome, Welcome):
            welcome.show_looking()
        self._search.start()

    def _show_strap(self, strap: StrapSeen) -> None:
        welcome = self.currentWidget()
        if isinstance(welcome, Welcome | RoomSetup):
            welcome.show_strap(strap)

    def _show_trouble(self, sentence: str) -> None:
        welcome = self.currentWidget()
        if isinstance(welcome, Welcome):
            welcome.show_trouble(sentence)

    def _begin_with_strap(self, strap: StrapSeen, chosen: Chosen) -> None:
        self._arrive(self._source(strap), chosen)

    def _source(self, strap: StrapSeen) -> FromStrap:
        """The strap to practise with; it is remembered."""
        self._kept.change(last_strap_id=strap.strap_id, last_strap_name=strap.name)
        return FromStrap(strap.strap_id, strap.name, lambda clock: self._radio.listen(strap, clock))

    # --- what goes on beside ---

    def _watch_run(self) -> None:
        """The display stays awake while one practises, and may sleep in a pause and at the end."""
        run = self._run if self._room is None else self._room.run
        self._awake.hold(run is not None and not run.paused and not run.ended)
        if self.locking.locked:
            self.locking.look()
        if run is None:
            self._watch.stop()
            return
        if self._now is not None:
            self._now.look()

    def _remind(self, sentence: str) -> None:
        """A reminder that was asked for; while one practises there is none."""
        screen = self.currentWidget()
        if isinstance(screen, Welcome):
            screen.say(sentence)
        if not isinstance(screen, PracticeWindow) and not self.isActiveWindow():
            self._reminding.notify(sentence)

    def _go_on_with(self, practice: Practice) -> None:
        """Another practice after the end of one; it needs no strap."""
        self._begin(FromNobody(), Chosen(practice, None))

    def _after_practice(self, keeping: bool) -> None:
        """Close the session; ``keeping``: first a page of it."""
        run = self._run
        asks = run is not None and run.practised_s >= LEAST_TO_ASK_S and self._diary.open
        hard = run is not None and run.practice is not None and run.practice.key == SOOTHING
        self._end_run()
        if self.locking.locked:
            self.locking.show()
            return
        if keeping and run is not None and run.session_id is not None:
            go_on = partial(self._ask_after, run, asks=asks and not hard)
            self.records.show_taking(go_on, run.session_id)
            return
        self._ask_after(run, asks=asks and not hard)

    def _ask_after(self, run: PracticeRun | None, *, asks: bool) -> None:
        """What was found, where something was looked for; how one is now; and back."""
        found = None if run is None else run.assessment()
        if run is not None and found is not None:
            self.show_pace(found, run)
            return
        if not asks or not self._settings.ask_reflection:
            self.show_welcome()
            return

        def keep(said: Reflection) -> None:
            self._diary.reflect(said)
            self.show_welcome()

        self._reflect(after=True, then=keep)

    def show_pace(self, found: Assessment, run: PracticeRun) -> None:
        """What an assessment found, beside earlier ones, and what to do with it."""
        page = screens.pace_screen(
            self.theme,
            found,
            run,
            self._store,
            self.records.person_id(),
            self._settings.own_pace_per_min,
        )
        page.pace_chosen.connect(lambda per_min: self._kept.change(own_pace_per_min=per_min))
        page.done.connect(self.show_welcome)
        self._put(page)

    def _end_run(self) -> None:
        if self._now is not None:
            self._now.end()
        self._watch_run()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Where no button has the keyboard, Enter does the one thing a screen is there for."""
        if isinstance(self.currentWidget(), LockPage):
            return
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            match KeyMap(self._settings.keys).action(event, self.focusWidget()):
                case "soothe":
                    self.soothe_now()
                case "help":
                    self.show_help()
                case _:
                    super().keyPressEvent(event)
            return
        screen = self.currentWidget()
        if isinstance(
            screen, Welcome | SettingsScreen | Reflect | PaceScreen | Taking | PacksScreen
        ):
            screen.press_primary()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        if self._closed:
            return
        self._closed = True
        if isinstance(page := self.currentWidget(), SheetScreen):
            page.put_away()
        self._search.stop()
        if self._room is not None:
            self._room.leave()
        self._end_run()
        self.hide()  # a strap may take seconds to be let go of, and nobody has to watch that
        if self._now is not None:
            self._now.close()
        self._loop.stop()
