"""What to practise next: three offers for today from the diary and the day. Pure; no guilt in it.

Nothing is counted against anybody. A week has a gentle rhythm, and any other choice is as welcome.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from coherence.model import Practised
from coherence.practice.practices import Practice
from coherence.translation import _

OFFERS = 3
PRACTISED_S = 45.0  # shorter ones were only a look
AWAY = timedelta(days=14)
RECENT = timedelta(hours=36)
FEW_SOOTHING = 3
LATE_H, EARLY_H = 21, 5  # from evening to morning: something that settles
REMIND_FOR = timedelta(minutes=60)  # later than so long after its time a reminder stays away

# Monday to Sunday: which family comes first when nothing else speaks
WEEK = ("soothing", "sitting", "compassion", "soothing", "compassion", "sitting", "compassion")

FIRST = _("Soothing rhythm is a kind place to begin. Five minutes are plenty.")
AWAY_SAID = _("However long it has been, something short and familiar is there for you.")
STOPPED = _("You stopped when it was time to stop. The ground is a friendly place to go on from.")
AGAIN = _("You have been here today. More is welcome, and so is resting.")
LATE = _("Late in the day, something that settles.")
FEW = _("A few rounds of soothing rhythm make a soft ground for all the others.")
AFTER_CRITIC = _("After meeting the critic, something that soothes.")
LEANS = {
    "soothing": _("Today the week leans towards soothing. Any other choice is as welcome."),
    "sitting": _("Today the week leans towards simply sitting. Any other choice is as welcome."),
    "compassion": _("Today the week leans towards compassion. Any other choice is as welcome."),
}
REMINDERS = (
    _("If you like, a few quiet minutes are here for you."),
    _("Your practice is here, if today has room for it. If not, that is fine."),
    _("A soft breath or two, perhaps. Only if it suits you."),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """Keys of three practices, the first of them chosen; and why, in one sentence."""

    today: tuple[str, ...]
    because: str


def plan(there: Sequence[Practice], diary: Sequence[Practised], now: datetime) -> Plan:
    """What to offer at ``now`` (local time), of the practices that are open.

    ``diary`` is newest first. One of the three leaves the breath alone, one soothes.
    """
    families = {each.key: each.family for each in there}
    done = [each for each in diary if each.seconds >= PRACTISED_S]
    compassion = _next_of("compassion", there, done)
    soothing, sitting, grounding = "soothing_rhythm", "just_sit", "grounding"
    settle = (soothing, sitting, grounding)
    if not done:
        return _offered(settle, FIRST, there)
    last, ago = done[0], now - local(done[0], now)
    soothed = sum(families.get(each.practice) == "soothing" for each in done)
    if ago >= AWAY:
        return _offered(settle, AWAY_SAID, there)
    if not last.whole and last.seconds < 120.0 and ago < RECENT:
        return _offered((grounding, soothing, sitting), STOPPED, there)
    if local(last, now).date() == now.date():
        return _offered((sitting, soothing, compassion), AGAIN, there)
    if now.hour >= LATE_H or now.hour < EARLY_H:
        return _offered(settle, LATE, there)
    if soothed < FEW_SOOTHING:
        return _offered((soothing, sitting, compassion), FEW, there)
    if last.practice == "inner_critic" and ago < 2 * RECENT:
        return _offered((soothing, sitting, compassion), AFTER_CRITIC, there)
    first = WEEK[now.weekday()]
    by_family = {"soothing": soothing, "sitting": sitting, "compassion": compassion}
    rest = [key for family, key in by_family.items() if family != first]
    return _offered((by_family[first], *rest), LEANS[first], there)


def reminder(
    at: time, diary: Sequence[Practised], reminded: date | None, now: datetime
) -> str | None:
    """What to say at ``now`` (local time) to somebody who asked to be reminded at ``at``.

    Once a day, within the hour, and not on a day that has had its practice.
    """
    due = now.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    if reminded == now.date() or not due <= now < due + REMIND_FOR:
        return None
    for each in diary:
        if each.seconds >= PRACTISED_S and local(each, now).date() == now.date():
            return None
    return REMINDERS[now.toordinal() % len(REMINDERS)]


def led_by(found: Plan, wanted: Sequence[str], because: str, opened: Sequence[str]) -> Plan:
    """The same with what somebody suggested for today in the first place, as far as it is open.

    >>> led_by(Plan(("a", "b", "c"), "Why."), ["x", "c"], "From Ann.", ["a", "b", "c"])
    Plan(today=('c', 'a', 'b'), because='From Ann.')
    """
    first = [key for key in wanted if key in opened]
    if not first:
        return found
    return Plan(tuple(dict.fromkeys((*first, *found.today)))[:OFFERS], because)


def local(line: Practised, now: datetime) -> datetime:
    """When a practice began, on the clock of where it was; in the manner of ``now``."""
    begun = datetime.fromisoformat(line.begun_at).replace(tzinfo=None)
    here = begun + timedelta(minutes=line.offset_min)
    return here.replace(tzinfo=now.tzinfo)


def _next_of(family: str, there: Sequence[Practice], done: Sequence[Practised]) -> str:
    """The practice of a family that was practised longest ago, or not at all; as in the menu."""
    last = {each.practice: place for place, each in reversed(list(enumerate(done)))}
    keys = [each.key for each in there if each.family == family]
    return max(keys, key=lambda key: last.get(key, len(done)), default="")


def _offered(wanted: Sequence[str], because: str, there: Sequence[Practice]) -> Plan:
    """Three of those there are: as wanted, and filled up from the menu."""
    keys = [each.key for each in there if each.family != "presence"]
    chosen = [key for key in dict.fromkeys(wanted) if key in keys]
    chosen += [key for key in keys if key not in chosen]
    return Plan(tuple(chosen[:OFFERS]), because)
