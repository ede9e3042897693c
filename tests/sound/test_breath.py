"""A breath as sound: as loud as the breath is full, silent at the turns, without a click."""

from functools import cache

import numpy as np
import pytest
from tests.sound.listening import centroid_hz, clicks_db, loudness, pitch_hz

from coherence.model import BreathPattern, PaceChanged
from coherence.pacing import Breath, BreathGuide
from coherence.sound.breath import sounded, turns_s
from coherence.sound.kinds import RATE_HZ

QUIET = BreathPattern(5.5)
WITH_PAUSES = BreathPattern(5.0, pause_full_s=1.0, pause_empty_s=2.0)
PATTERNS = (
    QUIET,
    BreathPattern(7.0, 0.5),
    BreathPattern(20.0, 0.3),
    WITH_PAUSES,
)  # of the slowest, 3.5 a minute, one is enough: test_the_slowest_breath


@cache
def guided(pattern: BreathPattern, kind: str, breaths: int = 3) -> tuple[np.ndarray, BreathGuide]:
    guide = BreathGuide()
    guide.feed(PaceChanged(0.0, pattern))
    period_s = pattern.period_s
    pieces = [
        sounded(Breath(i * period_s, (i + 1) * period_s, pattern), kind, 1).frames  # type: ignore[arg-type]
        for i in range(breaths)
    ]
    samples = np.concatenate(pieces)
    samples.flags.writeable = False
    return samples, guide


@pytest.mark.parametrize("kind", ["waves", "pad"])
@pytest.mark.parametrize("window_s", [0.05, 0.1, 0.4])  # the last is that of EBU R 128, momentary
def test_loudness_follows_the_breath(kind: str, window_s: float) -> None:
    samples, guide = guided(QUIET, kind)
    t_s, loud = loudness(samples, window_s)
    assert np.corrcoef(loud, guide.volume(t_s))[0, 1] > 0.95
    assert 20 * np.log10(loud.max() / np.percentile(loud, 15)) > 20.0


@pytest.mark.parametrize("kind", ["waves", "pad"])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_loudness_follows_any_breath_while_it_moves(kind: str, pattern: BreathPattern) -> None:
    samples, guide = guided(pattern, kind)
    window_s = min(0.4, pattern.period_s / 20)
    t_s, loud = loudness(samples, window_s)
    volume = guide.volume(t_s)
    full_s, leaves_s, empty_s = turns_s(pattern)
    in_breath_s = t_s % pattern.period_s
    moves = (in_breath_s < full_s) | ((in_breath_s > leaves_s) & (in_breath_s < empty_s))
    assert np.corrcoef(loud[moves], volume[moves])[0, 1] > 0.95


@pytest.mark.parametrize("kind", ["waves", "pad"])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_turns_and_pauses_are_silent(kind: str, pattern: BreathPattern) -> None:
    samples, _ = guided(pattern, kind)
    loudest = np.abs(samples[:, :2]).max()
    full_s, leaves_s, empty_s = turns_s(pattern)
    near_s = 0.002 * pattern.period_s
    for begin_s, end_s in ((full_s, leaves_s), (empty_s, pattern.period_s)):
        first, last = round((begin_s - near_s) * RATE_HZ), round((end_s + near_s) * RATE_HZ)
        assert np.abs(samples[first:last]).max() == 0.0
        for outer_s in (begin_s - 10 * near_s, end_s + 10 * near_s):  # and not silent beside them
            at = round(outer_s * RATE_HZ)
            if volume_is_up(guided(pattern, kind, 1)[1], outer_s):
                assert np.abs(samples[at - 200 : at + 200]).max() > 0.03 * loudest


def test_the_slowest_breath_is_made_alike() -> None:
    pattern = BreathPattern(3.5)
    samples, guide = guided(pattern, "waves", 1)
    t_s, loud = loudness(samples, 0.1)
    assert np.corrcoef(loud, guide.volume(t_s))[0, 1] > 0.95
    assert clicks_db(samples) < -60.0


