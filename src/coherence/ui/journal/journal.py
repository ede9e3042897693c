"""The journal: sessions to the left, by day and by words; to the right weeks, one, or two."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import date

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from coherence.model import Arrival, SessionRecord
from coherence.sessions.looking_back import LookedBack, looked_back
from coherence.sessions.trends import trend_lines
from coherence.storage.database import Store
from coherence.storage.deleting import hidden, hide, unhide
from coherence.storage.diary import Diary
from coherence.storage.errors import StorageError
from coherence.storage.people import move_session, people
from coherence.storage.shown import Shown
from coherence.storage.shown_rows import shown_in
from coherence.storage.wanted import Wanted
from coherence.storage.words import set_note, set_tags, tags
from coherence.translation import _
from coherence.ui.choice import Choice
from coherence.ui.journal.calendar import MonthCalendar
from coherence.ui.journal.compare_page import ComparePage
from coherence.ui.journal.said import EMPTY, NO_MATCH, day_of
from coherence.ui.journal.session_list import SessionListView, SessionModel
from coherence.ui.journal.session_page import SessionPage
from coherence.ui.journal.trends_page import TrendsPage
from coherence.ui.theme import LIGHT, REGULAR, Theme, stylesheet
from coherence.ui.widgets import Card, Label, Pill, announce

LEFT_PX, LEAST_LEFT_PX, LEFT_SHARE = 420, 320, 0.36
LOW_PX = 700  # in a lower window the list has the calendar's place
POLL_MS, TYPING_MS = 60, 220
READING = _("Reading the session…")
WHICH = _("Choose the session to set beside it.")
GONE = _("Deleted. It goes for good when the window closes; until then it can be brought back.")
MOVED = _("It is {name}'s now.")
WHOSE = _("Choose one person to see their own numbers over weeks.")
ANYBODY, ANY_PRACTICE, ANY_TAG = _("Everybody"), _("All practices"), _("All tags")


class Journal(QWidget):
    """Looking back. It reads in a thread of its own, so that nothing here ever hangs."""

    left = Signal()
    watch_again = Signal(int, float)
    take = Signal(int)

    def __init__(
        self,
        theme: Theme,
        store: Store,
        titles: Mapping[str, str],
        today: date,
        paces: Callable[[Sequence[SessionRecord]], Sequence[tuple[float, float]]] = lambda _: (),
        person_id: int | None = None,
    ) -> None:
        super().__init__()
        self._theme, self._store, self._titles, self._paces = theme, store, titles, paces
        self._person_id = person_id  # who practises: their sessions are shown at first
        self._reading: Future[tuple[LookedBack, ...]] | None = None
        self._read_ids: tuple[int, ...] = ()
        self._then: list[Shown] = []  # what the session that is read showed while it ran
        self._records: list[SessionRecord] = []
        self._beside: int | None = None  # the session that waits for another
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self.setWindowTitle(_("coherence — looking back"))
        self.setAccessibleName(_("Looking back"))
        self._poll = self._timer(POLL_MS, self._look, once=False)
        self._typing = self._timer(TYPING_MS, self.refresh, once=True)
        reader = self._reader
        self.destroyed.connect(lambda: reader.shutdown(wait=False, cancel_futures=True))
        self._build(today)
        self.refresh()

    def _timer(self, ms: int, do: Callable[[], None], *, once: bool) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(ms)
        timer.setSingleShot(once)
        timer.timeout.connect(do)
        return timer

    # --- building ---

    def _build(self, today: date) -> None:
        theme = self._theme
        page = QVBoxLayout(self)
        page.setContentsMargins(24, 16, 24, 20)
        page.setSpacing(14)
        head = QHBoxLayout()
        head.addWidget(Label(_("Looking back"), theme, px=30, weight=LIGHT, tone="hi"))
        head.addStretch()
        self._said = Label("", theme, px=14, weight=REGULAR, tone="mid")
        self._undo = Pill(_("Bring back"), theme)
        self._undo.clicked.connect(self._bring_back)
        self._undo.hide()
        self._offer_undo()
        weeks, back = Pill(_("Over weeks"), theme), Pill(_("Back"), theme)
        weeks.clicked.connect(self.show_weeks)
        back.clicked.connect(self.left)
        for widget in (self._said, self._undo, weeks, back):
            head.addWidget(widget)
        page.addLayout(head)
        body = QHBoxLayout()
        body.setSpacing(14)
        page.addLayout(body, 1)
        side = self._side = Card(theme)
        body.addWidget(side)
        self._right = QVBoxLayout()
        body.addLayout(self._right, 1)
        column = QVBoxLayout(side)
        column.setContentsMargins(18, 16, 12, 12)
        column.setSpacing(8)
        self.words = QLineEdit()
        self.words.setPlaceholderText(_("Find by words, practice or tag"))
        self.words.setAccessibleName(_("Find sessions"))
        self.words.setClearButtonEnabled(True)
        self.words.setStyleSheet(stylesheet(theme))
        self.words.textChanged.connect(lambda _: self._typing.start())
        column.addWidget(self.words)
        filters = self._filters = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self.person = self._choice(_("Whose sessions"), ANYBODY)
        self.practice = self._choice(_("Which practice"), ANY_PRACTICE)
        filters.addWidget(self.person, 1)
        filters.addWidget(self.practice, 1)
        column.addLayout(filters)
        self.tag = self._choice(_("Which tag"), ANY_TAG)
        column.addWidget(self.tag)
        self._everybody = people(self._store)
        with QSignalBlocker(self.person), QSignalBlocker(self.practice):
            for person in self._everybody:
                self.person.addItem(person.pseudonym, person.id)
            if len(self._everybody) > 1:
                self.person.setCurrentIndex(max(0, self.person.findData(self._person_id)))
            for key, title in sorted(self._titles.items(), key=lambda each: each[1]):
                self.practice.addItem(title, key)
        self.person.currentIndexChanged.connect(lambda _: self._show_their_weeks())
        self.person.setVisible(len(self._everybody) > 1)
        self._fill_tags()
        self.calendar = MonthCalendar(theme, today)
        self.calendar.chosen.connect(self._go_to_day)
        column.addWidget(self.calendar)
        self.model = SessionModel(self._titles)
        self.list = SessionListView(theme, self.model)
        self.list.clicked.connect(self._chosen)
        self.list.activated.connect(self._chosen)
        column.addWidget(self.list, 1)
        self._empty = Label("", theme, px=14, weight=REGULAR, tone="mid", wrap=True)
        column.addWidget(self._empty)

    def _choice(self, name: str, every: str) -> Choice:
        choice = Choice()
        choice.tone = self._theme.mid
        choice.setAccessibleName(name)
        choice.setStyleSheet(stylesheet(self._theme))
        choice.addItem(every, None)
        choice.currentIndexChanged.connect(lambda _: self.refresh())
        return choice

    def _fill_tags(self) -> None:
        """Every tag in use; the one that is asked for stays as long as it is."""
        try:
            there = tags(self._store)
        except StorageError as error:
            self._say(str(error))
            return
        asked = self.tag.currentData()
        with QSignalBlocker(self.tag):
            self.tag.clear()
            self.tag.addItem(ANY_TAG, None)
            for each in there:
                self.tag.addItem(each, each)
            self.tag.setCurrentIndex(max(0, self.tag.findData(asked)))
        self.tag.setVisible(bool(there))

    # --- what there is ---

    def refresh(self) -> None:
        """Read the list anew, by what is asked for."""
        wanted = Wanted(
            person_id=self.person.currentData(),
            practice=self.practice.currentData(),
            tag=self.tag.currentData(),
            words=self.words.text() or None,
        )
        try:
            records = self._store.sessions(wanted)
        except StorageError as error:
            self._empty.set_words(str(error))
            return
        self.model.show(records)
        self.calendar.grid.show_days({day_of(record) for record in records})
        self._empty.set_words(EMPTY if wanted == Wanted() else NO_MATCH)
        self._empty.setVisible(not records)
        self._records = records
        if self._right.count() == 0:
            self.show_weeks()

    def _show_their_weeks(self) -> None:
        """Another person was chosen: weeks that are shown are theirs now."""
        item = self._right.itemAt(0)
        if item is not None and isinstance(item.widget(), TrendsPage):
            self.show_weeks()

    def show_weeks(self) -> None:
        """The person's own numbers over weeks; of several people's there is no usual range."""
        self._beside = None
        if len(self._everybody) > 1 and self.person.currentData() is None:
            self.show_page(TrendsPage(self._theme, (), said=WHOSE))
            return
        lines, paces = trend_lines(self._records), self._paces(self._records)
        self.show_page(TrendsPage(self._theme, lines, paces))

    def _go_to_day(self, day: date) -> None:
        for row, record in enumerate(self._records):
            if day_of(record) <= day:
                index = self.model.index(row)
                self.list.setCurrentIndex(index)
                self.list.scrollTo(index, self.list.ScrollHint.PositionAtTop)
                if day_of(record) == day:
                    self._chosen(index)
                return

    def _chosen(self, index: QModelIndex) -> None:
        session_id = self.model.record(index.row()).id
        if self._beside is not None and self._beside != session_id:
            first, self._beside = self._beside, None
            self._read(first, session_id)
        else:
            self._read(session_id)

    # --- reading a session ---

    def _read(self, *session_ids: int) -> None:
        """Begin to fold what is stored; the newest wish wins."""
        self._say(READING)
        try:
            came = [self._store.arrivals(number) for number in session_ids]
        except StorageError as error:
            self._say(str(error))
            return
        try:
            self._then = shown_in(self._store, session_ids[0])
        except StorageError:  # what arrived is all there: it is shown as it is worked out today
            self._then = []
        self._read_ids = session_ids
        self._reading = self._reader.submit(_folded, came)
        self._poll.start()

    def _look(self) -> None:
        reading = self._reading
        if reading is None or not reading.done():
            return
        self._poll.stop()
        self._reading = None
        try:
            backs = reading.result()
            records = [self._store.session(number) for number in self._read_ids]
            said = Diary(self._store).reflections_of_session(self._read_ids[0])
        except StorageError as error:
            self._say(str(error))
            return
        self._say("")
        titles = [self._title(record) for record in records]
        if len(backs) == 2:
            self.show_page(
                ComparePage(
                    self._theme,
                    (records[0], records[1]),
                    (titles[0], titles[1]),
                    (backs[0], backs[1]),
                )
            )
            return
        page = SessionPage(
            self._theme, records[0], titles[0], backs[0],
            then=self._then, people=self._everybody, said=said,
        )  # fmt: skip
        page.watch_again.connect(self.watch_again)
        page.take.connect(self.take)
        page.compare.connect(self._wait_for_another)
        page.delete.connect(self._delete)
        page.note_written.connect(lambda number, text: self._write(set_note, number, text))
        page.tags_written.connect(
            lambda number, text: self._write(set_tags, number, text.split(","))
        )
        page.moved.connect(self._move)
        self.show_page(page)

    def _title(self, record: SessionRecord) -> str:
        row = self.model.row_of(record.id)
        return record.practice if row is None else self.model.title(row)

    # --- what people do ---

    def _write(self, write: Callable[..., object], session_id: int, words: object) -> None:
        try:
            write(self._store, session_id, words)
        except StorageError as error:
            self._say(str(error))
            return
        self._fill_tags()
        self.refresh()

    def _move(self, session_id: int, person_id: int) -> None:
        (person,) = (each for each in self._everybody if each.id == person_id)
        try:
            move_session(self._store, session_id, person)
        except StorageError as error:
            self._say(str(error))
            return
        self._say(MOVED.format(name=person.pseudonym))
        self.refresh()

    def _wait_for_another(self, session_id: int) -> None:
        self._beside = session_id
        self._say(WHICH)
        self.list.setFocus()

    def _delete(self, session_id: int) -> None:
        try:
            hide(self._store, [session_id])
        except StorageError as error:
            self._say(str(error))
            return
        self._say(GONE)
        self._undo.show()
        self._undo.setFocus()
        self.refresh()
        self.show_weeks()

    def _offer_undo(self) -> None:
        """What was deleted before one looked elsewhere can be brought back here as well."""
        with suppress(StorageError):  # the list says what is wrong
            if hidden(self._store):
                self._said.set_words(GONE)
                self._undo.show()

    def _bring_back(self) -> None:
        try:
            unhide(self._store)
        except StorageError as error:
            self._say(str(error))
            return
        self._undo.hide()
        self._say("")
        self.refresh()

    def _say(self, text: str) -> None:
        self._said.set_words(text)
        if text:
            announce(self, text)

    def show_page(self, page: QWidget) -> None:
        """Put ``page`` at the right, in place of what was there."""
        while (item := self._right.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._right.addWidget(page)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        scale = max(1.0, 0.9 * self._theme.text_scale)
        share = max(LEAST_LEFT_PX * scale, LEFT_SHARE * self.width())
        self._side.setFixedWidth(round(min(LEFT_PX * scale, share)))
        narrow = share < LEFT_PX * scale
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._filters.setDirection(way)
        self.calendar.setVisible(self.height() >= LOW_PX * scale)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(self._theme.bg))


def _folded(came: Sequence[Iterable[Arrival]]) -> tuple[LookedBack, ...]:
    return tuple(looked_back(arrivals) for arrivals in came)
