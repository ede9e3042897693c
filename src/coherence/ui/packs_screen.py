"""Home practice packs on the client's side: opened, read again, and taken out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from coherence.exchange.installed import Installed, installed, practices_of, put_in, take_out
from coherence.exchange.manifest import DAYS, Manifest, PackError
from coherence.exchange.pack_file import SUFFIX, read_pack
from coherence.practice.library import library
from coherence.storage.errors import StorageError
from coherence.storage.places import Places
from coherence.storage.settings import Settings
from coherence.translation import _, number
from coherence.ui.journal.said import day_words
from coherence.ui.sheet_screen import SheetScreen
from coherence.ui.theme import REGULAR, SEMIBOLD, Theme
from coherence.ui.widgets import Label, Pill, announce

TITLE = _("Practice for home")
ABOUT = _(
    "A pack from your therapist brings practices, a pace, a voice and a few words. It can be taken "
    "out again at any time."
)
NONE_YET = _("No pack is open here yet.")
OPEN, OUT, BACK = _("Open a pack…"), _("Take it out"), _("Done")
FROM, DAYS_SAID = _("From {by}, {day}"), _("Suggested: {days}")
PACE, HOLDS, OPENS = _("{n} breaths a minute"), _("Practices: {titles}"), _("Opens: {titles}")
CAN_SEND = _("Sessions can go back to them as a file that only they can open.")
OPENED, GONE = _("{name} is open now."), _("{name} was taken out.")
DAY_NAMES = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"),
    _("Sunday"),
)  # fmt: skip


class PacksScreen(SheetScreen):
    """Emits the changed settings; who opened it keeps them."""

    changed = Signal(object)  # Settings
    done = Signal()

    def __init__(
        self,
        theme: Theme,
        where: Places,
        settings: Callable[[], Settings],
        person_id: int | None,
    ) -> None:
        super().__init__(theme, TITLE)
        self._where, self._settings, self._person_id = where, settings, person_id
        self.say(ABOUT)
        self.told = self.paragraph("")
        self.told.hide()
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        self.column.addLayout(self._list)
        self.outs: list[Pill] = []
        self.open_pill, self.back = Pill(OPEN, theme), Pill(BACK, theme, primary=True, pad_px=40)
        self.column.addSpacing(8)
        self.row(self.back, self.open_pill, spacing=6)
        self.column.addStretch()
        self.open_pill.clicked.connect(self._open)
        self.back.clicked.connect(self.done)
        self._show()

    def _show(self) -> None:
        while (item := self._list.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.outs = []
        there = installed(self._where)
        shown: list[QWidget] = [self._shown(pack) for pack in there]
        for each in shown or [self._label(NONE_YET)]:
            self._list.addWidget(each)
            each.show()  # what is not shown has no height yet
        self.fit()

    def _shown(self, pack: Installed) -> QWidget:
        about, box = pack.manifest, QWidget()
        box.setAccessibleName(about.name)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 6, 0, 6)
        column.setSpacing(4)
        column.addWidget(self._label(about.name, 17, SEMIBOLD, "hi"))
        column.addWidget(self._label(FROM.format(by=about.by, day=made_on(about)), 13))
        if about.words:
            column.addWidget(self._label(about.words, tone="hi"))
        for said in self._holds(pack):
            column.addWidget(self._label(said, 14))
        out = Pill(OUT, self._theme, px=13, pad_px=12, name=f"{OUT}: {about.name}")
        out.clicked.connect(lambda _=False: self.take_out(pack))
        self.outs.append(out)
        row = QHBoxLayout()
        row.addWidget(out)
        row.addStretch()
        column.addLayout(row)
        return box

    def _holds(self, pack: Installed) -> list[str]:
        about = pack.manifest
        titles = {each.key: each.title for each in library(self._where.practices).practices}
        rows = []
        keys = [*practices_of(pack, self._where), *about.suggests]
        if keys:
            rows.append(HOLDS.format(titles=", ".join(titles.get(key, key) for key in keys)))
        if about.opens:
            rows.append(OPENS.format(titles=", ".join(titles.get(k, k) for k in about.opens)))
        if about.days:
            names = dict(zip(DAYS, DAY_NAMES, strict=True))
            rows.append(DAYS_SAID.format(days=", ".join(names[day] for day in about.days)))
        if about.breaths_per_min is not None:
            rows.append(PACE.format(n=number(about.breaths_per_min)))
        if about.key is not None:
            rows.append(CAN_SEND)
        return rows

    def _label(self, text: str, px: int = 15, weight: int = REGULAR, tone: str = "mid") -> Label:
        return Label(text, self._theme, px=px, weight=weight, tone=tone, wrap=True)

    # --- what is done ---

    def _open(self) -> None:
        path, _kind = QFileDialog.getOpenFileName(self, OPEN, "", f"(*{SUFFIX})")
        if path:
            self.open_pack(Path(path))

    def open_pack(self, path: Path) -> None:
        """Put a pack in; one of the same name is replaced. What is amiss is told."""
        try:
            pack = read_pack(path)
            changed = put_in(
                pack,
                self._where,
                self._settings(),
                self._person_id,
                current_id=self._person_id,
                replacing_old=True,
            )
        except (PackError, StorageError) as error:
            self._tell(str(error))
            return
        self.changed.emit(changed)
        self._tell(OPENED.format(name=pack.manifest.name))
        self._show()

    def take_out(self, pack: Installed) -> None:
        """Practices, voice and pace go; what was changed since stays."""
        try:
            changed = take_out(pack, self._where, self._settings(), current_id=self._person_id)
        except StorageError as error:
            self._tell(str(error))
            return
        self.changed.emit(changed)
        self._tell(GONE.format(name=pack.manifest.name))
        self._show()

    def _tell(self, words: str) -> None:
        self.told.set_words(words)
        self.told.show()
        announce(self, words)
        self.fit()

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self._show()

    def press_primary(self) -> None:
        self.back.click()

    def leave(self) -> None:
        self.done.emit()


def made_on(about: Manifest) -> str:
    """The day it was made, as people write it."""
    return day_words(date.fromisoformat(about.made_on), _("d MMM yyyy"))
