"""The settings screen: one screen for one file; a change holds at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QPalette,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from coherence.storage.places import places
from coherence.storage.settings import Settings
from coherence.translation import _, ngettext
from coherence.ui.choice import Choice
from coherence.ui.practice_settings import PracticeFields
from coherence.ui.sound_settings import SOUND_CHOICES, VolumeSlider, WarmsBox, voice_choices
from coherence.ui.theme import LIGHT, REGULAR, TEXT_SCALES, Theme, stylesheet
from coherence.ui.tick import Tick
from coherence.ui.widgets import TARGET_PX, Label, Pill, Themed, announce

LANGUAGE, AT_NEXT_START = _("Language"), _("Spoken when coherence is opened again")
LANGUAGES: tuple[tuple[str | None, str], ...] = (
    (None, _("As the system")),
    ("en", "English"),
    ("de", "Deutsch"),
)
THEMES = (("dusk", _("Dusk")), ("morning", _("Morning")), ("system", _("As the system")))
MOTION: tuple[tuple[bool | None, str], ...] = (
    (None, _("As the system")),
    (False, _("Full")),
    (True, _("Reduced: only the ring moves")),
)
LOCK = _("Lock by itself")
LOCKS: tuple[tuple[int | None, str], ...] = (
    (None, _("Only by Ctrl+L")),
    *((n, ngettext("After {n} minute", "After {n} minutes", n).format(n=n)) for n in (1, 2, 5, 10)),
    (20, ngettext("After {n} minute", "After {n} minutes", 20).format(n=20)),
)
WIDTH_PX = 640


class SettingsScreen(QWidget):
    """Emits the changed settings; who opened it keeps them."""

    changed = Signal(object)  # Settings
    done = Signal()
    read_safety = Signal()
    strap_help = Signal()
    people = Signal()
    packs = Signal()
    find_pace = Signal()
    take_with = Signal()

    def __init__(self, theme: Theme, settings: Settings) -> None:
        super().__init__()
        self._theme, self._settings = theme, settings
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        area = self._area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        inside.setAccessibleName(_("Settings"))
        area.setWidget(inside)
        area.setFrameShape(QFrame.Shape.NoFrame)
        self.setAutoFillBackground(True)
        page.addWidget(area)
        self._choices: list[Choice] = []
        self._labels: list[Label] = []
        centre = QHBoxLayout(inside)
        centre.setContentsMargins(0, 0, 0, 0)
        self._page = QWidget()
        self._page.setAccessibleName(_("Settings"))
        column = QVBoxLayout(self._page)
        column.setContentsMargins(24, 48, 24, 40)
        column.setSpacing(0)
        centre.addStretch(1)
        centre.addWidget(self._page, 20)
        centre.addStretch(1)
        title = Label(_("Settings"), theme, px=34, weight=LIGHT, tone="hi")
        self._labels.append(title)
        column.addWidget(title)
        column.addSpacing(26)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(28)
        self._grid.setVerticalSpacing(12)
        self._grid.setColumnStretch(1, 1)
        column.addLayout(self._grid)
        self._fill(settings)
        column.addSpacing(26)
        self._safety = Pill(_("Read the safety page again"), theme)
        self._safety.clicked.connect(self.read_safety)
        self._back = Pill(_("Done"), theme, primary=True, pad_px=40)
        self._back.clicked.connect(self.done)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addWidget(self._back)
        buttons.addWidget(self._safety)
        buttons.addStretch()
        column.addLayout(buttons)
        column.addStretch()
        self.set_theme(theme)
        self._say_strap()

    def _fill(self, settings: Settings) -> None:
        theme = self._theme
        self._choice(_("Light"), THEMES, settings.theme, lambda v: {"theme": v})
        self._choice(LANGUAGE, LANGUAGES, settings.language, lambda v: {"language": v})
        self._later = Label(AT_NEXT_START, theme, px=14, weight=REGULAR, wrap=True)
        self._labels.append(self._later)
        self._put("", self._later)
        self._later.hide()
        scales = [
            (scale, f"{round(100 * scale)} %")
            for scale in sorted({*TEXT_SCALES, settings.text_scale})
        ]
        self._choice(_("Size of letters"), scales, settings.text_scale, lambda v: {"text_scale": v})
        self._choice(_("Motion"), MOTION, settings.reduced_motion, lambda v: {"reduced_motion": v})
        self._choice(_("Sound"), SOUND_CHOICES, settings.sound, lambda v: {"sound": v})
        self._volume = VolumeSlider(settings.volume)
        self._volume.valueChanged.connect(lambda _v: self._change({"volume": self._volume.volume}))
        self._put(_("Volume"), self._volume)
        speaking = voice_choices(places().voices, settings.voice)
        self._choice(_("Voice"), speaking, settings.voice, lambda v: {"voice": v})
        self._warms = WarmsBox(settings)
        self._warms.toggled.connect(lambda on: self._change({"sound_warms": on}))
        self._put("", self._warms)
        self._numbers = Tick(_("Show a line of numbers"))
        self._numbers.setAccessibleName(_("Show a line of numbers while practising"))
        self._numbers.setChecked(settings.numbers_shown)
        self._numbers.toggled.connect(lambda on: self._change({"numbers_shown": on}))
        self._put(_("While practising"), self._numbers)
        self._practice = PracticeFields(theme, settings)
        self._practice.changed.connect(self._change)
        self._practice.find_pace.connect(self.find_pace)
        for caption, field in self._practice.rows:
            self._put(caption, field)
        self._strap = Label("", theme, px=15, weight=REGULAR)
        self._strap.setMinimumHeight(TARGET_PX)
        self._forget = Pill(_("Forget it"), theme)
        self._forget.clicked.connect(
            lambda: self._change({"last_strap_id": None, "last_strap_name": None})
        )
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._strap)
        row.addWidget(self._forget)
        row.addStretch()
        self._put(_("Your strap"), row)
        self._missing = Pill(_("If it is not found…"), theme)
        self._missing.clicked.connect(self.strap_help)
        row = QHBoxLayout()
        row.addWidget(self._missing)
        row.addStretch()
        self._put("", row)
        self._choice(LOCK, LOCKS, settings.lock_after_min, lambda v: {"lock_after_min": v})
        self._people = Pill(_("People and records"), theme)
        self._people.clicked.connect(self.people)
        self._packs = Pill(_("Practice for home…"), theme)
        self._packs.clicked.connect(self.packs)
        for pill in (self._people, self._packs):
            row = QHBoxLayout()
            row.addWidget(pill)
            row.addStretch()
            self._put("", row)
        where = Label(str(places().data), theme, px=15, weight=REGULAR, tone="mid", wrap=True)
        where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._labels.append(where)
        self._put(_("Records lie in"), where)
        self._take = Pill(_("Take it with you…"), theme)
        self._take.clicked.connect(self.take_with)
        row = QHBoxLayout()
        row.addWidget(self._take)
        row.addStretch()
        self._put("", row)
        own = Label(str(places().practices), theme, px=15, weight=REGULAR, tone="mid", wrap=True)
        own.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._labels.append(own)
        self._put(_("Own practices in"), own)

    def _put(self, caption: str, field: QWidget | QHBoxLayout) -> None:
        row = self._grid.rowCount()
        if caption:
            label = Label(caption, self._theme, px=15)
            self._labels.append(label)
            column = field.layout()
            first = column.itemAt(0) if isinstance(column, QVBoxLayout) else None
            if first is not None:  # of several lines
                label.setMinimumHeight(first.sizeHint().height())
                self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            else:
                self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignVCenter)
        if isinstance(field, QWidget):
            self._grid.addWidget(field, row, 1)
        else:
            self._grid.addLayout(field, row, 1)

    def _choice(
        self,
        caption: str,
        choices: object,
        now: object,
        change: Callable[[object], dict[str, object]],
    ) -> None:
        box = Choice()
        box.setAccessibleName(caption)
        box.setMaximumWidth(420)
        values = list(choices)  # type: ignore[call-overload]
        for value, text in values:
            box.addItem(text, value)
        known = [value for value, _ in values]
        box.setCurrentIndex(known.index(now) if now in known else 0)
        box.currentIndexChanged.connect(lambda i: self._change(change(known[i])))
        self._choices.append(box)
        self._put(caption, box)

    def _change(self, what: dict[str, object]) -> None:
        if "language" in what:
            self._later.show()
            announce(self, AT_NEXT_START)
        self._settings = replace(self._settings, **what)  # type: ignore[arg-type]
        self._say_strap()
        self.changed.emit(self._settings)

    def _say_strap(self) -> None:
        name = self._settings.last_strap_name
        self._strap.set_words(name or _("None remembered yet"))
        self._forget.setVisible(name is not None)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._page.setMaximumWidth(round(WIDTH_PX * max(1.0, theme.text_scale)))
        sheet = stylesheet(theme)
        fields = (self._volume, self._warms, self._numbers)
        for field in (*self._choices, *fields, self._area.verticalScrollBar()):
            field.setStyleSheet(sheet)  # not on the labels: they bring their own letters
        for choice in self._choices:
            choice.tone = theme.mid
        self._practice.set_theme(theme)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(theme.bg))
        self.setPalette(palette)
        pills = (self._forget, self._missing, self._people, self._packs, self._take)
        themed: list[Themed] = [*self._labels, self._strap, *pills, self._safety, self._back]
        for widget in themed:
            widget.set_theme(theme)
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._choices[0].setFocus()

    def press_primary(self) -> None:
        self._back.click()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.done.emit()
        else:
            super().keyPressEvent(event)
