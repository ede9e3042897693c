"""A report as one self-contained HTML file: real tables, pictures with words, nothing fetched."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import numpy as np

from coherence.reports import palette as p
from coherence.reports.figures import (
    BANDS,
    draw_flow,
    draw_head,
    draw_heart,
    draw_minutes,
    draw_spectra,
    drawing,
    flow_aside,
)
from coherence.reports.needing import needing
from coherence.reports.pdf import printable
from coherence.reports.report import HeartLine, Report
from coherence.reports.report_story import Flow
from coherence.reports.report_table import HEADINGS, NOTE, cells_of
from coherence.reports.report_words import FOOT, WANDERS, clock_words

POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:"
WIDTH_IN = 7.05  # of a page's text


def write_html(path: Path, report: Report, *, client: bool = True, therapist: bool = True) -> None:
    """Write the pages that are wanted into one file. Raises ``ExtraMissing``, ``OSError``."""
    path.write_text(html_of(report, client=client, therapist=therapist), encoding="utf-8")


def html_of(report: Report, *, client: bool = True, therapist: bool = True) -> str:
    """The pages that are wanted as one document. Raises ``ExtraMissing``."""
    pages = [draw for draw, wanted in ((_client, client), (_therapist, therapist)) if wanted]
    with drawing():
        body = "\n".join(
            f"<main>{draw(report)}<footer><span>{escape(FOOT)}</span>"
            f"<span>{number} of {len(pages)}</span></footer></main>"
            for number, draw in enumerate(pages, start=1)
        )
    page = Path(__file__).with_name("page.html").read_text(encoding="utf-8")
    return Template(page).substitute(policy=POLICY, fonts=_fonts(body), body=body)


# --- the two pages ---


def _client(report: Report) -> str:
    return "".join((
        _head("Your session", report.subtitle),
        f'<p class="lead">{_said(report.lead)}</p>',
        *(f"<p>{_said(detail)}</p>" for detail in report.details),
        _title("How the session flowed", flow_aside(report.flow)),
        _figure(2.45, 1, lambda axes: draw_flow(axes[0], report.flow), flow_words(report.flow)),
        _title("Your heart, at first and at last", "a minute each, beats a minute"),
        _figure(1.45, len(report.minutes), lambda axes: draw_minutes(axes, report.minutes),
                " ".join(heart_words(minute) for minute in report.minutes)),
        _title("In numbers", ""),
        _cards(report),
        *_own_words(report),
        f'<p class="small">{_said(WANDERS)}</p>',
    ))  # fmt: skip


def _therapist(report: Report) -> str:
    spectra = " ".join(
        f"{s.title}: in all {s.total_ms2:.0f} ms²; highest at {s.hz[int(np.argmax(s.psd))]:.2f} Hz."
        for s in report.spectra
    )
    return "".join((
        _head("For the therapist", report.therapist_subtitle),
        _title("Numbers by step", "clear beats only"),
        _table(report),
        f'<p class="small">{_said(NOTE)}</p>',
        *(f'<p class="small">{_said(line)}</p>' for line in report.signal),
        _title("Rhythm spectrum", "power, ms² per Hz") if report.spectra else "",
        _figure(1.7, len(report.spectra), lambda axes: draw_spectra(axes, report.spectra), spectra)
        if report.spectra
        else "",
        _title("Heart rate, whole session", "beats a minute · hollow: set aside"),
        _figure(2.0, 1, lambda axes: draw_heart(axes[0], report.heart, report.flow),
                heart_words(report.heart)),
        _title("How this was worked out", ""),
        *(f'<p class="small">{_said(line)}</p>' for line in report.method),
    ))  # fmt: skip


# --- words for pictures ---


def flow_words(flow: Flow) -> str:
    """What the picture of coherence shows, for somebody who does not see it."""
    known = np.isfinite(flow.ten)
    if not known.any():
        return "Coherence over the session: there is no value."
    ten = flow.ten[known]
    shares = [
        f"{name} {np.mean((ten >= low) & ((ten < high) | (high == 10.0))):.0%} of the time"
        for low, high, name in BANDS
    ]
    marks = "; ".join(f"{clock_words(m.t_s)} {m.label or 'a moment'}" for m in flow.marks)
    return (
        f"Coherence over {clock_words(flow.end_s)}: from {ten.min():.0f} to {ten.max():.0f} of 10, "
        f"{', '.join(shares)}." + (f" Marked: {marks}." if marks else "")
    )


def heart_words(line: HeartLine) -> str:
    """What a line of the heart rate shows, in words."""
    known = line.bpm[np.isfinite(line.bpm)]
    name = f"Heart rate, {line.label}" if line.label else "Heart rate"
    if not len(known):
        return f"{name}: no beat."
    return (
        f"{name}: from {known.min():.0f} to {known.max():.0f} beats a minute, mostly around "
        f"{np.median(known):.0f}."
    )


# --- parts ---


def _said(words: str) -> str:
    return escape(printable(words))


def _head(title: str, subtitle: str) -> str:
    art = _svg(title, 41.0 / 25.4, 210.0 / 25.4, lambda figure: draw_head(
        figure.add_axes((0, 0, 1, 1)), 210.0, 41.0, sky=False))  # fmt: skip
    return (
        f'<header><div aria-hidden="true">{art}</div>'
        f"<h1>{_said(title)}</h1><p>{_said(subtitle)}</p></header>"
    )


def _title(words: str, aside: str) -> str:
    return f"<h2>{_said(words)}<small>{_said(aside)}</small></h2>"


def _figure(height_in: float, count: int, draw: Callable[[list[Any]], None], alt: str) -> str:
    def drawn(figure: Any) -> None:
        gap = 0.035
        each = (1.0 - 0.012 - 0.004 - gap * (count - 1)) / max(1, count)
        foot = 0.24 / height_in
        draw([
            figure.add_axes((0.012 + i * (each + gap), foot, each, 1.0 - foot - 0.02))
            for i in range(count)
        ])  # fmt: skip

    return f"<figure>{_svg(alt, height_in, WIDTH_IN, drawn, alt)}</figure>"


def _svg(
    name: str, height_in: float, width_in: float, draw: Callable[[Any], None], alt: str = ""
) -> str:
    """A drawing as an element of the page; ``alt`` says it in words, without it is only adorned."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width_in, height_in))
    figure.patch.set_alpha(0.0)
    draw(figure)
    out = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with rc_context({"svg.hashsalt": name}):  # no name comes twice in a page
        figure.savefig(out, format="svg", metadata=nothing)
    svg = out.getvalue()
    svg = svg[svg.index("<svg") :]
    size = re.search(r'viewBox="[^"]*"', svg)
    assert size is not None
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.S)
    svg = re.sub(
        r' id="(?:figure|axes|patch|line2d|text|matplotlib|xtick|ytick|PolyC|FillB)[^"]*"', "", svg
    )
    label = 'preserveAspectRatio="xMaxYMax slice" focusable="false"'
    if alt:
        label = f'role="img" aria-label="{_said(alt)}" style="overflow:visible"'
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f"{size[0]} {label}>"
    )
    return opening + svg[svg.index(">") + 1 :].strip()


