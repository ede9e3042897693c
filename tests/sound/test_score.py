"""The score: the same frames in whatever blocks they are asked, whatever was recorded."""

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sound.listening import clicks_db, pitch_hz

from coherence.model import Arrival, BreathPattern, Ended, PaceChanged, Paused, Resumed
from coherence.sound.breath import turns_s
from coherence.sound.kinds import RATE_HZ
from coherence.sound.score import Cue, Score
from coherence.sound.tones import Tone, struck

SIX = BreathPattern(6.0)
EVENTFUL = (
    PaceChanged(0.5, BreathPattern(9.0)),
    PaceChanged(4.0, BreathPattern(7.0, pause_full_s=0.5)),
    Paused(15.3),
    Resumed(17.1),
    PaceChanged(18.5, None),
)


class Told:
    """Cues that a test has written down."""

    def __init__(self, *cues: Cue) -> None:
        self.cues = cues

    def feed(self, arrival: Arrival) -> None:
        pass

    def between(self, from_s: float, to_s: float) -> list[Cue]:
        return [cue for cue in self.cues if from_s <= cue.t_s < to_s]


def score_of(*arrivals: Arrival, kind: str = "waves", **how: object) -> Score:
    score = Score(kind, **how)  # type: ignore[arg-type]
    for arrival in arrivals:
        score.feed(arrival)
    return score


def in_blocks(score: Score, sizes: list[int], whole: int) -> np.ndarray:
    pieces, first = [], 0
    while first < whole:
        n = min(sizes[len(pieces) % len(sizes)], whole - first)
        pieces.append(score.render(first, n))
        first += n
    return np.concatenate(pieces)


@cache
def speech(seconds: float = 2.0) -> np.ndarray:
    t_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    wave = 0.3 * np.sin(2 * np.pi * 700 * t_s) * np.sin(np.pi * t_s / seconds) ** 0.2
    return np.repeat(wave.astype(np.float32)[:, None], 2, axis=1)


TOLD = Told(
    Cue(1.0, Tone.BEGIN), Cue(5.0, "hello"), Cue(9.0, "hello", until_s=9.7), Cue(12, Tone.STEP)
)
WHOLE = 20 * RATE_HZ


@pytest.mark.parametrize("kind", ["waves", "pad", "bowl", "none"])
def test_blocks_of_any_size_give_the_same(kind: str) -> None:
    made = [
        in_blocks(score_of(*EVENTFUL, kind=kind, cues=TOLD, voice=lambda _: speech()), sizes, WHOLE)
        for sizes in ([WHOLE], [1977, 30_011, 512])
    ]
    assert np.abs(made[0]).max() > 0.1
    for other in made[1:]:
        np.testing.assert_array_equal(made[0], other)


def test_asking_out_of_order_gives_the_same() -> None:
    there, back = score_of(*EVENTFUL), score_of(*EVENTFUL)
    blocks = [(first, 2 * RATE_HZ) for first in range(0, WHOLE, 2 * RATE_HZ)]
    forwards = {first: there.render(first, n) for first, n in blocks}
    for first, n in reversed(blocks):
        np.testing.assert_array_equal(back.render(first, n), forwards[first])


def test_the_same_seed_gives_the_same_sea_and_another_one_another() -> None:
    one, same, other = (
        score_of(PaceChanged(0.0, SIX), seed=s).render(0, 96_000) for s in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).max() > 0.01


@pytest.mark.parametrize("kind", ["waves", "pad", "bowl"])
def test_pauses_glides_and_letting_go_make_no_click(kind: str) -> None:
    samples = score_of(*EVENTFUL, kind=kind, cues=TOLD, voice=lambda _: speech()).render(0, WHOLE)
    assert np.abs(samples[:, :2]).max() < 1.0
    assert clicks_db(samples) < -60.0


