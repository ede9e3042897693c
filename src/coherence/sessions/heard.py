"""The beats of a recording and their verdicts, without its readings: where those are not needed."""

from __future__ import annotations

from collections.abc import Iterable

from coherence.analysis.artifacts import BeatJudge
from coherence.analysis.series import BeatLog, NNSeries
from coherence.devices.decoder import StrapDecoder
from coherence.model import Arrival, Beat, Event
from coherence.pacing import BreathGuide


def heard(arrivals: Iterable[Arrival]) -> tuple[NNSeries, BreathGuide]:
    """Fold ``arrivals``: the same beats as ``SessionTracker`` has, and the guide that ran."""
    decoder, judge, log, guide = StrapDecoder(), BeatJudge(), BeatLog(), BreathGuide()

    def take(events: Iterable[Event]) -> None:
        for event in events:
            if isinstance(event, Beat):
                log.extend(judge.feed(event))

    for arrival in arrivals:
        guide.feed(arrival)
        take(decoder.feed(arrival))
    take(decoder.flush())
    log.extend(judge.flush())
    return log.series(), guide
