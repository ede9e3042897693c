"""A long session of a strap that turns out, late, to fill in intervals."""

import numpy as np

from coherence.devices import heart_rate
from coherence.devices.heart_rate import HeartRateMeasurement
from coherence.model import (
    BreathPattern,
    End,
    Ended,
    LinkChanged,
    LinkState,
    Notification,
    Origin,
    PaceChanged,
    SessionRecord,
)


def strap_session(seconds, seed=2):
    """A session with a guide that comes and goes, whose strap turns out to fill in intervals."""
    rng = np.random.default_rng(seed)
    yield LinkChanged(0.0, "AA", LinkState.STREAMING)
    for second in range(1, seconds):
        if second % 900 == 200:
            yield PaceChanged(float(second), BreathPattern(6.0))
        if second % 900 == 700:
            yield PaceChanged(float(second), None)
        filled = second > 0.7 * seconds and second % 20 == 0
        ticks = 700 if filled else int(920 + 40 * np.sin(second / 2) + rng.normal(0, 9))
        payload = heart_rate.encode(HeartRateMeasurement(round(61440 / ticks), rr_ticks=(ticks,)))
        yield Notification(second + rng.uniform(0, 0.1), "AA", heart_rate.CHARACTERISTIC, payload)
    yield Ended(float(seconds))


def recorded(seconds):
    return SessionRecord(
        id=0, started_at="2026-03-01T22:00:00+01:00", duration_s=seconds, practice="free",
        origin=Origin.STRAP, end=End.ENDED, app_version="1", strap="Polar H10",
    )  # fmt: skip
