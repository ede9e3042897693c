"""The picture in the terminal: always the same rows, whatever is in it; it never scrolls."""

import io
from collections.abc import Iterator

import pytest
from rich.console import Console

from coherence.cli.terminal import Picture, PlainWords, breath_bar, light_style, water
from coherence.practice.library import practices
from coherence.sessions.opening import FromWearer, OpenSession
from coherence.ui import words


@pytest.fixture
def session() -> Iterator[OpenSession]:
    plan = next(each for each in practices() if each.key == "soothing_rhythm")
    with OpenSession(FromWearer(), plan, speed=None, seconds=400) as opened:
        yield opened


def _console(width: int, height: int, **options: object) -> Console:
    return Console(
        file=io.StringIO(), force_terminal=True, width=width, height=height, legacy_windows=False,
        color_system="truecolor", **options,
    )  # fmt: skip


def _rows(picture: Picture, session: OpenSession, width: int, height: int) -> list[str]:
    console = Console(file=io.StringIO(), width=width, height=height)
    view = session.live.tracker.view(session.live.now_s())
    console.print(picture.picture(view, width, height))
    return console.file.getvalue().rstrip("\n").split("\n")


@pytest.mark.parametrize(("width", "height"), [(80, 24), (40, 12)])
def test_each_thing_keeps_its_row_through_a_whole_practice(session, width, height):
    picture = Picture(session, _console(width, height))
    counts, heads, seen = set(), set(), ""
    while not session.over:
        session.advance()
        if int(session.live.now_s()) % 11 == 0:
            rows = _rows(picture, session, width, height)
            counts.add(len(rows))
            heads.add(next(i for i, row in enumerate(rows) if "Simulated" in row))
            assert all(len(row) <= width for row in rows)
            seen += "\n".join(rows)
    assert max(counts) <= height
    assert len(heads) == 1
    for said in ("Breathe in", "and out", "━", "█", "In rhythm", "beats a minute"):
        assert said in seen


def test_no_colour_is_heeded_and_the_other_page_is_left_again(session, monkeypatch):
    for _ in range(60):
        session.advance()
    monkeypatch.setenv("NO_COLOR", "1")
    plain = _console(80, 24)
    with Picture(session, plain) as picture:
        picture.show([])
    said = plain.file.getvalue()
    assert "Ctrl-C ends" in said
    assert "38;2;" not in said
    assert said.index("\x1b[?1049h") < said.index("Ctrl-C") < said.index("\x1b[?1049l")
    monkeypatch.delenv("NO_COLOR")
    coloured = _console(80, 24)
    with Picture(session, coloured) as picture:
        picture.show([])
    assert "38;2;" in coloured.file.getvalue()


def test_the_breath_grows_evenly_and_stays_in_the_middle():
    widths = [len(breath_bar(v / 100, 40)) for v in range(101)]
    assert widths == sorted(widths)
    assert (widths[0], widths[-1]) == (2, 40)
    assert all(width % 2 == 0 for width in widths)
    assert len({breath_bar(v / 100, 40) for v in range(101)}) == 40


def test_water_is_blank_before_there_is_a_heart_and_fills_its_rows_afterwards(session):
    view = session.live.tracker.view(0.0)
    assert water(view, 3, 20) == [" " * 20] * 3
    while session.live.now_s() < 120.0:
        session.advance()
    rows = water(session.live.tracker.view(session.live.now_s()), 4, 60)
    assert [len(row) for row in rows] == [60] * 4
    assert " " not in rows[-1]
    assert set("".join(rows)) <= set(" ▁▂▃▄▅▆▇█")


def test_the_light_goes_from_dusk_to_gold():
    assert light_style(0.0).color != light_style(1.0).color
    assert light_style(-1.0) == light_style(0.0)
    assert light_style(2.0) == light_style(1.0)


@pytest.mark.parametrize("screen", [PlainWords, Picture])
def test_what_is_not_for_a_client_is_withheld(session, screen, monkeypatch):
    for _ in range(320):
        session.advance()
    known = session.live.tracker.view(session.live.now_s()).values
    assert "activation_index" in known
    seen = []
    monkeypatch.setattr(words, "state_words", lambda view, **_: seen.append(view) or "calm")
    with screen(session, *([_console(80, 24)] if screen is Picture else [])) as shown:
        shown.show([])
    assert seen
    for view in seen:
        assert set(known) - set(view.values) == {"activation_index"}
