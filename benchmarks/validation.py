"""docs/validation.md: our numbers beside those that others printed, and beside what must come out.

    python -m benchmarks.validation [PAGE]

Beside the page, in a folder of its name, it draws the plots. It needs the real recordings
(COHERENCE_DATA). `python -m benchmarks.artifact_accuracy` says more of the verdicts, the other
benchmarks say how fast it all is.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from benchmarks import validation_live, validation_plots
from benchmarks.drawing import Drawing
from benchmarks.validation_plots import Pair
from benchmarks.validation_verdicts import accuracy
from tests import recorded
from tests.analysis.rhythms import guide_from, tones
from tests.conftest import DATA

from coherence.analysis import indices, nonlinear, time_domain
from coherence.analysis.coherence_ratio import coherence_of, coherence_spectrum
from coherence.analysis.guide_coherence import SAMPLES
from coherence.analysis.markers import evaluate_span
from coherence.analysis.phase import phase_lock
from coherence.analysis.series import NNSeries
from coherence.model import Reason

PAGE = Path(__file__).resolve().parents[1] / "docs" / "validation.md"
REPORTS = {
    "kubios_short_5min": "423 beats, 5 min",
    "kubios_1h_s1": "4684 beats, 1 h (first)",
    "kubios_1h_s3": "4868 beats, 1 h (second)",
}
PRINTED_AS = {  # marker key: (Kubios' name, bar)
    "mean_rr_ms": ("Mean RR  (ms)", "1e-3"),
    "heart_rate_bpm": ("Mean HR (beats/min)", "1e-3"),
    "sdnn_ms": ("STD RR (ms)", "1e-3"),
    "rmssd_ms": ("RMSSD (ms)", "1e-3"),
    "pnn": ("pNNxx (%)", "1e-3"),
    "hrv_triangular_index": ("RR tri index", "1e-3"),
    "sd1_ms": ("SD1 (ms)", "1e-3"),
    "sd2_ms": ("SD2 (ms)", "1e-3"),
    "vlf_ms2": ("VLF (ms^2)", "1 %"),
    "lf_ms2": ("LF (ms^2)", "0.5 %"),
    "hf_ms2": ("HF (ms^2)", "0.5 %"),
    "total_power_ms2": ("Total power (ms^2)", "0.5 %"),
    "lf_nu": ("LF (n.u.)", "0.5 %"),
    "hf_nu": ("HF (n.u.)", "0.5 %"),
    "lf_peak_hz": ("LF (Hz)", "1e-3"),
    "hf_peak_hz": ("HF (Hz)", "1e-3"),
    "dfa_alpha1": ("alpha 1", "1e-3 on the first"),
    "stress_index": ("Stress index", "5 %"),
    "vagal_index": ("PNS index", "none"),
    "activation_index": ("SNS index", "none"),
    "sample_entropy": ("Sample entropy (SampEn)", "none"),
}
AR_PRINTED = {"kubios_1h_s1": (2982.7136, 1700.3635), "kubios_1h_s3": (2564.9466, 1350.3150)}
NOISE_MS = {5: 0.891, 10: 0.862, 20: 0.763, 40: 0.533}
SEEDS = 40
BEAT_TO_BEAT, BANDS, SHAPE = "From beat to beat", "Bands of power", "Shape and indices"
OF_BANDS = ("vlf", "lf_", "hf_", "total", "ar_")

Plots = dict[str, Drawing]


def page(plots: Plots) -> str:
    """The whole page as Markdown; its plots are put into ``plots`` by name."""
    parts = [
        "# Validation",
        "",
        "Our numbers beside numbers that we did not make. This page is written by",
        "`python -m benchmarks.validation`; the tests hold the same comparisons at the bars given.",
        *kubios(plots),
        *own_inputs(),
        *apps_and_toolboxes(),
        *accuracy(plots),
        *sines(),
        *tones_in_noise(plots),
        *by_chance(),
        *validation_live.with_the_guide(),
        *validation_live.behind_the_guide(),
        *validation_live.the_breath(),
        *validation_live.likely(),
    ]
    return "\n".join(parts) + "\n"


def table(*heads: str) -> list[str]:
    return ["", f"| {' | '.join(heads)} |", "|---|" + "---:|" * (len(heads) - 1)]


def row(*cells: object) -> str:
    shown = [f"{cell:.6g}" if isinstance(cell, float) else str(cell) for cell in cells]
    return f"| {' | '.join(shown)} |"


def apart(ours: float, theirs: float) -> str:
    pct = 100.0 * (ours / theirs - 1.0) if theirs else 0.0
    return "0.000 %" if abs(pct) < 5e-4 else f"{pct:+.3f} %"


def plot(plots: Plots, name: str, drawing: Drawing) -> Iterator[str]:
    """Keep a plot; and the line that shows it, which says the same to who cannot see it."""
    plots[name] = drawing
    yield ""
    yield f"![{drawing.title}: {drawing.said}](validation/{name}.svg)"


def kubios(plots: Plots) -> Iterator[str]:
    yield ""
    yield "## Reports that Kubios printed"
    yield ""
    yield "Kubios HRV 3.1 on public recordings, no detrending. The first report counts steps over"
    yield "20 ms and takes boxes of 4 to 12 beats, the others 50 ms and 4 to 16. Where the bar is"
    yield "none, and for the exponent of the long recordings, what Kubios does to the beats before"
    yield "is not documented; the difference is told as it is."
    pairs: dict[str, list[Pair]] = {BEAT_TO_BEAT: [], BANDS: [], SHAPE: []}
    tables: list[str] = []
    for n, (name, title) in enumerate(REPORTS.items()):
        said = recorded.kubios(DATA, name)
        beats, printed = NNSeries.from_rr(said["rr_ms"]), said["kubios"]
        short = name.startswith("kubios_short")
        ours = {key: value.value for key, value in evaluate_span(beats).items()}
        ours["pnn"] = time_domain.pnn_pct(beats, 20.0 if short else 50.0).value
        if short:
            ours["dfa_alpha1"] = nonlinear.dfa_alpha1(beats, range(4, 13)).value
        tables += ["", f"### {title}", *table("Marker", "Kubios", "Ours", "Apart", "Bar")]
        asked = [(key, float(printed[label]), bar) for key, (label, bar) in PRINTED_AS.items()]
        if name in AR_PRINTED:
            for key, theirs in zip(("ar_lf_ms2", "ar_hf_ms2"), AR_PRINTED[name], strict=True):
                asked.append((key, theirs, "0.4 %"))
        for key, theirs, bar in asked:
            tables.append(row(f"`{key}`", theirs, ours[key], apart(ours[key], theirs), bar))
            pairs[_kind(key)].append(Pair(n, theirs, ours[key]))
    yield from plot(plots, "kubios", validation_plots.bland_altman(pairs, list(REPORTS.values())))
    yield from tables


def _kind(key: str) -> str:
    """The panel that a number belongs to."""
    if key.startswith(OF_BANDS):
        return BANDS
    shape = ("dfa_alpha1", "sample_entropy", "stress_index", "vagal_index", "activation_index")
    return SHAPE if key in shape else BEAT_TO_BEAT


def own_inputs() -> Iterator[str]:
    yield ""
    yield "## The indices from Kubios's own inputs"
    yield ""
    yield "Ours have the same weights and norms, so from the same inputs the same must come out"
    yield "(bar: 1e-3). They still are not Kubios's: its present versions compute them otherwise."
    yield from table("Report", "PNS", "Ours", "SNS", "Ours")
    for name, title in REPORTS.items():
        said = recorded.kubios(DATA, name)["kubios"]
        vagal = indices.vagal_index(said["Mean RR  (ms)"], said["RMSSD (ms)"], said["HF (n.u.)"])
        activation = indices.activation_index(
            said["Mean HR (beats/min)"], said["Stress index"], said["LF (n.u.)"]
        )
        pairs = (said["PNS index"], vagal, said["SNS index"], activation)
        yield row(title, *(f"{value:.4f}" for value in pairs))


def apps_and_toolboxes() -> Iterator[str]:
    yield ""
    yield "## An app and a toolbox"
    yield ""
    yield "An app's own numbers for 3,245 short measurements; and a reference toolbox on three days"
    yield "of Holter recordings, in windows of 300 s from which it removed no beat. Given is the"
    yield "largest difference of all."
    yield from table("Source", "Rows", "Mean interval", "SDNN", "RMSSD", "Steps over 50 ms")
    rows = [(NNSeries.from_rr(rr), said) for rr, said in recorded.welltory(DATA)]
    names = ("meanrr", "sdnn", "rmssd", "pnn50")
    yield row("App (printed to 0.001 ms, 0.01 %)", len(rows), *_furthest(rows, names, 1.0))
    for patient in ("nsr001", "nsr004", "nsr009"):
        rows = [(NNSeries.from_rr(rr), said) for rr, said in recorded.clifford(DATA, patient)]
        names = ("NNmean", "SDNN", "RMSSD", "pnn50")
        yield row(f"Toolbox, {patient}", len(rows), *_furthest(rows, names, 100.0))


def _furthest(
    rows: list[tuple[NNSeries, dict[str, float]]], names: tuple[str, ...], pct: float
) -> list[str]:
    computes = (
        time_domain.mean_rr_ms,
        time_domain.sdnn_ms,
        time_domain.rmssd_ms,
        time_domain.pnn50_pct,
    )
    found = []
    for name, compute, factor in zip(names, computes, (1.0, 1.0, 1.0, pct), strict=True):
        off = max(abs(compute(beats).value - factor * said[name]) for beats, said in rows)
        found.append(f"{off:.4f}")
    return found


def sines() -> Iterator[str]:
    yield ""
    yield "## Sines"
    yield ""
    yield "Intervals of 900 ms that swing by a sine for 300 s, against the closed forms: SDNN A/√2,"
    yield "RMSSD √2·A·sin(πfT), power A²/2."
    yield from table("Sine", "SDNN", "Closed form", "RMSSD", "Closed form", "Power", "Closed form")
    for swing, hz in ((50, 0.1), (20, 0.25)):
        beats = NNSeries.from_rr(tones(900, [(swing, hz)], 300))
        values = evaluate_span(beats)
        yield row(
            f"{swing} ms at {hz} Hz",
            values["sdnn_ms"].value,
            swing / np.sqrt(2),
            values["rmssd_ms"].value,
            float(np.sqrt(2) * swing * np.sin(np.pi * hz * 0.9)),
            values["total_power_ms2"].value,
            swing**2 / 2,
        )


def tones_in_noise(plots: Plots) -> Iterator[str]:
    yield ""
    yield "## Coherence of a tone in noise"
    yield ""
    yield "A wave of 50 ms at 0.1 Hz with noise at each beat; mean and standard deviation of the"
    yield f"coherence of {SEEDS} hearts. A pure tone cannot reach more than 0.904 in 64 s."
    found: dict[str, tuple[float, float, float]] = {}
    for noise_ms, expected in NOISE_MS.items():
        shares = [_coherence(tones(900, [(50, 0.1)], 90, noise_ms, seed)) for seed in range(SEEDS)]
        found[f"{noise_ms} ms"] = float(np.mean(shares)), float(np.std(shares)), expected
    shares = [_coherence(tones(900, [], 90, 20, seed)) for seed in range(SEEDS)]
    found["noise alone"] = float(np.mean(shares)), float(np.std(shares)), 0.2
    yield from plot(plots, "tones", validation_plots.tones(found))
    yield from table("Noise", "Ours", "Expected")
    for name, (mean, spread, expected) in found.items():
        yield row(name, f"{mean:.3f} ± {spread:.3f}", expected)


def _coherence(rr_ms: np.ndarray) -> float:
    spectrum = coherence_spectrum(NNSeries.from_rr(rr_ms))
    assert not isinstance(spectrum, Reason)
    wave = coherence_of(spectrum)
    assert not isinstance(wave, Reason)
    return wave.share


def by_chance() -> Iterator[str]:
    yield ""
    yield "## Keeping step by chance"
    yield ""
    yield "Two resting hours beside an imagined guide of six breaths a minute: how steadily a heart"
    yield "that knows of no guide keeps its phase for two minutes. This is why nothing is said of"
    yield "it before two minutes, and why being in rhythm asks for more than a steady phase."
    yield from table("Recording", "Windows", "Median locking", "95th percentile")
    for name in ("kubios_1h_s1", "kubios_1h_s3"):
        series = NNSeries.from_rr(recorded.kubios(DATA, name)["rr_ms"])
        guide = guide_from(0.0, 6.0)
        locks = [
            phase_lock(series.window(end_s - SAMPLES / 4 - 30.0, end_s), guide, end_s)
            for end_s in np.arange(150.0, series.end_s, 20.0).tolist()
        ]
        found = [lock.locking for lock in locks if not isinstance(lock, Reason)]
        yield row(
            REPORTS[name], len(found), f"{np.median(found):.2f}", f"{np.percentile(found, 95):.2f}"
        )


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else PAGE)
    drawn: Plots = {}
    target.write_text(page(drawn), encoding="utf-8")
    for name, drawing in drawn.items():
        drawing.write(target.with_suffix("") / f"{name}.svg")
