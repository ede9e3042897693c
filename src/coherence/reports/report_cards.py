"""The few numbers on the client's page: rest beside rest, and the swing where it was guided."""

from __future__ import annotations

from dataclasses import dataclass

from coherence.analysis.artifacts import artefact_pct
from coherence.analysis.marker import likely_range
from coherence.model import Value
from coherence.reports.remarks import span
from coherence.reports.report_steps import StepRow, Steps
from coherence.reports.rows import ROWS
from coherence.sessions.tracker import SessionTracker
from coherence.translation import _, number


@dataclass(frozen=True, slots=True)
class Card:
    """One number with its name, and what goes with it in a line or two."""

    name: str
    value: str
    unit: str
    under: tuple[str, ...]


def cards_of(steps: Steps, tracker: SessionTracker) -> tuple[Card, ...]:
    """At most four; a number that is not known has no card."""
    found = (
        _heart_rate(steps),
        _rmssd(steps),
        _swing(steps),
        _clear(tracker),
    )
    return tuple(card for card in found if card is not None)


def _heart_rate(steps: Steps) -> Card | None:
    first, last = steps.rows[0], steps.rows[-1]
    now, then = last.values["heart_rate_bpm"].value, first.values["heart_rate_bpm"].value
    if now is None:
        return None
    under = (_("over all of it"),) if first is last else _then(then, first, now)
    return Card(_("Heart rate"), f"{now:.0f}", _("bpm"), under)


def _rmssd(steps: Steps) -> Card | None:
    """Of steps with one's own, usual breath only: slow breathing would change it by itself."""
    known = [
        row for row in steps.resting if row.resting("rmssd_ms").value is not None and not row.slow
    ]
    if not known:
        return None
    first, last = known[0], known[-1]
    now = last.resting("rmssd_ms")
    assert now.value is not None
    under = [] if first is last else list(_then(first.resting("rmssd_ms").value, first, now.value))
    under += _likely("rmssd_ms", now)
    return Card(_("Beat to beat, at rest"), f"{now.value:.0f}", "ms", tuple(under))


def _swing(steps: Steps) -> Card | None:
    known = [row for row in steps.paced if row.values["rsa_bpm"].value is not None]
    if not known:
        return None
    row = max(known, key=lambda each: each.minutes)
    value = row.values["rsa_bpm"]
    assert value.value is not None
    assert row.paced_per_min is not None
    under = [_("at {pace} breaths a minute").format(pace=number(row.paced_per_min, 1))]
    if value.floor is not None:
        under.append(_("noise alone {n}").format(n=number(value.floor, 0)))
    return Card(_("Swing in each breath"), f"{value.value:.0f}", _("bpm"), tuple(under))


def _clear(tracker: SessionTracker) -> Card:
    series = tracker.log.series()
    gaps = tracker.gaps_between(series.start_s, series.end_s)
    missing = series.missed + sum(gap.missing for gap in gaps)
    pct = artefact_pct(len(series) - series.flagged, series.flagged, missing)
    under = [
        _("{n} of {all} set aside").format(n=number(series.flagged, 0), all=number(len(series), 0))
    ]
    if missing:
        under.append(_("about {n} not heard").format(n=number(missing, 0)))
    # never rounded up to all of them
    value = number(100 - pct, 0 if pct >= 0.5 or pct == 0 else 1)
    return Card(_("Clear beats"), value, "%", tuple(under))


def _then(value: float | None, row: StepRow, now: float) -> tuple[str, ...]:
    if value is None:
        return ()
    same = round(value) == round(now)
    said = _("as in “{step}”") if same else _("{n} in “{step}”")
    return (said.format(step=row.title, n=number(value, 0)),)


def _likely(key: str, value: Value) -> list[str]:
    likely = likely_range(ROWS[key], value)
    return [] if likely is None else [_("likely {range} over 5 min").format(range=span(likely))]
