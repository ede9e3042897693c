"""A report on paper: two A4 pages with the letters in them, drawn by matplotlib."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coherence.reports import palette as p
from coherence.reports.figures import (
    draw_flow,
    draw_head,
    draw_heart,
    draw_minutes,
    draw_spectra,
    drawing,
    flow_aside,
    heart_aside,
)
from coherence.reports.report import Report
from coherence.reports.report_cards import Card
from coherence.reports.report_table import HEADINGS, NOTE, cells_of
from coherence.reports.report_words import FOOT, WANDERS
from coherence.translation import _, ngettext

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_MM, HEIGHT_MM = 210.0, 297.0
LEFT_MM, RIGHT_MM = 15.6, 194.4
HEAD_MM = 41.0
INCH_MM = 25.4
ROWS_AT_MOST = 9
OWN_LINES = 6


def write_pdf(path: Path, report: Report, *, client: bool = True, therapist: bool = True) -> None:
    """Write the pages that are wanted. Raises ``ExtraMissing``, ``OSError``."""
    with drawing():
        from matplotlib.backends.backend_pdf import PdfPages

        about = {"Title": _("A session with coherence"), "Creator": "coherence", "Producer": None,
                 "CreationDate": None}  # fmt: skip
        whole = BytesIO()  # where a disk is full, what is half written fails in another way
        with PdfPages(whole, metadata=about) as file:
            for figure in figures_of(report, client=client, therapist=therapist):
                file.savefig(figure)
    path.write_bytes(whole.getvalue())


def figures_of(report: Report, *, client: bool = True, therapist: bool = True) -> Iterator[Figure]:
    """The pages that are wanted, one by one; within ``drawing``."""
    pages = [draw for draw, wanted in ((_client, client), (_therapist, therapist)) if wanted]
    for number, draw in enumerate(pages, start=1):
        page = _Page()
        draw(page, report)
        page.foot(number, len(pages))
        yield page.figure


# --- the two pages ---


def _client(page: _Page, report: Report) -> None:
    page.head(_("Your session"), report.subtitle)
    y = page.lines(report.lead, 49.5, size=13.0, leading=6.2)
    y = page.paragraphs(report.details[:5], y + 1.0, size=9.8, leading=4.9)
    page.title(_("How the session flowed"), flow_aside(report.flow), y + 4.5)
    own = own_lines(report.own_words)
    said_mm = 6.0 + 6.2 * len(own) if own else 0.0
    room_mm = min(75.0, 271.0 - y - 13.5 - 8.5 - 45.5 - 45.5 - said_mm)
    draw_flow(page.axes(LEFT_MM, y + 8.5, RIGHT_MM - LEFT_MM, room_mm), report.flow)
    y += 8.5 + room_mm + 13.5
    page.title(_("Your heart, at first and at last"), _("a minute each, beats a minute"), y)
    page.pair(y + 4.0, 31.0, lambda axes: draw_minutes(axes, report.minutes), len(report.minutes))
    y += 45.5
    page.title(_("In numbers"), "", y)
    page.cards(report.cards, y + 4.0)
    y += 4.0 + 31.0 + 10.5
    if own:
        page.title(_("In your words"), "", y)
        y = page.paragraphs(own, y + 6.5, size=11.0, leading=5.6, weight=p.LIGHT)
    page.paragraphs((_(WANDERS),), min(max(y + 1.5, 0.0), 281.0), size=8.8, leading=4.4)


def _therapist(page: _Page, report: Report) -> None:
    page.head(_("For the therapist"), report.therapist_subtitle)
    page.title(_("Numbers by step"), _("clear beats only"), 50.0)
    y = page.table(report, 57.0)
    y = page.paragraphs((_(NOTE), *report.signal), y + 1.5, size=7.6, leading=3.6)
    if report.spectra:
        page.title(_("Rhythm spectrum"), _("power, ms² per Hz"), y + 7.0)
        page.pair(y + 11.0, 36.0, lambda axes: draw_spectra(axes, report.spectra),
                  len(report.spectra))  # fmt: skip
        y += 11.0 + 36.0 + 7.0
    page.title(_("Heart rate, whole session"), heart_aside(report.heart), y + 7.0)
    method_mm = 4.0 + 3.75 * sum(len(wrapped(said, 7.9)) + 0.25 for said in report.method)
    room_mm = min(60.0, 283.0 - method_mm - 16.0 - (y + 11.0))
    draw_heart(page.axes(LEFT_MM, y + 11.0, RIGHT_MM - LEFT_MM, room_mm), report.heart, report.flow)
    y += 11.0 + room_mm + 14.0
    page.title(_("How this was worked out"), "", y)
    page.paragraphs(report.method, y + 5.0, size=7.9, leading=3.75)


# --- a page ---


class _Page:
    """One A4 page, measured in mm from its upper left corner."""

    def __init__(self) -> None:
        from matplotlib.figure import Figure

        self.figure: Figure = Figure(
            figsize=(WIDTH_MM / INCH_MM, HEIGHT_MM / INCH_MM), facecolor=p.SURFACE
        )

    def axes(self, left_mm: float, top_mm: float, width_mm: float, height_mm: float) -> Axes:
        return self.figure.add_axes(
            (
                left_mm / WIDTH_MM,
                1.0 - (top_mm + height_mm) / HEIGHT_MM,
                width_mm / WIDTH_MM,
                height_mm / HEIGHT_MM,
            )
        )

    def pair(self, top_mm: float, height_mm: float, draw: Any, count: int) -> None:
        """One picture, or two side by side."""
        gap_mm = 6.5
        each_mm = (RIGHT_MM - LEFT_MM - gap_mm * (count - 1)) / max(1, count)
        draw([
            self.axes(LEFT_MM + i * (each_mm + gap_mm), top_mm, each_mm, height_mm)
            for i in range(count)
        ])  # fmt: skip

    def text(self, x_mm: float, y_mm: float, words: str, size: float, **how: Any) -> None:
        weight = how.pop("weight", p.REGULAR)
        how.setdefault("color", p.HI)
        how.setdefault("va", "baseline")
        self.figure.text(
            x_mm / WIDTH_MM, 1.0 - y_mm / HEIGHT_MM, printable(words), fontsize=size,
            fontweight=weight, **how,
        )  # fmt: skip

    def head(self, title: str, subtitle: str) -> None:
        draw_head(self.axes(0.0, 0.0, WIDTH_MM, HEAD_MM), WIDTH_MM, HEAD_MM)
        self.text(LEFT_MM, 18.5, title, 24.0, weight=p.LIGHT, color=p.NIGHT_HI)
        for row, line in enumerate(wrapped(subtitle, 9.8, width_mm=150.0)[:2]):
            self.text(LEFT_MM, 26.6 + 4.6 * row, line, 9.8, color=p.NIGHT_MID)

    def title(self, words: str, aside: str, y_mm: float) -> None:
        self.text(LEFT_MM, y_mm, words, 12.4, weight=p.SEMIBOLD)
        self.text(RIGHT_MM, y_mm, aside, 8.8, ha="right", color=p.LOW)

    def lines(self, words: str, y_mm: float, *, size: float, leading: float,
              **how: Any) -> float:  # fmt: skip
        """A paragraph from its first line's foot on; returns where the next one would stand."""
        for line in wrapped(words, size, how.get("weight", p.REGULAR)):
            self.text(LEFT_MM, y_mm, line, size, **how)
            y_mm += leading
        return y_mm

    def paragraphs(self, said: Sequence[str], y_mm: float, *, size: float,
                   leading: float, **how: Any) -> float:  # fmt: skip
        how.setdefault("color", p.MID)
        for words in said:
            y_mm = self.lines(words, y_mm, size=size, leading=leading, **how)
            y_mm += 0.25 * leading
        return y_mm

    def cards(self, cards: Sequence[Card], top_mm: float) -> None:
        from matplotlib.patches import FancyBboxPatch

        gap_mm, height_mm = 6.0, 31.0
        width_mm = (RIGHT_MM - LEFT_MM - 3 * gap_mm) / 4
        for i, card in enumerate(cards[:4]):
            x_mm = LEFT_MM + i * (width_mm + gap_mm)
            ax = self.axes(x_mm, top_mm, width_mm, height_mm)
            ax.set_xlim(0, width_mm)
            ax.set_ylim(0, height_mm)
            ax.axis("off")
            ax.add_patch(FancyBboxPatch(
                (3, 3), width_mm - 6, height_mm - 6, boxstyle="round,pad=3,rounding_size=3.5",
                color=p.BG, lw=0,
            ))  # fmt: skip
            self.text(x_mm + 2.6, top_mm + 5.6, card.name, 8.9, weight=p.SEMIBOLD, color=p.MID)
            self.text(x_mm + 2.6, top_mm + 16.2, card.value, 21.0, weight=p.SEMIBOLD)
            self.text(x_mm + width_mm - 2.6, top_mm + 16.2, card.unit, 8.6, ha="right", color=p.LOW)
            for row, line in enumerate(card.under[:2]):
                self.text(x_mm + 2.6, top_mm + 23.2 + 4.2 * row, textwrap.shorten(line, 30,
                          placeholder="…"), 8.1, color=p.LOW)  # fmt: skip

    def table(self, report: Report, y_mm: float) -> float:
        """The steps, a row each; returns the foot of the last one."""
        from matplotlib.lines import Line2D

        for heading in HEADINGS:
            at_mm = LEFT_MM + heading.at * (RIGHT_MM - LEFT_MM)
            self.text(at_mm, y_mm, _(heading.label), 8.0, color=p.LOW)
        steps = report.steps[:ROWS_AT_MOST]
        tall_mm = 8.6 if len(steps) <= 6 else 7.6
        y_mm += 2.6
        for step in steps:
            for heading, cell in zip(HEADINGS, cells_of(step), strict=True):
                at_mm = LEFT_MM + heading.at * (RIGHT_MM - LEFT_MM)
                bold = heading is HEADINGS[0]
                value = textwrap.shorten(cell.value, 19, placeholder="…") if bold else cell.value
                self.text(at_mm, y_mm + 3.3, value, 9.0, weight=p.SEMIBOLD if bold else p.REGULAR)
                self.text(at_mm, y_mm + 6.5, cell.under, 6.6, color=p.LOW)
            y_mm += tall_mm
            foot = 1.0 - y_mm / HEIGHT_MM
            self.figure.add_artist(Line2D(
                [LEFT_MM / WIDTH_MM, RIGHT_MM / WIDTH_MM], [foot, foot], color=p.LINE, lw=0.6
            ))  # fmt: skip
        if len(report.steps) > len(steps):
            more = len(report.steps) - len(steps)
            told = ngettext(
                "and {n} more step: see the page in a browser",
                "and {n} more steps: see the page in a browser",
                more,
            )
            self.text(LEFT_MM, y_mm + 3.6, told.format(n=more), 7.6, color=p.LOW)
            y_mm += 4.0
        return y_mm + 2.5

    def foot(self, number: int, pages: int) -> None:
        self.text(LEFT_MM, 288.5, _(FOOT), 7.8, color=p.LOW)
        self.text(RIGHT_MM, 288.5, page_words(number, pages), 7.8, ha="right", color=p.LOW)


