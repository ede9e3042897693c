"""The system's voice: found by looking, run without a shell, ended when it is to end."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from tests.sound.clips import write_clip

from coherence.sound import system_voice
from coherence.sound.device import SoundError
from coherence.sound.kinds import RATE_HZ
from coherence.sound.system_voice import FILE, SAPI, Aloud, Speaker, SystemVoice, find_speaker

posix = pytest.mark.skipif(os.name != "posix", reason="makes small programs")


def program(folder: Path, name: str, text: str) -> Path:
    """A program of ours in the place of the system's."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!{sys.executable}\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_each_system_has_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there: set[str] = set()
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}" if name in there else None)
    assert [find_speaker(platform=p) for p in ("darwin", "win32", "linux")] == [None] * 3
    there |= {"say", "powershell", "spd-say"}
    mac, windows, linux = (find_speaker(platform=p) for p in ("darwin", "win32", "linux"))
    assert mac is not None
    assert mac.arguments[0] == "/bin/say"
    assert mac.arguments[-2:] == ("-f", "-")  # the text comes on stdin
    assert FILE in mac.arguments
    assert windows is not None
    assert windows.arguments[-1] == SAPI
    assert "ReadToEnd" in SAPI
    assert linux is not None
    assert linux.aloud
    there |= {"espeak", "espeak-ng"}
    better = find_speaker("de", platform="linux")
    assert better is not None
    assert (better.label, better.aloud) == ("espeak-ng", False)
    assert better.arguments[1:3] == ("-v", "de")


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
@pytest.mark.parametrize(
    "text", ["Feel your feet", "--help", "; rm -rf $HOME `true`", "<speak>", "ä"]
)
def test_espeak_speaks_whatever_the_line_says(text: str) -> None:
    speaker = find_speaker(platform="linux")
    assert speaker is not None
    clip = SystemVoice(speaker)("a-1-1", text)
    assert 0.2 * RATE_HZ < len(clip) < 10 * RATE_HZ
    assert 0.05 < np.abs(clip).max() <= 0.6


@posix
def test_what_it_writes_becomes_a_clip_and_nothing_stays(tmp_path: Path) -> None:
    write_clip(tmp_path / "spoken.wav")
    copies = program(
        tmp_path, "speaks",
        "import os, shutil, sys\n"
        f"open({str(tmp_path / 'heard')!r}, 'w').write(sys.stdin.read())\n"
        f"shutil.copy({str(tmp_path / 'spoken.wav')!r}, sys.argv[1])\n"
        f"open({str(tmp_path / 'where')!r}, 'w').write(os.environ['COHERENCE_VOICE_FILE'])",
    )  # fmt: skip
    clip = SystemVoice(Speaker("ours", (str(copies), FILE)))("a", "Ruhe und Wärme")
    assert len(clip) == pytest.approx(1.5 * RATE_HZ, abs=8)
    assert (tmp_path / "heard").read_text() == "Ruhe und Wärme"
    assert not Path((tmp_path / "where").read_text()).parent.exists()


@posix
@pytest.mark.parametrize(
    "text", ["pass", "import sys; sys.exit(3)", "open(__import__('sys').argv[1], 'w')"]
)
def test_one_that_fails_is_told(tmp_path: Path, text: str) -> None:
    fails = program(tmp_path, "fails", text)
    with pytest.raises(SoundError):
        SystemVoice(Speaker("ours", (str(fails), FILE)))("a", "hello")


def test_one_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SoundError, match="ours cannot be run"):
        SystemVoice(Speaker("ours", (str(tmp_path / "nothing"), FILE)))("a", "hello")


@posix
def test_one_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_voice, "LONGEST_S", 0.3)
    hangs = program(tmp_path, "hangs", "import time; time.sleep(60)")
    with pytest.raises(SoundError, match="does not answer"):
        SystemVoice(Speaker("ours", (str(hangs), FILE)))("a", "hello")


@posix
def test_closing_ends_what_runs(tmp_path: Path) -> None:
    hangs = program(tmp_path, "hangs", "import time; time.sleep(60)")
    voice, failed = SystemVoice(Speaker("ours", (str(hangs), FILE))), []

    def speak() -> None:
        try:
            voice("a", "hello")
        except SoundError as error:
            failed.append(str(error))

    thread = threading.Thread(target=speak)
    thread.start()
    end_s = time.monotonic() + 10.0
    while voice._running is None:
        assert time.monotonic() < end_s
        time.sleep(0.01)
    process = voice._running
    voice.close()
    thread.join(10.0)
    assert not thread.is_alive()
    assert process.poll() is not None
    assert failed == ["ours said nothing"]


@posix
def test_one_that_speaks_aloud_is_never_two(tmp_path: Path) -> None:
    said = tmp_path / "said"
    script = f"import sys, time\nopen({str(said)!r}, 'a').write(sys.argv[-1] + '|')\ntime.sleep(60)"
    speaker = Speaker("ours", (str(program(tmp_path, "aloud", script)),), aloud=True)
    assert len(SystemVoice(speaker)("a", "one two three")) == pytest.approx(1.86 * RATE_HZ, abs=9)
    aloud = Aloud(speaker)
    aloud.say("--first")
    first, end_s = aloud._running, time.monotonic() + 10.0
    while not said.exists() or not said.read_text():
        assert time.monotonic() < end_s
        time.sleep(0.01)
    aloud.say("second")
    assert first is not None
    assert first.poll() is not None
    second = aloud._running
    aloud.hush()
    assert second is not None
    assert second.poll() is not None
    assert said.read_text().startswith("--first|")
    Aloud(Speaker("gone", (str(tmp_path / "nothing"),), aloud=True)).say("nobody hears it")
