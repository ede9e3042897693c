"""The part of docs/validation.md on verdicts: what is found, and what is flagged in vain."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from benchmarks import validation_plots
from benchmarks.artifact_accuracy import MITDB, judge, malik, off_running_median
from benchmarks.drawing import Drawing
from tests import recorded
from tests.analysis.injected import HEARTS, Flagger, Kind, Score, labelled_events, score_heart
from tests.conftest import DATA

SEEDS = 12
RULES: dict[str, Flagger] = {
    "ours": judge,
    "Malik 20 %": malik,
    "median 20 %": off_running_median(0.20),
}
NAMES = {Kind.PVC: "ventricular", Kind.PAC: "atrial"}


def accuracy(plots: dict[str, Drawing]) -> Iterator[str]:
    """The section; its plot is put into ``plots``."""
    found: dict[str, dict[str, float]] = {}
    false: dict[str, dict[str, float]] = {}
    for heart, about in HEARTS.items():
        scores = {rule: score_heart(about, range(SEEDS), flags) for rule, flags in RULES.items()}
        found[heart] = {
            NAMES.get(kind, kind.value[0]): scores["ours"].sensitivity(kind.value[0])
            for kind in Kind
        }
        false[heart] = {rule: score.false_per_1000 for rule, score in scores.items()}
    for name, (beats_s, events) in _labelled():
        rr_ms = recorded.intervals_ms(beats_s)
        false[name] = {}
        for rule, flags in RULES.items():
            score = Score()
            score.add(flags(rr_ms), events)
            false[name][rule] = score.false_per_1000
            if rule == "ours":
                found[name] = {NAMES[Kind.PVC]: score.sensitivity("V")}
    kinds = [NAMES.get(kind, kind.value[0]) for kind in Kind]
    yield ""
    yield "## Verdicts on beats"
    yield ""
    yield f"{SEEDS} simulated hearts of 500 beats of each sort, with two odd beats of each kind"
    yield "at known places (so one more or less found is 0.04), and records of the MIT-BIH"
    yield "database with the beats that its doctors labelled (in record 100 33 atrial beats and"
    yield "one ventricular). The judge sees two beats ahead and no more. Given is the share"
    yield "found; false alarms are per 1000 clean intervals, ours and those of two simple"
    yield "rules."
    drawing = validation_plots.verdicts(found, false)
    plots["verdicts"] = drawing
    yield ""
    yield f"![{drawing.title}: {drawing.said}](validation/verdicts.svg)"
    yield ""
    heads = ["Heart", *kinds, *(f"False, {rule}" for rule in RULES)]
    yield f"| {' | '.join(heads)} |"
    yield "|---|" + "---:|" * (len(heads) - 1)
    for heart, row in found.items():
        cells = [f"{row[kind]:.3f}" if kind in row else "" for kind in kinds]
        cells += [f"{count:.1f}" for count in false[heart].values()]
        yield f"| {heart} | {' | '.join(cells)} |"


def _labelled() -> Iterator[tuple[str, tuple[np.ndarray, list[tuple[str, int, int]]]]]:
    for record in MITDB:
        beats_s, pvc = recorded.mitdb(DATA, record)
        yield f"MIT-BIH {record}", (beats_s, labelled_events(pvc, len(beats_s), "V"))
    beats_s, codes = recorded.wfdb_100(DATA)
    early = np.flatnonzero((codes == recorded.ATRIAL) | (codes == recorded.PREMATURE))
    yield "MIT-BIH 100", (beats_s, labelled_events(early, len(beats_s), "V"))
