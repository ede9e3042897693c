"""A running session as the practice window drives it: source, record and practice in one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from coherence.analysis.series import NNSeries
from coherence.devices.sources import Sink, SourceLoop
from coherence.practice.guiding import Guiding, Way
from coherence.practice.practices import Practice
from coherence.sessions.assessment import Assessment, assessed
from coherence.sessions.opening import (
    FromFile,
    FromNobody,
    FromStrap,
    FromWearer,
    OpenSession,
    Source,
)
from coherence.sessions.view import SessionView
from coherence.storage.database import CLIENT, THERAPIST, TOGETHER, Store
from coherence.storage.errors import StorageError
from coherence.translation import _

LOG = logging.getLogger("coherence.app")
BANNERS = {FromWearer: _("Simulated wearer"), FromFile: _("Replay")}


class PracticeRun:
    """What ``PracticeWindow`` asks for (``PracticeSession``), on top of an ``OpenSession``."""

    def __init__(
        self,
        source: Source,
        practice: Practice | None,
        *,
        store: Store | None,
        loop: SourceLoop | None,
        speed: float | None = 1.0,
        seconds: float | None = None,
        notice: str | None = None,
        sinks: tuple[Sink, ...] = (),
        without_breath: bool = False,
        person_id: int | None = None,
        consent_utc: str | None = None,
        beside: PracticeRun | None = None,
    ) -> None:
        """``beside``: the client's session, where this is the therapist's own heart."""
        self._session: OpenSession = OpenSession(
            source,
            practice,
            store=store,
            person_id=person_id,
            loop=loop,
            speed=speed,
            seconds=seconds,
            sinks=sinks,
            without_breath=without_breath,
            beside=None if beside is None else beside._session,
            kept_as="replay" if beside is None else TOGETHER,
            role=CLIENT if beside is None else THERAPIST,
            consent_utc=consent_utc,
        )
        self._notice = notice
        self._source_trouble: str | None = None
        self._closed = False
        self.has_strap = not isinstance(source, FromNobody)
        self.banner = BANNERS.get(type(source))
        self._of_radio = isinstance(source, FromStrap)

    # --- what the window asks ---

    @property
    def session_id(self) -> int | None:
        return self._session.session_id

    @property
    def practice(self) -> Practice | None:
        conductor = self._session.live.conductor
        return None if conductor is None else conductor.practice

    @property
    def steps(self) -> tuple[str, ...]:
        conductor = self._session.live.conductor
        return () if conductor is None else conductor.titles

    @property
    def guiding(self) -> Guiding | None:
        conductor = self._session.live.conductor
        return None if conductor is None else conductor.guiding

    @property
    def whole(self) -> bool:
        conductor = self._session.live.conductor
        return conductor is None or conductor.whole

    @property
    def practised_s(self) -> float:
        conductor = self._session.live.conductor
        return 0.0 if conductor is None else conductor.practised_s(self.now_s())

    @property
    def step_index(self) -> int:
        conductor = self._session.live.conductor
        return -1 if conductor is None else conductor.step

    @property
    def seconds_left(self) -> float | None:
        conductor = self._session.live.conductor
        return None if conductor is None else conductor.seconds_left(self.now_s())

    @property
    def ended(self) -> bool:
        return self._over or self._closed

    @property
    def _over(self) -> bool:
        if self._source_trouble is None:
            return self._session.over
        return self._session.live.ended  # a source that broke does not end the practice

    @property
    def trouble(self) -> str | None:
        return self._source_trouble or self._session.trouble or self._notice

    def now_s(self) -> float:
        return self._session.live.now_s()

    @property
    def fresh_s(self) -> Sequence[float]:
        return self._session.live.fresh_s if self._of_radio and not self._closed else ()

    @property
    def waits(self) -> bool:
        return self._of_radio and not self._closed and self._session.live.waits

    def prompt(self, now_s: float) -> tuple[str, float] | None:
        conductor = self._session.live.conductor
        return None if conductor is None else conductor.prompt(now_s)

    def tick(self) -> SessionView:
        """Take in what has come; a source that broke is told, and the practice goes on."""
        if not self._closed:
            try:
                self._session.advance()
            except Exception as error:  # a source's error, whatever it was: one place to tell it
                self._source_trouble = str(error)
            if self._over:
                self.close()
        return self.view()

    def view(self) -> SessionView:
        """What a screen shows now, with nothing taken in."""
        return self._session.live.tracker.view(self.now_s())

    @property
    def paused(self) -> bool:
        conductor = self._session.live.conductor
        return conductor is not None and conductor.paused

    def assessment(self) -> Assessment | None:
        """What it found of the person's own pace, once it has ended, where it looked for that."""
        practice = self.practice
        if practice is None or not practice.assesses or not self.has_strap:
            return None
        return assessed(self._session.live.tracker)

    # --- what the person does ---

    def pause(self) -> None:
        self._session.live.pause()

    def resume(self) -> None:
        self._session.live.resume()

    def end(self) -> None:
        self._session.live.end()

    def change_pace(self, delta_per_min: float) -> None:
        self._session.live.change_pace(delta_per_min)

    def series(self) -> NNSeries:
        """All beats of the session so far, judged."""
        return self._session.live.tracker.log.series(None)

    def set_pace(self, breaths_per_min: float, inhale_share: float) -> None:
        """Another pace, from the next turn of the breath on."""
        self._session.live.set_pace(breaths_per_min, inhale_share)

    def ask_step(self, index: int) -> None:
        """Another step, where this breath ends."""
        self._session.live.ask_step(index)

    @property
    def asked_step(self) -> int | None:
        conductor = self._session.live.conductor
        return None if conductor is None else conductor.asked_step

    @property
    def step_share(self) -> float | None:
        """How much of the step that runs is over; ``None`` where it has no end of its own."""
        conductor = self._session.live.conductor
        return None if conductor is None else conductor.step_share(self.now_s())

    def let_pace_go(self) -> None:
        self._session.live.let_pace_go()

    def choose_way(self, way: Way) -> None:
        self._session.live.choose_way(way)

    def mark_breath(self) -> None:
        self._session.live.mark_breath()

    def turn_to(self, practice: Practice) -> None:
        self._session.live.turn_to(practice)

    def mark(self, label: str) -> None:
        self._session.live.mark(label)

    def close(self) -> None:
        """End what runs; the strap is let go of meanwhile. Safe to call twice."""
        if not self._closed:
            self._closed = True
            self._session.close()


def kept_if_possible(
    run_of: Callable[..., PracticeRun], store: Store | None, notice: str | None
) -> PracticeRun:
    """A session in the store; where that cannot be it goes on without, and says so.

    Practising matters more than keeping. ``run_of`` takes ``store`` and ``notice``.
    """
    try:
        return run_of(store=store, notice=notice)
    except StorageError as error:
        LOG.warning("the session is not recorded")
        why = _("This session is not kept. {why}").format(why=error)
        return run_of(store=None, notice=why)
