"""A therapist's and a client's computer, each with folders and a record of its own."""

from pathlib import Path

import pytest

from coherence.storage.places import Places

PRACTICE = """
key = "{key}"
title = "Evening"
subtitle = "ten quiet minutes"
colour = "breath"
why = "It may help."
without_breath = "Feel your feet."

[[step]]
kind = "soothe"
title = "Soothe"
seconds = 300
breath = {{ per_minute = 5.5, own_pace = true }}

[[step.prompt]]
at = 10
text = "Gentle, not deep"
"""


def home(folder: Path) -> Places:
    return Places(folder, folder, folder / "log")


@pytest.fixture
def therapist(tmp_path: Path) -> Places:
    where = home(tmp_path / "therapist")
    where.practices.mkdir(parents=True)
    (where.practices / "evening.toml").write_text(PRACTICE.format(key="evening"))
    (where.voices / "mine").mkdir(parents=True)
    (where.voices / "mine" / "evening-1-1.wav").write_bytes(wav())
    (where.voices / "mine" / "another-1-1.wav").write_bytes(wav())
    return where


@pytest.fixture
def client(tmp_path: Path) -> Places:
    return home(tmp_path / "client")


def wav(n: int = 400) -> bytes:
    """Silence, as a WAV file."""
    head = b"WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0data"
    body = head + (2 * n).to_bytes(4, "little") + bytes(2 * n)
    return b"RIFF" + len(body).to_bytes(4, "little") + body
