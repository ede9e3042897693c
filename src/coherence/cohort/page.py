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
from coherence.cohort.nights import OVER_TIME, Floats, Night, middle, stretches_of, when
from coherence.cohort.pictures import (
    DAYS_H,
    DRAWN_LONG,
    draw_distribution,
    draw_night,
    draw_person,
)
from coherence.cohort.story import (
    FAR,
    LABELS,
    QUALITIES,
    TOLD,
    UNITS,
    Recordings,
    Story,
)
from coherence.reports.figures import drawing
from coherence.reports.page_parts import POLICY, figure, fonts, head, said, title
from coherence.reports.report_words import FOOT
from coherence.translation import _, later, ngettext, number, written

SHOWN = 200  # rows of a list; the table itself has all
PEOPLE_DRAWN = 5
QUALITY_WORDS = {
    "good": later("signal good"),
    "fair": later("signal fair"),
    "poor": later("signal poor"),
    "unusable": later("signal not usable"),
}
LIMITS = {
    "good": later("at most 2 % of the beats set aside or missing"),
    "fair": later("at most 5 %"),
    "poor": later("at most 10 %"),
    "unusable": later("more than that"),
}


def page_of(story: Story, base: Path) -> str:
    """The page; links to recordings are told from the folder ``base``. Raises ``ExtraMissing``."""
    with drawing():
        foot = f"<footer><span>{said(_(FOOT))}</span></footer>"
        body = f"<main>{''.join(_parts(story, base))}{foot}</main>"
    template = Path(coherence.reports.__path__[0]) / "page.html"
    return Template(template.read_text(encoding="utf-8")).substitute(
        language=written(),
        title=said(_("Many recordings")),
        policy=POLICY,
        fonts=fonts(body),
        body=body,
    )


def _parts(story: Story, base: Path) -> Iterator[str]:
    recordings = story.recordings
    n, unread = len(recordings.file), len(story.unread)
    people = {name for name in recordings.person if name}
    days = sorted(day for day in map(when, recordings.started_at) if day is not None)
    subtitle = cells.recordings(n)
    if days:
        span = _("{first} to {last}").format(first=days[0].date(), last=days[-1].date())
        subtitle = f"{subtitle} · {span}"
    yield head(_("Many recordings"), subtitle)
    hours = float(recordings.duration_s.sum()) / 3600.0
    lead = _("{recordings}, {hours} hours of heartbeats.")
    told = lead.format(recordings=cells.recordings(n), hours=number(hours, 1))
    yield f'<p class="lead">{said(told)}</p>'
    rows = ngettext("The table has {n} row.", "The table has {n} rows.", story.rows)
    also = [rows.format(n=number(story.rows, 0))]
    if people:
        of = ngettext("They are of {n} person.", "They are of {n} people.", len(people))
        also.append(of.format(n=number(len(people), 0)))
    if unread:
        without = _("Without numbers: {recordings}, named at the end.")
        also.append(without.format(recordings=cells.recordings(unread)))
    yield f"<p>{said(' '.join(also))}</p>"
    if n:
        yield from _distributions(recordings)
        yield from _quality(recordings)
        yield from _rest_and_guide(story)
        yield from _people(recordings)
        yield from _nights(story.nights, base)
        yield from _apart(story, base)
    yield from _unread(story, base)


def _distributions(recordings: Recordings) -> Iterator[str]:
    yield title(_("How the numbers are spread"), _("a recording each · line: the median"))
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
        rows.append([said(f"{_(LABELS[key])} {UNITS[key]}".strip()), *quantile_cells])
    heads = ("", _("recordings"), "5 %", "25 %", _("median"), "75 %", "95 %")
    yield cells.table(_("Numbers of recordings: so much of them lies below"), heads, rows)


def _quality(recordings: Recordings) -> Iterator[str]:
    yield title(_("How far the signal can be trusted"), "")
    n = len(recordings.file)
    rows = []
    for quality in QUALITIES:
        count = recordings.quality.count(quality)
        share = f"{100 * count / n:.0f} %"
        rows.append([_(QUALITY_WORDS[quality]), _(LIMITS[quality]), str(count), share])
    heads = (_("signal"), "", _("recordings"), _("share"))
    yield cells.table(_("Recordings by quality"), heads, rows)
    known = cells.known(recordings.artefact_pct)
    if len(known):
        told = _(
            "Beats set aside or missing: median {median} %, in nine of ten recordings at most "
            "{most} %."
        ).format(
            median=number(float(np.median(known)), 1),
            most=number(float(np.percentile(known, 90)), 1),
        )
        yield f'<p class="small">{said(told)}</p>'


