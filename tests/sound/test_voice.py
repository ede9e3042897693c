"""Voices: clips of one's own are found, brought to one loudness, and missed in one sentence."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
from tests.sound.clips import write_clip
from tests.sound.listening import clicks_db, pitch_hz

from coherence.sound.device import SoundError, decoded
from coherence.sound.kinds import RATE_HZ
from coherence.sound.voice import ClipFolder, Voice, levelled, voices

ENCODED = Path(__file__).with_name("encoded")  # the same tone by flac, lame and oggenc
LINES = [("a-1-1", "hello"), ("a-1-2", "rest"), ("a-2-1", "return")]


def joined() -> None:
    """Wait until nobody reads any more."""
    for thread in threading.enumerate():
        if thread.name == "voice":
            thread.join(10.0)


def test_a_clip_comes_onto_our_grid(tmp_path: Path) -> None:
    clip = decoded(write_clip(tmp_path / "a.wav", seconds=2.0, rate_hz=16_000))
    assert clip.shape == (2 * RATE_HZ, 2)
    assert pitch_hz(clip, 100, 1000) == pytest.approx(440.0, rel=0.01)
    np.testing.assert_array_equal(clip[:, 0], clip[:, 1])


@pytest.mark.parametrize("suffix", [".flac", ".mp3", ".ogg"])
def test_clips_of_other_kinds_are_read(tmp_path: Path, suffix: str) -> None:
    shutil.copy(ENCODED / f"tone{suffix}", tmp_path / f"a-1-1{suffix}")
    clip = ClipFolder(tmp_path)("a-1-1", "hello")
    assert len(clip) == pytest.approx(0.6 * RATE_HZ, abs=0.12 * RATE_HZ)  # MP3 pads its ends
    middle = clip[len(clip) // 4 : -len(clip) // 4]
    assert pitch_hz(middle, 100, 1000) == pytest.approx(440.0, rel=0.01)
    assert 0.05 < middle.std() < 0.2


@pytest.mark.parametrize("level", [0.01, 0.1, 0.9])
def test_quiet_and_loud_clips_come_to_about_one_loudness(level: float) -> None:
    t_s = np.arange(2 * RATE_HZ) / RATE_HZ
    tone = level * np.sin(2 * np.pi * 440 * t_s)
    tone[RATE_HZ // 2 : RATE_HZ] = 0.0  # a pause between two words does not count
    made = levelled(np.repeat(tone.astype(np.float32)[:, None], 2, axis=1))
    spoken = made[RATE_HZ:].std()
    assert spoken == pytest.approx(0.08 if level > 0.05 else 6 * level / 2**0.5, rel=0.05)
    assert np.abs(made).max() <= 0.6
    assert abs(made[0, 0]) < 1e-3
    assert abs(made[-1, 0]) < 1e-2


def test_a_clip_that_is_cut_hard_begins_and_ends_softly() -> None:
    harsh = np.full((RATE_HZ, 2), 0.3, np.float32)
    padded = np.pad(levelled(harsh), ((4800, 4800), (0, 0)))
    assert clicks_db(padded) < -60.0
    assert clicks_db(np.pad(harsh, ((4800, 4800), (0, 0)))) > -60.0


def test_silence_and_hours_are_taken_as_they_are() -> None:
    assert not levelled(np.zeros((100, 2), np.float32)).any()
    assert len(levelled(np.zeros((0, 2), np.float32))) == 0
    assert len(levelled(np.full((70 * RATE_HZ, 2), 0.1, np.float32))) == 60 * RATE_HZ


def test_voices_are_folders_with_clips(tmp_path: Path) -> None:
    write_clip(tmp_path / "Anna" / "a-1-1.wav")
    write_clip(tmp_path / "Ben" / "x.MP3")
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("")
    assert voices(tmp_path) == ("Anna", "Ben")
    assert voices(tmp_path / "nowhere") == ()


def test_all_there_is_no_trouble(tmp_path: Path) -> None:
    for name, _ in LINES:
        write_clip(tmp_path / f"{name}.wav")
    voice, ready = Voice("Anna", LINES, ClipFolder(tmp_path)), []
    voice.start(lambda: ready.append(1))
    joined()
    assert [voice.clip(name) is not None for name, _ in LINES] == [True] * 3
    assert len(ready) == 3
    assert voice.trouble is None
    assert voice.clip("of another practice") is None


def test_a_missing_and_a_broken_clip_are_told_once_in_one_sentence(tmp_path: Path) -> None:
    write_clip(tmp_path / "a-1-1.wav")
    (tmp_path / "a-1-2.wav").write_bytes(b"RIFF and nothing else")
    voice = Voice("Anna", LINES, ClipFolder(tmp_path))
    voice.read()
    assert voice.clip("a-1-1") is not None
    assert voice.clip("a-1-2") is None
    assert voice.trouble == (
        "The voice Anna leaves out 2 of 3 lines (a-1-2.wav is no sound that can be read, for one): "
        "they are shown all the same."
    )


def test_lines_of_another_practice_are_read_as_well(tmp_path: Path) -> None:
    for name in ("a-1-1", "b-1-1"):
        write_clip(tmp_path / f"{name}.wav", seconds=0.1)
    voice = Voice("Anna", LINES[:1], ClipFolder(tmp_path))
    voice.start(lambda: None)
    voice.also([("a-1-1", "hello"), ("b-1-1", "here")])
    joined()
    voice.read()
    assert voice.clip("a-1-1") is not None
    assert voice.clip("b-1-1") is not None
    assert voice.trouble is None


def test_one_missing_clip_is_named(tmp_path: Path) -> None:
    voice = Voice("Anna", LINES[:1], ClipFolder(tmp_path))
    voice.read()
    assert voice.trouble == (
        "The voice Anna leaves out 1 of 1 lines (there is no a-1-1.wav): it is shown all the same."
    )


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 100, b"OggS" + b"\xff" * 500, b"ID3" + b"x" * 900]
)
def test_any_bytes_are_a_clip_or_one_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(content)
    with pytest.raises(SoundError, match=r"^a\.mp3 is no sound that can be read\.$"):
        decoded(path)


def test_a_clip_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.wav").mkdir()
    with pytest.raises(SoundError, match="cannot be read"):
        decoded(tmp_path / "a.wav")


def test_closing_stops_the_reading(tmp_path: Path) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(name: str, text: str) -> np.ndarray:
        begun.set()
        go_on.wait(10.0)
        return np.zeros((10, 2), np.float32)

    voice = Voice("slow", LINES, slow)
    voice.start(lambda: None)
    assert begun.wait(10.0)
    voice.close()
    go_on.set()
    joined()
    assert voice.clip("a-1-2") is None
    assert voice.trouble is None
