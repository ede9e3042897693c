"""The real app with a window that hangs, waiting to be killed: LOG SPEED HANGS_S.

Writes to LOG, on the source's thread, one line for each arrival that was handed over: "t_s time",
with the system's monotonic clock; and "hangs time" when the window stops answering.
"""

import os
import sys
import time
from collections.abc import AsyncGenerator, Iterable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from coherence.devices.sources import SessionClock, paced
from coherence.model import Arrival
from coherence.practice.library import practice
from coherence.sessions import opening
from coherence.sessions.opening import FromWearer
from coherence.ui.running import run_app


def main(log_path: str, speed: str, hangs_s: str) -> None:
    log = os.open(log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    async def noted(
        arrivals: Iterable[Arrival], clock: SessionClock
    ) -> AsyncGenerator[Arrival, None]:
        async for arrival in paced(arrivals, clock):
            yield arrival  # comes back once the feed has it
            os.write(log, f"{arrival.t_s} {time.monotonic()}\n".encode())

    def hang() -> None:
        end_s = time.monotonic() + float(hangs_s)
        os.write(log, f"hangs {time.monotonic()}\n".encode())
        while time.monotonic() < end_s:  # not asleep: it wants the interpreter for itself, too
            sum(range(1000))

    opening.paced = noted  # type: ignore[assignment]
    app = QApplication([])
    QTimer.singleShot(1500, app, hang)
    run_app(FromWearer(), practice("soothing_rhythm"), speed=float(speed))


if __name__ == "__main__":
    main(*sys.argv[1:])
