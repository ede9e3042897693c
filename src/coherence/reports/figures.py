"""The pictures of a report, drawn once for paper and page."""

from __future__ import annotations

import logging
import textwrap
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from coherence.reports import palette as p
from coherence.reports.needing import needing
from coherence.reports.report import HeartLine
from coherence.reports.report_steps import Spectrum
from coherence.reports.report_story import Flow
from coherence.reports.report_words import clock_words
from coherence.translation import _, later, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]

BANDS = (
    *((0.0, 3.7, later("arriving")), (3.7, 7.1, later("settling"))),
    (7.1, 10.0, later("slow and even")),
)
CLAIM_AT = 0.24  # of ten: where the line for "in rhythm" runs
LONG_S = 2 * 3600.0  # from here on a line is the middle of its parts, and how far they reach
PARTS = 360
MOST_POINTS = 6000  # of a line that is thinned
BEYOND = 6.0  # times as high: then a spectrum is drawn without its slowest waves
CAPTION, SMALL, AXIS = 9.5, 9.0, 8.5
MARKS_LABELLED = 8


@contextmanager
def drawing() -> Iterator[None]:
    """Letters, and what people typed taken as it is. Raises ``ExtraMissing``."""
    matplotlib = needing("matplotlib", "report", later("reports"))
    from matplotlib import font_manager

    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    for weight in p.FONTS:
        if (file := str(p.font_file(weight))) not in known:
            font_manager.fontManager.addfont(file)
    said = {
        "font.family": [p.FAMILY, "DejaVu Sans"],
        "text.parse_math": False,
        "pdf.fonttype": 42,
        "svg.fonttype": "none",
        "svg.hashsalt": "coherence",
        "axes.linewidth": 0.0,
        "text.color": p.HI,
        "path.simplify_threshold": 0.1,
    }
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # weights of the fallback
    with matplotlib.rc_context(said), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield


def draw_flow(ax: Axes, flow: Flow) -> None:
    """Coherence over the whole session, its bands by name, steps and moments."""
    end_s = max(flow.end_s, 60.0)
    for (low, high, name), colour in zip(BANDS, ("#F5F1EA", "#EDF2EE", "#DFEDEA"), strict=True):
        ax.axhspan(low, high, color=colour, lw=0)
        ax.text(
            0.008, (high - 0.42) / 10.0 if high < 10 else 0.93, _(name), transform=ax.transAxes,
            fontsize=SMALL, color=p.MID, va="top" if high < 10 else "center",
        )  # fmt: skip
    t_s, ten = opened(flow.t_s, flow.ten)
    if end_s > LONG_S:
        t_s, ten = reach_of(ax, flow.t_s, flow.ten, end_s)
    ax.fill_between(t_s, ten, color=p.HEART, alpha=0.09, lw=0)
    for mark in flow.marks:
        ax.axvline(mark.t_s, color=p.HEART if mark.step else p.BREATH, lw=0.8, ls=(0, (1, 2)))
    ax.plot(t_s, ten, color=p.HEART, lw=2.0, solid_capstyle="round", solid_joinstyle="round")
    for from_s, to_s in runs(flow.t_s, flow.in_rhythm):
        ax.plot([from_s, to_s], [CLAIM_AT] * 2, color=p.HEART, lw=3.0, solid_capstyle="butt")
    _labels(ax, flow, end_s)
    ax.set_ylim(0.0, 10.0)
    _time_axis(ax, 0.0, end_s)
    ax.set_yticks([])


def draw_minutes(axes: Sequence[Axes], minutes: Sequence[HeartLine]) -> None:
    """A minute each from the beginning and the end, on one scale."""
    low, high = _bpm_range([m.bpm for m in minutes])
    for ax, minute in zip(axes, minutes, strict=False):
        ax.set_facecolor(p.BG)
        ax.plot(minute.t_s, minute.bpm, color=p.HEART, lw=1.8, solid_joinstyle="round")
        _aside(ax, minute)
        ax.text(0.02, 0.93, minute.label, transform=ax.transAxes, fontsize=SMALL, va="top",
                color=p.MID)  # fmt: skip
        ax.set_xlim(minute.from_s, minute.from_s + 60.0)
        ax.set_ylim(low, high + 0.25 * (high - low))
        ax.set_xticks([])
        _bpm_axis(ax)


def draw_heart(ax: Axes, heart: HeartLine, flow: Flow) -> None:
    """The heart rate of the whole session; beats set aside are hollow."""
    t_s, bpm, whole = heart.t_s, heart.bpm, heart.to_s - heart.from_s <= LONG_S
    if not whole:
        t_s, bpm = reach_of(ax, heart.t_s, heart.bpm, heart.to_s)
    ax.plot(t_s, bpm, color=p.HEART, lw=0.9 if whole else 1.4, solid_joinstyle="round")
    low, high = _bpm_range([heart.bpm])
    ax.set_ylim(low, high)
    if whole:
        _aside(ax, heart)
    for mark in flow.marks:
        ax.axvline(mark.t_s, color=p.HEART if mark.step else p.BREATH, lw=0.8, ls=(0, (1, 2)))
    _time_axis(ax, 0.0, max(heart.to_s, 60.0))
    _bpm_axis(ax)


