"""The live plot screen: what it draws is what the session says, in both themes, at any size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea
from tests.ui.desk import Key, let_go, unnamed

from coherence.analysis.markers import LIVE
from coherence.model import Reason, Value
from coherence.practice.library import practice
from coherence.sessions.opening import FromWearer
from coherence.sessions.tracker import SessionTracker
from coherence.sessions.view import SessionView
from coherence.ui import heart_ink
from coherence.ui.heart_card import HeartCard
from coherence.ui.live_loop import PracticeRun
from coherence.ui.live_plots import LivePlots
from coherence.ui.plots import MOST_POINTS, thinned
from coherence.ui.theme import DUSK, MORNING, Theme

SEEN = 12  # of 255: less is rounding


@pytest.fixture(scope="module")
def view() -> SessionView:
    source, plan = FromWearer("practised", seed=3), practice("soothing_rhythm")
    run = PracticeRun(source, plan, store=None, loop=None, speed=None)
    while run.now_s() < 260.0:
        run.tick()
    run.mark("kind voice")
    seen = run.tick()
    run.close()
    return seen


@pytest.fixture(params=[DUSK, MORNING], ids=["dusk", "morning"])
def plots(request: pytest.FixtureRequest) -> Iterator[LivePlots]:
    made = LivePlots(request.param)
    made.show()
    yield made
    let_go(made)


def ink(image: QImage, ground: str) -> float:
    """The share of pixels that are not the ground."""
    wide = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(wide.constBits(), np.uint32).reshape(wide.height(), -1)
    return float(np.mean((pixels & 0xFFFFFF) != int(ground[1:], 16)))


def test_the_curves_are_the_session_s(plots: LivePlots, view: SessionView) -> None:
    plots.show_view(view)
    shown = plots.heart.ink.beats
    near = view.t_s > view.now_s - 130.0
    np.testing.assert_array_equal(shown.t_s, view.t_s[near])
    np.testing.assert_array_equal(shown.bpm, view.hr_bpm[near])
    np.testing.assert_array_equal(shown.kept, ~view.flagged[near])
    _, score = plots.coherence.curve.getData()
    known = view.history["coherence"][~np.isnan(view.history["coherence"])]
    assert np.nanmax(score) <= 10.0
    assert (np.diff(known) > 0).any()
    assert np.argmax(score[~np.isnan(score)]) == np.argmax(known)
    _, claim = plots.coherence.claim.getData()
    assert np.isfinite(claim).sum() == (view.history["in_rhythm"] == 1.0).sum() > 20
    assert len(plots.coherence.moment_lines) == 1
    f_hz, power = plots.spectrum.curve.getData()
    assert abs(f_hz[np.argmax(power)] - 5.5 / 60) < 0.006  # the wearer follows 5.5 a minute


def test_a_high_score_alone_is_not_called_in_rhythm(view: SessionView) -> None:
    plots = LivePlots(DUSK)
    unpaced = {key: column.copy() for key, column in view.history.items()}
    unpaced["in_rhythm"][:] = 0.0
    plots.show_view(replace(view, history=unpaced))
    _, claim = plots.coherence.claim.getData()
    assert not np.isfinite(claim).any()
    items = plots.coherence.plot.getPlotItem().items
    said = " ".join(item.toPlainText() for item in items if hasattr(item, "toPlainText"))
    assert "slow and even" in said
    assert "rhythm" not in said
    let_go(plots)


def test_odd_beats_are_hollow_and_outside_the_line(plots: LivePlots, view: SessionView) -> None:
    flagged = view.flagged.copy()
    flagged[-20] = True
    plots.show_view(replace(view, flagged=flagged, flagged_total=1))
    assert not plots.heart.ink.beats.kept[-20]
    (middle,) = plots.heart.ink._at(view.t_s[[-20]], on_the_line(view, -20))
    picture = plots.heart.ink._picture.toImage()
    ground = QColor(plots._theme.surface)
    assert picture.pixelColor(middle.toPoint()) == ground
    beside = picture.pixelColor(round(middle.x() - 5.5), round(middle.y()))
    assert beside != ground
    assert beside.alpha() > 100
    assert "1 set aside" in plots.signal.words.text()


def on_the_line(view: SessionView, i: int) -> np.ndarray:
    around = [i - 1, i + 1]
    return np.interp(view.t_s[[i]], view.t_s[around], view.hr_bpm[around])


def test_the_line_does_not_cross_a_gap(plots: LivePlots, view: SessionView) -> None:
    segment = view.segment.copy()
    segment[-30:] += 1
    whole = picture_of(plots.heart, view)
    plots.heart.beats = -1
    with_gap = picture_of(plots.heart, replace(view, segment=segment))
    across = np.flatnonzero(apart(whole, with_gap).any(axis=0))
    a, b = plots.heart.ink._at(view.t_s[[-31, -30]], view.hr_bpm[[-31, -30]])
    assert a.x() - 3 <= across.min()
    assert across.max() <= b.x() + 3
    assert np.ptp(across) > 0.5 * (b.x() - a.x())


def picture_of(heart: HeartCard, view: SessionView) -> np.ndarray:
    """The kept picture of heart and guide: rows, columns, four channels."""
    heart.show_view(view)
    image = heart.ink._picture.toImage()
    pixels = np.frombuffer(image.constBits(), np.uint8)
    return pixels.reshape(image.height(), -1, 4).astype(np.int16)


def apart(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Which pixels differ so that one might see it."""
    return np.abs(a - b).max(axis=2) > SEEN


def heart_card() -> HeartCard:
    made = HeartCard(DUSK)
    made.resize(880, 330)
    made.show()
    return made


