"""docs/markers.md, made from the registry by ``python -m coherence.analysis.markers_page``."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from coherence.analysis.marker import Marker
from coherence.analysis.markers import MARKER_VERSION
from coherence.analysis.markers_beats import HEART, JUDGED, SHAPE
from coherence.analysis.markers_breath import WAVES
from coherence.analysis.markers_power import INDICES, LN_HF, LN_LF, POWER
from coherence.analysis.time_domain import LN_RMSSD, LN_SDNN, PNN50_POINTS, RATE_BPM, SPAN_S
from coherence.model import Reason

PAGE = Path("docs/markers.md")

GROUPS: tuple[tuple[str, tuple[Marker, ...]], ...] = (
    ("From beat to beat", HEART),
    ("Waves, the guide and the breath", WAVES),
    ("The shape of the rhythm", SHAPE),
    ("Power by bands", POWER),
    ("Indices of rest", INDICES),
    ("The beats themselves", JUDGED),
)

REASONS: dict[Reason, str] = {
    Reason.WARMING_UP: "there is not enough of it yet",
    Reason.TOO_FEW_BEATS: "too few usable beats in its window",
    Reason.GAP: "a hole too long to bridge lies in its window, or too little of it is covered",
    Reason.TOO_MANY_ARTEFACTS: "more than 10 % of the beats are flagged or missing",
    Reason.MOTION: "the same, and the strap feels that the person moves",
    Reason.FLAT: "nothing varies, so there is nothing to measure",
    Reason.NO_PEAK: "no wave stands out",
    Reason.NOT_PACED: "the breath guide does not run",
    Reason.NO_BREATH: "no breath is measured, or too quick a one",
    Reason.NO_BASELINE: "there was no time with one's own breath to compare with",
    Reason.NO_DATA: "there are no beats",
    Reason.STRAP: "the strap's intervals would make it false (docs/straps.md says which do)",
    Reason.PACED: "the guide ran in its window: the number stands, but slow breathing distorts it",
}

INTRO = f"""# Markers

Every number that Coherence shows, by the key that `coherence analyse --json` uses. This page is
made from the registry by `python -m coherence.analysis.markers_page`: change the registry, not
the page. Version of the numbers: {MARKER_VERSION}.

Rules that hold for all of them:

* They use accepted intervals only. No difference between two beats touches a flagged beat or a
  gap; a flagged beat is left out, never mended.
* Live they are computed anew from the beats of their window, at each whole second that they are
  due at. Offline is the same code. Between two evaluations the screen keeps the number.
* Before the least data, with more than 10 % of the beats unclear, or with too little of the
  window covered there is no number, but a reason (of the heart rate only where most beats come too
  quickly to be any). While the window is not full yet the number comes with low confidence.
* Spectra bridge holes of up to 3 s, to 5 s with low confidence; longer ones part the recording
  into stretches.
* Slow breathing moves the breath's wave out of the band that RMSSD, the high band and what is
  made of them look at. Markers *of rest* therefore say `paced` while the guide runs and until it
  has left their window; the swing in each breath and the coherence with the guide are what to
  look at then.
* What sets the heart beside the guide needs a guide that has run for a minute without a break
  (`phase_locking` and `phase_lag_deg`: two), and until two minutes are full says less plainly.

What a window of beats cannot know is how far it strays from the five minutes around it. The
half-widths of the 95 % limits, from 55 clean blocks of five normal hours; "times" is so many
times more or less:
"""

OTHER_BANDS = """
Two of those hours are public and in [docs/validation.md](validation.md), which also says how often
these limits hold there and in other people's days.

Two others carry a band of their own. The swing in each breath: that of the mean of so few breaths
(95 %, Student's t). `phase_lag_deg`: how far the breaths of two minutes stray from one another, and
how well it is known when a beat was felt; how often it holds stands there, too.
"""


def page() -> str:
    """The whole page as Markdown."""
    parts = [INTRO, *_limits(), OTHER_BANDS, "A reason is one of:", ""]
    parts += [f"* `{reason.value}`: {REASONS[reason]}." for reason in Reason]
    for title, markers in GROUPS:
        parts += ["", f"## {title}"]
        for marker in markers:
            parts += ["", *_row(marker)]
    return "\n".join(parts) + "\n"


def _limits() -> Iterator[str]:
    yield "| Beats of | Heart rate | RMSSD, SD1 | SDNN | Steps over 50 ms | Low band | High band |"
    yield "|---:|---:|---:|---:|---:|---:|---:|"
    tables = zip(SPAN_S, RATE_BPM, LN_RMSSD, LN_SDNN, PNN50_POINTS, LN_LF, LN_HF, strict=True)
    for span_s, rate, rmssd, sdnn, pnn50, lf, hf in tables:
        # Powers of less than half a minute are not known, and not shown.
        powers = [f"{math.exp(x):.2g} times" if span_s >= 30 else "–" for x in (lf, hf)]
        cells = [f"{span_s:g} s", f"± {rate:g} bpm"]
        cells += [f"{math.exp(x):.2g} times" for x in (rmssd, sdnn)]
        cells += [f"± {pnn50:g} points", *powers]
        yield f"| {' | '.join(cells)} |"


def _row(marker: Marker) -> Iterable[str]:
    unit = f", in {marker.unit.removesuffix('.')}" if marker.unit else ""
    yield f"### {marker.label}"
    yield ""
    yield f"`{marker.key}`{unit}. {marker.meaning}"
    yield ""
    yield f"{' '.join(_facts(marker))}  "
    yield f"Source: {marker.citation}."


def _facts(marker: Marker) -> Iterator[str]:
    if marker.every_s:
        least = f", from {marker.min_span_s:g} s on" if marker.min_span_s else ""
        yield f"Window {marker.window_s:g} s{least}; live every {_seconds(marker.every_s)}."
    else:
        yield f"Not live; from {marker.min_span_s:g} s on."
    if marker.min_coverage:
        yield f"At least {100 * marker.min_coverage:.0f} % of it covered by accepted beats."
    yield (
        "Of a recording: over all of it."
        if marker.over_span
        else "Of a recording: the median of its live values."
    )
    if marker.resting_only:
        yield "Of rest."
    if not marker.for_client:
        yield "Not on a client's page."
    if marker.at_any_quality:
        yield "Told at any quality of the signal."


def _seconds(every_s: int) -> str:
    return "second" if every_s == 1 else f"{every_s} s"


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else PAGE).write_text(page(), encoding="utf-8")
