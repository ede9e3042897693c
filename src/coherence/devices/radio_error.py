"""What can be wrong with Bluetooth, in one sentence each that says what to do; needs no bleak."""

from __future__ import annotations

import platform
from enum import Enum

from coherence.translation import _


class RadioReason(Enum):
    """Why the radio, or a strap, could not be used."""

    NO_ADAPTER = "no_adapter"
    POWERED_OFF = "powered_off"
    DENIED = "denied"
    NO_SERVICE = "no_service"  # the system's Bluetooth service (on Linux: bluetoothd) is not there
    NOT_FOUND = "not_found"
    SEVERAL = "several"
    NAMESAKE = "namesake"
    NO_ANSWER = "no_answer"
    NOT_PAIRED = "not_paired"
    BUSY = "busy"
    FAILED = "failed"


class RadioError(Exception):
    """The radio or a strap could not be used; the message is one sentence for people."""

    def __init__(self, message: str, reason: RadioReason) -> None:
        super().__init__(message)
        self.reason = reason


REASONS = {  # what BlueZ, D-Bus and bleak call it
    "NO_BLUETOOTH": RadioReason.NO_ADAPTER,
    "NO_BLE_CENTRAL_ROLE": RadioReason.NO_ADAPTER,
    "POWERED_OFF": RadioReason.POWERED_OFF,
    "DENIED_BY_USER": RadioReason.DENIED,
    "DENIED_BY_SYSTEM": RadioReason.DENIED,
    "DENIED_BY_UNKNOWN": RadioReason.DENIED,
    "org.freedesktop.DBus.Error.ServiceUnknown": RadioReason.NO_SERVICE,
    "org.freedesktop.DBus.Error.NameHasNoOwner": RadioReason.NO_SERVICE,
    "org.freedesktop.DBus.Error.NoReply": RadioReason.NO_SERVICE,
    "org.freedesktop.DBus.Error.AccessDenied": RadioReason.DENIED,
    "org.bluez.Error.NotPermitted": RadioReason.DENIED,
    "org.bluez.Error.NotAuthorized": RadioReason.DENIED,
    "org.bluez.Error.NotReady": RadioReason.POWERED_OFF,
    "org.bluez.Error.InProgress": RadioReason.BUSY,
    "org.bluez.Error.AuthenticationCanceled": RadioReason.NOT_PAIRED,
    "org.bluez.Error.AuthenticationFailed": RadioReason.NOT_PAIRED,
    "org.bluez.Error.AuthenticationRejected": RadioReason.NOT_PAIRED,
    "org.bluez.Error.AuthenticationTimeout": RadioReason.NOT_PAIRED,
}
_SENTENCES: dict[RadioReason, dict[str, str]] = {
    RadioReason.NO_ADAPTER: {
        "": _(
            "This computer has no Bluetooth that can reach a strap: plug in a Bluetooth "
            "adapter (4.0 or newer) and try again."
        ),
    },
    RadioReason.POWERED_OFF: {
        "Linux": _(
            "Bluetooth is off: turn it on in the system's settings, or with `bluetoothctl "
            "power on`, and try again."
        ),
        "Darwin": _("Bluetooth is off: turn it on in Control Centre and try again."),
        "Windows": _(
            "Bluetooth is off: turn it on in Settings, Bluetooth & devices, and try again."
        ),
        "": _("Bluetooth is off: turn it on and try again."),
    },
    RadioReason.DENIED: {
        "Linux": _(
            "This account may not use Bluetooth: ask whoever looks after this computer to "
            "allow it, often by adding the account to the group `bluetooth`, and log in "
            "again."
        ),
        "Darwin": _(
            "Bluetooth is not allowed for this program: allow it in System Settings, "
            "Privacy & Security, Bluetooth, and start it again."
        ),
        "Windows": _(
            "Bluetooth is not allowed for this program: allow it in Settings, Privacy & "
            "security, and start it again."
        ),
        "": _("Bluetooth is not allowed for this program: allow it in the system's settings."),
    },
    RadioReason.NO_SERVICE: {
        "Linux": _(
            "The Bluetooth service is not running: install the package `bluez`, start it "
            "with `sudo systemctl start bluetooth`, and try again."
        ),
        "": _(
            "The system's Bluetooth service does not answer: turn Bluetooth off and on "
            "again, and try again."
        ),
    },
    RadioReason.NOT_PAIRED: {
        "": _(
            "The strap asks to be paired first: pair it in the system's Bluetooth settings "
            "and try again."
        ),
    },
    RadioReason.NOT_FOUND: {
        "": _(
            "The strap was not found: put it on, moisten its electrodes, close other "
            "programs that may hold it, and try again."
        ),
    },
    RadioReason.SEVERAL: {
        "": _(
            "More than one strap fits: say which is meant, by its whole name or by its id as "
            "`coherence scan` tells it."
        ),
    },
    RadioReason.NAMESAKE: {
        "": _(
            "A strap of this name is here under another address: if it is yours, end here and "
            "choose it anew."
        ),
    },
    RadioReason.NO_ANSWER: {
        "": _(
            "The strap did not answer: bring it closer, moisten its electrodes, and close "
            "other programs that may hold it."
        ),
    },
    RadioReason.BUSY: {
        "": _(
            "Another program is using Bluetooth just now: wait a moment or close it, and try again."
        ),
    },
    RadioReason.FAILED: {
        "": _("Bluetooth did not answer: turn it off and on again, and try again."),
    },
}


def radio_error(reason: RadioReason, system: str | None = None) -> RadioError:
    """The error for ``reason`` in the words that fit this system.

    >>> str(radio_error(RadioReason.POWERED_OFF, "Darwin"))
    'Bluetooth is off: turn it on in Control Centre and try again.'
    """
    sentences = _SENTENCES[reason]
    return RadioError(sentences.get(system or platform.system(), sentences[""]), reason)


_FOR_A_HAND = (
    RadioReason.NO_ADAPTER,
    RadioReason.POWERED_OFF,
    RadioReason.DENIED,
    RadioReason.NO_SERVICE,
    RadioReason.NOT_PAIRED,
    RadioReason.BUSY,
    RadioReason.NAMESAKE,
)


def asks_for_a_hand(sentence: str) -> bool:
    """Whether a link's ``reason`` is one that somebody can do something about, on any system.

    >>> asks_for_a_hand("The link ended: we look for the strap.")
    False
    """
    return any(sentence in _SENTENCES[reason].values() for reason in _FOR_A_HAND)
