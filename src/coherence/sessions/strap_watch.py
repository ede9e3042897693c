"""The strap as a session knows it: where it stands in words, its quirks, and what these spoil."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from coherence.devices.quirks import QUIRKS, ROWS, Withheld
from coherence.devices.radio_error import asks_for_a_hand
from coherence.model import (
    Battery,
    Beat,
    Event,
    LeftOut,
    LinkChanged,
    LinkState,
    Quirk,
    QuirkKind,
    Repeated,
    SkinContact,
    Undecodable,
)

QUIET_S = 5.0
NEWS_S = 8.0  # for so long it is said that the heart was found, or is back
HEART_RATE = "heart_rate_bpm"  # the marker that stands where only variability is spoiled


class StrapState(Enum):
    """Where the strap stands, as a person would say it."""

    LOOKING = "looking"
    CONNECTING = "connecting"
    LISTENING = "listening"  # for a heart
    FOUND = "found"
    STEADY = "steady"
    QUIET = "quiet"
    AWAY = "away"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class StrapNow:
    """The strap at one time."""

    state: StrapState
    since_s: float = 0.0  # the link has stood so for so long
    reason: str = ""  # one sentence, where somebody can do something about it
    quirks: tuple[QuirkKind, ...] = ()  # that it has now, the weightiest first
    quirk_s: float = math.inf  # since the last of them was found
    left_out: int = 0  # intervals


def state_of(
    link: LinkState,
    *,
    contact: bool | None = None,
    quiet_s: float = 0.0,
    found_s: float = math.inf,
    been_away: bool = False,
) -> StrapState:
    """The word for it. ``found_s`` seconds ago its heart was found, and it had ``been_away``."""
    match link:
        case LinkState.LOST:
            return StrapState.AWAY
        case LinkState.LOOKING | LinkState.CONNECTING if been_away:
            return StrapState.AWAY
        case LinkState.LOOKING:
            return StrapState.LOOKING
        case LinkState.CONNECTING:
            return StrapState.CONNECTING
        case LinkState.QUIET:
            return StrapState.QUIET
        case _ if contact is False:
            return StrapState.QUIET
        case LinkState.LISTENING:
            return StrapState.LISTENING
        case _ if quiet_s > QUIET_S:
            return StrapState.QUIET
        case _ if math.isinf(found_s):  # a recording streams before its first beat
            return StrapState.LISTENING
        case _ if found_s < NEWS_S:
            return StrapState.BACK if been_away else StrapState.FOUND
        case _:
            return StrapState.STEADY


class StrapWatch:
    """Feed it the events of one strap; ask for the strap at any time.

    ``quirks`` are those of a recording that was gone through before, from its beginning to its end.
    """

    def __init__(self, quirks: QuirkLog | None = None) -> None:
        self.link = LinkState.LOOKING
        self.heard_s: float | None = None  # when the last beat arrived
        self.contact: bool | None = None
        self.battery_pct: int | None = None
        self.undecodable = self.repeated = self.left_out = 0
        self.quirks = quirks or QuirkLog()
        self._foreseen = quirks is not None
        self.note = ""  # one sentence on what the strap does not send, or asks for …
        self.note_s = -math.inf  # … and when it was told
        self._link_s = 0.0
        self._reason = ""
        self._found_s: float | None = None  # when beats began to come, since the link last broke
        self._been_away = False

    def take(self, event: Event, t_s: float) -> None:
        """An event of an arrival at ``t_s``."""
        match event:
            case Beat():
                self.heard_s = t_s
                if self._found_s is None:
                    self._found_s = t_s
                if self.link is not LinkState.STREAMING:
                    self.link, self._link_s = LinkState.STREAMING, t_s
            case LinkChanged(_, _, state, reason):
                self._take_link(state, reason, t_s)
            case SkinContact(_, present):
                self.contact = present
            case Battery(_, percent):
                self.battery_pct = percent
            case Undecodable():
                self.undecodable += 1
            case Repeated(_, intervals):
                self.repeated += intervals
            case LeftOut(_, intervals):
                self.left_out += intervals
            case Quirk() if not self._foreseen:
                self.quirks.take(event)
            case _:
                pass

    def _take_link(self, state: LinkState, reason: str, t_s: float) -> None:
        if state is not self.link:
            self._link_s = t_s
        self.link = state
        self._reason = reason if asks_for_a_hand(reason) else ""
        if state is LinkState.CONNECTING:
            self.note = ""
        elif reason and state in (LinkState.LISTENING, LinkState.STREAMING):
            self.note, self.note_s = reason, t_s
        if state is LinkState.LOST:
            self._been_away |= self.heard_s is not None
            self._found_s = None

    def at(self, now_s: float) -> StrapNow:
        """The strap as of ``now_s``."""
        state = state_of(
            self.link,
            contact=self.contact,
            quiet_s=min(self.quiet_s(now_s), now_s - self._link_s),
            found_s=math.inf if self._found_s is None else now_s - self._found_s,
            been_away=self._been_away,
        )
        told_s = max(self.quirks.now.values(), default=-math.inf)
        return StrapNow(
            state,
            since_s=max(0.0, now_s - self._link_s),
            reason=self._reason,
            quirks=tuple(row.kind for row in QUIRKS if row.kind in self.quirks.now),
            quirk_s=now_s - told_s,
            left_out=self.left_out,
        )

    def quiet_s(self, now_s: float) -> float:
        """Seconds since a beat arrived; infinite before the first."""
        return math.inf if self.heard_s is None else max(0.0, now_s - self.heard_s)

    def link_at(self, now_s: float) -> LinkState:
        """The link as of ``now_s``: beats that stopped coming show before the radio says so."""
        silent = self.link is LinkState.STREAMING and self.quiet_s(now_s) > QUIET_S
        return LinkState.QUIET if silent else self.link


class QuirkLog:
    """Which quirks were found when, and which numbers they spoil."""

    def __init__(self) -> None:
        self.now: dict[QuirkKind, float] = {}  # and when each was found
        self.found: dict[QuirkKind, float] = {}  # also what is over; when first
        self._spoiled: list[tuple[QuirkKind, float, float]] = []  # from, to; infinite while it is

    def take(self, quirk: Quirk) -> None:
        row = ROWS[quirk.kind]
        found_s = quirk.t_s if quirk.found else self.now.pop(quirk.kind, quirk.t_s)
        if quirk.found:
            self.now[quirk.kind] = quirk.t_s
            self.found.setdefault(quirk.kind, quirk.t_s)
        if row.withheld is not Withheld.NOTHING:
            span = (quirk.kind, found_s - row.before_s)
            self._spoiled = [each for each in self._spoiled if each[:2] != span]
            self._spoiled.append((*span, math.inf if quirk.found else quirk.t_s))

    def spoil(self, key: str, from_s: float, to_s: float) -> bool:
        """Whether the marker ``key`` would be false, computed over this time."""
        return any(
            begun_s < to_s
            and over_s > from_s
            and (ROWS[kind].withheld is Withheld.ALL or key != HEART_RATE)
            for kind, begun_s, over_s in self._spoiled
        )
