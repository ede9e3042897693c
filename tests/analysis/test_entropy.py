"""Sample entropy: counted by hand, by every difference there is, and as NeuroKit2 has it."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import recorded
from tests.analysis.rhythms import tones

from coherence.analysis import entropy
from coherence.analysis.entropy import pairs_within, sample_entropy
from coherence.analysis.series import NNSeries
from coherence.model import Reason


def by_hand(x, tolerance):
    """Pairs of templates of two and of three beats, one by one."""
    n = len(x) - 2
    counts = [0, 0]
    for i in range(n):
        for j in range(n):
            if i != j and abs(x[i] - x[j]) <= tolerance and abs(x[i + 1] - x[j + 1]) <= tolerance:
                counts[0] += 1
                counts[1] += abs(x[i + 2] - x[j + 2]) <= tolerance
    return tuple(counts)


@settings(max_examples=15)
@given(st.integers(50, 90), st.integers(0, 2**32 - 1))
def test_entropy_counts_pairs_as_one_would_by_hand(n, seed):
    rr_ms = np.round(np.random.default_rng(seed).normal(900, 8, n))
    value = sample_entropy(NNSeries.from_rr(rr_ms)).value
    short, long = by_hand(rr_ms.tolist(), 0.2 * rr_ms.std(ddof=1))
    assert value is None if long == 0 else value == pytest.approx(math.log(short / long))


def test_entropy_is_neurokits(data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NeuroKit2 and what it imports
        import neurokit2 as nk

    rr_ms = np.array(recorded.kubios(data, "kubios_short_5min")["rr_ms"], float)
    expected, _ = nk.entropy_sample(rr_ms, dimension=2, tolerance=0.2 * rr_ms.std(ddof=1))
    value = sample_entropy(NNSeries.from_rr(rr_ms)).value
    assert value == pytest.approx(expected, rel=0.01)
    assert value == pytest.approx(0.7370, abs=1e-4)


def test_entropy_of_hours_is_counted_in_pieces(monkeypatch):
    rr_ms = np.random.default_rng(3).normal(900, 30, 3000)
    whole = sample_entropy(NNSeries.from_rr(rr_ms)).value
    monkeypatch.setattr(entropy, "PIECE", 1000)
    assert sample_entropy(NNSeries.from_rr(rr_ms)).value == pytest.approx(whole, rel=0.02)


@pytest.mark.parametrize("n", [3, 4, 63, 64, 65, 66, 67, 127, 130, 1000])
@pytest.mark.parametrize("grid_ms", [0.0, 1.0, 1000.0 / 1024.0])
def test_pairs_are_those_of_every_difference(n, grid_ms):
    """Also where differences lie within a rounding of the tolerance, as on a grid they do."""
    rng = np.random.default_rng(n)
    x = 900.0 + rng.normal(0, 12, n)
    if grid_ms:
        x = np.rint(x / grid_ms) * grid_ms
    for tolerance in (0.0, 3.0, 3.0 * 1000.0 / 1024.0, 7.3, 1e9):
        near = np.abs(x[:, None] - x) <= tolerance
        short = near[:-2, :-2] & near[1:-1, 1:-1]
        expected = np.array([short.sum(), (short & near[2:, 2:]).sum()]) - (n - 2)
        assert pairs_within(x, tolerance) == tuple(expected.tolist())


def test_too_few_and_too_even():
    assert sample_entropy(NNSeries.from_rr([900.0, 950.0] * 24)).reason is Reason.TOO_FEW_BEATS
    assert sample_entropy(NNSeries.from_rr([900.0] * 300)).reason is Reason.FLAT
    short = NNSeries.from_rr(tones(900, [(50, 0.1)], 120, noise_ms=10))
    assert sample_entropy(short).low_confidence
