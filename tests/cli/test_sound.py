"""`coherence sound`: the file holds the practice, and nothing half-written stays."""

from __future__ import annotations

import os
import signal
import time
import wave
from pathlib import Path

import numpy as np
import pytest
from tests.cli.shell import ended, started
from tests.sound.clips import write_clip
from tests.sound.listening import loudness, pitch_hz

from coherence.cli.sound import in_minutes
from coherence.model import BreathPattern, PaceChanged
from coherence.pacing import BreathGuide
from coherence.practice.library import practice, practices
from coherence.sessions.cue_sheet import line_names
from coherence.storage.places import places


def read(path: Path) -> np.ndarray:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, 48_000)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2) / 32767.0


def test_the_file_follows_the_breath(coherence, tmp_path):
    out = tmp_path / "a.wav"
    done = coherence("sound", "--out", out, "--minutes", "1", "--json")
    assert (done.status, done.err.strip()) == (0, "")
    (said,) = done.rows()
    assert said == {"file": str(out), "practice": "soothing_rhythm", "kind": "waves"} | {
        "seconds": 60.0, "peak": said["peak"], "pace": [{"t_s": 9.0, "breaths_per_min": 5.5}],
    }  # fmt: skip
    samples = read(out)
    assert len(samples) == pytest.approx(68.4 * 48_000, abs=1)
    assert np.abs(samples[-480:]).max() < 1e-3  # the last tone is heard to its end, not cut off
    assert np.abs(samples[66 * 48_000 : 67 * 48_000]).max() > 0.003
    assert np.abs(samples).max() == pytest.approx(said["peak"], abs=1e-4)
    assert 0.2 < said["peak"] < 0.95
    guide = BreathGuide()
    guide.feed(PaceChanged(9.0, BreathPattern(5.5)))
    t_s, loud = loudness(samples, 0.4)
    in_breath_s = (t_s - 9.0) % (60 / 5.5)
    alone = ((t_s > 12) & (t_s < 32)) | ((t_s > 37) & (t_s < 53)) & (
        in_breath_s > 0
    )  # no tone rings
    assert np.corrcoef(loud[alone], guide.volume(t_s)[alone])[0, 1] > 0.95


def test_words_say_what_was_written(coherence, tmp_path):
    done = coherence("sound", "--out", tmp_path / "b.wav", "--minutes", "0.2", "--kind", "bowl")
    assert done.status == 0
    assert done.out == ""
    assert done.said() == f"Wrote {tmp_path / 'b.wav'}: Soothing rhythm, 0.2 min, bowl."
    assert [each.name for each in tmp_path.iterdir()] == ["b.wav"]


@pytest.mark.parametrize("minutes", [0.1, 1.0, 5.0, 12.0])
@pytest.mark.parametrize("whole", practices(), ids=lambda p: p.key)
def test_it_takes_as_long_as_asked(whole, minutes):
    assert in_minutes(whole, minutes).seconds == pytest.approx(60.0 * minutes, abs=0.5)
    assert len(in_minutes(whole, minutes).steps) == len(whole.steps)
    assert in_minutes(whole, None) == whole


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--out", "a.mp3"), "let a.mp3 end in it"),
        (("--out", "a"), "let a end in it"),
        (("--out", "a.wav", "--practice", "juggling"), "soothing_rhythm"),
        (("--out", "a.wav", "--minutes", "0"), "--minutes"),
        (("--out", "a.wav", "--kind", "drums"), "waves"),
        ((), "--out"),
    ],
)
def test_wrong_use_is_told(coherence, tmp_path, monkeypatch, arguments, says):
    monkeypatch.chdir(tmp_path)
    done = coherence("sound", *arguments)
    assert done.status == 2
    assert says in done.err
    assert list(tmp_path.glob("a*")) == []


def test_what_is_there_is_not_replaced_unasked(coherence, tmp_path):
    out = tmp_path / "mine.wav"
    out.write_bytes(b"dear to me")
    assert coherence("sound", "--out", out, "--minutes", "0.1").status == 2
    assert out.read_bytes() == b"dear to me"
    assert coherence("sound", "--out", out, "--minutes", "0.1", "--force").status == 0
    assert len(read(out)) > 48_000


def test_a_place_that_cannot_be_written_is_told(coherence, tmp_path):
    (tmp_path / "file").write_text("")
    done = coherence("sound", "--out", tmp_path / "file" / "a.wav", "--minutes", "0.1")
    assert done.status == 3
    assert "in the way" in done.said()


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_ctrl_c_leaves_nothing_half_written(tmp_path):
    process = started("sound", "--out", tmp_path / "a.wav", "--minutes", "240")
    end_s = time.monotonic() + 30.0
    while not any(each.stat().st_size > 1_000_000 for each in tmp_path.iterdir()):
        assert time.monotonic() < end_s
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    done = ended(process)
    assert done.status == 130
    assert "Traceback" not in done.err
    assert list(tmp_path.iterdir()) == []


def test_each_step_is_told_by_a_tone(coherence, tmp_path):
    out = tmp_path / "g.wav"
    asked = ("--practice", "grounding", "--minutes", "1")
    assert coherence("sound", "--out", out, *asked).status == 0
    samples, whole = read(out), in_minutes(practice("grounding"), 1.0)
    t_s, loud = loudness(samples, 0.25)
    begun_s = [1.0, *np.cumsum([step.seconds for step in whole.steps])]
    for at_s in begun_s:  # no guide: nothing is heard but these tones
        assert loud[(t_s > at_s) & (t_s < at_s + 1.0)].max() > 0.01
        assert loud[(t_s > at_s - 1.0) & (t_s < at_s - 0.3)].max(initial=0.0) < 1e-3


def test_lines_name_what_is_to_be_recorded(coherence):
    done = coherence("sound", "--lines", "--practice", "grounding")
    assert done.status == 0
    named = [line.split("\t") for line in done.out.splitlines()]
    assert named[0][0] == "grounding-1-1"
    assert named[0][1] == practice("grounding").steps[0].prompts[0].text
    (said,) = coherence("sound", "--lines", "--practice", "grounding", "--json").rows()
    assert list(said.items()) == [tuple(each) for each in named]


def test_a_voice_speaks_in_the_file_and_what_it_leaves_out_is_told(coherence, tmp_path):
    own = places().voices / "Anna"
    names = list(line_names(practice("grounding")).values())
    for name in names[:-1]:
        write_clip(own / f"{name}.wav")
    asked = ("--practice", "grounding", "--minutes", "1", "--voice", "Anna", "--kind", "bowl")
    out = tmp_path / "a.wav"
    done = coherence("sound", "--out", out, *asked)
    assert done.status == 0
    told, wrote = done.err.splitlines()
    assert told.startswith("The voice Anna leaves out 1 of ")
    assert wrote.startswith("Wrote ")
    samples, first = read(out), in_minutes(practice("grounding"), 1.0).steps[0].prompts[0]
    t_s, loud = loudness(samples, 0.1)
    assert loud[(t_s > 0.2) & (t_s < 0.9)].max() == 0.0
    spoken = samples[round((first.at_s + 0.3) * 48_000) : round((first.at_s + 1.2) * 48_000)]
    assert pitch_hz(spoken, 380, 500) == pytest.approx(440, rel=0.01)


def test_a_voice_that_is_not_there_is_told(coherence, tmp_path):
    done = coherence("sound", "--out", tmp_path / "a.wav", "--voice", "Nobody")
    assert done.status == 3
    assert "no clips of the voice Nobody" in done.said()
    assert list(tmp_path.glob("*.wav")) == []
