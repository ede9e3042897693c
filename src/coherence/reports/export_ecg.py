"""An export of the ECG that came with a session's beats: a row a sample."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from coherence.devices.decoder import StrapDecoder
from coherence.model import Arrival, SessionRecord, Signal, Waveform


def ecg_csv(_: SessionRecord, arrivals: Iterable[Arrival]) -> Iterator[str]:
    """A row a sample: when it was taken on the session's clock, and µV; nothing where none came.

    Where frames were lost the times make a step. A session without an ECG gives the header alone.
    """
    yield "time_s,ecg_uv\n"
    decoder = StrapDecoder()
    for arrival in arrivals:
        for event in decoder.feed(arrival):
            match event:
                case Waveform(t_s, rate_hz, Signal.ECG, samples):
                    yield "".join(
                        f"{t_s + i / rate_hz:.5f},{uv:g}\n" for i, uv in enumerate(samples)
                    )
                case _:
                    pass
