"""From the welcome screen to the room: the set-up, the plans, and what was chosen put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol

from PySide6.QtWidgets import QWidget

from coherence.model import StrapSeen
from coherence.practice.library import library
from coherence.practice.practices import Practice
from coherence.practice.session_plans import plans, shipped_plans
from coherence.sessions.opening import FromNobody, FromStrap, FromWearer, Source
from coherence.storage.database import Store
from coherence.storage.errors import StorageError
from coherence.storage.people import add_person, people
from coherence.storage.places import Places
from coherence.storage.settings import QUICK_MARKS
from coherence.ui.room.plan_editor import PlanEditor
from coherence.ui.room.setup_screen import SIMULATED, Prepared, RoomSetup
from coherence.ui.theme import Theme


class Opens(Protocol):
    """Opens the room."""

    def __call__(
        self,
        source: Source,
        practice: Practice | None,
        *,
        own_source: Source | None,
        consents: tuple[str, str] | None,
        client: str | None,
    ) -> None: ...


class Preparing:
    """Shows its screens by ``put``; ``strap`` makes a source of a strap, ``back`` leaves."""

    def __init__(
        self,
        where: Places,
        store: Store | None,
        theme: Callable[[], Theme],
        *,
        put: Callable[[QWidget], None],
        strap: Callable[[StrapSeen], FromStrap],
        look: Callable[[], None],
        opens: Opens,
        back: Callable[[], None],
    ) -> None:
        self._where, self._store, self._theme = where, store, theme
        self._put, self._strap, self._look = put, strap, look
        self._opens, self._back = opens, back
        self.caseload: Callable[[], None] = back
        self.marks: Sequence[str] = QUICK_MARKS
        self.keep_marks: Callable[[list[str]], None] = lambda _: None

    def show(self, notice: str = "", client: str | None = None) -> None:
        """The set-up; straps that are seen are to be handed to the screen."""
        library_now = library(self._where.practices)
        laid_out, troubles = plans(self._where.plans, library_now.get)
        every = [] if self._store is None else people(self._store)
        everybody = [each for each in every if not each.therapist]
        there = library_now.practices
        said = " ".join(filter(None, (notice, *troubles)))
        page = RoomSetup(
            self._theme(), everybody, laid_out, there, said, get=library_now.get, marks=self.marks
        )
        page.marks_changed.connect(self.keep_marks)
        page.begin.connect(self.begin)
        page.edit.connect(self.edit)
        page.done.connect(self._back)
        page.caseload.connect(lambda: self.caseload())
        page.caseload_pill.setVisible(len(everybody) > 1)
        if client is not None:
            page.client.setCurrentText(client)
        self._put(page)
        self._look()

    def edit(self) -> None:
        """The plans, to be laid out."""
        there = library(self._where.practices)
        laid_out, _ = plans(self._where.plans, there.get)
        ours = [plan.key for plan in shipped_plans()]
        page = PlanEditor(self._theme(), laid_out, self._where.plans, ours, there.practices)
        page.done.connect(self.show)
        self._put(page)

    def begin(self, chosen: Prepared) -> None:
        """Open the room with what was chosen; somebody new is taken in first."""
        client: str | None = None
        if self._store is not None:
            try:
                known = chosen.client
                if chosen.is_new:
                    known = add_person(self._store, chosen.client).pseudonym
                client = known
            except StorageError as error:
                self.show(str(error))
                return
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._opens(
            self._source(chosen.strap),
            chosen.practice,
            own_source=None if chosen.own_strap is None else self._strap(chosen.own_strap),
            consents=(now, now) if chosen.both_agree else None,
            client=client,
        )

    def _source(self, strap: StrapSeen | str | None) -> Source:
        if isinstance(strap, StrapSeen):
            return self._strap(strap)
        return FromWearer() if strap == SIMULATED else FromNobody()
