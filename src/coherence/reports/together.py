"""Two recordings side by side: one clock for both, what is found, and the sentence that says it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from coherence.analysis.series import NNSeries
from coherence.analysis.synchrony import Against, Finding, Synchrony, synchrony
from coherence.model import Arrival, ClockMark, Reason
from coherence.pacing import BreathGuide
from coherence.reports.imports import arrivals_of, read_recording
from coherence.reports.recording import Recording
from coherence.sessions.heard import heard
from coherence.storage.database import Store
from coherence.storage.two_at_once import sitting_of
from coherence.translation import _, later, number

LABELS = {
    "lagged_correlation_8s": later("Moving together"),
    "lagged_correlation_30s": later("Together over half a minute"),
    "concordance": later("Going the same way"),
    "phase_locking": later("Slow waves in step"),
    "wave_coherence": later("Slow waves in common"),
}
UNKNOWN_START = later(
    "Not both files say when they began: they are taken to have begun together (--offset S says "
    "how much later the second one did)."
)


class NotTogether(Exception):
    """Two recordings that cannot be compared: a sentence that says why, and what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One of the two: the beats on the clock of both, and the guide that ran."""

    beats: NNSeries
    guide: BreathGuide


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two recordings on the clock of the earlier one."""

    first: Side
    second: Side
    doubts: tuple[str, ...]


def read_pair(first: Path, second: Path, offset_s: float | None = None) -> Pair:
    """Read two recordings and lay them on one clock.

    ``offset_s``: how much later the second began. Otherwise the files' own dates say it; where they
    do not, both are taken to have begun together, and that is told. Raises ``ImportFailed``, and
    ``NotTogether`` where both hold the same heart.
    """
    recordings = [read_recording(path) for path in (first, second)]
    doubts = [
        f"{path}: {doubt}"
        for path, recording in zip((first, second), recordings, strict=True)
        for doubt in recording.doubts
    ]
    if np.array_equal(recordings[0].rr_ms, recordings[1].rr_ms):
        raise NotTogether(
            _(
                "{first} and {second} hold the same heart: choose the recordings of two people."
            ).format(first=first, second=second)
        )
    if offset_s is None:
        offset_s = _apart_s(*recordings)
    if offset_s is None:
        offset_s = 0.0
        doubts.append(_(UNKNOWN_START))
    one = _side(recordings[0], max(0.0, -offset_s))
    return Pair(one, _side(recordings[1], max(0.0, offset_s)), tuple(doubts))


def pair_of_sitting(store: Store, session_id: int) -> tuple[list[int], Pair]:
    """The client's and the therapist's session of one sitting, and their hearts.

    ``session_id`` is either of the two. Raises ``StorageError``, and ``NotTogether`` where no other
    heart is on record beside it.
    """
    both = sitting_of(store, session_id)
    if both is None:
        raise NotTogether(
            _(
                "No other heart is on record beside session {id}: name two recordings of the same "
                "time, or a session of the room with your own strap."
            ).format(id=session_id)
        )
    client, own = (Side(*heard(store.arrivals(each))) for each in both)  # they share one clock
    return [*both], Pair(client, own, ())


def compared(pair: Pair, *, paced: bool = False) -> Synchrony:
    """What can be said of the two. Raises ``NotTogether`` where nothing can."""
    found = synchrony(
        pair.first.beats,
        pair.second.beats,
        guides=(pair.first.guide, pair.second.guide),
        paced=paced,
    )
    if isinstance(found, Synchrony):
        return found
    raise NotTogether(_why(found, pair))


def as_json(found: Synchrony) -> dict[str, object]:
    """The measure that is told, what may be claimed, and all measures."""
    return {
        "synchrony": round(found.told.value, 6),
        **_beside(found.told),
        "claim": found.claim,
        "finding": found.finding.value,
        "surrogates": found.surrogates,
        "seconds": found.seconds,
        "guided_s": found.guided_s,
        "measures": {m.key: {"value": round(m.value, 6)} | _beside(m) for m in found.measures},
    }


