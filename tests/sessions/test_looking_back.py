"""A stored session laid out: the same numbers as live, kept apart by step."""

import json

import numpy as np
import pytest

from coherence.devices.simulator import wearer
from coherence.model import Ended, Moment, Reason
from coherence.practice.library import practice
from coherence.practice.practices import scaled
from coherence.sessions.looking_back import looked_back
from coherence.sessions.opening import FromWearer, OpenSession
from coherence.sessions.summary import (
    rhythm_read,
    summary_of,
    summary_read,
    summary_text,
    tracker_of,
)
from coherence.sessions.trace import trace


@pytest.fixture(scope="module")
def came():
    kept = []
    plan = scaled(practice("soothing_rhythm"), 5)
    session = OpenSession(
        FromWearer("practised", 3), plan, speed=None, sinks=(lambda _, a: kept.append(a),)
    )
    with session:
        while not session.over:
            session.advance()
    return [*kept[:200], Moment(kept[199].t_s, "hand on heart"), *kept[200:]]


def test_it_is_the_fold_and_nothing_else(came):
    found = looked_back(came)
    tracker, _ = trace(came)
    np.testing.assert_array_equal(found.coherence, tracker.history.columns["coherence"])
    np.testing.assert_array_equal(found.beats.rr_ms, tracker.log.series().rr_ms)
    assert found.moments == ((came[200].t_s, "hand on heart"),)


def test_steps_hold_what_may_be_said_of_them(came):
    found = looked_back(came)
    guided = [step for step in found.steps if step.guided]
    own = [step for step in found.steps if not step.guided]
    assert guided
    assert own
    for step in guided:
        assert step.numbers["rmssd_ms"].reason is Reason.PACED
        assert step.numbers["rsa_bpm"].value is not None
    assert all(a.to_s == b.from_s for a, b in zip(found.steps, found.steps[1:], strict=False))
    assert found.steps[-1].to_s == pytest.approx(found.duration_s)


def test_the_spectrum_over_time_has_its_ridge_at_the_pace(came):
    found = looked_back(came)
    guided = next(step for step in found.steps if step.guided and step.key == "compassion")
    at = np.argmin(np.abs(found.spectrum_t_s - guided.to_s))
    row = found.spectrum[at]
    moment = found.tracker.guide.at(guided.to_s - 1.0)
    assert moment is not None
    peak_hz = found.spectrum_hz[np.nanargmax(row)]
    pace = moment.breath.pattern.breaths_per_min
    assert 60.0 * peak_hz == pytest.approx(pace, abs=0.6)
    assert np.nanmax(row) == 1.0


def test_a_summary_keeps_rest_and_guided_apart_and_a_small_picture(came):
    tracker = tracker_of(came)
    numbers = summary_of(tracker)
    assert {"resting_heart_rate_bpm", "resting_rmssd_ms", "paced_rsa_bpm"} <= numbers.keys()
    assert "paced_rmssd_ms" not in numbers
    assert numbers["paced_rsa_bpm"] > 3.0
    text = summary_text(tracker)
    assert summary_read(text) == json.loads(json.dumps(numbers))
    picture = rhythm_read(text)
    assert len(picture) == 48
    lows, highs = zip(*[pair for pair in picture if pair], strict=True)
    hr_bpm = 60000.0 / tracker.log.series().nn_ms
    assert min(lows) == round(hr_bpm.min())
    assert max(highs) == round(hr_bpm.max())


def test_next_to_nothing_can_be_looked_back_on(came):
    for arrivals in ([], [Ended(0.0)], list(wearer(seed=1, seconds=10.0))):
        found = looked_back(arrivals)
        assert len(found.spectrum_t_s) == 0
        assert rhythm_read(summary_text(found.tracker)) is not None
    assert rhythm_read("{}") == rhythm_read("no json") == []
