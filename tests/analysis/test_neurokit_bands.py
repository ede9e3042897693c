"""Our own run of NeuroKit2's recipe gives its numbers: what differs is the recipe's doing."""

import warnings
from pathlib import Path

import numpy as np
import pytest
from tests import recorded

from coherence.analysis.neurokit_bands import neurokit_bands
from coherence.analysis.series import NNSeries

NAMES = {"vlf_ms2": "VLF", "lf_ms2": "LF", "hf_ms2": "HF"}


@pytest.mark.parametrize("name", ["kubios_short_5min", "kubios_1h_s1", "kubios_1h_s3"])
def test_the_same_to_the_last_digit(data: Path, name: str) -> None:
    beats = NNSeries.from_rr(recorded.kubios(data, name)["rr_ms"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import neurokit2 as nk

        said = nk.hrv_frequency(
            {"RRI": beats.nn_ms, "RRI_Time": beats.nn_t_s},
            psd_method="welch",
            interpolation_rate=4,
            normalize=False,
        )
    ours = neurokit_bands(beats)
    for key, theirs in NAMES.items():
        assert ours[key] == pytest.approx(float(said[f"HRV_{theirs}"].iloc[0]), rel=1e-6)


def test_too_few_beats_or_no_swing_give_nothing() -> None:
    for rr_ms in ([], [900.0], [900.0] * 15):
        assert neurokit_bands(NNSeries.from_rr(rr_ms)) == {}
    assert sum(neurokit_bands(NNSeries.from_rr([900.0] * 300)).values()) < 1e-9
    some = neurokit_bands(NNSeries.from_rr(900 + 20 * np.random.default_rng(1).normal(size=40)))
    assert all(power > 0 for power in some.values())
