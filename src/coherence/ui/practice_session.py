"""What the practice window asks of a session that runs, whatever it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from coherence.practice.guiding import Guiding, Way
from coherence.practice.practices import Practice
from coherence.sessions.view import SessionView


class PracticeSession(Protocol):
    """A session as the window drives it: ``tick`` once a frame; the rest is what people do."""

    has_strap: bool

    @property
    def session_id(self) -> int | None: ...  # where it is kept, if it is
    @property
    def practice(self) -> Practice | None: ...
    @property
    def steps(self) -> tuple[str, ...]: ...  # titles
    @property
    def guiding(self) -> Guiding | None: ...  # how the breath guide is led, to look at
    @property
    def whole(self) -> bool: ...  # the practice came to its end by itself
    @property
    def step_index(self) -> int: ...
    @property
    def seconds_left(self) -> float | None: ...
    @property
    def trouble(self) -> str | None: ...  # one sentence from the record or the source
    @property
    def banner(self) -> str | None: ...  # "Simulated wearer": what is not a strap says so
    @property
    def ended(self) -> bool: ...
    @property
    def fresh_s(self) -> Sequence[float]: ...  # when a radio heard what the last tick took in
    @property
    def waits(self) -> bool: ...  # whether a radio has heard what no tick has taken in
    def now_s(self) -> float: ...
    def tick(self) -> SessionView: ...  # takes in what has come
    def prompt(self, now_s: float) -> tuple[str, float] | None: ...  # text, opacity
    def pause(self) -> None: ...
    def resume(self) -> None: ...
    def end(self) -> None: ...
    def change_pace(self, delta_per_min: float) -> None: ...
    def let_pace_go(self) -> None: ...
    def choose_way(self, way: Way) -> None: ...
    def mark_breath(self) -> None: ...
    def turn_to(self, practice: Practice) -> None: ...
    def mark(self, label: str) -> None: ...