def test_a_kept_picture_that_is_added_to_is_that_of_one_drawn_at_once() -> None:
    """Through a lost beat, one set aside after it was drawn, a pause, and other axes."""
    run = PracticeRun(
        FromWearer("practised", seed=5), practice("soothing_rhythm"), store=None, loop=None,
        speed=None,
    )  # fmt: skip
    kept = heart_card()
    while run.now_s() < 150.0:
        run.tick()
    beats, odd_s, places = 0, np.inf, set()
    while run.now_s() < 260.0:
        view = run.tick()
        if 200.0 < run.now_s() < 203.0 and not run.paused:
            run.pause()
        elif run.now_s() > 206.0 and run.paused:
            run.resume()
        if view.beats == beats:
            continue
        beats = view.beats
        if odd_s == np.inf and run.now_s() > 175.0:
            odd_s = view.t_s[-1]
        odd = view.flagged | ((view.t_s == odd_s) & (view.now_s > odd_s + 2.5))
        segment = view.segment + (view.t_s > 181.0)
        view = replace(view, flagged=odd, segment=segment)
        grown = picture_of(kept, view)
        places.add((kept._place, kept._between))
        if beats % 9 == 0 or 175.0 < run.now_s() < 183.0 or 201.0 < run.now_s() < 209.0:
            fresh = heart_card()
            fresh._place = kept._place
            assert not apart(grown, picture_of(fresh, view)).any()
            let_go(fresh)
    assert len(places) > 1
    let_go(kept)
    run.close()


def test_a_beat_draws_only_what_is_new(view: SessionView, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    lines = heart_ink._lines
    monkeypatch.setattr(
        heart_ink, "_lines", lambda at, joined: drawn.append(int(joined.sum())) or lines(at, joined)
    )
    heart = heart_card()
    heart.show_view(replace(view, now_s=float(view.t_s[-2]), t_s=view.t_s[:-1], **cut(view)))
    at_once = sum(drawn[-2:])
    drawn.clear()
    heart.show_view(view)
    assert 0 < sum(drawn) < 0.15 * at_once
    let_go(heart)


def cut(view: SessionView) -> dict[str, object]:
    """All about beats without the last one."""
    names = ("hr_bpm", "rr_ms", "flagged", "segment")
    return {"beats": view.beats - 1} | {name: getattr(view, name)[:-1] for name in names}


def test_before_the_first_beat_nothing_is_drawn_and_it_is_said(plots: LivePlots) -> None:
    plots.show_view(SessionTracker().view(0.0), has_strap=True)
    assert plots.signal.words.text() == "No beat has come yet."
    assert not plots.heart.ink.beats.t_s.size
    assert not plots.heart.ink._picture.toImage().pixelColor(400, 50).alpha()


def test_a_number_that_is_not_there_says_why(plots: LivePlots, view: SessionView) -> None:
    gone = dict(view.values) | {"rmssd_ms": Value(None, Reason.GAP)}
    plots.show_view(replace(view, values=gone))
    tile = plots._tiles["rmssd_ms"]
    assert tile.accessibleDescription() == "– a gap in the beats"


@pytest.mark.parametrize("to", [MORNING, DUSK, replace(MORNING, text_scale=1.5)])
def test_another_theme_draws_all_anew(plots: LivePlots, view: SessionView, to: Theme) -> None:
    plots.show_view(view)
    plots.set_theme(to)
    plots.show_view(view)
    QApplication.processEvents()
    assert plots.heart.ink.beats.t_s.size > 50
    for plot in (plots.heart.plot, plots.coherence.plot, plots.spectrum.plot):
        assert ink(plot.grab().toImage(), to.surface) > 0.01
    picture = plots.grab().toImage()
    assert picture.pixelColor(2, picture.height() - 2).name().upper() == to.bg.upper()


def test_all_has_a_name_and_the_plots_a_summary(plots: LivePlots, view: SessionView) -> None:
    plots.show_view(view)
    QApplication.processEvents()
    assert unnamed(plots) == []
    assert "coherence" in plots.heart.plot.accessibleDescription()
    plots.show_view(replace(view, now_s=view.now_s + 31.0, values={}))
    assert "coherence 9" not in plots.heart.plot.accessibleDescription()


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_nothing_is_squeezed_in_a_small_window(view: SessionView, scale: float) -> None:
    plots = LivePlots(replace(DUSK, text_scale=scale))
    plots.resize(820, 560)
    plots.show()
    plots.show_view(view)
    QApplication.processEvents()
    area = plots.findChild(QScrollArea)
    assert area is not None
    assert area.widget().width() <= area.viewport().width()
    for tile in plots._tiles.values():
        assert tile.height() >= tile.sizeHint().height()
    for plot in (plots.heart.plot, plots.coherence.plot, plots.spectrum.plot):
        assert plot.height() >= 150 * scale
    let_go(plots)


@pytest.mark.parametrize("key", [Key.Key_Escape, Key.Key_L])
def test_a_key_closes_it(plots: LivePlots, key: Key) -> None:
    QTest.keyClick(plots, key)
    assert not plots.isVisible()


def test_hours_are_thinned_and_keep_their_extremes() -> None:
    rng = np.random.default_rng(1)
    t, y = np.arange(36_000.0), rng.normal(size=36_000)
    y[100:200] = np.nan
    thin_t, thin_y = thinned(t, y)
    assert len(thin_t) <= 1.1 * MOST_POINTS
    assert np.nanmax(thin_y) == np.nanmax(y)
    assert np.nanmin(thin_y) == np.nanmin(y)
    assert (np.diff(thin_t) >= 0).all()


def test_no_tile_shows_what_is_not_for_a_client(plots: LivePlots) -> None:
    """The window opens from the client's own screen too."""
    for_client = {marker.key for marker in LIVE if marker.for_client}
    assert set(plots._tiles) <= for_client
