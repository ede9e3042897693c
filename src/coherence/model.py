"""The vocabulary: every fact that travels through the program, and its unit. Read this first.

Three rules hold for everything here:

* An **arrival** is what cannot be recomputed: what a strap said, what people did, what the wall
  clock read. It is stamped once, in seconds on the session clock, and kept as it came.
* An **event** is what a decoder makes of arrivals. It can always be made again.
* ``None`` means "not said" or "not known"; it is never written as 0 or -1.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

# --- what arrives ---------------------------------------------------------------------------------


class LinkState(Enum):
    """Where the way from the strap to us stands."""

    LOOKING = "looking"
    CONNECTING = "connecting"
    LISTENING = "listening"  # connected; no interval has come yet
    STREAMING = "streaming"
    QUIET = "quiet"  # connected, but nothing comes
    LOST = "lost"


class Origin(Enum):
    """Where the beats of a session came from; only ``STRAP`` counts in trends."""

    STRAP = "strap"
    SIMULATED = "simulated"
    REPLAYED = "replayed"
    IMPORTED = "imported"


class End(Enum):
    """How a session ended; ``OPEN`` while it is being recorded."""

    OPEN = "open"
    ENDED = "ended"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Notification:
    """What a strap said, uninterpreted. ``characteristic`` is the full lower-case UUID."""

    t_s: float
    strap_id: str
    characteristic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """The link is part of the record. Arrival and event at once."""

    t_s: float
    strap_id: str
    state: LinkState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ClockMark:
    """The wall clock at ``t_s``: finds a sleeping machine, keeps the local day."""

    t_s: float
    utc_s: float  # POSIX seconds
    offset_min: int  # local time minus UTC


@dataclass(frozen=True, slots=True)
class BreathPattern:
    """One way to breathe: a rate and how each breath is shared out. ``pacing`` gives it motion."""

    breaths_per_min: float
    inhale_share: float = 0.40  # of the moving time; longer out than in
    pause_full_s: float = 0.0
    pause_empty_s: float = 0.0

    @property
    def period_s(self) -> float:
        return 60.0 / self.breaths_per_min


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A step of the practice began. ``key`` is the step's kind: arrive, soothe, compassion…"""

    t_s: float
    index: int
    key: str


@dataclass(frozen=True, slots=True)
class PaceChanged:
    """The breath guide was set, or let go (``None``). Follow-me decisions are recorded as this.

    Without ``glide`` the pattern holds from the next turn on; otherwise it is glided to from there.
    """

    t_s: float
    pattern: BreathPattern | None
    glide: bool = True


@dataclass(frozen=True, slots=True)
class Paused:
    """Steps and guide rest; the recording goes on."""

    t_s: float


@dataclass(frozen=True, slots=True)
class Resumed:
    """Steps and guide go on; the guide begins a new breath here."""

    t_s: float


@dataclass(frozen=True, slots=True)
class Moment:
    """Somebody marked this moment."""

    t_s: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class BreathMarked:
    """The person marked the start of an in-breath of their own."""

    t_s: float


@dataclass(frozen=True, slots=True)
class Ended:
    """The session was ended by a person (or its file came to an end)."""

    t_s: float


Arrival = (
    Notification
    | LinkChanged
    | ClockMark
    | StepStarted
    | PaceChanged
    | Paused
    | Resumed
    | Moment
    | BreathMarked
    | Ended
)

# --- what a decoder makes of it -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Beat:
    """One heartbeat: ``t_s`` is where its interval ends. A new ``segment`` begins at each gap."""

    t_s: float
    rr_ms: float
    segment: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Known or suspected loss from ``t_s`` to ``end_s``; a new segment begins at ``end_s``.

    A suspected gap (``certain`` false) is later said again as certain, with the better count, or
    taken back by ``GapWithdrawn``; both name it by the same ``t_s``. Beats never move.
    """

    t_s: float
    end_s: float
    missing: int  # beats, estimated
    certain: bool


@dataclass(frozen=True, slots=True)
class GapWithdrawn:
    """The gap suspected at ``gap_t_s`` was only a late burst: nothing was lost."""

    t_s: float
    gap_t_s: float


@dataclass(frozen=True, slots=True)
class SkinContact:
    """What the strap says of its contact with the skin, when it changes."""

    t_s: float
    present: bool


@dataclass(frozen=True, slots=True)
class Battery:
    """The strap's battery, in per cent."""

    t_s: float
    percent: int


@dataclass(frozen=True, slots=True)
class Undecodable:
    """A frame that is not what its standard describes: counted and shown, never swallowed."""

    t_s: float
    characteristic: str
    reason: str


@dataclass(frozen=True, slots=True)
class Repeated:
    """A frame that came twice: its ``intervals`` were left out the second time."""

    t_s: float
    intervals: int


class Signal(Enum):
    """What a waveform is of."""

    ECG = "ecg"  # µV
    ACCELERATION = "acceleration"  # mg, with gravity: x, y and z in turn


