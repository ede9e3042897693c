"""What a running session looks like on a terminal: JSON lines, a calm picture, or plain words."""

from __future__ import annotations

import json
import sys
import time
from typing import Protocol, Self

import click
import numpy as np
from rich.align import Align
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.style import Style
from rich.table import Table
from rich.text import Text

from coherence.model import LinkState, Reading, Reason, Value
from coherence.reports.rows import KEYS, by_second, second_row, strap_row
from coherence.sessions.opening import FromFile, FromStrap, FromWearer, OpenSession
from coherence.sessions.strap_watch import StrapState
from coherence.sessions.view import SessionView
from coherence.translation import _
from coherence.ui import words

EIGHTHS = " ▁▂▃▄▅▆▇█"
WATER_S = 60.0
WATER_ROWS, WATER_WIDTH, BREATH_WIDTH = 4, 60, 40
WORDS_WIDTH = 72
AIRY_ROWS = 23
BLANK = Text(" ")
LEAST_SPAN_BPM = 6.0  # a very even heart is drawn as even, not as its noise
FRAMES_PER_S = 12
PLAIN_EVERY_S = 10.0
LONE_ROW_S = 2.0  # without a row for so long, one says that there is nothing
DUSK, GOLD = (126, 154, 190), (240, 196, 120)  # the light's ends
WATER = "rgb(94,144,176)"


