import numpy as np
import pytest

from coherence.model import Signal, Waveform
from coherence.sessions.ecg_peaks import EcgPeak, EcgPeaks
from coherence.sessions.ecg_strip import KEPT_S, EcgStrip

RATE_HZ, COUNT = 130.0, 73
BEATS_S = 0.9 * np.arange(1, 60) + 0.05 * np.sin(np.arange(1, 60))


def waves(
    seconds: float = 40.0, *, start_s: float = 7.0, without: tuple[int, ...] = ()
) -> list[Waveform]:
    """Gaussian R waves at ``BEATS_S`` of the strap's own clock; frames ``without`` are lost."""
    found: list[Waveform] = []
    for k in range(int(seconds * RATE_HZ) // COUNT):
        if k not in without:
            own_s = (k * COUNT + np.arange(COUNT)) / RATE_HZ
            uv = sum(1000.0 * np.exp(-0.5 * ((own_s - beat_s) / 0.012) ** 2) for beat_s in BEATS_S)
            joined = bool(found) and k - 1 not in without
            samples = tuple(np.asarray(uv).tolist())
            found.append(Waveform(start_s + own_s[0], RATE_HZ, Signal.ECG, samples, joined))
    return found


def peaks_of(chunks: list[Waveform]) -> list[EcgPeak]:
    peaks = EcgPeaks()
    return [peak for chunk in chunks for peak in peaks.feed(chunk)]


def test_peaks_stand_at_the_beats_on_both_clocks() -> None:
    found = peaks_of(waves())
    beats_s = BEATS_S[: len(found)]
    assert len(found) > 38
    assert [peak.t_s - 7.0 for peak in found] == pytest.approx(beats_s, abs=5e-4)
    assert np.diff([peak.own_s for peak in found]) == pytest.approx(np.diff(beats_s), abs=5e-4)
    assert [peak.height_uv for peak in found] == pytest.approx([1000.0] * len(found), rel=0.1)
    assert {peak.segment for peak in found} == {0}


def test_missing_samples_begin_a_segment() -> None:
    found = peaks_of(waves(without=(30, 31)))
    assert {peak.segment for peak in found} == {0, 1}
    assert all(abs(peak.t_s - 7.0 - BEATS_S).min() < 1e-3 for peak in found)  # type: ignore[operator]


def test_another_rate_begins_anew_and_too_low_a_one_is_left_alone() -> None:
    low = [Waveform(7.0 + k, 60.0, Signal.ECG, (0.0,) * 60, k > 0) for k in range(10)]
    assert peaks_of(low) == []
    doubled = [
        Waveform(60.0 + w.t_s, 260.0, Signal.ECG, tuple(np.repeat(w.samples, 2).tolist()), i > 0)
        for i, w in enumerate(waves())
    ]
    found = peaks_of([*waves(), *doubled])
    assert {peak.segment for peak in found} == {0, 1}


def test_a_strip_keeps_the_last_seconds_and_shows_holes() -> None:
    strip = EcgStrip()
    assert strip.end_s is None
    assert len(strip.since(0.0)[0]) == 0
    chunks = waves(without=(60,))
    for chunk in chunks:
        strip.feed(chunk)
    assert strip.end_s == pytest.approx(chunks[-1].t_s + 72 / 130)
    t_s, uv = strip.since(strip.end_s - 10.0)
    assert t_s[0] >= strip.end_s - 10.0
    assert np.isnan(uv).sum() == 1
    assert np.all(np.diff(t_s) >= 0)
    assert len(strip.since(0.0)[0]) < (KEPT_S + 1.0) * RATE_HZ  # and lets the others go