@dataclass(frozen=True, slots=True)
class Waveform:
    """A chunk of signal; its first sample (of acceleration: the first three) was taken at ``t_s``.

    ``rate_hz`` is told by the strap's own clock, so that what is measured along the samples is
    free of how that clock is laid on the session's. ``joined``: it goes on where the chunk before
    ended; else something is missing.
    """

    t_s: float
    rate_hz: float
    signal: Signal
    samples: tuple[float, ...]
    joined: bool


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Intervals that no heart can have made: kept in the record, left out of the beats.

    They would end in the future, or are known to be a strap's own short extras.
    """

    t_s: float
    intervals: int


class QuirkKind(Enum):
    """What a strap does otherwise than the standard, or than a heart."""

    NO_INTERVALS = "no_intervals"
    CONTACT_UNKNOWN = "contact_unknown"
    MILLISECONDS = "milliseconds"  # where the standard asks for 1/1024 s
    CALCULATED = "calculated"  # intervals made of the heart rate
    SHORT_EXTRAS = "short_extras"  # very short intervals beside the real ones
    TOO_MANY = "too_many"  # more intervals than the time has room for
    FILLER = "filler"  # one and the same interval now and then
    SMOOTHED = "smoothed"
    INACCURATE = "inaccurate"


@dataclass(frozen=True, slots=True)
class Quirk:
    """A quirk was found, or (``found`` false) is over."""

    t_s: float
    kind: QuirkKind
    found: bool = True


Event = (
    Beat
    | Gap
    | GapWithdrawn
    | SkinContact
    | Battery
    | LinkChanged
    | Undecodable
    | Repeated
    | Waveform
    | LeftOut
    | Quirk
)

# --- what analysis says ---------------------------------------------------------------------------


class Verdict(Enum):
    """What the judge says of an interval (science: Lipponen and Tarvainen 2019)."""

    NORMAL = "normal"
    ECTOPIC = "ectopic"
    MISSED = "missed"
    EXTRA = "extra"
    LONG = "long"
    SHORT = "short"
    RANGE = "range"


@dataclass(frozen=True, slots=True)
class JudgedBeat:
    """A beat and its verdict side by side; ``nn_ms`` is ``None`` unless the verdict is normal.

    ``index`` counts the beats of a session from 0. A beat may be judged again (a re-seed): the
    later verdict holds. ``missing`` counts beats that a ``MISSED`` interval swallowed.
    """

    index: int
    beat: Beat
    verdict: Verdict
    missing: int = 0

    @property
    def nn_ms(self) -> float | None:
        return self.beat.rr_ms if self.verdict is Verdict.NORMAL else None


class Quality(Enum):
    """How far the beats of a window can be trusted."""

    GOOD = "good"  # at most 2 % flagged or missing
    FAIR = "fair"  # at most 5 %
    POOR = "poor"  # at most 10 %
    UNUSABLE = "unusable"


class Reason(Enum):
    """Why a value is ``None``, or (``PACED``, ``NO_PEAK``) is not to be read as usual."""

    WARMING_UP = "warming_up"
    TOO_FEW_BEATS = "too_few_beats"
    GAP = "gap"  # a hole too long to bridge lies in the window
    TOO_MANY_ARTEFACTS = "too_many_artefacts"
    MOTION = "motion"  # too many artefacts, and the person moves
    FLAT = "flat"  # no variability to speak of
    NO_PEAK = "no_peak"
    NOT_PACED = "not_paced"
    NO_BREATH = "no_breath"  # the breath is not measured
    NO_BASELINE = "no_baseline"  # no time with one's own breath to compare with
    NO_DATA = "no_data"
    STRAP = "strap"  # the strap's intervals would make it false: see ``QuirkKind``
    PACED = "paced"  # slow breathing distorts it: the number is no sign of the vagus nerve


class Value(NamedTuple):
    """What a marker says: a number, or the reason why there is none."""

    value: float | None
    reason: Reason | None = None
    uncertainty: float | None = None  # half-width of the 95 % band, in the marker's unit
    low_confidence: bool = False
    floor: float | None = None  # what noise alone would give, where that is not 0


class Reading(NamedTuple):
    """One number at one time. ``coverage`` is the share of its window that beats account for."""

    t_s: float
    marker: str
    value: Value
    coverage: float
    version: int


# --- who and what a session is --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StrapSeen:
    """A strap that a scan found. ``strap_id`` is only meaningful on this system."""

    strap_id: str
    name: str
    rssi_dbm: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose sessions are kept, by a name of their choosing."""

    id: int
    pseudonym: str
    created_at: str  # ISO 8601, UTC
    keep_days: int | None = None  # older sessions are proposed for deletion; None: kept
    sessions: int = 0
    therapist: bool = False  # the one who leads sessions here, not one of the clients


@dataclass(frozen=True, slots=True)
class GivenPack:
    """A home practice pack that a therapist has made for somebody."""

    pack_id: str
    person_id: int
    name: str
    given_at: str  # ISO 8601, UTC


@dataclass(frozen=True, slots=True)
class Participant:
    """Who is in a session: one person, or a client and a therapist."""

    role: str
    person_id: int
    strap_id: str | None = None
    consent_utc: str | None = None


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A row in history."""

    id: int
    started_at: str  # ISO 8601, UTC
    duration_s: float
    practice: str
    origin: Origin
    end: End
    app_version: str
    strap: str | None = None  # its name
    participants: tuple[Participant, ...] = ()
    summary: str = "{}"  # JSON; a disposable cache
    note: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Practised:
    """A line of the diary: what was practised and for how long; it counts time, never results."""

    id: int
    practice: str
    begun_at: str  # ISO 8601, UTC
    offset_min: int  # local time minus UTC: keeps the local day
    seconds: float
    paced_s: float  # of it with a breath guide
    whole: bool  # it came to its end by itself
    session_id: int | None = None  # its record, where a strap was worn


@dataclass(frozen=True, slots=True)
class Reflection:
    """What a person said before or after: two sliders and a sentence, each of them optional."""

    body: float | None = None  # 0 stirred up to 1 at ease
    mood: float | None = None  # 0 heavy to 1 light
    words: str = ""

    @property
    def empty(self) -> bool:
        return self.body is None and self.mood is None and not self.words
