"""What a running session looks like on a terminal: JSON lines, or a calm live view."""

from __future__ import annotations

import json
import sys
from types import TracebackType
from typing import Self

import numpy as np
from rich.align import Align
from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from coherence.model import LinkState, Reading
from coherence.reports.rows import by_second, second_row
from coherence.sessions.opening import FromFile, FromWearer, OpenSession
from coherence.sessions.view import SessionView
from coherence.ui import words

BLOCKS = " ▁▂▃▄▅▆▇█"
WIDTH = 60
REFRESH_PER_S = 10


class JsonLines:
    """Prints each new second as one JSON object on a line of stdout."""

    def __init__(self, session: OpenSession) -> None:
        self._session = session

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        sys.stdout.flush()

    def show(self, readings: list[Reading]) -> None:
        link = self._session.live.tracker.link
        for t_s, values in by_second(readings):
            sys.stdout.write(json.dumps(second_row(t_s, values, link)) + "\n")
        if readings:
            sys.stdout.flush()


class TerminalView:
    """Cue, heart line and a word for where heart and breath stand; on stderr."""

    def __init__(self, session: OpenSession) -> None:
        self._session = session
        self._live = Live(
            console=Console(stderr=True), refresh_per_second=REFRESH_PER_S, transient=True
        )

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()

    def show(self, readings: list[Reading]) -> None:
        live = self._session.live
        self._live.update(self._picture(live.tracker.view(live.now_s())))

    def _picture(self, view: SessionView) -> Group:
        session = self._session
        banner = {FromWearer: "Simulated wearer", FromFile: "Replay"}.get(type(session.source), "")
        strap, _ = words.strap_words(view, has_strap=True)
        minutes, seconds = divmod(int(view.now_s), 60)
        prompt = session.live.conductor.prompt(view.now_s) if session.live.conductor else None
        moment = view.guide.at(view.now_s)
        breath = "" if moment is None else "●" * max(1, round(moment.volume * WIDTH / 2))
        lines = [
            Text(f"{strap}   {minutes}:{seconds:02d}   {banner}", style="dim"),
            Text(),
            Text(words.cue_words(view, None if moment is None else moment.inhaling), style="bold"),
            Text(breath, style="yellow"),
            Text(prompt[0] if prompt else "", style="italic"),
            Text(),
            Text(heart_line(view), style="cyan"),
            Text(words.state_words(view, has_strap=True, trouble=session.trouble)),
            Text(words.numbers_words(view, has_strap=True), style="dim"),
        ]
        return Group(*(Align.center(line) for line in lines))


def heart_line(view: SessionView) -> str:
    """The last minute of heart rate as blocks; empty before there is one."""
    if len(view.t_s) < 2 or view.link is LinkState.LOST:
        return ""
    at_s = np.linspace(view.t_s[-1] - 60.0, view.t_s[-1], WIDTH)
    known = at_s >= view.t_s[0]
    bpm = np.interp(at_s, view.t_s, view.hr_bpm)
    low, high = float(bpm[known].min()), float(bpm[known].max())
    level = np.rint((bpm - low) / max(high - low, 6.0) * (len(BLOCKS) - 2)).astype(int) + 1
    return "".join(BLOCKS[i] if k else " " for i, k in zip(level, known, strict=True))
