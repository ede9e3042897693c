"""The mixer: the score in step with the device, without a corner and at its volume."""

from __future__ import annotations

import numpy as np
import pytest
from tests.sound.listening import clicks_db, pitch_hz

from coherence.model import BreathPattern, PaceChanged
from coherence.sound.drift import Leg
from coherence.sound.kinds import RATE_HZ
from coherence.sound.mixer import Level, Mixer, between, crossed
from coherence.sound.score import Score


def mixer(kind: str = "pad", volume: float = 1.0) -> Mixer:
    score = Score(kind)  # type: ignore[arg-type]
    score.feed(PaceChanged(0.0, BreathPattern(6.0)))
    made = Mixer(score)
    made.volume = Level(volume, _from=volume)
    return made


def test_in_step_it_is_the_score() -> None:
    made = mixer("waves").make(Leg(7000, 30_000, 50_000.0, 1.0))
    np.testing.assert_allclose(made, mixer("waves").score.render(50_000, 30_000)[:, :2], atol=1e-6)


def test_legs_join_without_a_seam() -> None:
    here = mixer("waves")
    one, other = Leg(0, 20_000, 60_000.3, 1.0002), Leg(20_000, 20_000, 60_000.3 + 20_004, 0.9998)
    joined = np.concatenate((here.make(one), here.make(other)))
    assert clicks_db(joined) < -65.0
    again = np.concatenate(
        [here.make(Leg(i, 5000, one.at(i), 1.0002)) for i in range(0, 20_000, 5000)]
    )
    np.testing.assert_allclose(again, joined[:20_000], atol=2e-6)


@pytest.mark.parametrize("hz", [200.0, 1000.0, 4000.0])
def test_between_frames_a_tone_stays_a_tone(hz: float) -> None:
    t = np.arange(30_000)
    tone = np.repeat(np.sin(2 * np.pi * hz * t / RATE_HZ).astype(np.float32)[:, None], 2, axis=1)
    places = 10.37 + 1.0003 * np.arange(20_000)
    wanted = np.sin(2 * np.pi * hz * places / RATE_HZ)
    error_db = 20 * np.log10(np.abs(between(tone, places)[:, 0] - wanted).max())
    assert error_db < {200.0: -90, 1000.0: -70, 4000.0: -30}[hz]


def test_the_fifth_only_adds_and_comes_slowly() -> None:
    plain, warm = mixer(), mixer()
    warm.fifth.want(1.0, 0)
    leg = Leg(0, 20 * RATE_HZ, 0.0, 1.0)
    base, both = plain.make(leg), warm.make(leg)
    added = both - base
    loud = np.abs(added[: 2 * RATE_HZ]).max(), np.abs(added[11 * RATE_HZ : 14 * RATE_HZ]).max()
    assert loud[0] < 0.4 * loud[1]
    peak = slice(round(13.6 * RATE_HZ), round(13.9 * RATE_HZ))
    assert pitch_hz(added[peak], 100, 900) == pytest.approx(
        1.5 * pitch_hz(base[peak], 150, 300), rel=0.02
    )
    assert np.abs(both).max() < 0.95
    assert clicks_db(both) < -60.0


def test_volume_is_reached_smoothly() -> None:
    level = Level()
    level.want(0.8, 1000)
    whole = level.at(0, 40_000)
    assert whole[1000] == 0.0
    assert whole[-1] == pytest.approx(0.8, abs=0.01)
    np.testing.assert_array_equal(whole[5000:9000], level.at(5000, 4000))
    level.want(0.2, 20_000)
    assert level.at(20_000, 1)[0] == pytest.approx(whole[20_000], abs=1e-6)
    assert np.diff(level.at(20_000, 30_000)).max() <= 0.0


def test_silence_at_volume_zero() -> None:
    assert not mixer("waves", volume=0.0).make(Leg(0, 5000, 80_000.0, 1.0)).any()


def test_one_sound_fades_into_another() -> None:
    old, new = np.ones((100, 2), np.float32), np.zeros((300, 2), np.float32)
    out = crossed(old, new, 100)
    assert np.diff(out[:, 0]).max() <= 0.0
    assert out[0, 0] == pytest.approx(1.0, abs=1e-3)
    assert not out[100:].any()
    np.testing.assert_array_equal(crossed(old[:0], new, 100), new)
