"""A second opinion: NeuroKit2's numbers beside ours, and why some of them must differ."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from coherence.analysis.neurokit_bands import neurokit_bands
from coherence.analysis.with_neurokit import opinions
from coherence.reports.numbers import Numbers

THE_SAME = "worked out its way ours is the same"
HOW_ASKED = (
    "NeuroKit2 is asked about the same beats at 1024 ticks a second, 4 Hz and without scaling. Its "
    "own defaults (100 Hz, power divided by its highest value) give other numbers: see "
    "docs/second-opinion.md."
)


@dataclass(frozen=True, slots=True)
class Compared:
    """One number from both; ``None`` where one of them says nothing."""

    ours: float | None
    neurokit: float | None
    note: str

    @property
    def difference(self) -> float | None:
        """Theirs less ours."""
        if self.ours is None or self.neurokit is None:
            return None
        return self.neurokit - self.ours

    def as_json(self) -> dict[str, float | str | None]:
        return {
            "ours": _rounded(self.ours),
            "neurokit": _rounded(self.neurokit),
            "difference": _rounded(self.difference),
            "note": self.note,
        }


def second_opinion(found: Numbers) -> dict[str, Compared]:
    """Ask NeuroKit2 about the beats that ``found`` was computed from; by marker key.

    Raises ``NeuroKitMissing``.
    """
    said = opinions(found.series)
    compared = {
        key: Compared(value.value, said[key].value, said[key].note)
        for key, value in found.markers.items()
        if key in said
    }
    for key, power in neurokit_bands(found.series).items():
        row = compared[key]
        if row.neurokit is not None and math.isclose(power, row.neurokit, rel_tol=1e-6):
            compared[key] = replace(row, note=f"{row.note}; {THE_SAME}")
    return compared


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 9)