def _rest_and_guide(story: Story) -> Iterator[str]:
    rest, guided = story.resting, story.guided
    at_rest, with_guide = len(rest[TOLD[0]]), len(guided[TOLD[0]])
    if not (at_rest and with_guide):
        return
    yield title(_("At rest and with a breath guide"), _("medians of the table's rows"))
    rows = [
        [
            said(f"{_(LABELS[key])} {UNITS[key]}".strip()),
            cells.number(np.median(cells.known(rest[key]))) if len(cells.known(rest[key])) else "–",
            cells.number(np.median(cells.known(guided[key])))
            if len(cells.known(guided[key]))
            else "–",
        ]
        for key in TOLD
    ]
    heads = (
        "",
        ngettext("at rest ({n} row)", "at rest ({n} rows)", at_rest).format(n=at_rest),
        ngettext("with a guide ({n} row)", "with a guide ({n} rows)", with_guide).format(
            n=with_guide
        ),
    )
    yield cells.table(_("At rest and with a breath guide"), heads, rows)
    why = _(
        "Slow breathing moves heart and breath together: RMSSD and power rise by it, without more "
        "activity of the vagus nerve. Compare rest with rest."
    )
    yield f'<p class="small">{said(why)}</p>'


def _people(recordings: Recordings) -> Iterator[str]:
    lines = _lines(recordings)
    if not lines:
        return
    yield title(_("People over time"), _("days since the first recording of the table"))
    drawn = sorted(lines, key=lambda name: -len(lines[name]))[:PEOPLE_DRAWN]
    for key in OVER_TIME:
        series = []
        for name in drawn:
            days, at = zip(*lines[name], strict=True)
            series.append((name, np.array(days), recordings.values[key][list(at)]))
        alt = " ".join(cells.in_words(key, values, name) for name, _days, values in series)
        yield figure(1.3, 1, partial(_draw_people, key, series), alt)
    names = (_("teal"), _("amber"), _("violet"), _("grey"), _("green"))
    rows = []
    for nth, name in enumerate(sorted(lines, key=lambda name: -len(lines[name]))[:SHOWN]):
        those = [i for _day, i in lines[name]]
        medians = [cells.number(middle(recordings.values[key][those])) for key in OVER_TIME]
        colour = names[nth] if nth < len(drawn) else ""
        rows.append([said(name), colour, str(len(those)), f"{lines[name][-1][0]:.0f}", *medians])
    labels = (_(LABELS[key]) for key in OVER_TIME)
    heads = (_("person"), _("line"), _("recordings"), _("days"), *labels)
    yield cells.table(_("People: medians of their recordings"), heads, rows)


def _nights(nights: list[Night], base: Path) -> Iterator[str]:
    if not nights:
        return
    yield title(
        _("Long recordings, window by window"), _("shaded: 22 to 7 o’clock, where it is known")
    )
    for night in nights:
        yield f'<p class="small" style="margin:12px 0 2px">{cells.link(night.file, base)}</p>'
        rows = [DRAWN_LONG] if night.hour[-1] <= DAYS_H else [(key,) for key in DRAWN_LONG]
        for keys in rows:
            alt = " ".join(cells.in_words(key, night.values[key], night.file) for key in keys)
            yield figure(1.25, len(keys), partial(_draw_long, night, keys), alt)
        yield from _nights_and_days(night)


def _nights_and_days(night: Night) -> Iterator[str]:
    """What stands in the picture, a night or a day in a row."""
    stretches = list(stretches_of(night))
    keys = [key for key in OVER_TIME if any(np.isfinite(each.values[key]) for each in stretches)]
    rows = []
    for stretch in stretches:
        name = _("night from {date}") if stretch.is_night else _("day of {date}")
        numbers = (cells.number(stretch.values[key]) for key in keys)
        hours = number(stretch.hours, 1)
        rows.append([said(name.format(date=stretch.begins.date())), hours, *numbers])
    if not rows:
        return
    labels = (f"{_(LABELS[key])} {UNITS[key]}".strip() for key in keys)
    caption = _("Nights (22 to 7 o’clock) and days: medians of windows")
    yield cells.table(caption, ("", _("hours"), *labels), rows[:SHOWN])


def _apart(story: Story, base: Path) -> Iterator[str]:
    yield title(
        _("Recordings that stand apart"),
        _("beyond {n} robust standard deviations").format(n=number(FAR)),
    )
    if not story.apart:
        none = _("None does in heart rate, RMSSD or SDNN.")
        yield f"<p>{said(none)}</p>"
        return
    rows = [
        [
            cells.link(each.file, base),
            said(_(LABELS[each.key])),
            f"{cells.number(each.value)} {said(UNITS[each.key])}",
            (_("{n} above") if each.times > 0 else _("{n} below")).format(
                n=number(abs(each.times), 1)
            ),
        ]
        for each in story.apart[:SHOWN]
    ]
    heads = (_("recording"), _("number"), _("value"), _("distance"))
    yield cells.table(_("Recordings that stand apart"), heads, rows)
    far = _("Far from the others is not wrong: look at the recording itself.")
    yield f'<p class="small">{said(far)}</p>'


def _unread(story: Story, base: Path) -> Iterator[str]:
    if not story.unread:
        return
    yield title(_("Recordings without numbers"), cells.recordings(len(story.unread)))
    rows = [[cells.link(name, base), said(reason)] for name, reason in story.unread[:SHOWN]]
    yield cells.table(_("Recordings without numbers"), (_("recording"), _("why")), rows, wrap=True)
    if len(story.unread) > SHOWN:
        more = _("And {n} more: see the table.").format(n=len(story.unread) - SHOWN)
        yield f'<p class="small">{said(more)}</p>'


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


def _draw_long(night: Night, keys: Sequence[str], axes: list[Any]) -> None:
    draw_night(axes, night, keys)


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
