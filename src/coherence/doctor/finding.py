"""What was found out about one thing, and how it is told: to the person, and to others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """How one thing stands; the value is what a script reads."""

    FINE = "fine"
    TO_KNOW = "to_know"  # a practice with a strap is possible all the same
    TO_DO = "to_do"  # in its way
    NOT_LOOKED_AT = "not_looked_at"  # something else has to be mended first


SYMBOLS = {State.FINE: "✓", State.TO_KNOW: "•", State.TO_DO: "!", State.NOT_LOOKED_AT: "–"}
PLAIN_SYMBOLS = {State.FINE: "+", State.TO_KNOW: "*", State.TO_DO: "!", State.NOT_LOOKED_AT: "-"}


@dataclass(frozen=True, slots=True)
class Finding:
    """``said`` and ``fix`` are written for anybody; what is the person's own stands in ``detail``.

    Names, addresses, places and values belong into ``detail``, which no report holds.
    """

    key: str
    label: str
    state: State
    said: str
    fix: str = ""  # what to do, where something is
    detail: str = ""

    def as_json(self) -> dict[str, str]:
        return {
            "key": self.key,
            "state": self.state.value,
            "said": self.said,
            "fix": self.fix,
            "detail": self.detail,
        }


def usable(findings: Iterable[Finding]) -> bool:
    """Whether nothing stands in the way of a practice with a strap."""
    return all(each.state is not State.TO_DO for each in findings)


def redacted(findings: Iterable[Finding]) -> str:
    """The report to show to others: a line for each finding and its fix, and nothing personal."""
    lines = ["coherence doctor"]
    for each in findings:
        lines.append(f"{each.key}: {each.state.value}: {each.said}")
        if each.fix:
            lines.append(f"    {each.fix}")
    return "\n".join(lines) + "\n"
