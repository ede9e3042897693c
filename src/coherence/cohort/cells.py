"""Numbers, words, links and tables as the page about many recordings shows them."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

import numpy as np

from coherence.cohort.fetching import is_url
from coherence.cohort.nights import Floats
from coherence.cohort.story import LABELS, UNITS
from coherence.reports.page_parts import said
from coherence.translation import _, decimal, ngettext


def table(caption: str, heads: tuple[str, ...], rows: list[list[str]], wrap: bool = False) -> str:
    """A table of cells that are HTML already."""
    top = "".join(f'<th scope="col">{said(each)}</th>' for each in heads)
    style = ' style="white-space:normal"' if wrap else ""
    lines = "".join(
        f'<tr><th scope="row" style="overflow-wrap:anywhere">{first}</th>'
        + "".join(f"<td{style}>{cell}</td>" for cell in others)
        + "</tr>"
        for first, *others in rows
    )
    return (
        f'<div class="wide"><table><caption>{said(caption)}</caption>'
        f"<thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def link(name: str, base: Path) -> str:
    """A recording's name; a file can be opened from the page."""
    if name.startswith("session ") or not (is_url(name) or Path(name).exists()):
        return said(name)
    if is_url(name):
        href = name if name.startswith(("https://", "http://", "file://")) else ""
        return f'<a href="{said(href)}">{said(name)}</a>' if href else said(name)
    href = quote(Path(os.path.relpath(Path(name).resolve(), base.resolve())).as_posix())
    return f'<a href="{href}">{said(name)}</a>'


def in_words(key: str, values: Floats, name: str = "") -> str:
    """A picture of values, for somebody who does not see it."""
    there = known(values)
    what = _(LABELS[key])
    if name:
        what = _("{number} of {name}").format(number=what, name=name)
    if not len(there):
        return _("{number}: no value.").format(number=what)
    low, middle, high = np.percentile(there, (5, 50, 95))
    median = f"{number(middle)} {UNITS[key]}".strip()
    if len(there) == 1:
        return _("{number}: one value, {value}.").format(number=what, value=median)
    return _(
        "{number}: {n} values, median {median}, nine of ten between {low} and {high}."
    ).format(
        number=what, n=decimal(f"{len(there):,}"), median=median, low=number(low), high=number(high)
    )  # fmt: skip


def known(values: Floats) -> Floats:
    """Those that there are."""
    return values[np.isfinite(values)]


def number(value: float) -> str:
    """A number in so many digits as people read."""
    if not np.isfinite(value):
        return "–"
    return decimal(f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}")


def recordings(n: int) -> str:
    """So many recordings.

    >>> recordings(1), recordings(1200)
    ('1 recording', '1,200 recordings')
    """
    return ngettext("{n} recording", "{n} recordings", n).format(n=decimal(f"{n:,}"))
