"""One second of a session as a flat row: what `live --json` prints and `analyse` calls ``last``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from coherence.analysis.artifacts import quality_of
from coherence.analysis.markers import MARKERS, likely_range
from coherence.model import LinkState, Reading, Value
from coherence.sessions.strap_watch import StrapNow

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

ROWS = {marker.key: marker for marker in MARKERS}

Plain = str | float | bool | dict[str, str] | dict[str, dict[str, object]] | None


def plain(key: str, value: Value) -> float | bool | None:
    """A marker's value as JSON has it: a number, a truth or null."""
    if value.value is None:
        return None
    return value.value > 0.5 if key in TRUTHS else round(value.value, 6)


def uncertainties(values: Mapping[str, Value]) -> dict[str, dict[str, object]]:
    """What is known of how far numbers can be trusted, by marker key; the sure ones are left out.

    ``likely``: where it would lie over five minutes (of a swing: over many breaths), 95 %;
    ``noise_floor``: what noise alone would give; ``low_confidence``: true, where it is doubtful.
    """
    found: dict[str, dict[str, object]] = {}
    for key, value in values.items():
        said: dict[str, object] = {}
        if (likely := likely_range(ROWS[key], value)) is not None:
            said["likely"] = [round(end, 6) for end in likely]
        if value.floor is not None:
            said["noise_floor"] = round(value.floor, 6)
        if value.value is not None and value.low_confidence:
            said["low_confidence"] = True
        if said:
            found[key] = said
    return found


def second_row(t_s: float, values: Mapping[str, Value], link: LinkState) -> dict[str, Plain]:
    """The row of the second ``t_s``; ``reasons`` tells nulls, and what is paced."""
    reasons = {key: reason.value for key in KEYS if (reason := values[key].reason) is not None}
    artefacts = values["artefact_pct"]
    quality = None if artefacts.value is None else quality_of(artefacts.value).value
    if artefacts.reason is not None:
        reasons["quality"] = artefacts.reason.value
    row: dict[str, Plain] = {"t_s": t_s}
    row |= {key: plain(key, values[key]) for key in KEYS}
    row |= {"quality": quality, "link": link.value, "reasons": reasons}
    return row | {"uncertainty": uncertainties({key: values[key] for key in KEYS})}


def strap_row(strap: StrapNow) -> dict[str, list[str] | str]:
    """What a row of a session with a strap says beside: where it stands, and its quirks."""
    return {"strap": strap.state.value, "quirks": [kind.value for kind in strap.quirks]}


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
