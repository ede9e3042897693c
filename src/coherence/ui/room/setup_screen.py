"""Before the room opens: whose session, what it holds, whose straps, and who has agreed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from coherence.devices.strap_choice import told_apart
from coherence.model import Person, StrapSeen
from coherence.practice.practices import Practice
from coherence.practice.session_plans import Get, SessionPlan
from coherence.storage.settings import QUICK_MARKS
from coherence.translation import _, going_on
from coherence.ui.flow import Check
from coherence.ui.sheet_screen import SheetScreen
from coherence.ui.theme import Theme
from coherence.ui.widgets import Pill

TITLE = _("The room")
ABOUT = _("Your window here, your client's screen on the second display.")
CLIENT, NEW_CLIENT, NEW_HINT = _("Client"), _("Somebody new"), _("A name of their choosing")
HOLDS = _("What the session holds")
STRAP, OWN_STRAP = _("Your client's strap"), _("Your own strap")
SIMULATED, WITHOUT, NOT_TODAY = _("A simulated wearer"), _("Without a strap"), _("Not today")
CLIENT_AGREES = _("My client agrees that their heart is kept beside mine")
I_AGREE = _("I agree that my own heart is kept")
BOTH = _("With both straps, nothing is kept unless both agree. Either record can be erased alone.")
MARKS, MARKS_HINT = _("Words to mark with, on the keys 1 to 9"), _("One or more, with commas")
LONGEST_MARK, MOST_MARKS = 30, 9
BEGIN, EDIT, BACK, CASELOAD = _("Begin"), _("Edit plans"), _("Back"), _("Caseload")


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was chosen. ``strap`` is ``None`` for none, ``SIMULATED`` for a simulated wearer."""

    client: str
    is_new: bool
    practice: Practice
    strap: StrapSeen | str | None
    own_strap: StrapSeen | None
    both_agree: bool


class RoomSetup(SheetScreen):
    """Emits what was chosen; it knows nothing of radio, record or session."""

    begin = Signal(object)  # Prepared
    edit = Signal()
    caseload = Signal()
    marks_changed = Signal(object)  # list[str]
    done = Signal()

    def __init__(
        self,
        theme: Theme,
        people: Sequence[Person],
        plans: Sequence[SessionPlan],
        practices: Sequence[Practice],
        notice: str = "",
        *,
        get: Get | None = None,
        marks: Sequence[str] = QUICK_MARKS,
    ) -> None:
        super().__init__(theme, TITLE)
        self.say(" ".join(filter(None, (ABOUT, notice))))
        self._straps: dict[str, StrapSeen] = {}
        self.client = self.choice(CLIENT)
        for person in people:
            self.client.addItem(person.pseudonym)
        self.client.addItem(NEW_CLIENT)
        self.name = self.field(QLineEdit())
        self.name.setAccessibleName(NEW_CLIENT)
        self.name.setPlaceholderText(NEW_HINT)
        self.column.addWidget(self.name)
        self.holds = self.choice(HOLDS)
        for plan in plans:
            for n, wording in enumerate(plan.wordings or ("",)):
                said = f"{plan.title} · {going_on(wording)}" if wording else plan.title
                self.holds.addItem(_("Plan: {title}").format(title=said), plan.practice(n, get))
        for practice in practices:
            self.holds.addItem(practice.title, practice)
        self.strap = self.choice(STRAP)
        for text in (WITHOUT, SIMULATED):
            self.strap.addItem(text)
        self.own = self.choice(OWN_STRAP)
        self.own.addItem(NOT_TODAY)
        self._both = self.paragraph(BOTH)
        self.agreed = [Check(CLIENT_AGREES), Check(I_AGREE)]
        for box in self.agreed:
            self.column.addWidget(self.field(box))
        self.marks = self.line(MARKS)
        self.marks.setText(", ".join(marks))
        self.marks.setPlaceholderText(MARKS_HINT)
        self.marks.editingFinished.connect(self._keep_marks)
        self.begin_pill = Pill(BEGIN, theme, primary=True)
        self.edit_pill, self.back = Pill(EDIT, theme), Pill(BACK, theme)
        self.caseload_pill = Pill(CASELOAD, theme)
        self.caseload_pill.clicked.connect(self.caseload)
        self.column.addSpacing(8)
        self.row(self.begin_pill, self.edit_pill, self.caseload_pill, self.back, spacing=4)
        self.column.addStretch()
        self.begin_pill.clicked.connect(self._begin)
        self.edit_pill.clicked.connect(self.edit)
        self.back.clicked.connect(self.done)
        self.client.currentIndexChanged.connect(self._fit_fields)
        self.own.currentIndexChanged.connect(self._fit_fields)
        self.name.textChanged.connect(self._fit_fields)
        self._fit_fields()

    @property
    def is_new(self) -> bool:
        return self.client.currentIndex() == self.client.count() - 1

    def show_strap(self, strap: StrapSeen) -> None:
        """A strap was seen: it may be the client's or one's own."""
        new = strap.strap_id not in self._straps
        self._straps[strap.strap_id] = strap
        names = told_apart(self._straps.values())
        for choice in (self.strap, self.own):
            if new:
                choice.addItem(strap.name, strap)
            for i in range(choice.count()):
                if isinstance(there := choice.itemData(i), StrapSeen):
                    choice.setItemData(i, self._straps[there.strap_id])
                    choice.setItemText(i, names[there.strap_id])
        if new and self.strap.currentText() == WITHOUT and len(self._straps) == 1:
            self.strap.setCurrentIndex(self.strap.count() - 1)
        self._fit_fields()

    def _fit_fields(self) -> None:
        two = self.own.currentIndex() > 0
        self.name.setVisible(self.is_new)
        for part in (self._both, *self.agreed):
            part.setVisible(two)
        same = two and self.own.currentData() == self.strap.currentData()
        named = not self.is_new or bool(self.name.text().strip())
        self.begin_pill.setEnabled(named and not same)
        self.fit()

    def _keep_marks(self) -> None:
        """The words as they were typed, nine at most; without any the usual ones."""
        words = [" ".join(word.split())[:LONGEST_MARK] for word in self.marks.text().split(",")]
        kept = list(dict.fromkeys(word for word in words if word))[:MOST_MARKS]
        self.marks.setText(", ".join(kept or QUICK_MARKS))
        self.marks_changed.emit(kept or list(QUICK_MARKS))

    def _begin(self) -> None:
        self._keep_marks()
        strap = self.strap.currentData()
        if strap is None:
            strap = SIMULATED if self.strap.currentText() == SIMULATED else None
        name = self.name.text() if self.is_new else self.client.currentText()
        self.begin.emit(
            Prepared(
                " ".join(name.split()),
                self.is_new,
                self.holds.currentData(),
                strap,
                self.own.currentData(),
                all(box.isChecked() for box in self.agreed),
            )
        )

    def leave(self) -> None:
        self.done.emit()
