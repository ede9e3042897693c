"""From a strap's frames of samples to waveforms on the session clock."""

from __future__ import annotations

from coherence.devices.polar import Features, Kind, Op, Reply, Setting
from coherence.devices.polar_frames import AccelerationFrame, EcgFrame, PulseFrame
from coherence.devices.sample_clock import Chunk, SampleClock
from coherence.model import Signal, Waveform

MG_PER_G = 1000.0
Samples = tuple[float, ...]


class Signals:
    """Feed it what one strap says of its measurements, replies and all, in order of arrival."""

    def __init__(self) -> None:
        self._ecg: SampleClock[Samples] = SampleClock()
        self._acceleration: SampleClock[Samples] = SampleClock()
        self._factor = 1.0

    def feed(
        self, t_s: float, said: Features | Reply | EcgFrame | AccelerationFrame | PulseFrame
    ) -> list[Waveform]:
        """The waveforms that are known now; a few frames later for the first ones."""
        match said:
            case Reply(op=Op.START, kind=Kind.ECG, done=True):
                self._ecg = SampleClock()
            case Reply(op=Op.START, kind=Kind.ACCELERATION, done=True):
                self._acceleration = SampleClock()
                self._factor = said.settings.get(Setting.FACTOR, (1.0,))[0]
            case EcgFrame(stamp_ns, microvolts):
                chunks = self._ecg.feed(t_s, stamp_ns, len(microvolts), microvolts)
                return [_waveform(Signal.ECG, chunk) for chunk in chunks]
            case AccelerationFrame(stamp_ns, xyz):
                unit = self._factor * (MG_PER_G if said.in_g else 1.0)
                mg = tuple(value * unit for row in xyz for value in row)
                chunks = self._acceleration.feed(t_s, stamp_ns, len(xyz), mg)
                return [_waveform(Signal.ACCELERATION, chunk) for chunk in chunks]
            case _:
                pass
        return []

    def cut(self) -> None:
        """The link broke."""
        self._ecg.cut()
        self._acceleration.cut()


def _waveform(signal: Signal, chunk: Chunk[Samples]) -> Waveform:
    return Waveform(chunk.start_s, chunk.rate_hz, signal, chunk.samples, chunk.joined)
