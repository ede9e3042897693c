"""One second of a session as a flat row: what `live --json` prints and `analyse` calls ``last``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from coherence.analysis.artifacts import quality_of
from coherence.model import LinkState, Reading, Value

KEYS = (
    "heart_rate_bpm",
    "rmssd_ms",
    "coherence",
    "coherence_ratio",
    "coherence_peak_hz",
    "guide_coherence",
    "breath_coherence",
    "in_rhythm",
    "breaths_per_min",
    "rsa_bpm",
    "artefact_pct",
)
TRUTHS = {"in_rhythm"}  # markers that say yes or no

Plain = str | float | bool | dict[str, str] | None


def plain(key: str, value: Value) -> float | bool | None:
    """A marker's value as JSON has it: a number, a truth or null."""
    if value.value is None:
        return None
    return value.value > 0.5 if key in TRUTHS else round(value.value, 6)


def second_row(t_s: float, values: Mapping[str, Value], link: LinkState) -> dict[str, Plain]:
    """The row of the second ``t_s``; ``reasons`` says why each null is one."""
    reasons = {
        key: reason.value
        for key in KEYS
        if values[key].value is None and (reason := values[key].reason) is not None
    }
    artefacts = values["artefact_pct"]
    quality = None if artefacts.value is None else quality_of(artefacts.value).value
    if artefacts.reason is not None:
        reasons["quality"] = artefacts.reason.value
    row: dict[str, Plain] = {"t_s": t_s}
    row |= {key: plain(key, values[key]) for key in KEYS}
    return row | {"quality": quality, "link": link.value, "reasons": reasons}


def by_second(readings: Iterable[Reading]) -> Iterator[tuple[float, dict[str, Value]]]:
    """Group readings in order of time: (second, values by marker key)."""
    t_s: float | None = None
    values: dict[str, Value] = {}
    for reading in readings:
        if reading.t_s != t_s:
            if t_s is not None:
                yield t_s, values
            t_s, values = reading.t_s, {}
        values[reading.marker] = reading.value
    if t_s is not None:
        yield t_s, values
