"""Spectra of many rows at once are those of each row by itself."""

import numpy as np
import pytest

from coherence.analysis.batch.powers import band_powers, coherences
from coherence.analysis.coherence_ratio import CoherenceSpectrum, coherence_of
from coherence.analysis.frequency import welch
from coherence.analysis.slow_waves import SAMPLES, slow_spectrum
from coherence.analysis.spectrum import RATE_HZ
from coherence.analysis.stretches import Stretch, Stretches
from coherence.analysis.tachogram import Tachogram


def walks(rows, samples, seed=1):
    rng = np.random.default_rng(seed)
    return 900.0 + 5.0 * np.cumsum(rng.normal(size=(rows, samples)), axis=1)


@pytest.mark.parametrize("longest", [300, 480, 1100])
def test_bands_of_rows_of_any_length(longest):
    samples = np.sort(np.random.default_rng(2).integers(120, longest + 1, 150))
    y = walks(150, longest)
    for found, row, n in zip(band_powers(y, samples).T, y, samples.tolist(), strict=True):
        one = Stretch(row[:0], row[:0], np.arange(n) / RATE_HZ, row[:n])
        powers = welch(Stretches((one,), unsure=False))
        expected = powers.vlf_ms2, powers.lf_ms2, powers.hf_ms2, powers.total_ms2
        np.testing.assert_allclose(found, expected, rtol=1e-9)


def said_of(row):
    t_s = np.arange(SAMPLES) / RATE_HZ
    spectrum = slow_spectrum(row)
    total_ms2 = spectrum.power(0.0033, 0.40)
    return coherence_of(CoherenceSpectrum(Tachogram(t_s, row, 0.0), spectrum, total_ms2))


def assert_same(y):
    share, peak_hz, total_ms2 = coherences(y)
    for i, row in enumerate(y):
        said = said_of(row)
        assert share[i] == pytest.approx(said.share, rel=1e-9)
        assert np.isnan(peak_hz[i]) == (said.peak_hz is None)
        if said.peak_hz is not None:
            assert peak_hz[i] == pytest.approx(said.peak_hz, rel=1e-9)
        assert total_ms2[i] == pytest.approx(said.total_ms2, rel=1e-9)


def test_the_highest_of_rivals_of_nearly_the_same_height():
    t_s = np.arange(SAMPLES) / RATE_HZ
    rng = np.random.default_rng(3)
    y = []
    for more in (1e-2, 1e-5, 1e-8, -1e-8, -1e-5, -1e-2):
        for _ in range(50):
            one_hz, other_hz = rng.uniform(0.045, 0.12), rng.uniform(0.15, 0.255)
            turn = rng.uniform(0.0, 6.0, 2)
            wave = 40.0 * np.sin(2.0 * np.pi * one_hz * t_s + turn[0])
            wave += 40.0 * (1.0 + more) * np.sin(2.0 * np.pi * other_hz * t_s + turn[1])
            y.append(900.0 + wave)
    assert_same(np.array(y))


def test_drifts_and_peaks_at_the_border():
    t_s = np.arange(SAMPLES) / RATE_HZ
    hz = np.linspace(0.03, 0.28, 60)[:, None]
    assert_same(900.0 + 40.0 * np.sin(2.0 * np.pi * hz * t_s) + 0.1 * t_s)
    assert_same(walks(300, SAMPLES, 4))
