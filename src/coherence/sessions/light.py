"""Light: where the moon's light is heading and the word for it, stepped every five seconds."""

from __future__ import annotations

from collections.abc import Mapping

from coherence.analysis.artifacts import quality_of
from coherence.analysis.coherence_ratio import RHYTHM_TEN, SETTLING_TEN, ten_point
from coherence.analysis.guide_coherence import AmplitudeRange
from coherence.analysis.light import light_level
from coherence.model import Quality, Reason, Value
from coherence.sessions.view import Band

EVERY_S = 5
FELL_S = 15.0  # for so long it is said that something moved through
SLOW_HZ = 0.15  # 9 a minute: a quicker wave is not called slow
ORDER = (Band.LISTENING, Band.ARRIVING, Band.SETTLING, Band.SLOW_EVEN, Band.IN_RHYTHM)


class Light:
    """What the last values mean for the picture. ``usual`` is the person's own range."""

    def __init__(self, usual: AmplitudeRange | None = None) -> None:
        self.level = 0.5
        self.band = Band.LISTENING
        self.quality: Quality | None = None
        self.fell = False
        self._usual = usual
        self._fell_s = -FELL_S

    def update(self, t_s: float, values: Mapping[str, Value]) -> None:
        """Take in the values of the second ``t_s``."""
        artefact_pct = values["artefact_pct"].value
        self.quality = None if artefact_pct is None else quality_of(artefact_pct)
        if t_s % EVERY_S == 0:
            self.level = light_level(values, self._usual)
            before, self.band = self.band, band_of(values, self.level)
            if ORDER.index(self.band) < ORDER.index(before) and self.band is not Band.LISTENING:
                self._fell_s = t_s
        self.fell = t_s - self._fell_s < FELL_S and self.band is not Band.IN_RHYTHM


def band_of(values: Mapping[str, Value], level: float) -> Band:
    """The word for one second's values. The breath is named only by the claim of science 3.2b."""
    if values["in_rhythm"].value == 1.0:
        return Band.IN_RHYTHM
    share, coherence = values["guide_coherence"], values["coherence"].value
    if share.reason is Reason.NOT_PACED:
        if coherence is None:
            return Band.LISTENING
        peak_hz = values["coherence_peak_hz"].value
        if ten_point(coherence) >= RHYTHM_TEN and peak_hz is not None and peak_hz <= SLOW_HZ:
            return Band.SLOW_EVEN
        return Band.ARRIVING
    if share.value is None:
        return Band.ARRIVING if coherence is not None else Band.LISTENING
    return Band.SETTLING if 10.0 * level >= SETTLING_TEN else Band.ARRIVING
