"""Crests of many waves at once are those of each wave by itself."""

import numpy as np
import pytest

from coherence.analysis.batch.swings import LATEST, PROMINENCE_SD, _latest_crests, _turns
from coherence.analysis.respiration import CLOSEST_S, WAVE_HIGH_HZ, WAVE_LOW_HZ, _crests
from coherence.analysis.spectrum import RATE_HZ, band_passed


@pytest.mark.parametrize("samples", [64, 256, 272])
@pytest.mark.parametrize("roughness", [0.5, 2.0, 8.0])
def test_latest_crests(samples, roughness):
    rng = np.random.default_rng(5)
    t_s = np.arange(samples) / RATE_HZ
    hz = rng.uniform(0.05, 0.4, (600, 1))
    y = 900.0 + 20.0 * np.sin(2.0 * np.pi * hz * t_s + rng.uniform(0.0, 6.0, (600, 1)))
    y += roughness * np.cumsum(rng.normal(size=(600, samples)), axis=1)
    sample, value, count, sd = _turns(y)
    crest, known, chained = _latest_crests(sample, value, count, PROMINENCE_SD * sd)
    told = 0
    for i, row in enumerate(y):
        wave = band_passed(row, WAVE_LOW_HZ, WAVE_HIGH_HZ)
        expected = _crests(wave, PROMINENCE_SD * sd[i], CLOSEST_S * RATE_HZ)[-LATEST:]
        if not chained[i]:
            assert crest[i][known[i]].tolist() == expected.tolist()
            told += len(expected)
    assert chained.mean() < 0.1
    assert told > 600
