"""From the arrivals of one strap to events, without I/O and without a clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from coherence.devices import battery, heart_rate, intervals, polar, polar_frames
from coherence.devices.beat_clock import BREAKS, BeatClock
from coherence.devices.errors import DecodeError
from coherence.devices.heart_rate import HeartRateMeasurement, in_ms
from coherence.devices.polar_frames import PulseFrame
from coherence.devices.pulse_clock import PulseClock
from coherence.devices.quirks import QuirkFinder
from coherence.devices.signals import Signals
from coherence.model import (
    Arrival,
    Battery,
    Beat,
    ClockMark,
    Ended,
    Event,
    LeftOut,
    LinkChanged,
    Notification,
    QuirkKind,
    Repeated,
    SkinContact,
    Undecodable,
)

Said = (
    HeartRateMeasurement
    | int
    | tuple[float, ...]
    | polar.Features
    | polar.Reply
    | polar_frames.Frame
)

OVERFLOW_TICKS = 0xFFFF  # 64 s

CODECS: Mapping[str, Callable[[bytes], Said]] = {
    heart_rate.CHARACTERISTIC: heart_rate.decode,
    battery.CHARACTERISTIC: battery.decode,
    intervals.CHARACTERISTIC: intervals.decode,  # ours: imported recordings, number for number
    polar.CONTROL: polar.decode_control,
    polar.DATA: polar_frames.decode,
}


class StrapDecoder:
    """Feed it all arrivals of a session in order; it takes up those of one strap.

    Without a ``strap_id`` it takes up whatever strap speaks. A sensor that sends pulse intervals
    has no others that are fit for use: from the first of them on, they alone are the beats.
    """

    def __init__(self, strap_id: str | None = None) -> None:
        self._strap_id = strap_id
        self._clock = BeatClock()
        self._signals = Signals()
        self._pulses: PulseClock | None = None
        self._last: Beat | None = None
        self._quirks = QuirkFinder()
        self._contact: bool | None = None
        self._battery_percent: int | None = None

    def feed(self, arrival: Arrival) -> list[Event]:
        """What this arrival made known. It never raises: a bad frame is an ``Undecodable``."""
        events = self._take(arrival)
        for event in events:
            if isinstance(event, Beat):
                self._last = event
        return events

    def _take(self, arrival: Arrival) -> list[Event]:
        match arrival:
            case Notification() if self._is_ours(arrival.strap_id):
                return self._read(arrival)
            case LinkChanged() if self._is_ours(arrival.strap_id):
                if arrival.state in BREAKS:
                    self._signals.cut()
                    if self._pulses is not None:
                        self._pulses.cut()
                return [*self._clock.link(arrival.state), arrival, *self._quirks.link(arrival)]
            case ClockMark():
                return self._clock.mark(arrival)
            case Ended():
                return self.flush()
            case _:
                return []

    def flush(self) -> list[Event]:
        """What is still held back, when no ``Ended`` comes."""
        return self._clock.flush()

    def _is_ours(self, strap_id: str) -> bool:
        return self._strap_id is None or strap_id == self._strap_id

    def _read(self, heard: Notification) -> list[Event]:
        decode = CODECS.get(heard.characteristic)
        if decode is None:
            return [Undecodable(heard.t_s, heard.characteristic, "no codec reads this")]
        try:
            said = decode(heard.payload)
        except DecodeError as error:
            return [Undecodable(heard.t_s, heard.characteristic, error.reason)]
        match said:
            case HeartRateMeasurement():
                return self._measured(heard, said)
            case int():
                changed = said != self._battery_percent
                self._battery_percent = said
                return [Battery(heard.t_s, said)] if changed else []
            case tuple():
                return self._clock.feed(heard.t_s, said)
            case PulseFrame():
                return self._pulsed(heard.t_s, said)
            case _:
                return [*self._signals.feed(heard.t_s, said)]

    def _pulsed(self, t_s: float, said: PulseFrame) -> list[Event]:
        events: list[Event] = []
        if self._pulses is None:
            events += self._clock.flush()
            beats = [event for event in events if isinstance(event, Beat)]
            self._pulses = PulseClock(after=beats[-1] if beats else self._last)
            events += self._quirks.beats_from_elsewhere(t_s)
        return events + self._pulses.feed(t_s, said.intervals)

    def _measured(self, heard: Notification, said: HeartRateMeasurement) -> list[Event]:
        events: list[Event] = []
        if said.left_over_bytes:  # what could be read is used all the same
            reason = f"bytes left over at the end: {said.left_over_bytes}"
            events.append(Undecodable(heard.t_s, heard.characteristic, reason))
        if said.contact is not None and said.contact != self._contact:
            self._contact = said.contact
            events.append(SkinContact(heard.t_s, said.contact))
        if self._pulses is not None:
            return events
        kept = self._quirks.of_a_heart(_of_a_length(said.rr_ticks))
        extra = len(said.rr_ticks) - len(kept)
        if extra and said.contact is not False:  # else none of them is an interval
            events.append(LeftOut(heard.t_s, extra))
        beats = self._clock.feed(heard.t_s, in_ms(kept), said.heart_rate_bpm, said.contact)
        events += beats
        if not any(isinstance(event, Repeated) for event in beats):
            quirks = self._quirks.feed(heard.t_s, said)
            if any(quirk.kind is QuirkKind.SHORT_EXTRAS for quirk in quirks):
                events += self._clock.catch_up()
            events += quirks
        return events


def _of_a_length(ticks: tuple[int, ...]) -> tuple[int, ...]:
    """Without the largest number there is, which stands for "longer", beside intervals.

    Alone it is kept: a beat is missing then, and the clock sees to that.
    """
    kept = tuple(each for each in ticks if each != OVERFLOW_TICKS)
    return kept if any(kept) else ticks