def draw_spectra(axes: Sequence[Axes], spectra: Sequence[Spectrum]) -> None:
    """Power by frequency, each to its own height; how much it is in all is said in words."""
    for ax, spectrum in zip(axes, spectra, strict=False):
        ax.axvspan(0.04, 0.15, color="#EBF2F0", lw=0)
        ax.axvspan(0.15, 0.40, color="#F6F3EC", lw=0)
        ax.fill_between(spectrum.hz, spectrum.psd, color=p.HEART, alpha=0.10, lw=0)
        ax.plot(spectrum.hz, spectrum.psd, color=p.HEART, lw=1.6, solid_joinstyle="round")
        top, seen = float(spectrum.psd.max()), float(spectrum.psd[spectrum.hz >= 0.04].max())
        said = [spectrum.title, _("in all {n} ms²").format(n=number(spectrum.total_ms2, 0))]
        if top > BEYOND * seen > 0.0:
            top, said = seen, [*said, _("slower waves reach higher")]
        ax.set_ylim(0.0, 1.12 * max(top, 1e-9))
        ax.set_xlim(0.0, 0.4)
        for line, words in enumerate(said):
            ax.text(0.97, 0.93 - 0.13 * line, words, transform=ax.transAxes, ha="right", va="top",
                    fontsize=SMALL, color=p.MID)  # fmt: skip
        ticks = [0.0, 0.1, 0.2, 0.3, 0.4]
        ax.set_xticks(ticks, [*map(number, ticks[:-1]), f"{number(ticks[-1])} Hz"])
        ax.set_yticks([])
        _plain(ax)
        ax.get_xticklabels()[0].set_horizontalalignment("left")
        ax.get_xticklabels()[-1].set_horizontalalignment("right")


def draw_head(ax: Axes, width_mm: float, height_mm: float, *, sky: bool = True) -> None:
    """The head of a page: dusk (unless it is there already), a moon, and water in long waves."""
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.patches import Circle

    ax.set_xlim(0, width_mm)
    ax.set_ylim(0, height_mm)
    ax.axis("off")
    if sky:
        dusk = LinearSegmentedColormap.from_list("dusk", p.NIGHT)
        ax.imshow(
            np.linspace(0, 1, 256)[None, :], extent=(0, width_mm, 0, height_mm), aspect="auto",
            cmap=dusk, interpolation="bilinear",
        )  # fmt: skip
    moon = (width_mm * 0.885, height_mm * 0.605)
    for radius, opacity in ((20.0, 0.06), (15.5, 0.10), (11.0, 0.22)):
        ax.add_patch(Circle(moon, radius * height_mm / 42, color=p.HALO, alpha=opacity, lw=0))
    ax.add_patch(Circle(moon, 6.6 * height_mm / 42, color=p.MOON, lw=0))
    x = np.linspace(0, width_mm, 600)
    swell = 0.35 + 0.65 * np.clip(x / width_mm, 0, 1) ** 1.2
    water = height_mm * (0.145 + 0.036 * swell * np.sin(2 * np.pi * x / (width_mm * 0.152)))
    ax.fill_between(x, 0, water, color=p.NIGHT[0], alpha=0.55, lw=0)
    ax.plot(x, water, color=p.NIGHT_HEART, lw=1.6, alpha=0.95)


def flow_aside(flow: Flow) -> str:
    """What stands beside the title of that picture."""
    if flow.in_rhythm.any():
        return _("coherence, 0 to 10 · line at the foot: in rhythm")
    return _("coherence, 0 to 10")


def heart_aside(heart: HeartLine) -> str:
    """The same for the heart rate."""
    if heart.to_s - heart.from_s > LONG_S:
        return _("beats a minute · the middle, and where nine of ten beats lie")
    if len(heart.aside_t_s):
        return _("beats a minute · hollow: set aside")
    return _("beats a minute")


# --- lines ---


def opened(t_s: Floats, values: Floats, longest_s: float = 2.5) -> tuple[Floats, Floats]:
    """The line with a NaN wherever time jumps, so that it is not drawn across."""
    cut = np.flatnonzero(np.diff(t_s) > longest_s) + 1
    return np.insert(t_s, cut, np.nan), np.insert(values, cut, np.nan)


