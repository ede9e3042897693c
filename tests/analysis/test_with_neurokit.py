"""NeuroKit2 asked about real beats: where it must agree with us, and where it is known not to."""

import json
import math
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

from coherence.analysis import with_neurokit
from coherence.analysis.artifacts import judged_series
from coherence.analysis.markers import evaluate_span
from coherence.analysis.series import NNSeries
from coherence.analysis.with_neurokit import NeuroKitMissing, opinions

EXACT = ("mean_rr_ms", "heart_rate_bpm", "sdnn_ms", "rmssd_ms", "sdsd_ms", "cvnn", "sd2_ms")


@pytest.fixture(scope="module")
def short(data: Path) -> NNSeries:
    return NNSeries.from_rr(
        json.loads((data / "kubios" / "kubios_short_5min.json").read_text())["rr_ms"]
    )


@pytest.fixture(scope="module")
def holed(short: NNSeries) -> NNSeries:
    """The same beats with one in twenty flagged."""
    accepted = np.ones(len(short), np.bool_)
    accepted[10::20] = False
    return NNSeries.from_rr(short.rr_ms, accepted=accepted)


def test_both_agree_where_parity_is_right(short: NNSeries) -> None:
    ours, theirs = evaluate_span(short), opinions(short)
    for key in EXACT:
        value = theirs[key].value
        assert value == pytest.approx(ours[key].value, rel=1e-9), key
        assert theirs[key].note == "", key


def test_differences_across_flagged_beats_count_for_neither(holed: NNSeries) -> None:
    ours, theirs = evaluate_span(holed)["rmssd_ms"].value, opinions(holed)["rmssd_ms"].value
    assert theirs == pytest.approx(ours, rel=1e-9)
    joined = NNSeries.from_rr(holed.nn_ms)  # with no sign of what was left out
    assert opinions(joined)["rmssd_ms"].value != pytest.approx(ours, rel=1e-4)


def test_what_it_says_is_what_was_measured_of_it(short: NNSeries) -> None:
    """Figures that NeuroKit2 0.2.13 gave for this recording when it was looked into."""
    theirs = {key: opinion.value for key, opinion in opinions(short).items()}
    assert theirs["lf_ms2"] == pytest.approx(4476.9, abs=0.1)
    assert theirs["hf_ms2"] == pytest.approx(1752.7, abs=0.1)
    assert theirs["vlf_ms2"] == pytest.approx(1439.9, abs=0.1)
    assert theirs["hrv_triangular_index"] == pytest.approx(11.75)
    assert theirs["sample_entropy"] == pytest.approx(0.7370, abs=1e-4)


def test_known_departures_are_explained(short: NNSeries) -> None:
    ours, theirs = evaluate_span(short), opinions(short)
    for key, opinion in theirs.items():
        value = ours[key].value if key in ours else None
        if value is None or opinion.value is None:
            continue
        if not math.isclose(value, opinion.value, rel_tol=1e-6):
            assert opinion.note, key


def test_too_few_beats_give_reasons_instead_of_errors() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for rr_ms in ([], [800.0], [800.0, 810.0], [800.0] * 30):
            for opinion in opinions(NNSeries.from_rr(rr_ms)).values():
                assert opinion.value is None or math.isfinite(opinion.value)
                assert opinion.value is not None or opinion.note


def test_a_long_recording_is_not_asked_for_entropy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(with_neurokit, "MOST_BEATS_FOR_ENTROPY", 100)
    rng = np.random.default_rng(1)
    long = NNSeries.from_rr(900.0 + 40.0 * rng.standard_normal(200))
    assert opinions(long)["sample_entropy"].value is None
    assert "not asked of more than" in opinions(long)["sample_entropy"].note
    assert opinions(long)["sdnn_ms"].value is not None


def test_without_neurokit_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "neurokit2", None)
    with pytest.raises(NeuroKitMissing, match="pip install neurokit2"):
        opinions(NNSeries.from_rr([800.0] * 30))


def test_it_is_loaded_by_the_first_question_only() -> None:
    code = "import sys, coherence.reports.second_opinion; print('neurokit2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_its_own_defaults_still_depart_as_the_page_says(short: NNSeries) -> None:
    """docs/second-opinion.md: when one of these fails NeuroKit2 has changed, and the page must."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import neurokit2 as nk

        timed = {"RRI": short.nn_ms, "RRI_Time": short.nn_t_s}
        scaled = nk.hrv_frequency(timed, psd_method="welch")
        whole = nk.hrv_time(timed)
        alpha1, _ = nk.fractal_dfa(short.nn_ms, scale=list(range(4, 12)), overlap=True)
        lost = np.full(80, 900.0) + 20.0 * np.random.default_rng(2).normal(size=80)
        lost[40] = 4 * 900.0  # three beats were not felt
        peaks = np.cumsum(np.append(0, np.rint(lost * 1.024))).astype(int)
        _, mended = nk.signal_fixpeaks(peaks, sampling_rate=1024, iterative=False, method="Kubios")
    assert float(scaled["HRV_LF"].iloc[0]) < 1.0 < evaluate_span(short)["lf_ms2"].value
    assert float(whole["HRV_TINN"].iloc[0]) < 200.0  # Kubios printed 462
    assert alpha1 == pytest.approx(1.24, abs=0.01)
    n = len(short)
    over = float(whole["HRV_pNN50"].iloc[0])
    assert over * n / (n - 1) == pytest.approx(evaluate_span(short)["pnn50_pct"].value, rel=1e-9)
    assert len(np.diff(mended)) <= 81  # one beat put in at most


def test_beats_left_out_and_equal_ones_part_both_as_the_page_says(data: Path) -> None:
    rr_ms = np.load(data / "pyhrv" / "SampleNNISeriesShort.npy").astype(float)
    series, _ = judged_series(rr_ms)
    assert series.flagged
    ours, said = evaluate_span(series), opinions(series)
    apart = ours["sd1_ms"].value / said["sd1_ms"].value - 1.0
    assert 1e-4 < apart < 3e-3
    mean_ms, m = series.differences_ms.mean(), len(series.differences_ms)
    square = ours["sd1_ms"].value ** 2 - m * mean_ms**2 / (2.0 * (m - 1))
    assert said["sd1_ms"].value == pytest.approx(math.sqrt(square), rel=1e-9)
    # The walk of four equal intervals is a line: it leaves that box out, the definition does not.
    walk = np.cumsum(series.nn_ms - series.nn_ms.mean())
    squares = [
        np.mean([_off_line(box) for box in walk[: len(walk) // n * n].reshape(-1, n)])
        for n in range(4, 17)
    ]
    slope = np.polyfit(np.log(range(4, 17)), np.log(np.sqrt(squares)), 1)[0]
    assert ours["dfa_alpha1"].value == pytest.approx(slope, rel=1e-9)
    assert said["dfa_alpha1"].value < slope - 0.002
    assert "nothing varies" in said["dfa_alpha1"].note


def _off_line(box: np.ndarray) -> float:
    at = np.arange(len(box))
    return float(np.mean((box - np.polyval(np.polyfit(at, box, 1), at)) ** 2))
