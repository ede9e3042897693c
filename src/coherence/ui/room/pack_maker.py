"""A home practice pack for somebody: what it holds, a few words, and the file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QPlainTextEdit,
)

from coherence.exchange.installed import slug
from coherence.exchange.manifest import DAYS, LONGEST_NAME, LONGEST_WORDS, PackError
from coherence.exchange.pack_file import SUFFIX, write_pack
from coherence.exchange.pack_making import Wish, give, own_practices, own_public_key, packed
from coherence.model import Person
from coherence.practice.library import library
from coherence.reports.needing import ExtraMissing
from coherence.sound.voice import voices
from coherence.storage.database import Store
from coherence.storage.errors import StorageError
from coherence.storage.places import Places
from coherence.storage.settings import OWN_PACE_PER_MIN
from coherence.translation import _
from coherence.ui.flow import Check
from coherence.ui.pattern_fields import number_field
from coherence.ui.sheet_screen import SheetScreen
from coherence.ui.theme import Theme
from coherence.ui.widgets import Pill, announce

TITLE = _("A pack for home")
ABOUT = _(
    "One file for {name}: practices, a pace, your voice, a few words. Nothing of their sessions "
    "goes into it."
)
NAME, BY = _("What it is called"), _("Who it is from")
PRACTICES, VOICE, NO_VOICE = _("Practices"), _("Your voice"), _("Without a voice")
PACE, AS_IT_IS = _("Breaths a minute"), _("as it is")
WORDS, WORDS_HINT = _("A few words"), _("As you would say them")
WHEN = _("Suggested days")
DAYS_SHORT = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
CRITIC, CRITIC_KEY = _("Open Meeting the inner critic"), "inner_critic"
KEY = _("Their sessions can come back as a file that only you can open")
WITH_NAME = _("Write their pseudonym into it")
SAVE, BACK = _("Save the pack…"), _("Back")
SAVED = _("Kept as {path}.")


class PackMaker(SheetScreen):
    """Writes the pack and notes whom it was given to."""

    given = Signal()
    done = Signal()

    def __init__(
        self, theme: Theme, store: Store, where: Places, person: Person, today: date, by: str = ""
    ) -> None:
        super().__init__(theme, TITLE)
        self._store, self._where, self._person, self._today = store, where, person, today
        self.told = self.paragraph(ABOUT.format(name=person.pseudonym))
        self.name, self.by = self.line(NAME), self.line(BY)
        for line in (self.name, self.by):
            line.setMaxLength(LONGEST_NAME)
        self.by.setText(by)
        self.head(PRACTICES)
        self.practices: dict[str, Check] = {}
        grid = QGridLayout()
        for n, practice in enumerate((*own_practices(where.practices), *library().practices)):
            box = self.practices[practice.key] = self.field(Check(practice.title, letters=28))
            grid.addWidget(box, n // 2, n % 2)
        self.column.addLayout(grid)
        self.voice = self.choice(VOICE)
        self.voice.addItem(NO_VOICE, None)
        for each in voices(where.voices):
            self.voice.addItem(each, each)
        self.head(PACE)
        low, high = OWN_PACE_PER_MIN
        self.pace = self.field(number_field(PACE, low - 0.1, high, 0.1, AS_IT_IS))
        self.column.addWidget(self.pace)
        self.head(WORDS)
        self.words = self.field(QPlainTextEdit())
        self.words.setAccessibleName(WORDS)
        self.words.setPlaceholderText(WORDS_HINT)
        self.words.setTabChangesFocus(True)
        self.words.setFixedHeight(90)
        self.column.addWidget(self.words)
        self.head(WHEN)
        self.days = [Pill(text, theme, px=13, pad_px=6) for text in DAYS_SHORT]
        for day in self.days:
            day.setCheckable(True)
        self.row(*self.days, spacing=4)
        self.critic, self.key, self.with_name = (Check(text) for text in (CRITIC, KEY, WITH_NAME))
        self.key.setChecked(True)
        for box in (self.critic, self.key, self.with_name):
            self.column.addWidget(self.field(box))
        self.save, self.back = Pill(SAVE, theme, primary=True), Pill(BACK, theme)
        self.column.addSpacing(8)
        self.row(self.save, self.back, spacing=4)
        self.column.addStretch()
        self.save.clicked.connect(self._save)
        self.back.clicked.connect(self.done)
        self.name.textChanged.connect(self._enable)
        self.by.textChanged.connect(self._enable)
        self._enable()

    def _enable(self) -> None:
        self.save.setEnabled(bool(self.name.text().strip() and self.by.text().strip()))

    @property
    def wish(self) -> Wish:
        """What was chosen."""
        pace = self.pace.value()
        return Wish(
            name=self.name.text(),
            by=self.by.text(),
            practices=tuple(key for key, box in self.practices.items() if box.isChecked()),
            voice=self.voice.currentData(),
            words=self.words.toPlainText()[:LONGEST_WORDS],
            days=tuple(key for key, pill in zip(DAYS, self.days, strict=True) if pill.isChecked()),
            breaths_per_min=round(pace, 1) if pace > self.pace.minimum() else None,
            opens=(CRITIC_KEY,) if self.critic.isChecked() else (),
            to=self._person.pseudonym if self.with_name.isChecked() else "",
        )

    def _save(self) -> None:
        name = slug(self.name.text()) + SUFFIX
        path, _kind = QFileDialog.getSaveFileName(self, SAVE, name, f"(*{SUFFIX})")
        if path:
            self.keep(Path(path if path.endswith(SUFFIX) else path + SUFFIX))

    def keep(self, path: Path) -> None:
        """Write the pack there; what makes no sense is told and nothing is written."""
        try:
            key = own_public_key(self._store) if self.key.isChecked() else None
            made = packed(self.wish, self._where, key, self._today)
            write_pack(made, path)
            give(self._store, made, self._person.id)
        except (PackError, StorageError, ExtraMissing) as error:
            self._tell(str(error))
            return
        self._tell(SAVED.format(path=path))
        self.given.emit()

    def _tell(self, words: str) -> None:
        self.told.set_words(words)
        announce(self, words)
        self.fit()
        self._area.ensureWidgetVisible(self.told)

    def leave(self) -> None:
        self.done.emit()
