"""Service, permission and adapter, and which straps are near or held."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass

from coherence.devices.bluez import BLOCKED_BY_SWITCH, BluezState, bluez_state
from coherence.devices.radio_error import RadioError, RadioReason, radio_error
from coherence.devices.which_radio import WhichRadio
from coherence.doctor.finding import Finding, State
from coherence.model import StrapSeen
from coherence.translation import _, ngettext

SERVICE, PERMISSION, ADAPTER = ("service", "permission", "adapter")
STRAPS, HELD = "straps", "held"
LABELS = {
    SERVICE: _("Bluetooth service"),
    PERMISSION: _("Permission"),
    ADAPTER: _("Bluetooth adapter"),
    STRAPS: _("Straps nearby"),
    HELD: _("In use elsewhere"),
}
WHERE = {  # which of the three a reason for having no radio speaks of
    RadioReason.NO_SERVICE: SERVICE,
    RadioReason.DENIED: PERMISSION,
}
IN_THE_WAY = {
    SERVICE: _("It does not answer."),
    PERMISSION: _("This program may not use Bluetooth here."),
    ADAPTER: _("It cannot be used as it is."),
}
WORKS = {
    SERVICE: _("It runs."),
    PERMISSION: _("This program may use Bluetooth."),
    ADAPTER: _("It is on."),
}


def _fine(key: str) -> Finding:
    return Finding(key, LABELS[key], State.FINE, WORKS[key])


def _to_do(key: str, said: str, fix: str, detail: str = "") -> Finding:
    return Finding(key, LABELS[key], State.TO_DO, said, fix, detail)


def _not_looked_at(*keys: str) -> list[Finding]:
    return [
        Finding(key, LABELS[key], State.NOT_LOOKED_AT, _("Not looked at yet: see above."))
        for key in keys
    ]


@dataclass(slots=True)
class Nearby:
    """What a look around has found, for what comes next."""

    straps: list[StrapSeen]


async def radio_findings(
    radio: WhichRadio, seconds: float, nearby: Nearby
) -> AsyncIterator[Finding]:
    """Look at the radio, then around; ``nearby`` is filled. Never raises ``RadioError``."""
    state: BluezState | None = None
    if radio.transport is None and sys.platform == "linux":
        state = await bluez_state()
        found = linux_findings(state)
        for each in found:
            yield each
        if any(each.state is State.TO_DO for each in found):
            for each in _not_looked_at(STRAPS, HELD):
                yield each
            return
    try:
        nearby.straps = await radio.find_straps(seconds)
    except RadioError as error:
        for each in without_radio(radio, error, told=state is not None):
            yield each
        for each in _not_looked_at(STRAPS, HELD):
            yield each
        return
    if state is None:
        for key in (ADAPTER,) if radio.transport else (SERVICE, PERMISSION, ADAPTER):
            yield _fine(key)
    yield straps_finding(nearby.straps)
    yield held_finding(nearby.straps, None if state is None else await bluez_state())


def linux_findings(state: BluezState) -> list[Finding]:
    """What Linux's own service says of itself, with the fix that goes with just that."""
    if not (state.bus and state.running):
        if state.bus and state.installed:
            said, fix = _("It is installed and does not run."), "sudo systemctl start bluetooth"
        elif state.installed:
            said = _("The system bus, by which it is reached, does not answer.")
            fix = _("Start the service `dbus`, then `bluetooth`; in a container, let it in.")
        else:
            said = _("It is not installed.")
            fix = _("sudo apt-get install bluez, or the package of that name; then start it.")
        return [_to_do(SERVICE, said, fix), *_not_looked_at(PERMISSION, ADAPTER)]
    if state.denied:
        return [
            _fine(SERVICE),
            _to_do(PERMISSION, IN_THE_WAY[PERMISSION], _fix(RadioReason.DENIED)),
            *_not_looked_at(ADAPTER),
        ]
    return [_fine(SERVICE), _fine(PERMISSION), _linux_adapter(state)]


def _linux_adapter(state: BluezState) -> Finding:
    if any(state.adapters):
        return _fine(ADAPTER)
    if state.blocked == BLOCKED_BY_SWITCH:
        return _to_do(
            ADAPTER,
            _("A switch or key of this computer keeps it off."),
            _("Look for a switch for wireless, or a key with an aerial or an aeroplane on it."),
        )
    if state.blocked:
        return _to_do(ADAPTER, _("It is blocked, as in flight mode."), "rfkill unblock bluetooth")
    if state.adapters:
        return _to_do(ADAPTER, _("It is off."), _fix(RadioReason.POWERED_OFF))
    if state.kernel_adapters:
        return _to_do(
            ADAPTER,
            _("The system knows it, and its Bluetooth service does not."),
            _("Start the service anew: sudo systemctl restart bluetooth."),
        )
    return _to_do(ADAPTER, _("There is none."), _fix(RadioReason.NO_ADAPTER))


def without_radio(radio: WhichRadio, error: RadioError, *, told: bool) -> list[Finding]:
    """Why one could not look around. ``told``: service and permission have had their lines."""
    if radio.transport is not None:
        fix = _("Start the radio that --radio names, or leave --radio out.")
        return [_to_do(ADAPTER, _("No radio answers there."), fix, str(error))]
    key = WHERE.get(error.reason, ADAPTER)
    keys = (ADAPTER,) if told else (SERVICE, PERMISSION, ADAPTER)
    if key not in keys:
        key = ADAPTER
    at = keys.index(key)
    return [
        *(_fine(before) for before in keys[:at]),
        _to_do(key, IN_THE_WAY[key], _fix(error.reason)),
        *_not_looked_at(*keys[at + 1 :]),
    ]


def straps_finding(straps: list[StrapSeen]) -> Finding:
    """What was seen; none is no fault of the computer's."""
    if not straps:
        return Finding(
            STRAPS,
            LABELS[STRAPS],
            State.TO_KNOW,
            _("None has shown itself."),
            _(
                "Put it on, moisten its electrodes, and close other programs and phones that "
                "may hold it: a strap shows itself only while it is worn and free."
            ),
        )
    count = ngettext("One is here.", "{n} are here.", len(straps)).format(n=len(straps))
    names = ", ".join(f"{strap.name} ({strap.strap_id})" for strap in straps)
    return Finding(STRAPS, LABELS[STRAPS], State.FINE, count, "", names)


def held_finding(straps: list[StrapSeen], state: BluezState | None) -> Finding:
    """Whether a strap is somebody's already; of phones nobody can tell."""
    held = [strap for strap in straps if strap.rssi_dbm is None]  # not heard: known to be connected
    names = ", ".join(strap.name for strap in held)
    if state is not None and state.listened:
        return Finding(
            HELD,
            LABELS[HELD],
            State.TO_KNOW,
            _("A program on this computer listens to a strap now."),
            _("Close it, if it is not the coherence that you mean to use."),
            names,
        )
    if held or (state is not None and state.connected):
        return Finding(
            HELD,
            LABELS[HELD],
            State.TO_KNOW,
            _("A strap is connected to this computer already: coherence takes it over."),
            _("If no beats come, close other programs that use it."),
            names,
        )
    return Finding(
        HELD, LABELS[HELD], State.FINE, _("No program on this computer holds a strap."), ""
    )


def _fix(reason: RadioReason) -> str:
    """What to do, from the one sentence that says both."""
    return str(radio_error(reason))
