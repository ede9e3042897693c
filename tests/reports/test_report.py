"""The report as plain data: what is told, what is withheld, and in which words."""

import re
from dataclasses import replace

import numpy as np
import pytest
from tests.recorded import intervals_ms, physio
from tests.reports.told import about, practised, real, rmssd, simulated, step_spans

from coherence.model import Ended, Reason, Reflection, StepStarted
from coherence.reports.numbers import NothingFound
from coherence.reports.report import report_of
from coherence.reports.report_steps import Steps
from coherence.reports.report_story import Flow, Mark, story_of
from coherence.sessions.trace import trace

FEELINGS = re.compile(
    r"\b(hard|calm|stress\w*|anxious|relax\w*|happy|sad|good|bad|poor|better|worse|score|goal|"
    r"fail\w*|success\w*|improv\w*|should|must)\b"
)


def said(report):
    """Every word of it that people read."""
    lines = [report.subtitle, report.therapist_subtitle, report.lead, *report.details]
    lines += [*report.own_words, *report.signal, *report.method]
    lines += [part for card in report.cards for part in (card.name, card.value, *card.under)]
    return "\n".join(lines)


def test_steps_have_their_names_and_their_breath():
    steps = simulated().steps
    assert [step.title for step in steps] == ["Arrive", "Soothe", "Safe place", "Meet", "Return"]
    assert [step.paced_per_min for step in steps] == [None, 5.5, 5.5, None, None]


def test_a_session_that_turned_to_another_practice_lends_its_steps_no_wrong_names():
    places = {3: 0, 4: 1}  # as if "Meet" and "Return" had been the first two of another practice
    came = [
        replace(a, index=places.get(a.index, a.index)) if isinstance(a, StepStarted) else a
        for a in practised()
    ]
    titles = [step.title for step in report_of(came, about()).steps]
    assert titles == ["Arrive", "Soothe", "Safe place", "Compassion", "Return"]


def test_markers_of_rest_stand_only_where_the_breath_was_ones_own():
    """The guide's last breath reaches into "Meet"; the number is of the time after it."""
    report, arrivals = simulated(), practised()
    series = trace(arrivals)[0].log.series()
    for step, (from_s, to_s) in zip(report.steps, step_spans(arrivals), strict=True):
        value = step.resting("rmssd_ms")
        if step.title in ("Soothe", "Safe place"):
            assert (value.value, value.reason) == (None, Reason.PACED)
            continue
        begin = from_s + 8.0 if step.title == "Meet" else from_s
        beats = series.window(begin, to_s)
        assert value.value == pytest.approx(rmssd(beats.rr_ms[beats.accepted]), rel=0.05)


def test_the_clients_numbers_compare_rest_with_rest_and_swing_where_it_was_guided():
    cards = {card.name: card for card in simulated().cards}
    assert list(cards) == [
        "Heart rate",
        "Beat to beat, at rest",
        "Swing in each breath",
        "Clear beats",
    ]
    (rest,) = (s for s in simulated().steps if s.title == "Return")
    assert cards["Beat to beat, at rest"].value == f"{rest.resting('rmssd_ms').value:.0f}"
    assert any("likely" in line for line in cards["Beat to beat, at rest"].under)
    assert any("5.5 breaths" in line for line in cards["Swing in each breath"].under)


def test_the_sentences_tell_moments_and_change():
    report = simulated()
    assert report.subtitle.startswith("Thursday 19 November 2026 · 15 minutes · Meeting")
    told = "\n".join(report.details)
    assert "At 6:28 you marked “inner critic”. Coherence " in told
    assert "heart and breath guide were first seen to move together" in told
    assert not FEELINGS.search("\n".join((report.lead, *report.details)))


def flow_of(*levels, marks=(), in_rhythm=False):
    ten = np.repeat(np.array(levels, dtype=float), 120)
    t_s = np.arange(1.0, len(ten) + 1)
    return Flow(t_s, ten, np.full(len(ten), in_rhythm), marks, float(len(ten)))


def story(flow):
    return story_of(flow, Steps("", simulated().steps[:1]))


