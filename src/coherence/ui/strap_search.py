"""Looking for straps while the welcome screen is there, on the thread of the sources."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from queue import Empty, SimpleQueue

from PySide6.QtCore import QObject, QTimer, Signal

from coherence.devices.sources import SourceLoop
from coherence.devices.which_radio import WhichRadio
from coherence.model import StrapSeen

POLL_MS = 200
AGAIN_S = 2.0  # after trouble with the radio: somebody may have turned it on


class StrapSearch(QObject):
    """Says which straps were seen, and what stands in the way, on the thread of the window."""

    seen = Signal(object)  # StrapSeen
    trouble = Signal(str)

    def __init__(self, loop: SourceLoop, radio: WhichRadio, parent: QObject) -> None:
        super().__init__(parent)
        self._loop, self._radio = loop, radio
        self._scanning: Future[None] | None = None
        self._found: SimpleQueue[StrapSeen | Exception] = SimpleQueue()
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._look)

    def start(self) -> None:
        """Look anew."""
        self.stop()
        self._found = SimpleQueue()  # what an earlier look still says is not heard
        self._scanning = self._loop.submit(_collect(self._radio, self._found))
        self._poll.start()

    def stop(self) -> None:
        self._poll.stop()
        if self._scanning is not None:
            self._scanning.cancel()
            self._scanning = None

    def _look(self) -> None:
        while True:
            try:
                found = self._found.get_nowait()
            except Empty:
                return
            if isinstance(found, StrapSeen):
                self.seen.emit(found)
            else:
                self.trouble.emit(str(found))


async def _collect(radio: WhichRadio, found: SimpleQueue[StrapSeen | Exception]) -> None:
    """Look for straps until it is cancelled; whatever stands in the way is told once."""
    told = ""
    while True:
        straps = radio.scan()  # loads bleak: after the first frame
        try:
            async for strap in straps:
                found.put(strap)
        except Exception as error:  # told on the welcome screen
            if str(error) != told:
                told = str(error)
                found.put(error)
        finally:
            await straps.aclose()
        await asyncio.sleep(AGAIN_S)