def page_words(number: int, pages: int) -> str:
    """Which page of how many."""
    return _("{number} of {pages}").format(number=number, pages=pages)


def printable(words: str) -> str:
    """Words on one line, without what no letter can show."""
    return "".join(c if c.isprintable() else " " for c in words)


def wrapped(
    words: str, size: float, weight: int = p.REGULAR, width_mm: float = RIGHT_MM - LEFT_MM
) -> list[str]:
    """The words in lines that fit, by how wide the letters really are; at least one line."""
    room = width_mm / INCH_MM * 72.0
    space = width_pt("a a", size, weight) - width_pt("aa", size, weight)
    lines, filled = [""], 0.0
    for word in printable(words).split():
        for piece in _pieces(word, size, weight, room):
            wide = width_pt(piece, size, weight)
            if lines[-1] and filled + space + wide > room:
                lines.append("")
            filled = filled + space + wide if lines[-1] else wide
            lines[-1] = f"{lines[-1]} {piece}".lstrip()
    return lines


def _pieces(word: str, size: float, weight: int, room: float) -> list[str]:
    """A word, cut where it is longer than a line."""
    if width_pt(word, size, weight) <= room:
        return [word]
    at_once = max(1, int(0.9 * room / max(width_pt(c, size, weight) for c in set(word))))
    return [word[i : i + at_once] for i in range(0, len(word), at_once)]


def own_lines(said: Sequence[str]) -> list[str]:
    """What a person said, in as many lines as there is room for; the whole is in the HTML."""
    lines = [line for words in said for line in wrapped(words, 11.0, p.LIGHT)]
    return lines if len(lines) <= OWN_LINES else [*lines[: OWN_LINES - 1], "…"]


@lru_cache(maxsize=4096)
def width_pt(words: str, size: float, weight: int) -> float:
    """How wide a line is, in points."""
    from matplotlib.font_manager import get_font

    letters = get_font([str(p.font_file(weight))])
    letters.set_size(1000.0, 72.0)  # so large that no rounding to pixels is seen
    letters.set_text(words, 0.0)
    return float(letters.get_width_height()[0]) / 64.0 * size / 1000.0
