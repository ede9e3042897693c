"""A second opinion: NeuroKit2's numbers beside ours, and why some of them must differ."""

from __future__ import annotations

from dataclasses import dataclass

from coherence.analysis.with_neurokit import opinions
from coherence.reports.numbers import Numbers


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
    return {
        key: Compared(value.value, said[key].value, said[key].note)
        for key, value in found.markers.items()
        if key in said
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 9)
