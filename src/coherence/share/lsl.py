"""Lab Streaming Layer: intervals, heart rate and coherence, for other programs to take along."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Self

from coherence.model import JudgedBeat, Reading, Verdict
from coherence.sessions.tracker import SessionTracker
from coherence.share.only_here import NotKeptHere, can_keep_here, keep_here, open_sockets
from coherence.translation import _

# Discovery by loopback alone. The data port has no such setting: see only_here.
HERE_ALONE = """\
[ports]
IPv6 = disable
[multicast]
ResolveScope = machine
ListenAddress = 127.0.0.1
AddressesOverride = {127.0.0.1}
[log]
level = -3
"""
QUIET = "[log]\nlevel = -3\n"
IRREGULAR = 0.0


class LslError(Exception):
    """Streaming could not begin: one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream: its channels by name and unit. ``keys`` are the markers in them."""

    name: str
    kind: str
    rate_hz: float
    channels: tuple[tuple[str, str], ...]
    keys: tuple[str, ...] = ()


BEATS = Stream("coherence RR", "RR", IRREGULAR, (("RR interval", "ms"), ("normal", "1 yes, 0 no")))
HEART_RATE = Stream("coherence HR", "HR", IRREGULAR, (("heart rate", "bpm"),), ("heart_rate_bpm",))
COHERENCE = Stream(
    "coherence", "coherence", IRREGULAR,
    (("coherence", "0 to 1"), ("with the guide", "0 to 1"), ("in rhythm", "1 yes, 0 no")),
    ("coherence", "guide_coherence", "in_rhythm"),
)  # fmt: skip
STREAMS = (BEATS, HEART_RATE, COHERENCE)


class LslStreams:
    """Three outlets while a session runs; a context manager.

    Beats are told once they are judged, two beats later, with the time at which they were; numbers
    once a second, NaN where there is none. No name of anybody and no strap's address goes along;
    the protocol itself tells this computer's name. With ``network`` others may listen, too.
    """

    def __init__(self, *, network: bool = False) -> None:
        """Open the outlets. Raises ``LslError``."""
        if not network and not can_keep_here():
            raise LslError(
                _(
                    "On this system an LSL stream cannot be kept on this computer: everybody on "
                    "its network could read it. If that is meant, say --lsl-network."
                )
            )
        pylsl = _pylsl()
        before = open_sockets() if can_keep_here() else frozenset()
        _configure(pylsl, network=network)
        self._clock = pylsl.local_clock
        self._outlets = {each: _outlet(pylsl, each) for each in STREAMS}
        self._told = 0
        if not network:
            try:
                keep_here(before)
            except NotKeptHere as error:
                self._outlets.clear()
                raise LslError(
                    _(
                        "The LSL stream could not be kept on this computer ({why}). If others on "
                        "its network may read it, say --lsl-network."
                    ).format(why=error)
                ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._outlets.clear()  # closes them

    def show(self, tracker: SessionTracker, readings: Iterable[Reading], now_s: float) -> None:
        """Send on what is new at ``now_s`` of the session."""
        ahead_s = self._clock() - now_s  # both clocks run evenly: it stays the same but for jitter
        for judged in self._new_beats(tracker):
            sample = [judged.beat.rr_ms, float(judged.verdict is Verdict.NORMAL)]
            self._outlets[BEATS].push_sample(sample, judged.beat.t_s + ahead_s)
        seconds: dict[float, dict[str, float]] = {}
        for reading in readings:
            value = reading.value.value
            told = math.nan if value is None else value
            seconds.setdefault(reading.t_s, {})[reading.marker] = told
        for t_s, values in seconds.items():
            for stream in (HEART_RATE, COHERENCE):
                sample = [values.get(key, math.nan) for key in stream.keys]
                self._outlets[stream].push_sample(sample, t_s + ahead_s)

    def _new_beats(self, tracker: SessionTracker) -> list[JudgedBeat]:
        new = tracker.judged[self._told :]
        self._told = len(tracker.judged)
        return new


def _pylsl() -> Any:
    try:
        return import_module("pylsl")
    except (ImportError, RuntimeError) as error:  # RuntimeError: without its own library
        raise LslError(
            _(
                "For LSL streams coherence needs pylsl: install it with "
                "pip install 'coherence-hrv[lsl]'."
            )
        ) from error


def _configure(pylsl: Any, *, network: bool) -> None:
    """Before anything else is asked of the library: it looks at its settings once."""
    pylsl.set_config_content(QUIET if network else HERE_ALONE)


def _outlet(pylsl: Any, stream: Stream) -> Any:
    info = pylsl.StreamInfo(
        stream.name, stream.kind, len(stream.channels), stream.rate_hz, "double64",
        f"coherence-{stream.kind}",
    )  # fmt: skip
    channels = info.desc().append_child("channels")
    for label, unit in stream.channels:
        channel = channels.append_child("channel")
        channel.append_child_value("label", label)
        channel.append_child_value("unit", unit)
    return pylsl.StreamOutlet(info)