def volume_is_up(guide: BreathGuide, t_s: float) -> bool:
    return bool(guide.volume(np.array([t_s]))[0] > 0.5)


@pytest.mark.parametrize("kind", ["waves", "pad"])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_nothing_clips_and_nothing_clicks(kind: str, pattern: BreathPattern) -> None:
    samples, _ = guided(pattern, kind)
    assert np.abs(samples).max() < 0.8
    assert clicks_db(samples) < -60.0
    broken = samples.copy()
    broken[: round(0.7 * turns_s(pattern)[0] * RATE_HZ)] = 0.0  # this ear does hear a click
    assert clicks_db(broken) > -60.0


def test_the_sea_grows_brighter_and_the_pad_glides_up_a_fourth() -> None:
    full_s = turns_s(QUIET)[0]

    def around(samples: np.ndarray, t_s: float) -> np.ndarray:
        return samples[round((t_s - 0.3) * RATE_HZ) : round((t_s + 0.3) * RATE_HZ)]

    waves, pad = guided(QUIET, "waves", 1)[0], guided(QUIET, "pad", 1)[0]
    dark, bright = around(waves, 0.7), around(waves, full_s - 0.6)
    assert centroid_hz(dark) < 400 < centroid_hz(bright) < 700  # warm also where it is brightest
    low, high = around(pad, 0.45), around(pad, full_s - 0.5)
    assert pitch_hz(low, 150, 300) == pytest.approx(174.6, rel=0.03)  # F3
    assert pitch_hz(high, 150, 300) == pytest.approx(233.1, rel=0.03)  # B flat 3


def test_it_is_smooth_rather_than_spiky() -> None:
    waves = guided(QUIET, "waves", 1)[0][:, 0]
    loudest = waves[2 * RATE_HZ : 4 * RATE_HZ]
    assert np.abs(loudest).max() / loudest.std() < 5.5  # of Gaussian noise as long: about 4.4
    high = np.abs(np.fft.rfft(loudest)) ** 2
    hz = np.fft.rfftfreq(len(loudest), 1 / RATE_HZ)
    assert 10 * np.log10(high[hz > 4000].sum() / high.sum()) < -30.0  # no hiss


def test_the_fifth_lies_a_fifth_above_and_apart() -> None:
    pad = guided(QUIET, "pad", 1)[0]
    full_s = turns_s(QUIET)[0]
    high = pad[round((full_s - 0.8) * RATE_HZ) : round((full_s - 0.2) * RATE_HZ)]
    fifth = np.repeat(high[:, 2:], 2, axis=1)
    assert pitch_hz(fifth, 150, 600) == pytest.approx(1.5 * pitch_hz(high, 150, 300), rel=0.01)
    assert np.abs(high[:, 2]).max() < np.abs(high[:, 0]).max()


@pytest.mark.parametrize("kind", ["waves", "pad"])
@pytest.mark.parametrize("cut_s", [0.02, 1.0, 4.36, 6.0, 10.88])
def test_a_breath_that_is_let_go_fades(kind: str, cut_s: float) -> None:
    whole = sounded(Breath(0.0, QUIET.period_s, QUIET), kind, 1)  # type: ignore[arg-type]
    cut = sounded(Breath(0.0, cut_s, QUIET), kind, 1)  # type: ignore[arg-type]
    same = round(cut_s * RATE_HZ)
    np.testing.assert_array_equal(cut.frames[:same], whole.frames[:same])
    assert len(cut.frames) <= round(min(cut_s + 0.8, QUIET.period_s) * RATE_HZ) + 1
    after = np.concatenate((cut.frames, np.zeros((RATE_HZ, 3), np.float32)))
    assert clicks_db(after) < -60.0


def test_a_breath_of_no_length_is_no_sound() -> None:
    assert (
        len(sounded(Breath(3.0, 3.0, BreathPattern(5.5)), "waves", 1).frames) <= 0.8 * RATE_HZ + 1
    )