def _cards(report: Report) -> str:
    rows = "".join(
        f"<li><span>{_said(card.name)}</span><strong>{_said(card.value)} "
        f"<em>{_said(card.unit)}</em></strong>"
        + "".join(f"<small>{_said(line)}</small>" for line in card.under)
        + "</li>"
        for card in report.cards
    )
    return f'<ul class="cards">{rows}</ul>'


def _own_words(report: Report) -> Iterable[str]:
    if report.own_words:
        yield _title("In your words", "")
        yield from (f'<p class="own">{_said(line)}</p>' for line in report.own_words)


def _table(report: Report) -> str:
    heads = "".join(f'<th scope="col">{_said(each.label)}</th>' for each in HEADINGS)
    rows = []
    for step in report.steps:
        first, *others = cells_of(step)
        cells = "".join(f"<td>{_said(c.value)}<small>{_said(c.under)}</small></td>" for c in others)
        rows.append(
            f'<tr><th scope="row">{_said(first.value)}<small>{_said(first.under)}</small></th>'
            f"{cells}</tr>"
        )
    return (
        '<div class="wide"><table><caption>Numbers of each step</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _fonts(body: str) -> str:
    """Nunito within the page, only the letters that are used."""
    letters = "".join({*re.sub(r"<[^>]*>", "", body), *"0123456789–…"})
    return "\n".join(
        f"@font-face{{font-family:{p.FAMILY};font-weight:{weight};src:"
        f"url(data:font/woff;base64,{_subset(weight, letters)}) format('woff')}}"
        for weight in p.FONTS
    )


def _subset(weight: int, letters: str) -> str:
    subset = needing("fontTools.subset", "report", "reports")
    options = subset.Options(flavor="woff", layout_features=["kern", "mark", "mkmk", "ccmp"])
    options.name_IDs = ["*"]  # the licence stays in it
    out = io.BytesIO()
    with subset.load_font(str(p.font_file(weight)), options) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(text=letters)
        subsetter.subset(font)
        font.flavor = "woff"
        font.save(out)
    return base64.b64encode(out.getvalue()).decode()