@pytest.mark.parametrize(
    ("levels", "lead"),
    [
        (
            (2, 2, 4, 7, 7),
            "Your rhythm grew more even: "
            "coherence 2 of 10 in the first three minutes, 7 in the last three.",
        ),
        (
            (7, 7, 4, 2, 2),
            "Your rhythm was more even early on: "
            "coherence 7 of 10 in the first three minutes, 2 in the last three.",
        ),
        (
            (5, 5, 9, 5.5, 5),
            "Your rhythm began and ended much alike: "
            "coherence 5 of 10 in the first three minutes, 5 in the last three.",
        ),
        ((5,), "Your rhythm, as your heart told it: coherence about 5 of 10."),
        ((np.nan,) * 5, "There were too few clear beats in a row to tell how your rhythm went."),
    ],
)
def test_the_leading_sentence_says_what_was_measured(levels, lead):
    assert story(flow_of(*levels))[0] == lead


@pytest.mark.parametrize(
    ("levels", "after"),
    [
        ((6, 3, 6), "Coherence came down from 6 to 3, and was back by 4:01."),
        ((6, 3, 3), "Coherence came down from 6 to 3."),
        ((3, 6, 6), "Coherence went from 3 to 6."),
        ((5, 5.5, 5), "Coherence stayed near 5."),
        ((5, np.nan, 5), "Coherence stayed near 5."),
        ((5, np.nan, np.nan), "Too few clear beats lie around it to say more."),
    ],
)
def test_a_moment_is_told_with_what_coherence_did(levels, after):
    flow = flow_of(*levels, marks=(Mark(120.0, "inner critic", step=False),))
    assert story(flow)[1] == (f"At 2:00 you marked “inner critic”. {after}",)


def test_moments_without_a_name_and_many_of_them():
    marks = tuple(Mark(60.0 * n, "", step=False) for n in range(1, 6))
    told = story(flow_of(5, 5, 5, marks=marks))[1]
    assert told[0].startswith("At 1:00 you marked a moment.")
    assert told[-1] == "You marked 2 more; they stand in the picture."


def test_names_and_words_only_where_they_are_wanted():
    arrivals = practised()[:2000]
    plain = said(report_of(arrivals, about()))
    before, after = Reflection(0.3, 0.5, "a long day"), Reflection(0.6, 0.5, "I can hear it")
    full = said(report_of(arrivals, about(name="Willow", before=before, after=after)))
    for words in ("Willow", "“a long day”", "Body, 0 stirred up to 10 at ease: 3 before, 6 after"):
        assert words not in plain
        assert words in full


def test_it_says_how_it_was_worked_out():
    method = simulated().method
    assert method[-1].startswith("coherence ")
    assert "markers version 1" in method[-1]
    assert "recorded with 0.0.9" in method[-1]
    assert "a simulated wearer" in simulated().subtitle


def test_a_real_recording_of_slow_breathing(data):
    """Slow breath makes RMSSD large by itself, so it is not told to the client as rest."""
    report = real(data)
    (step,) = report.steps
    rr_ms = intervals_ms(physio(data)[0])
    assert step.values["heart_rate_bpm"].value == pytest.approx(60000 / rr_ms.mean(), abs=1.5)
    assert step.slow
    assert "Beat to beat, at rest" not in [card.name for card in report.cards]
    assert "No guide was recorded here" in "\n".join(report.method)
    peak_hz = report.spectra[0].hz[np.argmax(report.spectra[0].psd)]
    assert peak_hz == pytest.approx(0.1, abs=0.015)


def test_the_line_of_the_heart_never_crosses_a_beat_that_was_set_aside(data):
    line = real(data).heart
    assert len(line.aside_t_s) == real(data).steps[0].set_aside > 0
    for t_s in line.aside_t_s:
        after = np.searchsorted(np.nan_to_num(line.t_s, nan=-1.0), t_s)
        known = np.flatnonzero(line.t_s < t_s)
        assert np.isnan(line.t_s[known[-1] + 1]), after


def test_without_a_heartbeat_there_is_nothing_to_tell():
    with pytest.raises(NothingFound, match="no heartbeat"):
        report_of([Ended(10.0)], about())


def test_a_short_session_is_told_as_far_as_it_goes():
    report = report_of(practised()[:60], about())
    assert report.lead.startswith("There were too few clear beats")
    assert len(report.minutes) == 1
