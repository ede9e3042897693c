"""A recording to be summed up, and how: what travels to a worker and may go to another computer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from coherence.model import Arrival


@dataclass(frozen=True, slots=True)
class Asked:
    """How recordings are summed up: whole, by windows, or by the steps of a session."""

    window_s: float | None = None
    step_s: float | None = None  # between the beginnings of windows; a window's length if not said
    by_step: bool = False
    rate_hz: float | None = None  # of files that are a sampled ECG

    def as_json(self) -> dict[str, float | bool | None]:
        return {
            "window_s": self.window_s,
            "step_s": self.step_s if self.step_s is not None else self.window_s,
            "by_step": self.by_step,
            "rate_hz": self.rate_hz,
        }


@dataclass(frozen=True, slots=True)
class Task:
    """One recording. ``arrivals`` are those of a session of our own store; a file is read.

    They can be gone through again and again.
    """

    name: str  # as it is told in the table: a path, a URL, or "session 12"
    fingerprint: str  # another one: the recording has changed
    person: str | None = None
    started_at: str | None = None
    practice: str | None = None
    arrivals: Iterable[Arrival] | None = None
