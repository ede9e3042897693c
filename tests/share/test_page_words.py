"""The page's colours are the window's, and it speaks the session's language."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields

import pytest

from coherence.share.page import Words, assets
from coherence.ui import words
from coherence.ui.theme import DUSK, MORNING, Theme


@pytest.mark.parametrize("theme", [DUSK, MORNING])
def test_colours_are_those_of_the_theme(theme: Theme) -> None:
    css = assets(Words())["/page.css"].body.decode()
    block = re.search(
        r":root \{(.*?)\}" if theme.dark else r'data-theme="morning"\] \{(.*?)\}', css, re.S
    )
    assert block is not None
    found = dict(re.findall(r"--([a-z-]+(?:-\d)?): (#[0-9A-F]{6})", block[1]))
    for name in ("bg", "hi", "mid", "low", "heart", "breath", "therapist", "focus"):
        assert found[name] == getattr(theme, name), name
    assert found["orb-core"] == theme.orb_core
    assert found["halo-outer"] == theme.halo_outer
    for name in ("sky", "water", "light"):
        stops = getattr(theme, name)
        assert tuple(found[f"{name}-{i}"] for i in range(len(stops))) == stops


def test_words_are_those_of_the_window() -> None:
    said = Words()
    assert said.breathe_in == words.CUE_IN
    assert said.breathe_out == words.CUE_OUT
    assert (said.moon_name, said.moon_description) == (words.MOON_NAME, words.MOON_DESCRIPTION)


def test_the_page_speaks_german_where_the_session_does() -> None:
    code = (
        "from coherence.translation import use; use('de')\n"
        "from coherence.share.page import Words, assets\n"
        "print(assets(Words())['/'].body.decode())"
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert '<html lang="de"' in done.stdout
    assert 'data-breathe-in="Atme ein"' in done.stdout
    english = Words()
    for field in fields(Words):
        assert getattr(english, field.name) not in done.stdout, field.name
    assert "$" not in done.stdout
