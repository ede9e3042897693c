"""The room: one session, the client's screen and the therapist's window, joined by plain calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QScreen

from coherence.sessions.view import SessionView
from coherence.sound.kinds import Kind
from coherence.storage.database import Store
from coherence.storage.settings import Settings
from coherence.translation import _, going_on
from coherence.ui import words
from coherence.ui.live_loop import PracticeRun
from coherence.ui.lock_page import LockPage
from coherence.ui.room import sayings
from coherence.ui.room.client import ClientScreen
from coherence.ui.room.client_place import ClientPlace
from coherence.ui.room.meeting import Meeting
from coherence.ui.room.phones import Phones
from coherence.ui.room.private_note import PrivateNote
from coherence.ui.room.share_panel import SharePanel
from coherence.ui.room.window import RoomWindow
from coherence.ui.sounding import Sounding
from coherence.ui.theme import Theme, chosen_theme

SHOWN_MS = 250
UNSEEN_EVERY = 2  # looks, for a picture of a client's screen that is shown nowhere else


@dataclass(frozen=True, slots=True)
class Who:
    """Whose session it is, as the therapist's window names it."""

    name: str = sayings.YOUR_CLIENT
    subtitle: str = ""
    numbers_hidden: bool = False


class Room(QObject):
    """Runs a session for two screens. ``closed`` is emitted once, when the therapist leaves."""

    closed = Signal()
    lock_asked = Signal()

    def __init__(
        self,
        run: PracticeRun,
        settings: Settings,
        who: Who,
        *,
        own: PracticeRun | None = None,
        sound: Sounding | None = None,
        reduced_motion: bool = False,
        change_settings: Callable[..., None] = lambda **_: None,
        private_note: PrivateNote | None = None,
        hide_numbers: Callable[[bool], None] = lambda _: None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.run, self.own, self._settings, self._who = run, own, settings, who
        self.meeting = Meeting()
        self._looks = 0
        self._sound, self._change, self._left = sound, change_settings, False
        self._hide_numbers = hide_numbers
        self.private_note = PrivateNote() if private_note is None else private_note
        self.private_note.setParent(self)
        self.private_note.not_kept.connect(self._say_not_kept)
        self._turning: tuple[float, Kind] | None = None
        self.client = ClientScreen(
            run,
            chosen_theme(settings.theme, settings.text_scale),
            reduced_motion=reduced_motion,
            keys=settings.keys,
            sound=None if sound is None else settings.sound,
            in_room=True,
        )
        self.client.sound_chosen.connect(self._client_chose)
        self.client.finished.connect(self._take_client_back)
        self.client.put_away.connect(self._show)
        self._place = ClientPlace(self.client, settings.client_screen)
        self.phones = Phones(self.client, run)
        self.share_panel: SharePanel | None = None
        self._theme = chosen_theme(settings.room_theme, settings.text_scale)
        self.window = self._made_window()
        self._timer = QTimer(self)
        self._timer.setInterval(SHOWN_MS)
        self._timer.timeout.connect(self._show)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.screenAdded.connect(self._screens_changed)
        application.screenRemoved.connect(self._screens_changed)

    def _made_window(self) -> RoomWindow:
        settings, run = self._settings, self.run
        kind = None if self._sound is None else self.client_kind
        window = RoomWindow(
            self._theme,
            self._who.name,
            self._who.subtitle,
            run.steps,
            marks=settings.quick_marks,
            kind=kind,
            volume=settings.volume,
            note=self.private_note.words,
            keys=settings.keys,
            together=self.own is not None,
        )
        window.seen.show_asked.connect(self.toggle_client)
        window.seen.phone_asked.connect(self.open_sharing)
        window.seen.numbers.setChecked(self._who.numbers_hidden)
        window.seen.numbers_asked.connect(self._allow_numbers)
        window.pace.pace_asked.connect(run.set_pace)
        window.pace.sound_asked.connect(self._choose_sound)
        window.pace.volume_asked.connect(self._set_volume)
        window.head.step_asked.connect(run.ask_step)
        window.moments.mark_asked.connect(self.mark)
        window.moments.note_changed.connect(self.private_note.write)
        kept = self.private_note.is_kept
        window.moments.kept.set_words(sayings.NOTE_KEPT if kept else sayings.NOTE_NOT_KEPT)
        window.note.soft_pause_asked.connect(self.toggle_soft_pause)
        window.note.end_asked.connect(self.end)
        window.closed.connect(self.leave)
        window.moved.connect(self._guard)
        window.act.connect(self._act)
        return window

    @property
    def client_kind(self) -> Kind:
        """The kind of sound that is on."""
        return self._settings.sound

    @property
    def settings(self) -> Settings:
        """The settings as this room has left them."""
        return self._settings

    def open(self) -> None:
        """Show the therapist's window, and the client's screen where there is a second display."""
        self._place.open(self.window)
        self.client.allow_numbers(not self._who.numbers_hidden)
        self.window.setFocus()
        self.window.activateWindow()
        self._timer.start()
        self._show()

    # --- showing ---

    def _show(self) -> None:
        if self._left:
            return
        if not self.client.isVisible():  # else it ticks by itself, thirty times a second
            self.client.tick()
        run, window = self.run, self.window
        view = run.view()
        self.phones.show(view)
        if window.locked:  # recorded, and shown to nobody but the client
            if self.own is not None:
                self.own.tick() if not run.ended else self.own.end()
            return
        self._turn_sound(view.now_s)
        window.show_view(view, run.has_strap)
        if self.own is not None:
            self._show_own(self.own, view)
        moment = view.guide.at(view.now_s)
        turning = moment is not None and moment.breath.pattern != view.pace
        window.pace.show_pace(view.pace, turning)
        if tuple(button.text() for button in window.head.steps) != run.steps:
            window.head.set_steps(run.steps)
        window.head.show_step(run.step_index, run.step_share, run.asked_step)
        window.head.kept.say(self._record_words(view.now_s), "breath" if run.trouble else "heart")
        window.head.kept.setToolTip(run.trouble or "")
        window.show_blank(self.client.soft_pause)
        window.note.show_view(view, soft_pause=self.client.soft_pause, ended=run.ended)
        window.seen.say_where(*self._place.words(window))
        window.show_phones(self.phones.words, self.phones.viewers)
        self._looks += 1
        # a screen that is not shown is laid out anew for each picture of it
        every = 1 if self.client.isVisible() else UNSEEN_EVERY
        if window.seen.thumbnail.isVisible() and self._looks % every == 0:
            window.seen.thumbnail.show_picture(self.client)

    def _show_own(self, own: PracticeRun, client: SessionView) -> None:
        """The therapist's own heart; when the client's session ends, so does this one."""
        if self.run.ended and not own.ended:
            own.end()
        view = own.tick()
        text, _tone = words.strap_words(view, own.has_strap)
        if view.battery_pct is not None:
            text += f" · {view.battery_pct} %"
        trouble = own.trouble
        self.window.head.own.say(
            sayings.MINE.format(going_on(text)), "breath" if trouble else "therapist"
        )
        self.window.head.own.setToolTip(trouble or "")
        if not self.run.ended:
            self.meeting.look(client.now_s, self.run.series(), own.series(), client.guide)
        if self.window.together is not None:
            self.window.together.show_views(client, view, self.meeting)

    def _record_words(self, now_s: float) -> str:
        run, time = self.run, sayings.clock_words(now_s)
        if run.trouble:
            return (
                f"{run.trouble} · {time}"
                if len(run.trouble) < 40
                else _("Please look · {time}").format(time=time)
            )
        kept = sayings.KEPT if run.session_id is not None else sayings.NOT_KEPT
        said = f"{kept} · {time}"
        return f"{run.banner} · {said}" if run.banner else said

    # --- where the screens are ---

    def open_sharing(self) -> None:
        """Share the client's screen with a phone, or look how it stands."""
        self._close_sharing()
        self.share_panel = SharePanel(self._theme, self.phones, self.window)
        self.share_panel.show()

    def _close_sharing(self) -> None:
        if self.share_panel is not None:
            self.share_panel.close()
            self.share_panel.deleteLater()
            self.share_panel = None

    def toggle_client(self) -> None:
        """Show the client's screen on the other display (or in a window), or take it back."""
        if self.client.isVisible():
            self._take_client_back()
            return
        display = self._place.show(self.window)
        if display is not None:
            self.remember(client_screen=display)
        self.window.activateWindow()
        self._guard()
        self._show()

    def _take_client_back(self) -> None:
        self._place.take_back()
        self._guard()

    def _screens_changed(self, _: QScreen) -> None:
        if self._left:
            return
        self._place.screens_changed(self.window)
        self._guard()

    def _guard(self) -> None:
        """The therapist's window never lies open on the display that the client looks at."""
        self.window.show_cover(self._place.is_under(self.window))

    # --- locked ---

    def lock(self, page: LockPage) -> None:
        """Hide the therapist's window behind ``page``; the client's screen goes on."""
        self.private_note.keep()
        self._close_sharing()
        self.window.show_lock(page)

    def unlock(self) -> None:
        """Show what happens again."""
        self.window.take_lock()
        self._guard()
        self._show()

    def keep_notes_in(self, store: Store | None) -> None:
        """Where the private note goes from here on; ``None`` while the record is closed."""
        self.private_note.keep_in(store)

    @property
    def theme(self) -> Theme:
        """Of the therapist's window."""
        return self._theme

    @property
    def over(self) -> bool:
        """Whether nothing is recorded any more."""
        return self.run.ended and (self.own is None or self.own.ended)

    # --- what the therapist does ---

    def mark(self, label: str) -> None:
        """Mark a moment; nothing of it shows on the client's screen."""
        self.run.mark(label)

    def toggle_soft_pause(self) -> None:
        """Blank the data at once on both screens, or show it again."""
        self.client.toggle_soft_pause()
        self.client.scene.repaint()
        self.window.show_blank(self.client.soft_pause)
        self.window.repaint()
        self._show()

    def end(self) -> None:
        """End the session; the client's screen says so gently, and the window stays to look at."""
        if self.run.ended:
            self.window.close()
        else:
            self.client.end()

    def _allow_numbers(self, allowed: bool) -> None:
        self.client.allow_numbers(allowed)
        self._hide_numbers(not allowed)

    def _choose_sound(self, kind: Kind) -> None:
        """Another sound where this breath turns; at once where no guide runs."""
        guiding = self.run.guiding
        now_s = self.run.now_s()
        self._turning = (now_s if guiding is None else guiding.turn_s(now_s), kind)
        self._turn_sound(now_s)

    def _turn_sound(self, now_s: float) -> None:
        if self._turning is None or now_s < self._turning[0]:
            return
        _at, kind = self._turning
        self._turning = None
        self.client.choose_sound(kind)
        if self._sound is not None:
            self._sound.choose(kind)
        self.remember(sound=kind)

    def _client_chose(self, kind: Kind) -> None:
        if self._sound is not None:
            self._sound.choose(kind)
        self.remember(sound=kind)

    def _set_volume(self, volume: float) -> None:
        if self._sound is not None:
            self._sound.set_volume(volume)
        self.remember(volume=round(volume, 2))

    def _say_not_kept(self, why: str) -> None:
        self.window.moments.kept.set_words(why)

    def _act(self, action: str) -> None:
        match action:
            case "pause":
                (self.run.resume if self.run.paused else self.run.pause)()
            case "let_go":
                self.run.let_pace_go()
            case "theme":
                self.set_theme(self._theme.other())
            case "lock":
                self.lock_asked.emit()
            case "larger":
                self.set_theme(self._theme.larger(1))
            case "smaller":
                self.set_theme(self._theme.larger(-1))
            case _:
                pass

    def set_theme(self, theme: Theme) -> None:
        """Other colours or letters for the therapist's window; it is made anew in its place."""
        self._theme = theme
        self.remember(room_theme=theme.name)
        old, at = self.window, self.window.geometry()
        self.window = self._made_window()
        self.window.setGeometry(at)
        self.window.show()
        self.share_panel = None  # it goes with the old window
        old.closed.disconnect(self.leave)
        old.close()
        old.deleteLater()
        self.window.setFocus()
        self._show()

    def remember(self, **changed: object) -> None:
        """Change settings for this room and for later."""
        self._settings = replace(self._settings, **changed)  # type: ignore[arg-type]
        self._change(**changed)

    def leave(self) -> None:
        """The therapist's window is closed: the session ends with it, and is kept."""
        if self._left:
            return
        self._left = True
        self._timer.stop()
        self.private_note.close()
        self.phones.close()
        self._close_sharing()
        self.client.ending = True
        self.client.close()
        self.run.close()
        if self.own is not None:
            self.own.close()
        self.client.deleteLater()
        self.window.close()
        self.window.deleteLater()
        self.closed.emit()
