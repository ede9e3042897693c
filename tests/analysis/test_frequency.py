"""Bands of power against what Kubios printed, SciPy, NeuroKit2 and closed forms."""

import numpy as np
import pytest
from scipy import interpolate, signal
from tests import recorded
from tests.analysis.rhythms import tones

from coherence.analysis import frequency
from coherence.analysis.frequency import autoregressive, lomb, welch
from coherence.analysis.markers import evaluate_span
from coherence.analysis.series import NNSeries
from coherence.analysis.stretches import Stretch, Stretches, stretches
from coherence.model import Reason

REPORTS = ["kubios_short_5min", "kubios_1h_s1", "kubios_1h_s3"]


def even(rr_ms):
    return stretches(NNSeries.from_rr(rr_ms))


@pytest.mark.parametrize("name", REPORTS)
def test_the_bands_that_kubios_printed(data, name):
    said = recorded.kubios(data, name)
    powers, printed = welch(even(said["rr_ms"])), said["kubios"]
    assert powers.vlf_ms2 == pytest.approx(printed["VLF (ms^2)"], rel=0.01)
    assert powers.lf_ms2 == pytest.approx(printed["LF (ms^2)"], rel=0.005)
    assert powers.hf_ms2 == pytest.approx(printed["HF (ms^2)"], rel=0.005)
    assert powers.total_ms2 == pytest.approx(printed["Total power (ms^2)"], rel=0.005)
    assert powers.peak_hz(frequency.LF) == pytest.approx(printed["LF (Hz)"], abs=1e-6)
    assert powers.peak_hz(frequency.HF) == pytest.approx(printed["HF (Hz)"], abs=1e-6)
    values = evaluate_span(NNSeries.from_rr(said["rr_ms"]))
    assert values["lf_nu"].value == pytest.approx(printed["LF (n.u.)"], rel=0.005)
    assert values["hf_nu"].value == pytest.approx(printed["HF (n.u.)"], rel=0.005)
    assert values["ln_hf"].value == pytest.approx(printed["HF (log)"], abs=0.005)


@pytest.mark.parametrize("name", REPORTS)
def test_the_recipe_s_own_values(data, name):
    said = recorded.kubios(data, name)
    powers, recipe = welch(even(said["rr_ms"])), said["recipe_K"]
    for band in ("VLF", "LF", "HF", "total"):
        assert getattr(powers, f"{band.lower()}_ms2") == pytest.approx(recipe[band], abs=1e-3)


@pytest.mark.parametrize(
    ("name", "lf", "hf"),
    [("kubios_1h_s1", 2982.7136, 1700.3635), ("kubios_1h_s3", 2564.9466, 1350.3150)],
)
def test_the_autoregressive_bands_that_kubios_printed(data, name, lf, hf):
    powers = autoregressive(even(recorded.kubios(data, name)["rr_ms"]))
    assert powers.lf_ms2 == pytest.approx(lf, rel=0.004)
    assert powers.hf_ms2 == pytest.approx(hf, rel=0.004)


@pytest.mark.parametrize("seconds", [130, 299, 700, 1513])
def test_the_density_is_scipys(seconds):
    rr_ms = tones(870, [(40, 0.1), (20, 0.24)], seconds, noise_ms=15, seed=seconds)
    t_s = np.cumsum(rr_ms) / 1000
    grid = np.arange(t_s[0], t_s[-1], 0.25)
    y = interpolate.CubicSpline(t_s, rr_ms)(grid)
    n = min(1200, len(y))
    hz, psd = signal.welch(
        y - y.mean(), 4, "hann", nperseg=n, noverlap=n // 2, nfft=1200, detrend=False
    )
    powers = welch(even(rr_ms))
    np.testing.assert_allclose(powers.psd, psd[:121], rtol=1e-6, atol=1e-6)
    inside = slice(12, 46)
    assert powers.lf_ms2 == pytest.approx(np.trapezoid(psd[inside], hz[inside]), rel=1e-6)


