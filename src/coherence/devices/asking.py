"""One exchange with bleak: within its time, and with errors in plain words."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable
from typing import TypeVar

from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakCharacteristicNotFoundError,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
    BleakGATTProtocolErrorCode,
)

from coherence.devices.radio_error import REASONS, RadioError, RadioReason, radio_error
from coherence.translation import _

LOG = logging.getLogger("coherence.radio")
T = TypeVar("T")

try:  # on Linux some errors of bleak's D-Bus library come through
    from dbus_fast.errors import DBusFastError
except ImportError:  # Windows, macOS

    class DBusFastError(Exception):  # type: ignore[no-redef]
        """Never raised here."""


# KeyError and EOFError come out of bleak when the system's service goes while it is being asked,
# faults of its own when a link ends between two of its steps: an assertion that there is a bus,
# what was asked of a device that is no more, a notification that is on already. None may end a
# session.
_FAULTS = (
    *(AssertionError, AttributeError, ValueError, TypeError, RuntimeError),
    asyncio.InvalidStateError,
)
_FAILURES = (BleakError, OSError, EOFError, KeyError, DBusFastError, *_FAULTS)
_ASKS_FOR_PAIRING = (
    BleakGATTProtocolErrorCode.INSUFFICIENT_AUTHENTICATION,  # 0x05
    BleakGATTProtocolErrorCode.INSUFFICIENT_AUTHORIZATION,  # 0x08
    BleakGATTProtocolErrorCode.INSUFFICIENT_ENCRYPTION_KEY_SIZE,  # 0x0C
    BleakGATTProtocolErrorCode.INSUFFICIENT_ENCRYPTION,  # 0x0F
)
_NOT_PAIRED = ("org.bluez.Error.NotPermitted", "Not paired")  # BlueZ's word for 0x05, 0x0C and 0x0F


async def asked(
    work: Awaitable[T], within_s: float, otherwise: RadioReason = RadioReason.FAILED
) -> T:
    """One exchange with bleak: within its time, and with errors for people.

    :raises RadioError: for whatever fails; ``otherwise`` where the error itself does not say why
    """
    task = asyncio.current_task()
    assert task is not None
    cancelled = task.cancelling()
    try:
        async with asyncio.timeout(within_s):
            answer = await work
    except NotImplementedError:  # said of a system, not of a moment
        raise
    except _FAILURES as error:
        if isinstance(error, _FAULTS):  # for whoever mends it; without its words
            LOG.warning("bleak tripped: %s", type(error).__name__)
        raise explained(error, otherwise) from error
    if task.cancelling() > cancelled:
        # Until Python 3.12 wait_for, which backends use, loses a cancellation that comes at the
        # same moment as the answer; unseen, closing would wait for ever.
        raise asyncio.CancelledError
    return answer


def explained(error: Exception, otherwise: RadioReason = RadioReason.FAILED) -> RadioError:
    """What an error of bleak, or of what lies below it, means to a person."""
    reason = otherwise
    match error:
        case BleakBluetoothNotAvailableError():
            reason = REASONS.get(error.reason.name, otherwise)
        case BleakDBusError() if (error.dbus_error, error.dbus_error_details) == _NOT_PAIRED:
            reason = RadioReason.NOT_PAIRED
        case BleakDBusError():
            reason = REASONS.get(error.dbus_error, otherwise)
        case BleakGATTProtocolError() if error.code in _ASKS_FOR_PAIRING:
            reason = RadioReason.NOT_PAIRED
        case BleakCharacteristicNotFoundError():
            return RadioError(
                _("This device sends no heart rate: choose another one."), RadioReason.NOT_FOUND
            )
        case BleakDeviceNotFoundError():
            reason = RadioReason.NOT_FOUND
        case TimeoutError():
            pass
        case PermissionError():
            reason = RadioReason.DENIED
        case FileNotFoundError() | ConnectionError() if sys.platform == "linux":
            reason = RadioReason.NO_SERVICE  # there is no system bus to ask
        case _:
            pass
    return radio_error(reason)
