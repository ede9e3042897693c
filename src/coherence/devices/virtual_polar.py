"""Polar's measurement service without hardware, for a virtual strap (extra `sim`)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from bumble import att, gatt
from bumble.device import Connection, Device

from coherence.devices import polar
from coherence.devices.errors import DecodeError
from coherence.devices.polar import (
    LEAST_MTU,
    Answer,
    Command,
    Features,
    Kind,
    Op,
    Reply,
    Setting,
    Settings,
)

OFFERED: Mapping[Kind, Settings] = {  # what an H10 names
    Kind.ECG: {Setting.RATE_HZ: (130,), Setting.RESOLUTION_BITS: (14,)},
    Kind.ACCELERATION: {
        Setting.RATE_HZ: (25, 50, 100, 200),
        Setting.RESOLUTION_BITS: (16,),
        Setting.RANGE: (2, 4, 8),
    },
    Kind.PULSE_INTERVALS: {},
}
CHEST_STRAP = (Kind.ECG, Kind.ACCELERATION)


class VirtualPolar:
    """The control point and the data of a strap, with what an H10 was seen to insist on.

    What runs goes on when the link ends, as on a real one; nothing is sent while nobody listens.
    """

    def __init__(self, kinds: Iterable[Kind] = CHEST_STRAP, *, least_mtu: int = LEAST_MTU) -> None:
        self.kinds = frozenset(kinds)
        self.running: dict[int, Settings] = {}
        self.commands: list[Command] = []  # all that ever came
        self.least_mtu = least_mtu
        self.wants_pairing = False
        self.answers = asyncio.Event()  # cleared: commands are taken and not answered
        self.answers.set()
        self._device: Device | None = None
        self._saying: set[asyncio.Task[None]] = set()
        self._data = gatt.Characteristic(
            polar.DATA, gatt.Characteristic.Properties.NOTIFY, gatt.Characteristic.Permissions(0)
        )
        self._control = gatt.Characteristic(
            polar.CONTROL,
            gatt.Characteristic.Properties.READ
            | gatt.Characteristic.Properties.WRITE
            | gatt.Characteristic.Properties.INDICATE,
            gatt.Characteristic.READABLE | gatt.Characteristic.WRITEABLE,
            gatt.CharacteristicValue(read=self._read, write=self._written),
        )

    def put_on(self, device: Device) -> None:
        """Add the service to a device that is not powered on yet."""
        self._device = device
        device.add_services([gatt.Service(polar.SERVICE, [self._control, self._data])])

    async def notify(self, frame: bytes) -> None:
        """Send a frame of data, if what is in it was started."""
        if self._device is not None and frame[0] in self.running:
            await self._device.notify_subscribers(self._data, frame)

    def _read(self, _connection: Connection) -> bytes:
        return polar.encode_control(Features(self.kinds))

    def _written(self, connection: Connection, value: bytes) -> None:
        if self.wants_pairing:
            raise att.ATT_Error(att.ErrorCode.INSUFFICIENT_AUTHENTICATION)
        saying = asyncio.get_running_loop().create_task(self._say(self._taken(connection, value)))
        self._saying.add(saying)  # the answer comes after the write is acknowledged
        saying.add_done_callback(self._saying.discard)

    async def _say(self, payload: bytes) -> None:
        await self.answers.wait()
        if self._device is not None:
            await self._device.indicate_subscribers(self._control, payload)

    def _taken(self, connection: Any, value: bytes) -> bytes:
        try:
            command = polar.decode_command(value)
        except DecodeError:
            op, kind = (*value, 0, 0)[:2]
            return polar.encode_control(Reply(op, kind, Answer.WRONG_LENGTH))
        self.commands.append(command)
        if connection.att_mtu < self.least_mtu:  # both in turn, as it was seen
            return polar.encode_control(Reply(command.kind, command.op, Answer.WRONG_MTU))
        settings: Settings = {}
        answer = self._answer(command)
        if answer is Answer.DONE and command.op is Op.SETTINGS:
            settings = OFFERED[Kind(command.kind)]
        return polar.encode_control(
            Reply(command.op, command.kind, answer, settings=settings)
        ) + bytes(answer is Answer.DONE and command.op is Op.START)

    def _answer(self, command: Command) -> Answer:
        kind, runs = command.kind, command.kind in self.running
        if kind not in self.kinds:
            return Answer.NOT_SUPPORTED
        match command.op:
            case Op.START if runs:
                return Answer.ALREADY
            case Op.START if not self._has(Kind(kind), command.settings):
                return Answer.WRONG_PARAMETER
            case Op.START:
                self.running[kind] = command.settings
            case Op.STOP if not runs:
                return Answer.ALREADY
            case Op.STOP:
                del self.running[kind]
            case _:
                pass
        return Answer.DONE

    @staticmethod
    def _has(kind: Kind, settings: Settings) -> bool:
        offered = OFFERED[kind]
        return settings.keys() == offered.keys() and all(
            len(values) == 1 and values[0] in offered[key] for key, values in settings.items()
        )
