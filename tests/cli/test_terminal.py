"""The picture in the terminal: always the same rows, whatever is in it; it never scrolls."""

import asyncio
import io
import itertools
import json
from collections.abc import Iterator

import pytest
from rich.console import Console

from coherence.cli.terminal import (
    JsonLines,
    Picture,
    PlainWords,
    Screen,
    breath_bar,
    light_style,
    water,
)
from coherence.devices import heart_rate
from coherence.devices.heart_rate import HeartRateMeasurement
from coherence.devices.sources import Pushed, Put
from coherence.model import LinkChanged, LinkState, Notification
from coherence.practice.library import practices
from coherence.sessions.live import ToldClock
from coherence.sessions.opening import FromStrap, FromWearer, OpenSession
from coherence.sessions.strap_watch import StrapState
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


# --- a real strap ---------------------------------------------------------------------------------


class Told:
    """A strap whose arrivals are told by hand, on a clock that is, too."""

    def __init__(self) -> None:
        self.session = OpenSession(
            FromStrap("a", "Polar H10 1", lambda clock: Pushed(self._run)), None
        )
        self.session.live._clock = self.clock = ToldClock()

    async def _run(self, put: Put) -> None:
        await asyncio.Event().wait()

    def link(self, state: LinkState) -> None:
        self.session._feed.put(LinkChanged(self.clock.t_s, "a", state))

    def beat(self) -> None:
        said = HeartRateMeasurement(60, True, rr_ticks=(1024,))
        frame = heart_rate.encode(said)
        put = self.session._feed.put
        put(Notification(self.clock.t_s, "a", heart_rate.CHARACTERISTIC, frame))

    def story(self, screen: Screen) -> None:
        """Looked for, found, heard, away, back."""
        link = {
            0: LinkState.LOOKING, 3: LinkState.CONNECTING, 4: LinkState.LISTENING,
            40: LinkState.LOST, 41: LinkState.LOOKING, 48: LinkState.LISTENING,
        }  # fmt: skip
        for second in range(60):
            self.clock.t_s = float(second)
            if second in link:
                self.link(link[second])
            if 6 <= second < 40 or second > 49:
                self.beat()
            screen.show(self.session.advance())


@pytest.fixture
def told() -> Iterator[Told]:
    made = Told()
    yield made
    made.session.close()


def test_json_says_where_the_strap_stands_also_while_no_beats_come(told, capsys):
    told.story(JsonLines(told.session))
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    states = [state for state, _ in itertools.groupby(row["strap"] for row in rows)]
    before = ["looking", "connecting", "listening", "found", "steady"]
    assert states == [*before, "away", "listening", "back", "steady"]
    assert all(list(row) == list(rows[0]) for row in rows)  # one shape
    away = [row for row in rows if row["strap"] == "away"]
    assert len(away) >= 3
    assert {row["heart_rate_bpm"] for row in away} == {None}
    assert {row["reasons"]["heart_rate_bpm"] for row in away} == {"no_data"}
    steady = [row for row in rows if row["strap"] == "steady"]
    assert {row["heart_rate_bpm"] for row in steady} == {60.0}
    assert all(row["quirks"] == [] for row in rows)
    seconds = [row["t_s"] for row in rows]
    assert seconds[-1] >= 56.0


def test_plain_words_say_each_state_at_once(told, capsys):
    told.story(PlainWords(told.session))
    lines = capsys.readouterr().err.splitlines()
    said = [line.split("  ")[1].split(".")[0].rstrip("…") for line in lines]
    assert [word for word, _ in itertools.groupby(said)] == [
        words.STRAPS[state]
        for state in (
            StrapState.LOOKING, StrapState.CONNECTING, StrapState.LISTENING, StrapState.FOUND,
            StrapState.STEADY, StrapState.AWAY, StrapState.LISTENING, StrapState.BACK,
            StrapState.STEADY,
        )
    ]  # fmt: skip