def test_where_no_guide_runs_it_is_silent() -> None:
    score = score_of(PaceChanged(2.0, SIX), PaceChanged(6.0, None))
    assert not score.render(0, 2 * RATE_HZ).any()
    fading = score.render(6 * RATE_HZ, RATE_HZ)
    assert fading[: RATE_HZ // 4].any()
    assert not fading[round(0.81 * RATE_HZ) :].any()
    assert not score.render(7 * RATE_HZ, 60 * RATE_HZ).any()


def test_the_end_lets_the_breath_go() -> None:
    score = score_of(PaceChanged(0.0, SIX), Ended(14.0))
    assert score.render(14 * RATE_HZ, RATE_HZ // 2).any()
    assert not score.render(15 * RATE_HZ, 10 * RATE_HZ).any()


def test_the_bowl_sounds_once_at_each_turn_high_to_breathe_in() -> None:
    pattern = BreathPattern(4.0, pause_full_s=1.0)
    samples = score_of(PaceChanged(1.0, pattern), kind="bowl").render(0, 32 * RATE_HZ)
    _, leaves_s, _ = turns_s(pattern)
    for turn_s, hz in (
        (1.0, 349.2),
        (1.0 + leaves_s, 233.1),
        (16.0, 349.2),
        (16.0 + leaves_s, 233.1),
    ):
        at = round(turn_s * RATE_HZ)
        before = np.abs(samples[at - RATE_HZ // 2 : at - 1]).max()
        after = samples[at + RATE_HZ // 20 : at + RATE_HZ // 2]
        assert np.abs(after).max() > 3.0 * before
        assert pitch_hz(after, 150, 600) == pytest.approx(hz, rel=0.01)


def test_none_keeps_quiet_but_lets_a_voice_speak() -> None:
    score = score_of(PaceChanged(0.0, SIX), kind="none", cues=TOLD, voice=lambda _: speech())
    samples = score.render(0, 12 * RATE_HZ)
    assert not samples[: 5 * RATE_HZ].any()
    np.testing.assert_array_equal(samples[5 * RATE_HZ : 7 * RATE_HZ, :2], speech())


def test_the_breath_makes_way_for_a_voice_and_comes_back() -> None:
    plain = score_of(PaceChanged(0.0, SIX)).render(0, 12 * RATE_HZ)
    silent_clip = np.zeros((2 * RATE_HZ, 2), np.float32)
    told = Told(Cue(3.0, "a line"))
    made = score_of(PaceChanged(0.0, SIX), cues=told, voice=lambda _: silent_clip).render(
        0, len(plain)
    )

    def share(t_s: float) -> float:
        at = slice(round((t_s - 0.02) * RATE_HZ), round((t_s + 0.02) * RATE_HZ))
        return float(np.linalg.norm(made[at]) / np.linalg.norm(plain[at]))

    assert share(2.4) == pytest.approx(1.0, abs=1e-6)
    assert share(3.1) == pytest.approx(0.35, abs=0.01)
    assert share(5.1) == pytest.approx(0.35, abs=0.02)
    assert share(6.3) == pytest.approx(1.0, abs=1e-6)
    assert clicks_db(made) < -60.0


def test_a_line_without_a_clip_changes_nothing() -> None:
    plain = score_of(PaceChanged(0.0, SIX)).render(0, 8 * RATE_HZ)
    told = Told(Cue(3.0, "a line"))
    np.testing.assert_array_equal(
        score_of(PaceChanged(0.0, SIX), cues=told).render(0, 8 * RATE_HZ), plain
    )


@pytest.mark.parametrize("tone", Tone)
def test_each_tone_begins_and_ends_softly(tone: Tone) -> None:
    samples = struck(tone)
    assert np.abs(samples).max() < 0.45
    assert np.abs(samples[:48]).max() < 0.01 * np.abs(samples).max()
    assert np.abs(samples[-480:]).max() < 0.01 * np.abs(samples).max()
    assert clicks_db(np.pad(samples, ((4800, 4800), (0, 0)))) < -60.0


CHANGES = st.lists(
    st.tuples(
        st.floats(0.1, 9.0),
        st.one_of(
            st.builds(
                PaceChanged,
                st.just(0.0),
                st.one_of(
                    st.none(),
                    st.builds(
                        BreathPattern, st.floats(4, 20), st.floats(0.3, 0.6), st.floats(0, 0.5)
                    ),
                ),
            ),
            st.just(Paused(0.0)),
            st.just(Resumed(0.0)),
        ),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=10, deadline=None)
@given(CHANGES, st.sampled_from(["waves", "pad", "bowl"]), st.integers(700, 50_000))
def test_whatever_is_recorded_it_is_sound(changes: list, kind: str, block: int) -> None:
    arrivals, t_s = [], 0.0
    for wait_s, change in changes:
        t_s += wait_s
        pattern = (change.pattern,) if isinstance(change, PaceChanged) else ()
        arrivals.append(type(change)(t_s, *pattern))
    whole = math.ceil((t_s + 4.0) * RATE_HZ)
    samples = in_blocks(score_of(*arrivals, kind=kind), [block], whole)
    np.testing.assert_array_equal(samples, score_of(*arrivals, kind=kind).render(0, whole))
    assert np.abs(samples).max() < 0.95
    assert clicks_db(samples) < -55.0


def test_what_is_rung_for_is_heard_beside_the_rest_and_goes() -> None:
    score, silent = Score("bowl"), Score("none")
    for each in (score, silent):
        each.ring(Tone.ASK, 2.0)
    assert not score.render(0, 2 * RATE_HZ).any()
    tone = struck(Tone.ASK)
    heard = score.render(2 * RATE_HZ, len(tone))
    assert heard[:, :2] == pytest.approx(tone)
    assert not silent.render(2 * RATE_HZ, len(tone)).any()
    assert np.abs(tone).max() < np.abs(struck(Tone.IN)).max()  # softer than the bowl itself
    assert not score.render(2 * RATE_HZ + len(tone), RATE_HZ).any()
    score.ring(Tone.ASK, 600.0)
    assert [cue.t_s for cue in score._rung] == [600.0]
