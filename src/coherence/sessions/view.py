"""What a screen draws: one snapshot of a session at one time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from coherence.analysis.breathing import Breathing
from coherence.analysis.markers import LIVE
from coherence.model import BreathPattern, LinkState, Quality, Value
from coherence.pacing import BreathGuide
from coherence.sessions.ecg_strip import EcgStrip
from coherence.sessions.strap_watch import StrapNow

Floats = NDArray[np.float64]
WITHHELD = frozenset(marker.key for marker in LIVE if not marker.for_client)


class Band(Enum):
    """Where heart and breath stand, as a word; none of them is a failing."""

    LISTENING = "listening"  # not enough heard yet
    ARRIVING = "arriving"
    SETTLING = "settling"
    IN_RHYTHM = "in_rhythm"  # only by the claim of science 3.2b
    SLOW_EVEN = "slow_even"  # a slow, even rhythm with no guide: the breath is not named


@dataclass(frozen=True, slots=True, eq=False)
class SessionView:
    """Everything a screen needs at ``now_s``. Arrays are for reading only."""

    now_s: float
    # beats of the last few minutes, drawn as soon as they arrive (n,)
    t_s: Floats  # interval ends
    hr_bpm: Floats
    rr_ms: Floats
    flagged: NDArray[np.bool_]  # judged and not normal: drawn hollow
    segment: NDArray[np.int64]  # a line never crosses from one segment to the next
    # numbers
    readings_t_s: float | None  # the second the values belong to
    values: Mapping[str, Value]  # by marker key
    quality: Quality | None
    # the light and its word
    light: float  # 0 to 1, where the light is heading; screens ease towards it
    band: Band
    fell: bool  # the band has just come down: something moved through
    # the strap
    link: LinkState
    strap: StrapNow
    quiet_s: float  # since the last beat arrived
    contact: bool | None
    battery_pct: int | None
    # the practice
    step: str | None
    step_index: int | None
    paused: bool
    pace: BreathPattern | None
    guide: BreathGuide  # ask it for any time; do not feed it
    # the whole session, one point a second of data time, for plots (m,)
    history_t_s: Floats
    history: Mapping[str, Floats]  # by marker key; NaN where there was none
    moments: tuple[tuple[float, str], ...]
    # honesty
    beats: int
    flagged_total: int
    gaps: int
    undecodable: int
    repeated: int
    # what a strap measures beside beats
    breath: Breathing | None = None  # as of ``readings_t_s``; None where nothing of the kind comes
    moving: bool = False
    ecg: EcgStrip = field(default_factory=EcgStrip)  # ask it; do not feed it
    note: str = ""  # what this strap does not give or asks for, in a sentence or two
    note_s: float = math.inf  # since it was told

    def for_client(self) -> SessionView:
        """The same without the numbers that are not for a client's page."""
        return replace(
            self,
            values={key: value for key, value in self.values.items() if key not in WITHHELD},
            history={key: column for key, column in self.history.items() if key not in WITHHELD},
        )
