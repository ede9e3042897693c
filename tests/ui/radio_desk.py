"""A practice window on a strap of the in-process radio: all of the real way, radio to picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tests.devices.virtual_radio import ADVERTISING_MS

from coherence.devices import heart_rate
from coherence.devices.air import Air
from coherence.devices.bumble_radio import radio_in
from coherence.devices.radio import Radio, listen
from coherence.devices.sources import Sink, SourceLoop
from coherence.devices.virtual_strap import VirtualStrap
from coherence.sessions.opening import FromStrap
from coherence.storage.database import Store
from coherence.ui.live_loop import PracticeRun
from coherence.ui.practice import PracticeWindow
from coherence.ui.theme import DUSK


class RadioDesk:
    """The strap speaks on the sources' thread, as bleak does; the window is on this one.

    ``on_call`` is called with True as bleak's callback begins and with False as it ends.
    """

    def __init__(
        self,
        store: Store | None = None,
        *,
        sinks: tuple[Sink, ...] = (),
        on_call: Callable[[bool], None] = lambda begins: None,
    ) -> None:
        self.loop = SourceLoop()
        self.strap, radio = self.loop.submit(_on_the_air()).result(10)
        radio = _watched(radio, on_call)
        strap = self.strap
        source = FromStrap(
            strap.address, strap.name, lambda clock: listen(strap.address, clock, radio=radio)
        )
        self.run = PracticeRun(source, None, store=store, loop=self.loop, sinks=sinks)
        self.window = PracticeWindow(self.run, DUSK)
        self.window.resize(1000, 640)
        self.window.show()
        assert QTest.qWaitForWindowExposed(self.window)
        self.loop.submit(self._listened_to()).result(10)

    async def _listened_to(self) -> None:
        await self.strap.listened_to.wait()

    def say(self, frame: bytes) -> None:
        """Send a frame; returns once it is handed to the strap's radio."""
        self.loop.submit(self.strap.notify(frame)).result(10)

    def close(self) -> None:
        self.window.close()
        self.run.close()
        self.loop.stop()
        self.window.deleteLater()
        QApplication.processEvents()


async def _on_the_air() -> tuple[VirtualStrap, Radio]:
    air = Air()
    strap = VirtualStrap(air, advertising_ms=ADVERTISING_MS)
    await strap.switch_on()
    return strap, await radio_in(air)


def _watched(radio: Radio, on_call: Callable[[bool], None]) -> Radio:
    assert radio.client is not None

    class Watched(radio.client):  # type: ignore[misc, name-defined]
        async def start_notify(
            self, characteristic: Any, callback: Callable[[bytearray], None], **options: Any
        ) -> None:
            def watched(value: bytearray) -> None:
                on_call(True)
                callback(value)
                on_call(False)

            ours = characteristic.uuid == heart_rate.CHARACTERISTIC
            await super().start_notify(characteristic, watched if ours else callback, **options)

    return replace(radio, client=Watched)