def thinned(t_s: Floats, values: Floats) -> tuple[Floats, Floats]:
    """A line of at most ``MOST_POINTS``: the lowest and the highest of each of its parts."""
    if len(t_s) <= MOST_POINTS:
        return t_s, values
    keep: list[int] = []
    for part in np.array_split(np.arange(len(t_s)), MOST_POINTS // 3):
        known = part[np.isfinite(values[part])]
        keep += map(int, part[~np.isfinite(values[part])][:1])
        if len(known):
            keep += {int(known[values[known].argmin()]), int(known[values[known].argmax()])}
    keep.sort()
    return t_s[keep], values[keep]


def parts_of(t_s: Floats, values: Floats, end_s: float) -> tuple[Floats, NDArray[np.float64]]:
    """A long line in ``PARTS``: (middle of each (n,), its 5th, 50th and 95th percentile (3, n)).

    NaN where a part holds no value, so that a hole stays one.
    """
    edges = np.linspace(0.0, end_s, PARTS + 1)
    known = np.isfinite(values)
    at, kept = t_s[known], values[known]
    cuts = np.searchsorted(at, edges)
    told = np.full((3, PARTS), np.nan)
    for part, (first, after) in enumerate(pairwise(cuts.tolist())):
        if after > first:
            told[:, part] = np.percentile(kept[first:after], (5.0, 50.0, 95.0))
    return (edges[1:] + edges[:-1]) / 2.0, told


def runs(t_s: Floats, holds: NDArray[np.bool_]) -> list[tuple[float, float]]:
    """(from, to) of each stretch of seconds in which something holds."""
    steps = np.diff(np.concatenate(([0], holds.astype(np.int8), [0])))
    begin, end = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1) - 1
    return [(float(t_s[a]), float(t_s[b]) + 1.0) for a, b in zip(begin, end, strict=True)]


# --- axes ---


def reach_of(
    ax: Axes, t_s: Floats, values: Floats, end_s: float, colour: str = p.HEART
) -> tuple[Floats, Floats]:
    """Draw how far a long line reaches, and return its middle."""
    at_s, (low, middle, high) = parts_of(t_s, values, end_s)
    ax.fill_between(at_s, low, high, color=colour, alpha=0.16, lw=0)
    return at_s, middle


def _labels(ax: Axes, flow: Flow, end_s: float) -> None:
    """Names of steps and moments at the foot, each where there is room; a dot where they begin."""
    known = np.isfinite(flow.ten)
    free_s, row = [0.0, 0.0, 0.0], 0
    for mark in flow.marks[:MARKS_LABELLED]:
        if known.any():
            height = float(np.interp(mark.t_s, flow.t_s[known], flow.ten[known]))
            colour = p.HEART if mark.step else p.BREATH
            ax.plot([mark.t_s], [height], "o", ms=6.5, mfc=colour, mec="#FFFFFF", mew=1.3, zorder=5)
        words = textwrap.shorten(mark.label, 28, placeholder="…") or _("a moment")
        width_s = end_s * (0.02 + 0.0125 * len(words))
        before = mark.t_s + width_s > end_s * 1.02
        from_s = mark.t_s - width_s if before else mark.t_s
        row = next((r for r in range(3) if free_s[r] <= from_s), None)  # type: ignore[assignment]
        if row is None:
            continue
        free_s[row] = from_s + width_s
        ax.text(
            mark.t_s + (-0.006 if before else 0.006) * end_s, 0.95 + 0.78 * row, words,
            ha="right" if before else "left", va="center", fontsize=SMALL, color=p.MID, zorder=4,
        )  # fmt: skip


def _time_axis(ax: Axes, from_s: float, to_s: float) -> None:
    ax.set_xlim(from_s, to_s)
    steps_s = (30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 10800, 14400, 21600, 43200, 86400)
    step_s = next((s for s in steps_s if (to_s - from_s) / s <= 7.5), steps_s[-1])
    ticks = np.arange(from_s, to_s + 1e-6, step_s)
    if step_s >= 3600:
        words = [f"{t / 3600:.0f} h" for t in ticks]
    elif step_s >= 60:
        words = [f"{t / 60:.0f} min" for t in ticks]
    else:
        words = [clock_words(t) for t in ticks]
    ax.set_xticks(ticks.tolist(), words)
    labels = ax.get_xticklabels()
    labels[0].set_horizontalalignment("left")
    if to_s - ticks[-1] < 0.04 * (to_s - from_s):
        labels[-1].set_horizontalalignment("right")
    _plain(ax)


def _bpm_range(lines: Sequence[Floats]) -> tuple[float, float]:
    known = np.concatenate([line[np.isfinite(line)] for line in lines]) if lines else np.empty(0)
    if not known.size:
        return 50.0, 90.0
    low, high = np.percentile(known, (0.2, 99.8))
    middle, half = (low + high) / 2.0, max(8.0, (high - low) / 2.0 * 1.12)
    return float(middle - half), float(middle + half)


def _bpm_axis(ax: Axes) -> None:
    low, high = ax.get_ylim()
    step = next(s for s in (5, 10, 20, 50, 100, 200) if (high - low) / s <= 5.5)
    ticks = np.arange(np.ceil(low / step) * step, high, step)
    ax.set_yticks(ticks.tolist(), [f"{tick:.0f}" for tick in ticks])
    ax.grid(axis="y", color=p.LINE, lw=0.8)
    ax.set_axisbelow(True)
    _plain(ax)


def _aside(ax: Axes, line: HeartLine) -> None:
    low, high = ax.get_ylim()
    shown: Any = np.clip(line.aside_bpm, low, high)
    ax.plot(line.aside_t_s, shown, "o", ms=3.2, mfc="none", mec=p.BREATH, mew=0.8)


def _plain(ax: Axes) -> None:
    ax.tick_params(length=0, labelsize=AXIS, labelcolor=p.LOW, pad=5)
    for spine in ax.spines.values():
        spine.set_visible(False)
