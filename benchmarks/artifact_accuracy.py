"""What the judge finds and what it flags in vain, beside simpler rules and NeuroKit2.

    python -m benchmarks.artifact_accuracy [--seeds 12] [--no-neurokit]

Simulated hearts with artefacts at known places (12 seeds of 500 beats a condition), then real
labelled beats where the recordings are there. "whole" is the share of events of which every
interval is flagged; false alarms are per 1000 clean intervals.
"""

import argparse
import time
import warnings

import numpy as np
from tests import recorded
from tests.analysis.injected import (
    HEARTS,
    Flagger,
    Kind,
    Score,
    clean_rr_ms,
    labelled_events,
    score_heart,
)
from tests.conftest import DATA

from coherence.analysis.artifacts import artefact_pct, judge_all
from coherence.model import Verdict

MITDB = (105, 116, 114, 106)


def judge(rr_ms: np.ndarray) -> np.ndarray:
    return np.array([each.verdict is not Verdict.NORMAL for each in judge_all(rr_ms)])


def malik(rr_ms: np.ndarray) -> np.ndarray:
    return np.r_[False, np.abs(np.diff(rr_ms)) > 0.20 * rr_ms[:-1]]


def off_running_median(share: float) -> Flagger:
    def flags(rr_ms: np.ndarray) -> np.ndarray:
        padded = np.pad(rr_ms, 5, mode="edge")
        median = np.median(np.lib.stride_tricks.sliding_window_view(padded, 11), axis=1)
        return np.abs(rr_ms - median) > share * median

    return flags


def neurokit(rr_ms: np.ndarray) -> np.ndarray:
    """NeuroKit2's Lipponen-Tarvainen over the whole recording at once: it knows the future."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import neurokit2 as nk

        ticks = np.r_[0, np.cumsum(np.round(rr_ms * 1.024))].astype(int)
        found, _ = nk.signal_fixpeaks(ticks, sampling_rate=1024, iterative=False, method="Kubios")
    flags = np.zeros(len(rr_ms) + 1, dtype=bool)
    for kind in ("ectopic", "missed", "extra", "longshort"):
        flags[np.asarray(found[kind], dtype=int)] = True
    return flags[1:]  # its indices are peaks; interval i ends at peak i + 1


def _line(name: str, score: Score) -> str:
    cells = [
        f"{score.sensitivity(kind):.2f} ({score.whole_share(kind):.2f})"
        if score.events[kind]
        else "-"
        for kind in (kind.value[0] for kind in Kind)
    ]
    return (
        f"{name:<30}" + "".join(f"{cell:>14}" for cell in cells) + f"{score.false_per_1000:>9.1f}"
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--seeds", type=int, default=12)
    arguments.add_argument("--no-neurokit", action="store_true")
    asked = arguments.parse_args()
    rules: dict[str, Flagger] = {
        "ours, live": judge,
        "Malik 20 %": malik,
        "median(11) 20 %": off_running_median(0.20),
        "median(11) 30 %": off_running_median(0.30),
    }
    if not asked.no_neurokit:
        rules["NeuroKit2, afterwards"] = neurokit

    print(
        "sensitivity (whole)".ljust(30) + "".join(f"{k.value[0]:>14}" for k in Kind) + " false/1000"
    )
    for name, heart in HEARTS.items():
        print(name)
        for rule, flags in rules.items():
            print(_line(f"  {rule}", score_heart(heart, range(asked.seeds), flags)))

    rr_ms = clean_rr_ms(HEARTS["athlete rest"], 20_000, np.random.default_rng(0))
    began = time.perf_counter()
    judge_all(rr_ms)
    print(f"\n{(time.perf_counter() - began) / len(rr_ms) * 1e6:.1f} µs a beat")

    if not DATA.is_dir():
        print("no real recordings here: set COHERENCE_DATA to their folder")
        return
    print("\nMIT-BIH record".ljust(31) + "premature found (whole)  false/1000  flagged %")
    for record in MITDB:
        beats_s, pvc = recorded.mitdb(DATA, record)
        _labelled(f"{record}", beats_s, labelled_events(pvc, len(beats_s), "V"), rules)
    beats_s, codes = recorded.wfdb_100(DATA)
    early = np.flatnonzero((codes == recorded.ATRIAL) | (codes == recorded.PREMATURE))
    _labelled("100 (33 A, 1 V)", beats_s, labelled_events(early, len(beats_s), "V"), rules)

    print("\nflagged of clean real intervals")
    clean = {
        "slow breathing (physio)": recorded.intervals_ms(recorded.physio(DATA)[0]),
        "Polar H10 (dhyb)": recorded.dhyb(DATA)[1],
        "rest (nk_resting)": recorded.intervals_ms(recorded.nk_resting(DATA)[0]),
        "an hour (kubios s1)": np.array(recorded.kubios(DATA, "kubios_1h_s1")["rr_ms"]),
        "an hour (kubios s3)": np.array(recorded.kubios(DATA, "kubios_1h_s3")["rr_ms"]),
    }
    for name, rr_ms in clean.items():
        counts = ", ".join(f"{rule} {int(flags(rr_ms).sum())}" for rule, flags in rules.items())
        print(f"  {name}: {len(rr_ms)} intervals; {counts}")


def _labelled(
    name: str, beats_s: np.ndarray, events: list[tuple[str, int, int]], rules: dict[str, Flagger]
) -> None:
    rr_ms = recorded.intervals_ms(beats_s)
    print(name)
    for rule, flags in rules.items():
        score, flagged = Score(), flags(rr_ms)
        score.add(flagged, events)
        pct = artefact_pct(int((~flagged).sum()), int(flagged.sum()), 0)
        found = f"{score.sensitivity('V'):.3f} ({score.whole_share('V'):.2f})"
        print(f"  {rule:<28}{found:>23}{score.false_per_1000:>12.1f}{pct:>11.1f}")


if __name__ == "__main__":
    main()