def sentence(found: Synchrony) -> str:
    """What was found, for people; it never says why two hearts move together."""
    told = found.told
    length = _length(found.seconds)
    chance = _("{value}, where chance gives {chance}").format(
        value=number(told.value, 2), chance=number(told.surrogate_mean, 2)
    )
    match found.finding:
        case Finding.BEYOND_CHANCE:
            said = _(
                "Over {length} these two hearts moved together more than chance explains ({chance};"
                " higher than {percentile:.0f} % of {n} comparisons at other times). It does not"
                " say why, and who led is not known."
            )
        case Finding.CHANCE:
            said = _(
                "Over {length} these two hearts moved together no more than chance explains "
                "({chance}). That is how most hearts are, and says nothing of the two people."
            )
        case Finding.SHARED_PACE:
            said = _(
                "Shared pacing: with a breath guide two hearts move together for that reason alone "
                "({chance}, over {length}). Nothing more is claimed."
            )
        case Finding.ONE_RHYTHM:
            said = _(
                "Over {length} both hearts kept one slow, even rhythm at the same pace, as with a "
                "shared guide; two people who breathe alike do so without knowing of each other. "
                "Nothing more is claimed."
            )
    return said.format(length=length, chance=chance, percentile=told.percentile, n=found.surrogates)


# --- parts ---


def _beside(measure: Against) -> dict[str, float]:
    return {
        "surrogate_mean": round(measure.surrogate_mean, 6),
        "surrogate_sd": round(measure.surrogate_sd, 6),
        "z": round(measure.z, 4),
        "percentile": round(measure.percentile, 2),
    }


def _side(recording: Recording, later_s: float) -> Side:
    return Side(*heard(_later(arrivals_of(recording, as_strap=False), later_s)))


def _later(arrivals: Iterable[Arrival], later_s: float) -> Iterable[Arrival]:
    return (replace(arrival, t_s=arrival.t_s + later_s) for arrival in arrivals)


def _apart_s(first: Recording, second: Recording) -> float | None:
    """How much later the second began; ``None`` where the files do not say."""
    one, other = _begun(first), _begun(second)
    if one is None or other is None or (one.tzinfo is None) != (other.tzinfo is None):
        return None
    return (other - one).total_seconds()


def _begun(recording: Recording) -> datetime | None:
    """When time 0 of a recording was; with a zone only where the file tells it."""
    for arrival in recording.arrivals or ():
        if isinstance(arrival, ClockMark):
            return datetime.fromtimestamp(arrival.utc_s - arrival.t_s).astimezone()
    try:
        return datetime.fromisoformat(recording.started_at or "")
    except ValueError:
        return None


def _why(reason: Reason, pair: Pair) -> str:
    one, other = pair.first.beats, pair.second.beats
    match reason:
        case Reason.NO_DATA if len(one) and len(other):
            if other.start_s > one.start_s:
                apart_s = other.start_s - one.end_s
                said = _(
                    "The two were not recorded at the same time: the second begins {length} after "
                    "the other has ended. Choose two of one time, or say --offset."
                )
            else:
                apart_s = one.start_s - other.end_s
                said = _(
                    "The two were not recorded at the same time: the first begins {length} after "
                    "the other has ended. Choose two of one time, or say --offset."
                )
            return said.format(length=_length(apart_s))
        case Reason.WARMING_UP:
            shared_s = min(one.end_s, other.end_s) - max(one.start_s, other.start_s)
            return _(
                "The two have {length} in common, and four minutes are needed to tell anything from"
                " chance: choose longer recordings."
            ).format(length=_length(shared_s))
        case Reason.FLAT:
            return _(
                "One of the two hearts does not vary at all: check that it holds RR intervals."
            )
        case Reason.GAP:
            return _(
                "Too much is missing while both were recorded: choose recordings with fewer gaps."
            )
        case _:
            return _("There are too few usable heartbeats while both were recorded: choose others.")


def _length(seconds: float) -> str:
    """A time in words.

    >>> _length(42.4), _length(600), _length(615)
    ('42 s', '10 min', '10 min 15 s')
    """
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min" + (f" {rest} s" if rest else "")
