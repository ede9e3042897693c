"""A Bumble host and its way to a controller, for the radio that stands on it."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from coherence.translation import _

try:
    from bumble import core, hci
    from bumble.device import Device, DeviceConfiguration
    from bumble.transport import open_transport
    from bumble.transport.common import Transport
except ImportError as error:
    raise ImportError(
        _("This radio needs Bumble: install it with `pip install 'coherence-hrv[sim]'`.")
    ) from error

from coherence.devices.radio_error import RadioError, RadioReason

POWER_ON_S = 10.0


class BumbleHost:
    """A Bumble host and its way to a controller; a way that was lost is opened anew when needed."""

    def __init__(self, transport: str) -> None:
        self._transport = transport
        self._wire: Transport | None = None
        self._device: Device | None = None
        self._opening = asyncio.Lock()

    @classmethod
    def of(cls, device: Device) -> BumbleHost:
        """A host in this process, which cannot be lost."""
        host = cls("in this process")
        host._device = device
        return host

    @property
    def device(self) -> Device | None:
        """The host as it is now, if its way stands."""
        lost = self._wire is not None and self._wire.source.terminated.done()
        return None if lost else self._device

    async def reached(self) -> Device:
        """The host, with a controller that answers.

        :raises RadioError: if none does
        """
        async with self._opening:
            return self.device or await self._reach()

    async def _reach(self) -> Device:
        await self.close()
        silent = RadioError(
            _(
                "No radio answers at {transport}: start it there, or leave out --radio to use the"
                " computer's own Bluetooth."
            ).format(transport=self._transport),
            RadioReason.NO_ADAPTER,
        )
        try:
            self._wire = await open_transport(self._transport)
        except PermissionError as error:
            raise RadioError(
                _(
                    "This account may not use {transport}: allow it, or leave out --radio to use"
                    " the computer's own Bluetooth."
                ).format(transport=self._transport),
                RadioReason.DENIED,
            ) from error
        except Exception as error:  # a driver raises what it likes, down to plain Exception
            raise silent from error
        own = hci.Address.generate_static_address()  # random: several programs can share an air
        settings = DeviceConfiguration(name="Coherence", address=own)
        device = Device.from_config_with_hci(settings, self._wire.source, self._wire.sink)
        try:
            async with asyncio.timeout(POWER_ON_S):
                await device.power_on()
        except (TimeoutError, core.BaseBumbleError) as error:
            await self.close()
            raise silent from error
        self._device = device
        return device

    async def close(self) -> None:
        wire, self._wire, self._device = self._wire, None, None
        if wire is not None:
            with suppress(OSError, core.BaseBumbleError):  # it may be gone already
                await wire.close()
