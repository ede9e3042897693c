"""The beats of a recording and their verdicts, without its readings: where those are not needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from coherence.analysis.artifacts import BeatJudge
from coherence.analysis.beat_log import BeatLog
from coherence.analysis.series import NNSeries
from coherence.devices.decoder import StrapDecoder
from coherence.model import Arrival, Beat, Event, Quirk
from coherence.pacing import BreathGuide
from coherence.sessions.beat_times import BeatTimes
from coherence.sessions.strap_watch import QuirkLog


def heard(arrivals: Iterable[Arrival]) -> tuple[NNSeries, BreathGuide]:
    """Fold ``arrivals``: the same beats as ``SessionTracker`` has, and the guide that ran."""
    judge, log, guide = BeatJudge(), BeatLog(), BreathGuide()

    def guided() -> Iterator[Arrival]:
        for arrival in arrivals:
            guide.feed(arrival)
            yield arrival

    for event in events_of(guided()):
        if isinstance(event, Beat):
            log.extend(judge.feed(event))
    log.extend(judge.flush())
    return log.series(), guide


def quirks_of(arrivals: Iterable[Arrival]) -> QuirkLog:
    """What is false of a strap's beats, as it is known once all has arrived."""
    decoder, found = StrapDecoder(), QuirkLog()
    for arrival in arrivals:
        for event in decoder.feed(arrival):
            if isinstance(event, Quirk):
                found.take(event)
    return found


def events_of(arrivals: Iterable[Arrival]) -> Iterator[Event]:
    """What happened, as ``SessionTracker`` takes it: beats timed by R waves, if they may."""
    decoder, times = StrapDecoder(), BeatTimes()
    heard_s = 0.0  # when the last beat arrived
    for arrival in arrivals:
        for event in decoder.feed(arrival):
            for told in times.feed(event, arrival.t_s):
                heard_s = arrival.t_s if isinstance(told, Beat) else heard_s
                yield told
    for event in decoder.flush():
        yield from times.feed(event, heard_s)
    yield from times.flush()
