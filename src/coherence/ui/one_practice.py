"""One session in the window from its first frame until it is left: run, sound, screen, plots."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from coherence.devices.sources import SourceLoop
from coherence.practice.library import Library
from coherence.practice.practices import Practice
from coherence.sessions.opening import Source
from coherence.sound.kinds import Kind
from coherence.storage.database import Store
from coherence.storage.places import Places
from coherence.ui import screens
from coherence.ui.diary_keeper import DiaryKeeper
from coherence.ui.kept_settings import KeptSettings
from coherence.ui.live_loop import PracticeRun, kept_if_possible
from coherence.ui.sounding import Sounding, louder, voice_for
from coherence.ui.theme import Theme
from coherence.ui.words import volume_words

if TYPE_CHECKING:
    from coherence.ui.live_plots import LivePlots

PLOTS_MS = 250


class OnePractice(QObject):
    """Joins a session that runs with what is seen and heard of it.

    It belongs to its parent: left to Python, whichever thread collects it would end its timer.
    """

    left = Signal(bool)  # the session is over and its screen done with; True: a page is wanted
    go_on_asked = Signal(object)  # Practice: another one, now

    def __init__(
        self,
        source: Source,
        practice: Practice | None,
        *,
        kept: KeptSettings,
        where: Places,
        store: Store | None,
        loop: SourceLoop,
        there: Library,
        diary: DiaryKeeper,
        told: set[str],
        notice: str | None,
        speed: float,
        seconds: float | None,
        without_breath: bool,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._kept, self._there, self._diary = kept, there, diary
        self._over = False
        self.plots: LivePlots | None = None
        self.sound: Sounding | None = None
        settings = kept.now
        if speed == 1.0:  # at another nobody could breathe with it
            spoken = voice_for(practice, settings, where)
            self.sound = Sounding(
                practice, settings, told, spoken=spoken, without_breath=without_breath
            )
        run_of = partial(
            PracticeRun, source, practice, loop=loop, speed=speed, seconds=seconds,
            sinks=() if self.sound is None else (self.sound.put,), without_breath=without_breath,
            person_id=settings.person_id,
        )  # fmt: skip
        self.run = kept_if_possible(run_of, store, notice)
        self.window = screens.practice_window(
            self.run,
            kept.theme,
            there,
            settings,
            reduced_motion=kept.reduced_motion,
            sounds=self.sound is not None,
        )
        self._connect()
        self._plot_timer = QTimer(self)
        self._plot_timer.setInterval(PLOTS_MS)
        self._plot_timer.timeout.connect(self._show_plots)

    def _connect(self) -> None:
        window = self.window
        window.sound_chosen.connect(self._choose_sound)
        window.volume_asked.connect(self._change_volume)
        window.care.turned.connect(self._turn)
        if self.sound is not None:
            window.care.asked.connect(self.sound.ask)
        window.care.answered.connect(lambda answer: self.run.mark(f"check-in: {answer}"))
        window.care.practise_asked.connect(self.go_on_asked)
        window.finished.connect(lambda: self.left.emit(False))
        window.page_asked.connect(lambda: self.left.emit(True))
        window.theme_chosen.connect(self._take_theme)
        window.plots_asked.connect(self.open_plots)
        window.numbers_switched.connect(lambda shown: self._kept.change(numbers_shown=shown))

    def begin(self) -> None:
        """The screen is shown: be heard."""
        self.window.setFocus()
        if self.sound is not None:
            self.sound.begin(self.run)

    @property
    def running(self) -> PracticeRun | None:
        """The session, until it is left."""
        return None if self._over else self.run

    def look(self) -> None:
        """To be called now and then: what sound has to say is told once."""
        note = None if self.sound is None or self._over else self.sound.look()
        if note is not None:
            self.window.tell(note)

    def hide_plots(self) -> None:
        """Nothing beside the practice."""
        if self.plots is not None:
            self.plots.close()

    def end(self) -> None:
        """Close the session and its plots; what still sounds rings out."""
        if self._over:
            return
        self._over = True
        self._plot_timer.stop()
        self.run.close()
        self._diary.finish(self.run)
        if self.sound is not None:
            self.sound.leave()
        if self.plots is not None:  # the next session draws its own
            self.plots.close()
            self.plots.deleteLater()
            self.plots = None

    def close(self) -> None:
        """End, and let go of the sound device."""
        self.end()
        if self.sound is not None:
            self.sound.close()

    # --- beside the screen ---

    def open_plots(self) -> None:
        """The live plots in a window of their own, for a second screen."""
        if self.plots is None:
            from coherence.ui.live_plots import LivePlots  # pyqtgraph only when it is looked at

            self.plots = LivePlots(self._kept.theme, self._kept.now.keys)
            self.plots.soothe.connect(self._soothe_from_plots)
        self.plots.show()
        self.plots.raise_()
        self._show_plots()
        self._plot_timer.start()

    def _show_plots(self) -> None:
        if self.plots is None or not self.plots.isVisible():
            self._plot_timer.stop()
            return
        self.plots.show_view(self.run.view(), self.run.has_strap)
        self.plots.show_latency(self.window.latency)

    def _soothe_from_plots(self) -> None:
        self.window.care.soothe()
        self.window.window().raise_()
        self.window.activateWindow()

    # --- what is chosen on the way ---

    def _turn(self, to: Practice) -> None:
        self._diary.turn(self.run, to.key)
        if self.sound is not None:
            self.sound.turn_to(to, self._there.get(to.key))

    def _choose_sound(self, kind: Kind) -> None:
        self._kept.change(sound=kind)
        if self.sound is not None:
            self.sound.choose(kind)

    def _change_volume(self, by: float) -> None:
        if self.sound is not None:
            self._kept.take(louder(self._kept.now, by))
            self.sound.set_volume(self._kept.now.volume)
            self.window.tell(volume_words(self._kept.now.volume), seconds=2.5)

    def _take_theme(self, theme: Theme) -> None:
        self._kept.change(theme=theme.name, text_scale=theme.text_scale)
        if self.plots is not None:
            self.plots.set_theme(theme)