@pytest.mark.parametrize(
    ("swing", "hz", "lf", "hf"), [(50, 0.1, 1249.307, 0.307), (20, 0.25, None, 196.551)]
)
def test_a_sine_has_half_its_square(swing, hz, lf, hf):
    powers = welch(even(tones(900, [(swing, hz)], 300)))
    assert powers.hf_ms2 == pytest.approx(hf, abs=2e-3)
    assert powers.lf_ms2 == pytest.approx(lf or 0.0, abs=2e-2)
    assert powers.total_ms2 == pytest.approx(swing**2 / 2, rel=0.02)


def test_the_model_finds_what_it_was_made_of():
    """An autoregressive process of known density, sampled evenly, without any beats."""
    rng = np.random.default_rng(4)
    weights = np.array([1.6, -0.95])
    y = signal.lfilter([1.0], np.append(1.0, -weights), rng.normal(0, 5, 40000))[1000:]
    t_s = np.arange(len(y)) / 4.0
    one = Stretches((Stretch(t_s, y, t_s, y),), unsure=False)
    psd = autoregressive(one).psd
    hz = np.arange(121) / 300
    response = np.exp(-2j * np.pi * np.outer(hz / 4.0, [1, 2])) @ weights
    np.testing.assert_allclose(psd, 2 * 25 / 4 / np.abs(1 - response) ** 2, rtol=0.15)


def test_too_short_or_too_flat_for_a_model():
    assert autoregressive(even([1000.0] * 15)) is Reason.WARMING_UP
    assert autoregressive(even([1000.0] * 200)) is Reason.FLAT


def test_lomb_is_scipys_and_has_half_the_square_of_a_sine():
    rng = np.random.default_rng(8)
    for swing, tone_hz in ((50, 0.1), (20, 0.25)):
        series = NNSeries.from_rr(tones(900, [(swing, tone_hz)], 300))
        kept = rng.uniform(size=len(series)) < 0.8  # many holes: what it is for
        for t_s, nn_ms in ((series.t_s, series.rr_ms), (series.t_s[kept], series.rr_ms[kept])):
            hz = np.arange(1, 500) / 1000
            psd = lomb(t_s, nn_ms, hz)
            span_s = t_s[-1] - t_s[0]
            expected = signal.lombscargle(t_s, nn_ms - nn_ms.mean(), 2 * np.pi * hz)
            np.testing.assert_allclose(psd, 2 * expected * span_s / len(t_s), rtol=1e-6, atol=1e-6)
            near = np.abs(hz - tone_hz) < 0.03
            assert np.trapezoid(psd[near], hz[near]) == pytest.approx(swing**2 / 2, rel=0.05)


# --- stretches ------------------------------------------------------------------------------------


def test_a_short_hole_is_bridged_and_a_long_one_parts():
    rr_ms = tones(900, [(50, 0.1)], 700)
    accepted = np.ones(len(rr_ms), bool)
    accepted[200] = False
    bridged = stretches(NNSeries.from_rr(rr_ms, accepted=accepted))
    assert len(bridged.parts) == 1
    assert not bridged.unsure
    whole = even(rr_ms).parts[0]
    np.testing.assert_allclose(bridged.parts[0].nn_ms, whole.nn_ms, atol=2.0)
    accepted[200:210] = False  # nine seconds
    parted = stretches(NNSeries.from_rr(rr_ms, accepted=accepted))
    assert parted.unsure
    assert [len(p.beat_nn_ms) for p in parted.parts] == [200, len(rr_ms) - 210]
    assert welch(parted).lf_ms2 == pytest.approx(1250, rel=0.03)
    assert welch(parted).longest_s == pytest.approx(parted.longest / 4.0)


def test_three_beats_are_too_few():
    assert stretches(NNSeries.from_rr([800.0] * 3)) is Reason.TOO_FEW_BEATS
    assert stretches(NNSeries.from_rr([800.0] * 9, accepted=[0, 1] * 4 + [0])) is not None
    assert stretches(NNSeries.from_rr([])) is Reason.TOO_FEW_BEATS
