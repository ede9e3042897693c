"""If the strap is not found: what often helps, and what this computer itself says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent

from coherence.devices.sources import SourceLoop
from coherence.doctor.finding import SYMBOLS, Finding, State, usable
from coherence.translation import _
from coherence.ui.pages import Offers
from coherence.ui.sheet_screen import SheetScreen
from coherence.ui.theme import Theme
from coherence.ui.widgets import Pill, announce

TITLE = _("If the strap is not found")
HINTS = (
    _(
        "A strap shows itself only while it is worn: put it on, with a little water under it, and "
        "let it sit snugly below the chest muscles."
    ),
    _(
        "Most serve one program at a time: close others that use it, also on a phone or watch "
        "nearby."
    ),
    _("After a minute off the skin some go to sleep; a new coin cell wakes others."),
)
HERE = _("What this computer says")
LOOKING = _("Looking, for about a quarter of a minute…")
WELL = _("Nothing here stands in the way.")
AMISS = _(
    "Where a line begins with an exclamation mark, something is to be done first; the rest is well."
)
BESIDE = {"python", "store", "sound"}  # told only where they stand in the way
POLL_MS = 200
Examine = Callable[[], AsyncIterator[Finding]]


class StrapHelp(SheetScreen):
    """Looks by itself when it is shown, on the loop of the radio; emits ``done``."""

    done = Signal()

    def __init__(self, theme: Theme, examine: Examine, loop: SourceLoop) -> None:
        super().__init__(theme, TITLE)
        self._examine, self._loop = examine, loop
        self.findings: list[Finding] = []
        self._found: SimpleQueue[Finding | None] = SimpleQueue()
        self._looking: Future[None] | None = None
        for hint in HINTS:
            self.say(hint)
        self.head(HERE)
        self._state = self.paragraph(LOOKING)
        self._lines = self.paragraph("")
        self.again, self.back = Pill(_("Look again"), theme), Pill(_("Back"), theme)
        self._offers = Offers(TITLE, (self.back, self.again), self, left=True)
        self.add(self._offers)
        self._offers.show()
        self.column.addWidget(self._offers)
        self.column.addStretch()
        self.again.clicked.connect(self.look)
        self.back.clicked.connect(self.done)
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._take)

    def look(self) -> None:
        """Look at all of it anew."""
        self._stop()
        self.findings.clear()
        self._lines.set_words("")
        self._state.set_words(LOOKING)
        self._found = SimpleQueue()
        self._looking = self._loop.submit(_collect(self._examine, self._found))
        self._poll.start()

    def _take(self) -> None:
        while True:
            try:
                finding = self._found.get_nowait()
            except Empty:
                return
            if finding is None:
                self._poll.stop()
                self._state.set_words(WELL if usable(self.findings) else AMISS)
                announce(self, self._state.text())
            else:
                self.findings.append(finding)
                if finding.state is State.TO_DO:
                    announce(self, f"{finding.label}: {finding.said} {finding.fix}")
                self._lines.set_words(
                    "\n".join(_line(each) for each in self.findings if _matters(each))
                )
            self.fit()

    def _stop(self) -> None:
        self._poll.stop()
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.back.setFocus()
        self.look()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._offers.hold(self.card_px - 90)
        super().resizeEvent(event)

    def leave(self) -> None:
        self.back.click()


def _matters(finding: Finding) -> bool:
    if finding.key in BESIDE:
        return finding.state is State.TO_DO
    return finding.state is not State.NOT_LOOKED_AT


def _line(finding: Finding) -> str:
    fix = f"\n     {finding.fix}" if finding.fix else ""
    return f"{SYMBOLS[finding.state]}  {finding.label}: {finding.said}{fix}"


async def _collect(examine: Examine, found: SimpleQueue[Finding | None]) -> None:
    try:
        async for finding in examine():
            found.put(finding)
    finally:
        found.put(None)
