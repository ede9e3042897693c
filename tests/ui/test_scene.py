"""The scene: what eases, what the water says, and what is really painted, read from its pixels."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from coherence.model import BreathPattern, LinkState, PaceChanged
from coherence.sessions.view import Floats, SessionView
from coherence.ui.sample import SampleSession, Script
from coherence.ui.scene import water
from coherence.ui.scene.backdrop import LIGHT_STEPS, Backdrop
from coherence.ui.scene.easing import eased, eased_light, smooth
from coherence.ui.scene.layout import PRACTICE, WELCOME, Layout
from coherence.ui.scene.pixels import pixels_of
from coherence.ui.scene.scene import Scene
from coherence.ui.scene.staging import REST_VOLUME, Staging
from coherence.ui.scene.state import HeartLine, SceneState
from coherence.ui.scene.water import WaterLine, curve, height_of, level_of, presence_of
from coherence.ui.theme import DUSK, MORNING, Theme, contrast, rgb

# --- easing ---------------------------------------------------------------------------------------


def test_light_grows_in_four_seconds_and_fades_three_times_slower() -> None:
    assert eased_light(0.0, 1.0, 4.0) == pytest.approx(0.95, abs=0.001)
    assert eased_light(1.0, 0.0, 4.0) > 0.36
    assert eased_light(1.0, 0.0, 12.0) == pytest.approx(0.05, abs=0.001)


def test_easing_does_not_depend_on_the_frame_rate() -> None:
    by_frames = 0.2
    for _ in range(60):
        by_frames = eased(by_frames, 0.9, 1 / 30, 4.0)
    assert by_frames == pytest.approx(eased(0.2, 0.9, 2.0, 4.0))
    assert eased(0.3, 0.9, 0.0, 4.0) == pytest.approx(0.3)
    assert [smooth(x) for x in (-1.0, 0.0, 1.0, 9.0)] == [0.0, 0.0, 1.0, 1.0]


# --- water ----------------------------------------------------------------------------------------


def _view(t_s: Floats, hr_bpm: Floats, now_s: float, **changed: object) -> SessionView:
    """A view of beats we chose, all else from the sample."""
    blank = SampleSession(start_s=now_s, length_s=1.0).tick()
    facts: dict[str, object] = {
        "now_s": now_s,
        "t_s": t_s,
        "hr_bpm": hr_bpm,
        "rr_ms": 60000.0 / hr_bpm,
        "flagged": np.zeros(len(t_s), np.bool_),
        "segment": np.zeros(len(t_s), np.int64),
    }
    return replace(blank, **{**facts, **changed})  # type: ignore[arg-type]


def _breathing(now_s: float, swing_bpm: float, mean_bpm: float = 64.0) -> tuple[Floats, Floats]:
    t_s = np.arange(max(0.0, now_s - 100.0), now_s, 0.93)
    return t_s, mean_bpm + swing_bpm * np.sin(2 * np.pi * t_s / 10.0)


def test_height_is_the_deviation_over_the_wider_of_six_bpm_and_its_95th_percentile() -> None:
    t_s, hr_bpm = _breathing(200.0, swing_bpm=12.0)
    level = level_of(_view(t_s, hr_bpm, 200.0))
    last = hr_bpm[t_s > 140.0]
    assert level is not None
    assert level.mean_bpm == pytest.approx(last.mean())
    assert level.span_bpm == pytest.approx(np.quantile(np.abs(last - last.mean()), 0.95))
    assert level.span_bpm > 11.0
    small = level_of(_view(*_breathing(200.0, swing_bpm=2.0), 200.0))
    assert small is not None
    assert small.span_bpm == 6.0  # a small swing stays small: it is not blown up
    heights = height_of(np.array([64.0, 67.0, 70.0, 58.0, 200.0]), water.Level(64.0, 6.0))
    assert heights[:4].tolist() == pytest.approx([0.0, 0.5, 1.0, -1.0])
    assert 1.0 < heights[4] <= 1.45


def test_flagged_beats_do_not_move_the_level() -> None:
    t_s, hr_bpm = _breathing(200.0, 8.0)
    flagged = np.zeros(len(t_s), np.bool_)
    flagged[-5] = True
    plain = level_of(_view(t_s, hr_bpm, 200.0, flagged=flagged))
    hr_bpm = hr_bpm.copy()
    hr_bpm[-5] = 160.0
    assert level_of(_view(t_s, hr_bpm, 200.0, flagged=flagged)) == plain
    assert level_of(_view(t_s[:1], hr_bpm[:1], 200.0)) is None


def test_curve_goes_through_its_points_and_follows_a_parabola_exactly() -> None:
    x = np.array([0.0, 0.8, 1.9, 2.7, 3.9, 4.6])
    y = 0.3 * x**2 - x + 0.5
    assert curve(x, y, x) == pytest.approx(y)
    inner = np.linspace(0.8, 3.9, 50)  # where both neighbours are known
    assert curve(x, y, inner) == pytest.approx(0.3 * inner**2 - inner + 0.5)
    assert curve(x, y, np.array([-3.0, 9.0])).tolist() == [y[0], y[-1]]
    assert curve(x[:1], y[:1], inner).tolist() == [y[0]] * 50


def test_line_passes_the_beats_and_stays_level_after_the_last_one() -> None:
    t_s, hr_bpm = _breathing(200.0, 10.0)
    view = _view(t_s, hr_bpm, 201.5)
    line = WaterLine().follow(view)
    level = level_of(view)
    assert line is not None
    assert level is not None
    shown = t_s[t_s > 166.0]
    at_beats = np.interp(shown - 201.5, line.seconds, line.heights)
    assert at_beats == pytest.approx(height_of(hr_bpm[t_s > 166.0], level), abs=0.02)
    tail = line.heights[line.seconds > t_s[-1] - 201.5 + 0.01]
    assert len(tail) > 10
    assert np.ptp(tail) == 0.0  # nothing is extrapolated
    assert line.seconds[-1] == 0.0


def test_nothing_jumps_from_frame_to_frame() -> None:
    """Beats come late and two at a time, a beat is judged late: the line still only flows."""
    t_s, hr_bpm = _breathing(140.0, 10.0)
    t_s, hr_bpm = t_s + 60.0, hr_bpm.copy()
    ectopic = int(np.searchsorted(t_s, 175.0))
    hr_bpm[ectopic] = 95.0
    line_of_heart, before = WaterLine(), None
    steepest, moved = 0.0, 0.0
    for frame in range(30 * 25):
        now_s = 165.0 + frame / 30
        heard = t_s < math.floor(now_s / 1.7) * 1.7  # two beats a notification, up to 1.7 s late
        flagged = np.zeros(int(heard.sum()), np.bool_)
        if now_s > 178.0:
            flagged[ectopic] = True
        line = line_of_heart.follow(_view(t_s[heard], hr_bpm[heard], now_s, flagged=flagged))
        assert line is not None
        at_s = np.arange(now_s - 30.0, now_s - 0.1, 0.1)
        heights = np.interp(at_s, line.seconds + now_s, line.heights)
        if before is not None:
            moved = max(moved, float(np.abs(heights - np.interp(at_s, *before)).max()))
            steepest = max(steepest, abs(float(line.heights[-1]) - before[1][-1]))
        before = (line.seconds + now_s, line.heights)
    # rises take 0.6 s, 18 frames: at the steepest 1.5/18 of the way a frame (plus easing of scale)
    assert moved < 2.9 * 1.5 / 18 * 1.15
    assert steepest < 2.9 * 1.5 / 18


def test_beats_judged_not_normal_are_hollow_and_lie_on_the_line() -> None:
    t_s, hr_bpm = _breathing(200.0, 10.0)
    smooth_bpm, hr_bpm = hr_bpm.copy(), hr_bpm.copy()
    flagged = np.zeros(len(t_s), np.bool_)
    flagged[-8] = True
    hr_bpm[-8] = 150.0
    line = WaterLine().follow(_view(t_s, hr_bpm, 200.0, flagged=flagged))
    level = level_of(_view(t_s, hr_bpm, 200.0, flagged=flagged))
    assert line is not None
    assert level is not None
    assert line.hollow_s.tolist() == pytest.approx([t_s[-8] - 200.0])
    there = height_of(smooth_bpm[-8:-7], level)[0]
    assert line.hollow_heights[0] == pytest.approx(there, abs=0.2)  # straight between neighbours
    assert np.abs(line.heights).max() < 1.2


def test_no_line_across_a_hole_and_rest_within_it() -> None:
    t_s, hr_bpm = _breathing(200.0, 10.0)
    kept = (t_s < 180.0) | (t_s > 188.0)
    t_s, hr_bpm = t_s[kept], hr_bpm[kept]
    segment = (t_s > 184.0).astype(np.int64)
    line = WaterLine().follow(_view(t_s, hr_bpm, 200.0, segment=segment))
    assert line is not None
    at_s = line.seconds + 200.0
    hole = (at_s > t_s[segment == 0][-1]) & (at_s < t_s[segment == 1][0])
    assert line.presence[hole].max() == 0.0
    assert line.presence[(at_s > 170.0) & (at_s < 178.0)].min() == 1.0
    middle = (at_s > 184.0) & (at_s < 186.5)
    assert np.abs(line.heights[middle]).max() < 0.02


@pytest.mark.parametrize(
    "script",
    [Script(), Script(hole_s=(108.0, 116.0)), Script(hole_s=(108.0, 110.5)),
     Script(hole_s=(108.0, 112.3)), Script(flagged_every=9)],
)  # fmt: skip
def test_the_pearl_glides_also_when_beats_return_or_are_set_aside(script: Script) -> None:
    session, line, highest, at = SampleSession(script, start_s=100.0), WaterLine(), [], 100.0
    while at < 125.0:
        session.advance(1 / 30)
        at = session.now_s()
        now = line.follow(session.tick())
        highest.append(0.0 if now is None else float(now.heights[-1]))
    assert np.abs(np.diff(highest)).max() < 0.12  # of ±1: a fresh beat rises no quicker by itself
    assert np.ptp(highest) > 1.0


def test_the_line_lets_go_when_nothing_comes() -> None:
    t_s, segment = np.array([10.0, 11.0]), np.zeros(2, np.int64)
    at_s = np.array([9.0, 10.6, 11.0, 13.4, 14.5, 15.1, 30.0])
    there = presence_of(t_s, segment, at_s)
    assert there[[0, 5, 6]].tolist() == [0.0, 0.0, 0.0]
    assert there[[1, 2, 3]].tolist() == [1.0, 1.0, 1.0]
    assert 0.0 < there[4] < 1.0


# --- staging --------------------------------------------------------------------------------------


def _run(
    session: SampleSession, staging: Staging, seconds: float, **said: object
) -> tuple[SceneState, SessionView]:
    cue = str(said.pop("cue", "Breathe in"))
    for _ in range(round(30 * seconds)):
        session.advance(1 / 30)
        view = session.tick()
        state = staging.state(view, cue=cue, **said)  # type: ignore[arg-type]
    return state, view


def test_moon_and_arc_follow_the_guide() -> None:
    session, staging = SampleSession(), Staging()
    _run(session, staging, 6.0)
    seen_in = seen_out = False
    for _ in range(24):
        state, view = _run(session, staging, 0.5)
        moment = session.guide.at(view.now_s)
        assert moment is not None
        assert state.volume == pytest.approx(moment.volume)
        assert state.arc == pytest.approx(moment.share if moment.inhaling else 1 - moment.share)
        assert state.arc_opacity == 1.0
        seen_in, seen_out = seen_in or moment.inhaling, seen_out or not moment.inhaling
    assert seen_in
    assert seen_out


@pytest.mark.parametrize("rest_s", [0.3, 1.0, 3.0, 15.0])
def test_after_a_rest_the_moon_glides_to_the_guide(rest_s: float) -> None:
    session, staging, seen = SampleSession(start_s=100.0), Staging(), []
    quickest = 0.016  # of the size a frame, at this pace

    def frames(seconds: float) -> None:
        for _ in range(round(seconds * 30)):
            session.advance(1 / 30)
            seen.append(staging.state(session.tick(), cue=""))

    frames(7.0)
    session.pause()
    frames(rest_s)
    session.resume()
    frames(12.0)
    moon = np.array([state.volume for state in seen])
    arc = np.array([state.arc * state.arc_opacity for state in seen])
    assert np.abs(np.diff(moon)).max() < 5 * quickest
    assert np.abs(np.diff(arc)).max() < 5 * quickest
    guided = session.guide.at(session.now_s())
    assert guided is not None
    assert seen[-1].volume == pytest.approx(guided.volume, abs=0.01)  # and is there


def test_the_invitation_is_the_guide_ahead_also_after_a_change_of_pace() -> None:
    session, staging = SampleSession(), Staging()
    for pattern in (None, BreathPattern(4.5), BreathPattern(7.0)):
        if pattern is not None:
            session.guide.feed(PaceChanged(session.now_s(), pattern))
        for _ in range(3):
            state, view = _run(session, staging, 5.0)
            ahead = state.ahead_s >= 0
            wanted = session.guide.volume(state.ahead_s[ahead] + view.now_s)
            assert state.ahead[ahead] == pytest.approx(wanted, abs=1e-9)
            assert state.ahead_s[-1] > 38.0


def test_without_a_guide_the_moon_rests_and_nothing_is_invited() -> None:
    session, staging = SampleSession(), Staging()
    _run(session, staging, 8.0)
    session.let_pace_go()
    halfway, _ = _run(session, staging, 0.4)
    assert 0.0 < halfway.ahead_opacity < 1.0  # it goes gently
    state, _ = _run(session, staging, 6.0)
    assert state.volume == pytest.approx(REST_VOLUME)
    assert state.arc_opacity == state.ahead_opacity == 0.0


def test_no_strap_no_heart() -> None:
    state, _ = _run(SampleSession(), Staging(), 1.0, has_strap=False)
    assert state.heart is None
    assert len(state.ahead) > 100


def test_a_quiet_picture_shows_no_data_and_comes_back() -> None:
    session, staging = SampleSession(Script(light=0.95)), Staging()
    before, _ = _run(session, staging, 20.0, numbers="62 beats a minute")
    assert before.light > 0.9
    state, _ = _run(session, staging, 30.0, quiet=True, numbers="62 beats a minute")
    assert state.heart is None
    assert state.numbers == ""
    assert state.volume == REST_VOLUME
    assert state.arc_opacity == state.ahead_opacity == 0.0
    assert state.light == pytest.approx(0.5, abs=0.02)
    state, _ = _run(session, staging, 10.0)
    assert state.heart is not None
    assert state.heart.presence.max() == 1.0


def test_light_eases_towards_the_view() -> None:
    session, staging = SampleSession(Script(light=1.0)), Staging()
    first, _ = _run(session, staging, 1 / 30)
    assert first.light == 0.5
    grown, _ = _run(session, staging, 4.0)
    assert grown.light == pytest.approx(0.975, abs=0.005)
    session.script.light = 0.0
    fading, _ = _run(session, staging, 4.0)
    assert fading.light > 0.33


def test_cues_change_softly() -> None:
    session, staging = SampleSession(), Staging()
    state, _ = _run(session, staging, 2.0, cue="Breathe in")
    assert (state.cue, state.cue_opacity) == ("Breathe in", 1.0)
    state, _ = _run(session, staging, 0.1, cue="and out")
    assert state.cue == "Breathe in"
    assert state.cue_opacity < 1.0
    state, _ = _run(session, staging, 1.0, cue="and out")
    assert (state.cue, state.cue_opacity) == ("and out", 1.0)


# --- what is painted ------------------------------------------------------------------------------


_SCENES: dict[tuple[str, tuple[int, int]], Scene] = {}


def _picture(state: SceneState, theme: Theme = DUSK, size: tuple[int, int] = (1440, 900)) -> QImage:
    scene = _SCENES.setdefault((theme.name, size), Scene(theme))
    scene.resize(*size)
    if scene.state.light != state.light:
        scene._layout = None  # all plates at once, not one a frame
    scene.show_state(state)
    return scene.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


@pytest.fixture(scope="module", autouse=True)
def _no_scene_outlives_the_tests() -> Iterator[None]:
    yield
    _SCENES.clear()


def _channels(image: QImage) -> Floats:
    packed = pixels_of(image)
    return np.stack([(packed >> shift) & 255 for shift in (16, 8, 0)], axis=-1).astype(float)


@pytest.mark.parametrize("volume", [0.0, 0.4, 1.0])
def test_the_moon_is_as_large_as_the_breath(volume: float) -> None:
    layout = Layout(1440, 900)
    row = _channels(_picture(SceneState(volume=volume, light=0.9)))[round(layout.moon[1])]
    bright = np.flatnonzero(row.sum(axis=1) > 560)
    wanted = (0.085 + (0.195 - 0.085) * volume) * 900
    assert (bright[-1] - bright[0]) / 2 == pytest.approx(wanted, rel=0.04)
    assert (bright[-1] + bright[0]) / 2 == pytest.approx(720, abs=3)


def test_the_arc_fills_from_the_bottom_on_both_sides() -> None:
    layout = Layout(1440, 900)
    picture = _channels(_picture(SceneState(volume=0.2, arc=0.6, arc_opacity=1.0)))
    (x, y), radius = layout.moon, layout.ring_radius
    honey = np.array(rgb(DUSK.breath))

    def lit(degrees: float) -> bool:
        angle = math.radians(degrees)  # from the lowest point
        px, py = x + radius * math.sin(angle), y + radius * math.cos(angle)
        patch = picture[round(py) - 2 : round(py) + 2, round(px) - 2 : round(px) + 2]
        return bool(np.abs(patch - honey).sum(axis=-1).min() < 90)

    for side in (-1, 1):
        assert lit(2.0)
        assert lit(side * 90)
        assert lit(side * 106)
        assert not lit(side * 110)
        assert not lit(side * 170)


def test_reduced_motion_keeps_the_moon_and_moves_only_the_arc() -> None:
    def picture(volume: float, arc: float) -> Floats:
        return _channels(
            _picture(SceneState(volume=volume, arc=arc, arc_opacity=1.0, reduced_motion=True))
        )

    small, large = picture(0.1, 0.3), picture(0.9, 0.3)
    assert (small == large).all()
    moved = np.argwhere((picture(0.1, 0.8) != small).any(axis=-1))
    layout = Layout(1440, 900)
    away = np.hypot(moved[:, 1] - layout.moon[0], moved[:, 0] - layout.moon[1])
    assert len(moved) > 500
    assert np.abs(away - layout.ring_radius).max() < 4.0


def _heart(height: float = 0.8, presence: float = 1.0) -> HeartLine:
    seconds = np.linspace(-36.0, 0.0, 433)
    return HeartLine(seconds, np.full(433, height), np.full(433, presence))


def test_the_heart_is_drawn_where_it_stands_and_only_then() -> None:
    layout = Layout(1440, 900)
    teal = np.array(rgb(DUSK.heart))

    def teal_at(state: SceneState, x: int, height: float) -> bool:
        y = round(layout.horizon - layout.amplitude * height)
        column = _channels(_picture(state))[y - 2 : y + 3, x]
        return bool(np.abs(column - teal).sum(axis=-1).min() < 80)

    assert teal_at(SceneState(heart=_heart(0.8)), 640, 0.8)
    assert teal_at(SceneState(heart=_heart(-0.9)), 640, -0.9)
    assert not teal_at(SceneState(heart=_heart(0.8)), 640, -0.9)
    assert not teal_at(SceneState(heart=_heart(0.8)), 900, 0.8)  # never to the right of now
    assert not teal_at(SceneState(heart=_heart(0.8, presence=0.0)), 640, 0.8)
    assert not teal_at(SceneState(heart=None), 640, 0.8)


def test_the_invitation_is_dotted_to_the_right_only() -> None:
    seconds = np.arange(0.0, 40.0, 0.25)
    flat = SceneState(ahead_s=seconds, ahead=np.full(160, 1.0), ahead_opacity=1.0)
    layout = Layout(1440, 900)
    y = round(layout.horizon - layout.amplitude * 0.72)
    band = _channels(_picture(flat))[y - 1 : y + 2].sum(axis=(0, 2))
    calm = _channels(_picture(SceneState()))[y - 1 : y + 2].sum(axis=(0, 2))
    dots = band - calm > 250
    starts = np.flatnonzero(np.diff(dots.astype(int)) == 1)
    assert starts.min() > 720
    assert 18 <= len(starts) <= 32  # one each 1.1 s, the last ones faint
    assert np.diff(starts).min() > 15


SIZES = [(800, 600), (1440, 900), (1920, 1080), (390, 844), (2560, 1080)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", [DUSK, MORNING])
def test_every_size_paints(size: tuple[int, int], theme: Theme) -> None:
    session, staging = SampleSession(Script(flagged_every=9, hole_s=(285.0, 291.0))), Staging()
    state, _ = _run(session, staging, 3.0, numbers="62 beats a minute · coherence 7 · in rhythm")
    picture = _channels(_picture(state, theme, size))
    assert picture.shape == (size[1], size[0], 3)
    layout = Layout(*size)
    x, y = (round(part) for part in layout.moon)
    assert picture[y, x].sum() > 600  # the moon
    assert layout.ring_radius < min(layout.moon[1], layout.moon[0])
    assert layout.moon[1] + layout.ring_radius < layout.band_top  # never in the water
    below = picture[round(layout.band_bottom) : round(0.93 * size[1])]
    written = np.abs(below - np.median(below, axis=1, keepdims=True)).max(axis=(1, 2)) > 60
    assert written.sum() > 25  # cue and prompt stand there


@pytest.mark.slow
def test_a_4k_window_paints() -> None:
    state, _ = _run(SampleSession(), Staging(), 3.0)
    assert _picture(state, DUSK, (3840, 2160)).width() == 3840


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_plates_are_in_device_pixels(ratio: float) -> None:
    layout = Layout(640, 480, ratio)
    backdrop = Backdrop(DUSK, layout)
    backdrop.turn_to(0.6)
    assert backdrop.empty.width() == math.ceil(640 * ratio)
    assert backdrop.empty.height() == math.ceil(480 * ratio)
    assert backdrop.full.width() == round(backdrop.halo_rect.width() * ratio)
    # the halo joins its surroundings without a seam
    empty, full = _channels(backdrop.empty), _channels(backdrop.full)
    left = round(backdrop.halo_rect.x() * ratio)
    assert np.abs(full[:, 0] - empty[: len(full), left]).max() <= 4


def test_a_change_of_light_costs_one_plate_a_frame() -> None:
    backdrop = Backdrop(DUSK, Layout(800, 600))
    backdrop.turn_to(0.5)
    assert not backdrop.is_turning(0.5)
    assert not backdrop.is_turning(0.5 + 0.4 / LIGHT_STEPS)
    before = _channels(backdrop.empty.copy()).sum()
    calls = 0
    while backdrop.is_turning(0.9):
        backdrop.turn_to(0.9)
        calls += 1
    assert calls == 5  # noticed, then four plates
    assert _channels(backdrop.empty).sum() > before  # more light


def test_no_stars_behind_the_top_bar_and_no_bands_in_the_sky() -> None:
    picture = _channels(Backdrop(DUSK, Layout(1440, 900)).empty)
    top = picture[:70]
    assert np.abs(top - top.mean(axis=1, keepdims=True)).max() <= 3.0
    stars = picture[70:400] - np.median(picture[70:400], axis=1, keepdims=True)
    assert (stars.max(axis=-1) > 40).sum() > 30
    # grain in every row: neighbours differ although the gradient is one of a few levels
    assert (np.abs(np.diff(picture[100:300, :200, 0], axis=1)).mean(axis=1) > 0.3).all()


def test_welcome_frames_the_scene_otherwise() -> None:
    left, middle = Layout(1440, 900, frame=WELCOME), Layout(1440, 900, frame=PRACTICE)
    assert left.moon[0] < 0.3 * 1440 < middle.moon[0]
    assert left.horizon > middle.horizon


@pytest.mark.parametrize("theme", [DUSK, MORNING])
def test_words_can_be_read_in_any_light(theme: Theme) -> None:
    """Worst ratios measured on the scene itself: the cue (40 px) needs 3, all else 4.5."""
    worst = dict.fromkeys(("cue", "prompt", "top"), 21.0)
    scene = Scene(theme)
    scene.resize(1440, 900)
    for light in (0.0, 0.5, 1.0):
        for volume in (0.0, 1.0):
            scene._layout = None  # all plates at once
            scene.show_state(SceneState(light=light, volume=volume, heart=_heart(-1.4)))
            picture = _channels(scene.grab().toImage().convertToFormat(QImage.Format.Format_RGB32))
            places = {
                "cue": (picture[697:745, 480:960], theme.hi),
                "prompt": (picture[757:785, 480:960], theme.mid),
                "top": (picture[30:60, 20:1420], theme.low),
            }
            for name, (ground, words) in places.items():
                pixels = ground.reshape(-1, 3)
                for extreme in (pixels.max(axis=0), pixels.min(axis=0)):
                    colour = "#{:02X}{:02X}{:02X}".format(*(int(part) for part in extreme))
                    worst[name] = min(worst[name], contrast(words, colour))
    assert worst["cue"] >= 3.0, worst
    assert worst["prompt"] >= 4.5, worst
    assert worst["top"] >= 4.5, worst


def test_a_frame_asks_for_no_more_than_moves() -> None:
    """What stands below the words is painted again only when the light turns."""
    scene = Scene(DUSK)
    scene.resize(800, 600)
    scene.set_foot(80)
    scene.show()
    scene.show_state(SceneState(light=0.5))
    QApplication.processEvents()
    scene.grab()
    asked: list[tuple[object, ...]] = []
    scene.update = lambda *rect: asked.append(rect)  # type: ignore[method-assign,assignment]
    scene.show_state(SceneState(light=0.5, volume=0.8))
    scene.show_state(SceneState(light=0.9, volume=0.8))
    assert asked == [(0, 0, 800, 520), ()]


def test_the_moon_tells_a_screen_reader_what_it_is() -> None:
    scene = Scene(DUSK)
    assert scene.accessibleName() == "Breathing guide"
    assert scene.accessibleDescription() == "grows as you breathe in"


def test_the_sample_is_what_it_says() -> None:
    """The sample's swing is the guide's: at 5.5 a minute, and hardly so when it is not faithful."""
    for faithful, least, most in ((1.0, 0.8, 1.0), (0.0, 0.0, 0.3)):
        view = SampleSession(Script(faithful=faithful), start_s=500.0).tick()
        swing = np.corrcoef(view.hr_bpm, view.guide.volume(view.t_s - 1.2))[0, 1]
        assert least <= abs(swing) <= most
    assert SampleSession(Script(link=LinkState.LOST)).tick().link is LinkState.LOST
