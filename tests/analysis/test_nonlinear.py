"""Poincaré, DFA and sample entropy against Kubios' printed reports, NeuroKit2 and brute force."""

import math
import warnings
from itertools import pairwise

import numpy as np
import pytest
from tests import recorded
from tests.analysis.rhythms import tones

from coherence.analysis import nonlinear
from coherence.analysis.series import NNSeries
from coherence.model import Reason

REPORTS = ["kubios_short_5min", "kubios_1h_s1", "kubios_1h_s3"]


@pytest.fixture(scope="module")
def nk():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NeuroKit2 and what it imports
        import neurokit2

        yield neurokit2


@pytest.mark.parametrize("name", REPORTS)
def test_the_cloud_that_kubios_printed(data, name):
    said = recorded.kubios(data, name)
    beats, printed = NNSeries.from_rr(said["rr_ms"]), said["kubios"]
    assert nonlinear.sd1_ms(beats).value == pytest.approx(printed["SD1 (ms)"], abs=1e-6)
    assert nonlinear.sd2_ms(beats).value == pytest.approx(printed["SD2 (ms)"], abs=1e-5)
    share = 100 / (1 + printed["SD2/SD1 ratio"])
    assert nonlinear.sd1_pct(beats).value == pytest.approx(share, rel=1e-4)


@pytest.mark.parametrize(
    ("swing", "hz", "sd1", "sd2"), [(50, 0.1, 13.9460, 48.1287), (20, 0.25, 12.9991, 15.2423)]
)
def test_the_cloud_of_a_sine(swing, hz, sd1, sd2):
    beats = NNSeries.from_rr(tones(900, [(swing, hz)], 300))
    assert nonlinear.sd1_ms(beats).value == pytest.approx(sd1, rel=1e-4)  # theirs about the mean
    assert nonlinear.sd2_ms(beats).value == pytest.approx(sd2, abs=1e-4)


def test_the_example_of_an_online_service(data):
    rr_ms = recorded.kubios(data, "kubios_cloud")["kubios_cloud_v2"]["ppi_ms"]
    beats = NNSeries.from_rr(rr_ms)
    assert nonlinear.sd1_ms(beats).value == pytest.approx(31.300842, rel=1e-3)
    assert nonlinear.sd2_ms(beats).value == pytest.approx(33.477583, abs=1e-6)


def test_a_gap_joins_no_pair():
    rr_ms = [800.0, 820, 790, 830, 810, 805, 1400, 1420, 1390, 1430, 1410, 1405]
    beats = NNSeries.from_rr(rr_ms, segment=[0] * 6 + [1] * 6)
    pairs = [(a, b) for a, b in pairwise(rr_ms) if (a, b) != (805, 1400)]
    sums = np.array([a + b for a, b in pairs]) / math.sqrt(2)
    steps = np.array([b - a for a, b in pairs])
    assert nonlinear.sd2_ms(beats).value == pytest.approx(sums.std(ddof=1))
    assert nonlinear.sd1_ms(beats).value == pytest.approx(np.sqrt((steps**2).sum() / 2 / 9))


def test_alpha1_of_five_minutes_as_kubios_printed_it(data):
    said = recorded.kubios(data, "kubios_short_5min")
    value = nonlinear.dfa_alpha1(NNSeries.from_rr(said["rr_ms"]), range(4, 13))
    assert value.value == pytest.approx(said["kubios"]["alpha 1"], abs=1e-3)


@pytest.mark.parametrize("name", REPORTS)
def test_alpha1_is_neurokits_without_overlap(data, nk, name):
    # Jittered: NeuroKit2 leaves out the boxes that a line fits exactly.
    rr_ms = np.array(recorded.kubios(data, name)["rr_ms"], float)[:1500]
    rr_ms += np.random.default_rng(1).uniform(-0.5, 0.5, len(rr_ms))
    expected, _ = nk.fractal_dfa(rr_ms, scale=list(range(4, 17)), overlap=False)
    assert nonlinear.dfa_alpha1(NNSeries.from_rr(rr_ms)).value == pytest.approx(expected, rel=1e-9)


def test_alpha1_of_noise_of_a_walk_and_of_a_sine():
    rng = np.random.default_rng(2)
    noise = [NNSeries.from_rr(rng.normal(900, 20, 4000)) for _ in range(5)]
    assert 0.57 <= np.mean([nonlinear.dfa_alpha1(beats).value for beats in noise]) <= 0.61
    walk = 5000 + np.cumsum(rng.normal(0, 5, 4000))
    assert nonlinear.dfa_alpha1(NNSeries.from_rr(walk)).value == pytest.approx(1.498, abs=0.05)
    sine = NNSeries.from_rr(tones(900, [(50, 0.1)], 300))
    assert nonlinear.dfa_alpha1(sine).value == pytest.approx(1.335, abs=1e-3)


def test_few_beats_or_flat_ones():
    few = NNSeries.from_rr(tones(900, [(50, 0.1)], 40))
    for compute in (nonlinear.dfa_alpha1,):
        assert compute(few).reason is Reason.TOO_FEW_BEATS
        assert compute(NNSeries.from_rr([900.0] * 300)).reason is Reason.FLAT
    for compute in (nonlinear.sd1_ms, nonlinear.sd2_ms, nonlinear.sd1_pct):
        assert compute(NNSeries.from_rr([900.0] * 5)).reason is Reason.TOO_FEW_BEATS
    assert nonlinear.sd1_pct(NNSeries.from_rr([900.0] * 9)).reason is Reason.FLAT
    short = NNSeries.from_rr(tones(900, [(50, 0.1)], 120, noise_ms=10))
    assert nonlinear.dfa_alpha1(short).low_confidence
