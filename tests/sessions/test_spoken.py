"""Who speaks: a folder of clips, the system's voice, or one sentence on why nobody does."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.sound.clips import write_clip

from coherence.practice.library import practice
from coherence.practice.practices import scaled
from coherence.sessions import spoken as spoken_module
from coherence.sessions.cue_sheet import line_names
from coherence.sessions.spoken import SYSTEM, spoken_by
from coherence.sound.device import SoundError
from coherence.sound.system_voice import Speaker

WHOLE = practice("soothing_rhythm")


def test_clips_of_ones_own_keep_their_names_in_another_length(tmp_path: Path) -> None:
    for name in line_names(WHOLE).values():
        write_clip(tmp_path / "Anna" / f"{name}.wav", seconds=0.1)
    for plan in (WHOLE, scaled(WHOLE, 5), scaled(WHOLE, 20)):
        made = spoken_by("Anna", tmp_path, plan, WHOLE)
        made.voice.read()
        assert made.voice.trouble is None
        shown = [prompt.text for step in plan.steps for prompt in step.prompts]
        assert all(made.voice.clip(made.names[text]) is not None for text in shown)


def test_a_voice_without_clips_is_told(tmp_path: Path) -> None:
    (tmp_path / "Anna").mkdir()
    with pytest.raises(SoundError, match="no clips of the voice Anna") as told:
        spoken_by("Anna", tmp_path, WHOLE, WHOLE)
    assert str(tmp_path) in str(told.value)


def test_no_voice_leaves_the_folder(tmp_path: Path) -> None:
    write_clip(tmp_path / "elsewhere" / "a.wav")
    with pytest.raises(SoundError):
        spoken_by("../elsewhere", tmp_path / "voices", WHOLE, WHOLE)


def test_a_system_without_a_voice_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spoken_module, "find_speaker", lambda language: None)
    with pytest.raises(SoundError, match="This system has no voice"):
        spoken_by(SYSTEM, tmp_path, WHOLE, WHOLE)


def test_a_voice_that_speaks_by_itself_is_ended_with_the_practice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaker = Speaker("spd-say", ("sleep",), aloud=True)
    monkeypatch.setattr(spoken_module, "find_speaker", lambda language: speaker)
    made = spoken_by(SYSTEM, tmp_path, WHOLE, WHOLE)
    assert made.aloud is not None
    made.aloud.say("60")
    running = made.aloud._running
    made.close()
    if running is not None:  # there is no such program on every system
        assert running.poll() is not None


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_the_systems_voice_speaks_every_line() -> None:
    made = spoken_by(SYSTEM, Path(), scaled(WHOLE, 5), WHOLE)
    made.voice.read()
    assert made.voice.trouble is None
    assert all(made.voice.clip(name) is not None for name, _ in made.voice._lines)


def test_without_miniaudio_that_is_what_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "miniaudio", None)
    with pytest.raises(SoundError, match="coherence-hrv"):
        spoken_by(SYSTEM, tmp_path, WHOLE, WHOLE)
