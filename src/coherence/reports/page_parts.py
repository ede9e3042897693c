"""What pages of HTML are made of: words, headings, pictures in the page, letters within it."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from html import escape
from typing import Any

from coherence.reports import palette as p
from coherence.reports.figures import draw_head
from coherence.reports.needing import needing
from coherence.reports.pdf import printable
from coherence.translation import later

POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:"
WIDTH_IN = 7.05  # of a page's text


def said(words: str) -> str:
    """Words as they may stand in a page."""
    return escape(printable(words))


def head(words: str, subtitle: str) -> str:
    """The top of a page: dusk, a moon, and what it is about."""
    art = svg(words, 41.0 / 25.4, 210.0 / 25.4, lambda drawn: draw_head(
        drawn.add_axes((0, 0, 1, 1)), 210.0, 41.0, sky=False))  # fmt: skip
    return (
        f'<header><div aria-hidden="true">{art}</div>'
        f"<h1>{said(words)}</h1><p>{said(subtitle)}</p></header>"
    )


def title(words: str, aside: str) -> str:
    """A heading, and what stands beside it."""
    return f"<h2>{said(words)}<small>{said(aside)}</small></h2>"


def figure(height_in: float, count: int, draw: Callable[[list[Any]], None], alt: str) -> str:
    """A row of ``count`` pictures; ``alt`` says in words what they show."""

    def drawn(figure: Any) -> None:
        gap = 0.035
        each = (1.0 - 0.012 - 0.004 - gap * (count - 1)) / max(1, count)
        foot = 0.24 / height_in
        draw([
            figure.add_axes((0.012 + i * (each + gap), foot, each, 1.0 - foot - 0.02))
            for i in range(count)
        ])  # fmt: skip

    return f"<figure>{svg(alt, height_in, WIDTH_IN, drawn, alt)}</figure>"


def svg(
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
        label = f'role="img" aria-label="{said(alt)}" style="overflow:visible"'
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f"{size[0]} {label}>"
    )
    return opening + svg[svg.index(">") + 1 :].strip()


def fonts(body: str) -> str:
    """Nunito within the page, only the letters that are used."""
    letters = "".join({*re.sub(r"<[^>]*>", "", body), *"0123456789–…"})
    return "\n".join(
        f"@font-face{{font-family:{p.FAMILY};font-weight:{weight};src:"
        f"url(data:font/woff;base64,{_subset(weight, letters)}) format('woff')}}"
        for weight in p.FONTS
    )


def _subset(weight: int, letters: str) -> str:
    subset = needing("fontTools.subset", "report", later("reports"))
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