class Screen(Protocol):
    """What ``live`` shows a session on."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def show(self, readings: list[Reading]) -> None: ...


def screen_of(session: OpenSession, *, as_json: bool) -> Screen:
    """JSON lines on stdout, or else on stderr a picture where it can be drawn, or words."""
    if as_json:
        return JsonLines(session)
    console = Console(stderr=True)
    if console.is_terminal and not console.is_dumb_terminal:
        return Picture(session, console)
    return PlainWords(session)


class JsonLines:
    """Prints each new second as one JSON object on a line of stdout; troubles go to stderr.

    With a real strap each line says where it stands; while no beats come, there is a line a second
    all the same, with no numbers.
    """

    def __init__(self, session: OpenSession) -> None:
        self._session = session
        self._of_strap = isinstance(session.source, FromStrap)
        self._trouble: str | None = None
        self._said_s, self._state = 0.0, StrapState.STEADY

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def show(self, readings: list[Reading]) -> None:
        live = self._session.live
        now_s, strap = live.now_s(), live.tracker.strap
        rows = list(by_second(readings))
        state = strap.at(now_s).state
        news = state is not self._state or now_s - self._said_s >= LONE_ROW_S
        if self._of_strap and not rows and news:
            rows = [(round(now_s, 3), dict.fromkeys(KEYS, Value(None, Reason.NO_DATA)))]
        for t_s, values in rows:
            row = second_row(t_s, values, strap.link)
            beside = strap_row(strap.at(now_s)) if self._of_strap else {}
            sys.stdout.write(json.dumps(row | beside) + "\n")
        if rows:
            self._said_s, self._state = now_s, state
            sys.stdout.flush()
        trouble = self._session.trouble
        if trouble != self._trouble and not self._session.over:
            click.echo(trouble or _("The record is being written again."), err=True)
            self._trouble = trouble


class PlainWords:
    """For a terminal that cannot be drawn on: a line on stderr when there is something new."""

    def __init__(self, session: OpenSession) -> None:
        self._session = session
        self._said = self._strap = ""
        self._due_s = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def show(self, readings: list[Reading]) -> None:
        live = self._session.live
        now_s = live.now_s()
        strap = words.STRAPS[live.tracker.strap.at(now_s).state]
        if self._session.over or (now_s < self._due_s and strap == self._strap):
            return
        view = live.tracker.view(now_s).for_client()
        said = words.state_words(view, has_strap=True, trouble=self._session.trouble)
        if (said, strap) != (self._said, self._strap):
            self._said, self._strap, self._due_s = said, strap, now_s + PLAIN_EVERY_S
            told = said if said.startswith(strap) else f"{strap}. {said}"
            click.echo(f"{_clock(now_s)}  {told}", err=True)


class Picture:
    """Cue, breath, prompt, water and words, each always in the same rows; on stderr.

    It is drawn on the terminal's other page, so what was there before is there again afterwards.
    """

    def __init__(self, session: OpenSession, console: Console) -> None:
        self._session, self._console = session, console
        self._live = Live(console=console, screen=True, auto_refresh=False)
        self._drawn_s = float("-inf")

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def show(self, readings: list[Reading]) -> None:
        now_s = time.monotonic()
        if now_s - self._drawn_s < 1.0 / FRAMES_PER_S:
            return
        self._drawn_s = now_s
        live = self._session.live
        view = live.tracker.view(live.now_s()).for_client()
        width, height = self._console.size
        self._live.update(self.picture(view, width, height), refresh=True)

    def picture(self, view: SessionView, width: int, height: int) -> Group:
        """The picture of ``view`` on a page: each thing keeps its rows; a low page has no air."""
        session = self._session
        conductor = session.live.conductor
        prompt = conductor.prompt(view.now_s) if conductor else None
        moment = view.guide.at(view.now_s)
        breath = "" if moment is None else breath_bar(moment.volume, min(BREATH_WIDTH, width))
        state = words.state_words(view, has_strap=True, trouble=session.trouble)
        keep = (
            _("Ctrl-C ends gently; everything is kept") if session.session_id else _("Ctrl-C ends")
        )

        def lines(text: str, style: str | Style, rows: int = 1) -> list[RenderableType]:
            wide = max(min(width - 4, WORDS_WIDTH), 10)
            wrapped = list(Text(text, style).wrap(self._console, wide))[:rows]
            return [*map(Align.center, wrapped), *[BLANK] * (rows - len(wrapped))]

        air = [BLANK] if height >= AIRY_ROWS else []
        page: list[RenderableType] = [
            self._head(view),
            *air,
            *lines(words.cue_words(view, None if moment is None else moment.inhaling), "bold"),
            *air,
            Align.center(Text(breath or " ", light_style(view.light))),
            *air,
            *lines("" if prompt is None else prompt[0], "italic", 2),
            *air,
            *(Align.center(Text(r, WATER)) for r in water(view, width=min(WATER_WIDTH, width))),
            *air,
            *lines(state, "", 2),
            *lines(words.numbers_words(view, has_strap=True), "dim"),
            *air,
            *lines(keep, "dim"),
        ]
        above = max(0, height - len(page)) // 2
        return Group(*[BLANK] * above, *page[:height])

    def _head(self, view: SessionView) -> Table:
        head = Table.grid(expand=True, padding=(0, 1))
        for justify in ("left", "center", "right"):
            head.add_column(justify=justify, ratio=1, no_wrap=True)
        what = {FromWearer: _("Simulated wearer"), FromFile: _("Replay")}
        head.add_row(
            words.strap_words(view, has_strap=True)[0],
            what.get(type(self._session.source), ""),
            _clock(view.now_s),
            style="dim",
        )
        return head


def breath_bar(volume: float, width: int) -> str:
    """The breath, 0 to 1, as a line that grows from the middle by half a cell at each end.

    >>> [breath_bar(volume, 8) for volume in (0.0, 0.25, 0.5, 1.0)]
    ['╺╸', '━━', '━━━━', '━━━━━━━━']
    >>> breath_bar(0.6, 8)
    '╺━━━━╸'
    """
    whole, half = divmod(max(1, round(min(1.0, volume) * width)), 2)
    return "╺" * half + "━" * (2 * whole) + "╸" * half


def light_style(light: float) -> Style:
    """The colour of the light, from dusk to gold."""
    level = min(1.0, max(0.0, light))
    red, green, blue = (round(a + (b - a) * level) for a, b in zip(DUSK, GOLD, strict=True))
    return Style(color=f"rgb({red},{green},{blue})")


def water(view: SessionView, rows: int = WATER_ROWS, width: int = WATER_WIDTH) -> list[str]:
    """The last minute of heart rate as the surface of water; blank before there is one.

    The newest beat is at the right. Always ``rows`` strings of ``width`` letters.
    """
    if len(view.t_s) < 2 or view.link is LinkState.LOST:
        return [" " * width] * rows
    at_s = np.linspace(view.t_s[-1] - WATER_S, view.t_s[-1], width)
    known = at_s >= view.t_s[0]
    bpm = np.interp(at_s, view.t_s, view.hr_bpm)
    low, high = float(bpm[known].min()), float(bpm[known].max())
    span = max(high - low, LEAST_SPAN_BPM)
    middle = (low + high) / 2.0
    share = 0.5 + (bpm - middle) / span  # 0 to 1
    eighths = np.where(known, np.rint(share * (rows * 8 - 2)).astype(int) + 2, 0)
    return [
        "".join(EIGHTHS[min(8, max(0, int(e) - 8 * (rows - 1 - row)))] for e in eighths)
        for row in range(rows)
    ]


def _clock(t_s: float) -> str:
    minutes, seconds = divmod(int(t_s), 60)
    return f"{minutes}:{seconds:02d}"
