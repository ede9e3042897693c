"""A strap listened to for some seconds: does a heart come through, and what of the rest."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from dataclasses import dataclass, field

from coherence.devices import heart_rate
from coherence.devices.decoder import StrapDecoder
from coherence.devices.radio_error import RadioError, RadioReason, radio_error
from coherence.devices.sources import SessionClock
from coherence.devices.straps import Stream, recognise
from coherence.devices.which_radio import WhichRadio
from coherence.doctor.finding import Finding, State
from coherence.model import (
    Battery,
    Beat,
    LinkChanged,
    LinkState,
    Notification,
    SkinContact,
    StrapSeen,
)
from coherence.translation import _

CONNECTING_S = 30.0
LISTENING_S = 8.0
ENOUGH_FRAMES = 4  # so many without an interval are no chance
LOW_BATTERY_PERCENT = 15
LABELS = {
    "connection": _("Connection"),
    "heart": _("Heart rate"),
    "intervals": _("Beat-to-beat intervals"),
    "contact": _("Skin contact"),
    "battery": _("Strap's battery"),
}


@dataclass(slots=True)
class Heard:
    """What came from a strap."""

    connected: bool = False
    frames: int = 0
    bpm: list[int] = field(default_factory=list)
    intervals: int = 0
    contact: bool | None = None
    battery_percent: int | None = None
    trouble: str = ""  # why the link was lost last


async def heard_from(radio: WhichRadio, strap: StrapSeen, listening_s: float) -> Heard:
    """Connect, and listen for so long. Never raises ``RadioError``."""
    heard, decoder, clock = Heard(), StrapDecoder(), SessionClock()
    try:
        async with asyncio.timeout(CONNECTING_S) as limit:
            async with aclosing(radio.listen(strap, clock)) as arrivals:
                async for arrival in arrivals:
                    match arrival:
                        case LinkChanged(state=LinkState.LISTENING) if not heard.connected:
                            heard.connected = True
                            now_s = asyncio.get_running_loop().time()
                            limit.reschedule(now_s + listening_s)
                        case LinkChanged(state=LinkState.LOST, reason=reason):
                            heard.trouble = reason
                        case Notification(characteristic=heart_rate.CHARACTERISTIC):
                            heard.frames += 1
                            with suppress(ValueError):
                                heard.bpm.append(heart_rate.decode(arrival.payload).heart_rate_bpm)
                        case _:
                            pass
                    for event in decoder.feed(arrival):
                        match event:
                            case Beat():
                                heard.intervals += 1
                            case SkinContact(present=present):
                                heard.contact = present
                            case Battery(percent=percent):
                                heard.battery_percent = percent
                            case _:
                                pass
    except TimeoutError:
        pass
    except RadioError as error:
        heard.trouble = str(error)
    return heard


def strap_findings(strap: StrapSeen, heard: Heard) -> list[Finding]:
    """What that means, a line each."""
    if not heard.connected:
        fix = str(radio_error(RadioReason.NO_ANSWER))
        said = _("The strap shows itself, and does not let us connect.")
        detail = f"{strap.name}: {heard.trouble}" if heard.trouble else strap.name
        return [
            _finding("connection", State.TO_DO, said, fix, detail),
            *(
                _finding(key, State.NOT_LOOKED_AT, _("Not looked at yet: see above."))
                for key in ("heart", "intervals", "contact", "battery")
            ),
        ]
    model = recognise(strap.name)
    said = (
        _("The strap lets us in.")
        if model is None
        else _("The strap lets us in. It is a {model}.").format(model=model.label)
    )
    return [
        _finding(
            "connection",
            State.FINE,
            said,
            "",
            strap.name,
        ),
        _heart(heard),
        _intervals(heard, strap),
        _contact(heard),
        _battery(heard),
    ]


def _heart(heard: Heard) -> Finding:
    if not heard.frames:
        return _finding(
            "heart",
            State.TO_DO,
            _("Nothing has come yet."),
            _("Moisten the electrodes, see that it sits snugly, and wait half a minute."),
            heard.trouble,
        )
    beating = [bpm for bpm in heard.bpm if bpm]
    detail = (
        _("{bpm} bpm, {frames} notifications").format(bpm=beating[-1], frames=heard.frames)
        if beating
        else ""
    )
    return _finding("heart", State.FINE, _("It comes."), "", detail)


def _intervals(heard: Heard, strap: StrapSeen) -> Finding:
    if heard.intervals:
        return _finding(
            "intervals",
            State.FINE,
            _("They come."),
            "",
            _("{intervals} intervals").format(intervals=heard.intervals),
        )
    if heard.frames < ENOUGH_FRAMES:
        return _finding("intervals", State.NOT_LOOKED_AT, _("Too little has come to tell."))
    model = recognise(strap.name)
    if model is not None and Stream.INTERVALS not in model.streams:
        return _finding(
            "intervals", State.TO_DO, _("The heart rate comes without them."), model.notes
        )
    return _finding(
        "intervals",
        State.TO_DO,
        _("The heart rate comes without them."),
        _(
            "Moisten the electrodes and sit still for a minute; if none come then, this "
            "strap or its mode sends none, and another strap is needed."
        ),
    )


def _contact(heard: Heard) -> Finding:
    match heard.contact:
        case True:
            return _finding("contact", State.FINE, _("The skin is felt."))
        case False:
            return _finding(
                "contact",
                State.TO_DO,
                _("The skin is not felt."),
                _("Moisten the electrodes, and let the strap sit snugly below the chest muscles."),
            )
        case None:
            return _finding("contact", State.FINE, _("This strap does not tell of it."))


def _battery(heard: Heard) -> Finding:
    if heard.battery_percent is None:
        return _finding("battery", State.FINE, _("This strap does not tell of it."))
    detail = f"{heard.battery_percent} %"
    if heard.battery_percent <= LOW_BATTERY_PERCENT:
        return _finding(
            "battery",
            State.TO_KNOW,
            _("It is getting low."),
            _("Have a new coin cell ready."),
            detail,
        )
    return _finding("battery", State.FINE, _("There is enough in it."), "", detail)


def _finding(key: str, state: State, said: str, fix: str = "", detail: str = "") -> Finding:
    return Finding(key, LABELS[key], state, said, fix, detail)
