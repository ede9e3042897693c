"""Take it with you: a page of a session, files for other programs, and recordings in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from queue import Empty, SimpleQueue

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog

from coherence.exchange.sealed_sessions import SUFFIX as SEALED
from coherence.exchange.sealing import SealError
from coherence.exchange.taking import import_every, seal
from coherence.model import SessionRecord
from coherence.reports.exports import EXPORTS, Export
from coherence.reports.importing import ENDINGS
from coherence.reports.needing import ExtraMissing
from coherence.reports.numbers import NothingFound
from coherence.reports.taking import (
    export_every,
    export_one,
    file_name,
    keep_every_page,
    keep_page,
)
from coherence.storage.database import Store
from coherence.storage.errors import StorageError
from coherence.storage.places import Places, places
from coherence.translation import _
from coherence.ui.pages import Offers
from coherence.ui.sealed_dialogs import chosen_pack, new_passphrase, passphrases_for
from coherence.ui.sheet_screen import SheetScreen
from coherence.ui.theme import Theme
from coherence.ui.widgets import Pill, announce

TITLE = _("Take it with you")
YOURS = _(
    "What was recorded is yours. No name goes along, but your notes do, in the file that holds "
    "everything."
)
ONE, ALL, NONE = _("One session"), _("All of them"), _("Nothing has been recorded yet")
PAGE, EXPORT = _("Keep a page of it…"), _("Write it to a file…")
SEAL, SEAL_ALL = _("For your therapist…"), _("All for your therapist…")
EVERY, IMPORT = _("Write all into a folder…"), _("Take recordings in…")
PAGES, LOOK = _("Keep a page of each…"), _("See what would come in…")
BESIDE_PX = 104  # of the card: its margins, and a scroll bar
WORKING, BACK = _("A moment…"), _("Done")
POLL_MS = 100
SHOWN = 500  # sessions to choose from
LINES = 6  # of what is said of files
Job = Callable[[Store, Callable[[float], None]], Sequence[str] | str]


class Taking(SheetScreen):
    """Works in the background with a store of its own; emits ``done``."""

    done = Signal()

    def __init__(self, theme: Theme, store: Store, person_id: int, records: Sequence[SessionRecord],
                 titles: dict[str, str], chosen: int | None = None, *,
                 where: Places | None = None, only_theirs: bool = False) -> None:  # fmt: skip
        """``only_theirs``: what is taken in is that person's, whomever a pack was given to."""
        super().__init__(theme, TITLE)
        self._path, self._person_id = store.path, person_id
        self._where, self._only_theirs = where or places(), only_theirs
        self._records = {record.id: record for record in records[:SHOWN]}
        self._told: SimpleQueue[float | tuple[str, ...]] = SimpleQueue()
        self._working: threading.Thread | None = None
        self.say(YOURS)
        self.which = self.choice(ONE)
        for record in self._records.values():
            self.which.addItem(_line(record, titles), record.id)
        if not self._records:
            self.which.addItem(NONE, None)
        if chosen in self._records:
            self.which.setCurrentIndex(self.which.findData(chosen))
        self.page, self.export = Pill(PAGE, theme), Pill(EXPORT, theme)
        self.every, self.take_in = Pill(EVERY, theme), Pill(IMPORT, theme)
        self.pages, self.look = Pill(PAGES, theme), Pill(LOOK, theme)
        self.seal, self.seal_all = Pill(SEAL, theme), Pill(SEAL_ALL, theme)
        self.back = Pill(BACK, theme, primary=True, pad_px=40)
        self._offers: list[Offers] = []
        self._row(ONE, self.page, self.export, self.seal)
        self.head(ALL)
        self._row(ALL, self.every, self.pages, self.seal_all, self.look, self.take_in)
        self.said = self.paragraph("")
        self._row(TITLE, self.back)
        self.column.addStretch()
        self._all_ids = [record.id for record in records]
        for pill in self._out:
            pill.setEnabled(bool(self._records))
        self.seal.clicked.connect(lambda: self._seal([self.which.currentData()]))
        self.seal_all.clicked.connect(lambda: self._seal(self._all_ids))
        self.page.clicked.connect(self._keep_page)
        self.export.clicked.connect(self._export)
        self.every.clicked.connect(self._export_every)
        self.pages.clicked.connect(self._keep_every_page)
        self.take_in.clicked.connect(self._take_in)
        self.look.clicked.connect(self._look_at)
        self.back.clicked.connect(self.done)
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._look)
        self.set_theme(theme)

    @property
    def _out(self) -> tuple[Pill, ...]:
        """What takes sessions along."""
        return self.page, self.export, self.every, self.pages, self.seal, self.seal_all

    def _row(self, name: str, *pills: Pill) -> None:
        offers = Offers(name, pills, self, left=True)
        self.add(offers)
        offers.show()
        self.column.addWidget(offers)
        self._offers.append(offers)

    # --- what is asked for ---

    def _keep_page(self) -> None:
        record = self._records[self.which.currentData()]
        path = self._save_as(PAGE, file_name(record, ".pdf"), "PDF (*.pdf);;HTML (*.html)")
        if path is not None:
            self._work(lambda store, _progress: keep_page(store, record.id, path))

    def _export(self) -> None:
        record = self._records[self.which.currentData()]
        kinds = {f"{_(kind.label).partition(' (')[0]} (*{kind.suffix})": kind for kind in EXPORTS}
        name = file_name(record, EXPORTS[0].suffix)
        path, chosen = QFileDialog.getSaveFileName(self, EXPORT, name, ";;".join(kinds))
        if path:
            kind = kinds.get(chosen) or _kind_of(path)
            where = _with_ending(path, kind.suffix)
            self._work(lambda store, told: export_one(store, record.id, where, kind, told))

    def _export_every(self) -> None:
        if folder := QFileDialog.getExistingDirectory(self, EVERY):
            self._work(lambda store, told: export_every(store, self._person_id, Path(folder), told))

    def _keep_every_page(self) -> None:
        if folder := QFileDialog.getExistingDirectory(self, PAGES):
            where = Path(folder)
            self._work(lambda store, told: keep_every_page(store, self._person_id, where, told))

    def _look_at(self) -> None:
        """What recordings hold, before any of them is taken in."""
        if files := self._chosen(LOOK):
            self.take(files, dry_run=True)

    def _take_in(self) -> None:
        if files := self._chosen(IMPORT):
            self.take(files)

    def _chosen(self, title: str) -> tuple[Path, ...]:
        endings = " ".join(f"*{ending}" for ending in (SEALED, *ENDINGS))
        files, _filter = QFileDialog.getOpenFileNames(self, title, "", f"{endings};;*")
        return tuple(Path(file) for file in files)

    def take(self, paths: Sequence[Path], *, dry_run: bool = False) -> None:
        """Take recordings and sealed files in; the words for those that want some are asked."""
        words = passphrases_for(self, paths)
        person_id, by_pack = self._person_id, not self._only_theirs
        self._work(
            lambda store, told: import_every(
                store,
                person_id,
                paths,
                told,
                passphrases=words,
                by_pack=by_pack,
                dry_run=dry_run,
            )
        )

    def _seal(self, session_ids: Sequence[int]) -> None:
        """For a therapist alone: by the key in their pack, or with words that both know."""
        pack, goes_on = chosen_pack(self, self._where)
        words = new_passphrase(self) if pack is None and goes_on else None
        if not goes_on or (pack is None and words is None):
            return
        name = f"coherence-{min(session_ids)}-{max(session_ids)}{SEALED}"
        path, _kind = QFileDialog.getSaveFileName(self, SEAL, name, f"(*{SEALED})")
        if path:
            where = _with_ending(path, SEALED)
            self._work(lambda store, told: seal(store, session_ids, where, pack, words, told))

    def _save_as(self, title: str, name: str, kinds: str) -> Path | None:
        path, chosen = QFileDialog.getSaveFileName(self, title, name, kinds)
        ending = ".html" if "html" in chosen else ".pdf"
        return _with_ending(path, ending) if path else None

    # --- doing it ---

    def _work(self, job: Job) -> None:
        """Do it beside the window, with a store that belongs to that thread."""
        told, path = self._told, self._path

        def run() -> None:
            try:
                with Store.open(path) as store:
                    said = job(store, told.put)
            except (StorageError, ExtraMissing, NothingFound, SealError) as error:
                said = str(error)
            told.put((said,) if isinstance(said, str) else tuple(said))

        self._set_working(True)
        self._say(WORKING)
        self._working = threading.Thread(target=run, name="taking")  # what it began it finishes
        self._working.start()
        self._poll.start()

    def _look(self) -> None:
        while True:
            try:
                told = self._told.get_nowait()
            except Empty:
                return
            if isinstance(told, tuple):
                self._poll.stop()
                self._set_working(False)
                more = [f"+ {len(told) - LINES}"] if len(told) > LINES else []
                self._say("\n".join([*told[:LINES], *more]))
                announce(self, told[0])
            else:
                self._say(f"{WORKING} {told:.0%}")

    def _say(self, words: str) -> None:
        self.said.set_words(words)
        self.fit()

    def _set_working(self, working: bool) -> None:
        for pill in self._out:
            pill.setEnabled(not working and bool(self._records))
        for pill in (self.take_in, self.look):
            pill.setEnabled(not working)
        self.which.setEnabled(not working)

    # --- the screen ---

    def press_primary(self) -> None:
        self.back.click()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        (self.page if self.page.isEnabled() else self.back).setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._poll.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        for offers in self._offers:
            offers.hold(self.card_px - BESIDE_PX)
        super().resizeEvent(event)

    def leave(self) -> None:
        self.back.click()


def _kind_of(path: str) -> Export:
    return next((kind for kind in EXPORTS if path.lower().endswith(kind.suffix)), EXPORTS[0])


def _with_ending(path: str, ending: str) -> Path:
    """The path that was chosen, with an ending where somebody typed none."""
    return Path(path) if Path(path).suffix else Path(path + ending)


def _line(record: SessionRecord, titles: dict[str, str]) -> str:
    try:
        began = datetime.fromisoformat(record.started_at).astimezone().isoformat(" ", "minutes")
    except (ValueError, OverflowError, OSError):
        began = record.started_at
    minutes = max(1, round(record.duration_s / 60))
    return f"{began[:16]} · {titles.get(record.practice, record.practice)} · {minutes} min"
