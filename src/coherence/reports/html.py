"""A report as one self-contained HTML file: real tables, pictures with words, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path
from string import Template

import numpy as np

from coherence.reports.figures import (
    BANDS,
    draw_flow,
    draw_heart,
    draw_minutes,
    draw_spectra,
    drawing,
    flow_aside,
    heart_aside,
)
from coherence.reports.page_parts import POLICY, figure, fonts, head, said, title
from coherence.reports.pdf import page_words
from coherence.reports.report import HeartLine, Report
from coherence.reports.report_story import Flow
from coherence.reports.report_table import HEADINGS, NOTE, cells_of
from coherence.reports.report_words import FOOT, WANDERS, clock_words
from coherence.translation import _, number, written


def write_html(path: Path, report: Report, *, client: bool = True, therapist: bool = True) -> None:
    """Write the pages that are wanted into one file. Raises ``ExtraMissing``, ``OSError``."""
    path.write_text(html_of(report, client=client, therapist=therapist), encoding="utf-8")


def html_of(report: Report, *, client: bool = True, therapist: bool = True) -> str:
    """The pages that are wanted as one document. Raises ``ExtraMissing``."""
    pages = [draw for draw, wanted in ((_client, client), (_therapist, therapist)) if wanted]
    with drawing():
        body = "\n".join(
            f"<main>{draw(report)}<footer><span>{escape(_(FOOT))}</span>"
            f"<span>{escape(page_words(at, len(pages)))}</span></footer></main>"
            for at, draw in enumerate(pages, start=1)
        )
    page = Path(__file__).with_name("page.html").read_text(encoding="utf-8")
    return Template(page).substitute(
        language=written(),
        title=escape(_("A session with coherence")),
        policy=POLICY,
        fonts=fonts(body),
        body=body,
    )


# --- the two pages ---


def _client(report: Report) -> str:
    return "".join((
        head(_("Your session"), report.subtitle),
        f'<p class="lead">{said(report.lead)}</p>',
        *(f"<p>{said(detail)}</p>" for detail in report.details),
        title(_("How the session flowed"), flow_aside(report.flow)),
        figure(2.45, 1, lambda axes: draw_flow(axes[0], report.flow), flow_words(report.flow)),
        title(_("Your heart, at first and at last"), _("a minute each, beats a minute")),
        figure(1.45, len(report.minutes), lambda axes: draw_minutes(axes, report.minutes),
                " ".join(heart_words(minute) for minute in report.minutes)),
        title(_("In numbers"), ""),
        _cards(report),
        *_own_words(report),
        f'<p class="small">{said(_(WANDERS))}</p>',
    ))  # fmt: skip


def _therapist(report: Report) -> str:
    spectra = " ".join(
        _("{step}: in all {n} ms²; highest at {hz} Hz.").format(
            step=s.title, n=number(s.total_ms2, 0), hz=number(s.hz[int(np.argmax(s.psd))], 2)
        )
        for s in report.spectra
    )
    return "".join((
        head(_("For the therapist"), report.therapist_subtitle),
        title(_("Numbers by step"), _("clear beats only")),
        _table(report),
        f'<p class="small">{said(_(NOTE))}</p>',
        *(f'<p class="small">{said(line)}</p>' for line in report.signal),
        title(_("Rhythm spectrum"), _("power, ms² per Hz")) if report.spectra else "",
        figure(1.7, len(report.spectra), lambda axes: draw_spectra(axes, report.spectra), spectra)
        if report.spectra
        else "",
        title(_("Heart rate, whole session"), heart_aside(report.heart)),
        figure(2.0, 1, lambda axes: draw_heart(axes[0], report.heart, report.flow),
                heart_words(report.heart)),
        title(_("How this was worked out"), ""),
        *(f'<p class="small">{said(line)}</p>' for line in report.method),
    ))  # fmt: skip


# --- words for pictures ---


def flow_words(flow: Flow) -> str:
    """What the picture of coherence shows, for somebody who does not see it."""
    known = np.isfinite(flow.ten)
    if not known.any():
        return _("Coherence over the session: there is no value.")
    ten = flow.ten[known]
    shares = [
        _("{name} {percent:.0f} % of the time").format(
            name=_(name), percent=100 * np.mean((ten >= low) & ((ten < high) | (high == 10.0)))
        )
        for low, high, name in BANDS
    ]
    told = _("Coherence over {length}: from {low:.0f} to {high:.0f} of 10, {shares}.").format(
        length=clock_words(flow.end_s), low=ten.min(), high=ten.max(), shares=", ".join(shares)
    )
    if not flow.marks:
        return told
    unnamed = _("a moment")
    marks = "; ".join(f"{clock_words(m.t_s)} {m.label or unnamed}" for m in flow.marks)
    return f"{told} " + _("Marked: {marks}.").format(marks=marks)


def heart_words(line: HeartLine) -> str:
    """What a line of the heart rate shows, in words."""
    known = line.bpm[np.isfinite(line.bpm)]
    name = _("Heart rate, {when}").format(when=line.label) if line.label else _("Heart rate")
    if not len(known):
        return _("{name}: no beat.").format(name=name)
    return _(
        "{name}: from {low:.0f} to {high:.0f} beats a minute, mostly around {middle:.0f}."
    ).format(name=name, low=known.min(), high=known.max(), middle=np.median(known))


# --- parts ---


def _cards(report: Report) -> str:
    rows = "".join(
        f"<li><span>{said(card.name)}</span><strong>{said(card.value)} "
        f"<em>{said(card.unit)}</em></strong>"
        + "".join(f"<small>{said(line)}</small>" for line in card.under)
        + "</li>"
        for card in report.cards
    )
    return f'<ul class="cards">{rows}</ul>'


def _own_words(report: Report) -> Iterable[str]:
    if report.own_words:
        yield title(_("In your words"), "")
        yield from (f'<p class="own">{said(line)}</p>' for line in report.own_words)


def _table(report: Report) -> str:
    heads = "".join(f'<th scope="col">{said(_(each.label))}</th>' for each in HEADINGS)
    rows = []
    for step in report.steps:
        first, *others = cells_of(step)
        cells = "".join(f"<td>{said(c.value)}<small>{said(c.under)}</small></td>" for c in others)
        rows.append(
            f'<tr><th scope="row">{said(first.value)}<small>{said(first.under)}</small></th>'
            f"{cells}</tr>"
        )
    caption = said(_("Numbers of each step"))
    return (
        f'<div class="wide"><table><caption>{caption}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )
