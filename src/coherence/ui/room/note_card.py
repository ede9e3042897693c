"""A note to the therapist themselves, and the two things a client's screen can always do."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from coherence.sessions.view import SessionView
from coherence.ui.plots import PlotCard
from coherence.ui.room import sayings
from coherence.ui.theme import REGULAR, Theme
from coherence.ui.widgets import Label, Pill

EVERY_S = 120.0
ASKED_S = 6.0  # so long the question to end stands


class NoteCard(PlotCard):
    """One line at a time; beneath it the soft pause and the end, which asks once."""

    soft_pause_asked = Signal()
    end_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, sayings.NOTE_TITLE)
        self.note = Label("", theme, px=15, weight=REGULAR, tone="mid", wrap=True)
        self.put(self.note, 0)
        row = QHBoxLayout()
        row.setSpacing(4)
        self.pause = Pill(sayings.SOFT_PAUSE, theme, pad_px=12, name=f"{sayings.SOFT_PAUSE}, F9")
        self.end = Pill(sayings.END_GENTLY, theme, primary=True, pad_px=12)
        row.addWidget(self.pause, 1)
        row.addWidget(self.end, 1)
        self.column.addLayout(row)
        self.pause.clicked.connect(self.soft_pause_asked)
        self.end.clicked.connect(self.ask_end)
        self._asked_s: float | None = None
        self._now_s = 0.0

    def show_view(self, view: SessionView, *, soft_pause: bool, ended: bool) -> None:
        self._now_s = view.now_s
        notes = sayings.NOTES_TO_YOURSELF
        self.note.set_words(
            sayings.ENDED if ended else notes[int(view.now_s // EVERY_S) % len(notes)]
        )
        said = sayings.SHOW_AGAIN if soft_pause else sayings.SOFT_PAUSE
        if said != self.pause.text():
            self.pause.set_words(said, f"{said}, F9")
        if self._asked_s is not None and view.now_s - self._asked_s > ASKED_S:
            self._asked_s = None
            self.end.set_words(sayings.END_GENTLY)

    def ask_end(self) -> None:
        """The first time it asks, the second time it ends."""
        if self._asked_s is None:
            self._asked_s = self._now_s
            self.end.set_words(sayings.ASK_END)
        else:
            self.end_asked.emit()
