"""The page about many recordings: one HTML file, real tables, pictures told in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from string import Template
from typing import Any

import numpy as np

import coherence.reports
from coherence.cohort import cells
from coherence.cohort.pictures import draw_distribution, draw_night, draw_person
from coherence.cohort.story import (
    FAR,
    LABELS,
    OVER_TIME,
    QUALITIES,
    TOLD,
    UNITS,
    Floats,
    Night,
    Recordings,
    Story,
    middle,
    when,
)
from coherence.reports.figures import drawing
from coherence.reports.page_parts import POLICY, figure, fonts, head, said, title
from coherence.reports.report_words import FOOT

SHOWN = 200  # rows of a list; the table itself has all
PEOPLE_DRAWN = 5
QUALITY_WORDS = {"good": "good", "fair": "fair", "poor": "poor", "unusable": "not usable"}
LIMITS = {
    "good": "at most 2 % of the beats set aside or missing",
    "fair": "at most 5 %",
    "poor": "at most 10 %",
    "unusable": "more",
}


def page_of(story: Story, base: Path) -> str:
    """The page; links to recordings are told from the folder ``base``. Raises ``ExtraMissing``."""
    with drawing():
        body = (
            f"<main>{''.join(_parts(story, base))}<footer><span>{said(FOOT)}</span></footer></main>"
        )
    template = Path(coherence.reports.__path__[0]) / "page.html"
    return Template(template.read_text(encoding="utf-8")).substitute(
        language="en", title="Many recordings", policy=POLICY, fonts=fonts(body), body=body
    )


def _parts(story: Story, base: Path) -> Iterator[str]:
    recordings = story.recordings
    n, unread = len(recordings.file), len(story.unread)
    people = {name for name in recordings.person if name}
    days = sorted(day for day in map(when, recordings.started_at) if day is not None)
    span = f" · {days[0]:%Y-%m-%d} to {days[-1]:%Y-%m-%d}" if days else ""
    yield head("Many recordings", f"{cells.count(n, 'recording')}{span}")
    hours = float(recordings.duration_s.sum()) / 3600.0
    yield f'<p class="lead">{cells.count(n, "recording")}, {hours:,.1f} hours of heartbeats.</p>'
    also = f"The table has {cells.count(story.rows, 'row')}."
    if people:
        also += f" They are of {len(people)} {'person' if len(people) == 1 else 'people'}."
    if unread:
        also += f" Without numbers: {cells.count(unread, 'recording')}, named at the end."
    yield f"<p>{said(also)}</p>"
    if n:
        yield from _distributions(recordings)
        yield from _quality(recordings)
        yield from _rest_and_guide(story)
        yield from _people(recordings)
        yield from _nights(story.nights, base)
        yield from _apart(story, base)
    yield from _unread(story, base)


def _distributions(recordings: Recordings) -> Iterator[str]:
    yield title("How the numbers are spread", "a recording each · line: the median")
    keys = [key for key in TOLD if np.isfinite(recordings.values[key]).any()]
    for first in range(0, len(keys), 3):
        row = keys[first : first + 3]
        alt = " ".join(cells.in_words(key, recordings.values[key]) for key in row)
        yield figure(1.35, 3, _drawn(row, recordings), alt)
    rows = []
    for key in keys:
        known = cells.known(recordings.values[key])
        quantiles = np.percentile(known, (5, 25, 50, 75, 95))
        quantile_cells = [str(len(known)), *(cells.number(each) for each in quantiles)]
        rows.append([said(f"{LABELS[key]} {UNITS[key]}".strip()), *quantile_cells])
    heads = ("", "recordings", "5 %", "25 %", "median", "75 %", "95 %")
    yield cells.table("Numbers of recordings: so much of them lies below", heads, rows)


def _quality(recordings: Recordings) -> Iterator[str]:
    yield title("How far the signal can be trusted", "")
    n = len(recordings.file)
    rows = []
    for quality in QUALITIES:
        count = recordings.quality.count(quality)
        share = f"{100 * count / n:.0f} %"
        rows.append([QUALITY_WORDS[quality], LIMITS[quality], str(count), share])
    yield cells.table("Recordings by quality", ("signal", "", "recordings", "share"), rows)
    known = cells.known(recordings.artefact_pct)
    if len(known):
        yield (
            f'<p class="small">Beats set aside or missing: median {np.median(known):.1f} %, '
            f"in nine of ten recordings at most {np.percentile(known, 90):.1f} %.</p>"
        )


def _rest_and_guide(story: Story) -> Iterator[str]:
    rest, guided = story.resting, story.guided
    if not (len(rest[TOLD[0]]) and len(guided[TOLD[0]])):
        return
    yield title("At rest and with a breath guide", "medians of the table's rows")
    rows = [
        [
            said(f"{LABELS[key]} {UNITS[key]}".strip()),
            cells.number(np.median(cells.known(rest[key]))) if len(cells.known(rest[key])) else "–",
            cells.number(np.median(cells.known(guided[key])))
            if len(cells.known(guided[key]))
            else "–",
        ]
        for key in TOLD
    ]
    heads = (
        "",
        f"at rest ({len(rest[TOLD[0]])} rows)",
        f"with a guide ({len(guided[TOLD[0]])} rows)",
    )
    yield cells.table("At rest and with a breath guide", heads, rows)
    yield (
        '<p class="small">Slow breathing moves heart and breath together: RMSSD and power rise by '
        "it, without more activity of the vagus nerve. Compare rest with rest.</p>"
    )


def _people(recordings: Recordings) -> Iterator[str]:
    lines = _lines(recordings)
    if not lines:
        return
    yield title("People over time", "days since the first recording of the table")
    drawn = sorted(lines, key=lambda name: -len(lines[name]))[:PEOPLE_DRAWN]
    for key in OVER_TIME:
        series = []
        for name in drawn:
            days, at = zip(*lines[name], strict=True)
            series.append((name, np.array(days), recordings.values[key][list(at)]))
        alt = " ".join(cells.in_words(key, values, name) for name, _, values in series)
        yield figure(1.3, 1, partial(_draw_people, key, series), alt)
    names = ("teal", "amber", "violet", "grey", "green")
    rows = []
    for number, name in enumerate(sorted(lines, key=lambda name: -len(lines[name]))[:SHOWN]):
        those = [i for _, i in lines[name]]
        medians = [cells.number(middle(recordings.values[key][those])) for key in OVER_TIME]
        colour = names[number] if number < len(drawn) else ""
        rows.append([said(name), colour, str(len(those)), f"{lines[name][-1][0]:.0f}", *medians])
    heads = ("person", "line", "recordings", "days", *(LABELS[key] for key in OVER_TIME))
    yield cells.table("People: medians of their recordings", heads, rows)


def _nights(nights: list[Night], base: Path) -> Iterator[str]:
    if not nights:
        return
    yield title("Long recordings, window by window", "shaded: 22 to 7 o’clock, where it is known")
    for night in nights:
        alt = " ".join(
            cells.in_words(key, night.values[key], night.file)
            for key in ("heart_rate_bpm", "rmssd_ms")
        )
        yield f'<p class="small" style="margin:12px 0 2px">{cells.link(night.file, base)}</p>'
        yield figure(1.25, 2, partial(_draw_long, night), alt)


def _apart(story: Story, base: Path) -> Iterator[str]:
    yield title("Recordings that stand apart", f"beyond {FAR:g} robust standard deviations")
    if not story.apart:
        yield "<p>None does in heart rate, RMSSD or SDNN.</p>"
        return
    rows = [
        [
            cells.link(each.file, base),
            said(LABELS[each.key]),
            f"{cells.number(each.value)} {said(UNITS[each.key])}",
            f"{abs(each.times):.1f} {'above' if each.times > 0 else 'below'}",
        ]
        for each in story.apart[:SHOWN]
    ]
    yield cells.table(
        "Recordings that stand apart", ("recording", "number", "value", "distance"), rows
    )
    yield '<p class="small">Far from the others is not wrong: look at the recording itself.</p>'


def _unread(story: Story, base: Path) -> Iterator[str]:
    if not story.unread:
        return
    yield title("Recordings without numbers", cells.count(len(story.unread), "recording"))
    rows = [[cells.link(name, base), said(reason)] for name, reason in story.unread[:SHOWN]]
    yield cells.table("Recordings without numbers", ("recording", "why"), rows, wrap=True)
    if len(story.unread) > SHOWN:
        yield f'<p class="small">And {len(story.unread) - SHOWN} more: see the table.</p>'


# --- parts ---


def _drawn(keys: Sequence[str], recordings: Recordings) -> Callable[[list[Any]], None]:
    def draw(axes: list[Any]) -> None:
        for ax, key in zip(axes, keys, strict=False):
            draw_distribution(ax, key, recordings.values[key])
        for ax in axes[len(keys) :]:
            ax.axis("off")

    return draw


def _draw_people(key: str, series: list[tuple[str, Floats, Floats]], axes: list[Any]) -> None:
    draw_person(axes[0], key, series)


def _draw_long(night: Night, axes: list[Any]) -> None:
    draw_night(axes, night)


def _lines(recordings: Recordings) -> dict[str, list[tuple[float, int]]]:
    """(days since the first of all, which recording) of people with two recordings or more."""
    dated = [
        (day, i)
        for i, said_at in enumerate(recordings.started_at)
        if recordings.person[i] and (day := when(said_at)) is not None
    ]
    if not dated:
        return {}
    first = min(day for day, _ in dated)
    lines: dict[str, list[tuple[float, int]]] = {}
    for day, i in sorted(dated):
        days = (day - first).total_seconds() / 86_400.0
        lines.setdefault(str(recordings.person[i]), []).append((days, i))
    return {name: line for name, line in lines.items() if len(line) > 1}
