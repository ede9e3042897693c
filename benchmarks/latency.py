"""How long a heartbeat takes from the radio to the disk and to the picture, with the window open.

    python benchmarks/latency.py [--frames 300] [--size 1440x900] [--plots]

A virtual strap on the in-process radio speaks through the real bleak to a session with a record and
a practice window (offscreen, software raster). Stamped are: the strap's sending, bleak's callback,
the commit to SQLite (synchronous=FULL), and the end of the paint that shows the beat. The picture
looks every 17 ms whether something has come, so the way to it takes half of that in the middle by
construction; what a compositor and a display add is not in it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from coherence.devices import heart_rate
from coherence.devices.air import Air
from coherence.devices.bumble_radio import radio_in
from coherence.devices.heart_rate import HeartRateMeasurement
from coherence.devices.radio import Radio, listen
from coherence.devices.sources import SourceLoop
from coherence.devices.virtual_strap import VirtualStrap
from coherence.model import Arrival, Notification
from coherence.practice.library import practice
from coherence.sessions.opening import FromStrap
from coherence.storage.database import Store
from coherence.storage.writer import RecordWriter
from coherence.ui.latency import Latency
from coherence.ui.live_loop import PracticeRun
from coherence.ui.practice import PracticeWindow
from coherence.ui.theme import DUSK, load_fonts

EVERY_S = (0.30, 0.42)  # the quickest of hearts, at any phase of the frame timer
LINES = (
    ("strap's sending to bleak's callback", "air"),
    ("callback to the disk (committed)", "stored"),
    ("callback to the picture (painted)", "shown"),
)


class Stamps:
    """When each frame was sent, heard and stored, in seconds of the session."""

    def __init__(self) -> None:
        self.sent_s: list[float] = []
        self.heard_s: list[float] = []
        self.stored_s: list[float] = []
        self.numbers: list[int] = []  # under which each frame is stored

    def put(self, number: int, arrival: Arrival) -> None:
        if isinstance(arrival, Notification) and (
            arrival.characteristic == heart_rate.CHARACTERISTIC
        ):
            self.heard_s.append(arrival.t_s)
            self.numbers.append(number)


def watch_commits(stamps: Stamps, now: list) -> None:
    """Stamp each transaction of the record's writer as it returns."""
    append = RecordWriter._append

    def stamped(self: RecordWriter) -> bool:
        done = append(self)
        if done and now:
            t_s = now[0]()
            while (
                len(stamps.stored_s) < len(stamps.numbers)
                and stamps.numbers[len(stamps.stored_s)] < self.written
            ):
                stamps.stored_s.append(t_s)
        return done

    RecordWriter._append = stamped


async def on_the_air() -> tuple[VirtualStrap, Radio]:
    air = Air()
    strap = VirtualStrap(air, advertising_ms=20.0)
    await strap.switch_on()
    return strap, await radio_in(air)


async def speak(strap: VirtualStrap, frames: int, stamps: Stamps, now: list) -> None:
    await strap.listened_to.wait()
    rng = random.Random(1)
    for _ in range(frames):
        rr_s = rng.uniform(*EVERY_S)
        await asyncio.sleep(rr_s)
        said = HeartRateMeasurement(round(60 / rr_s), None, None, (round(1024 * rr_s),))
        stamps.sent_s.append(now[0]())
        await strap.notify(heart_rate.encode(said))


def measured(frames: int, width: int, height: int, plots_too: bool) -> dict[str, np.ndarray]:
    app = QApplication.instance() or QApplication(sys.argv[:1])
    load_fonts()
    stamps, now = Stamps(), []
    watch_commits(stamps, now)
    loop = SourceLoop()
    strap, radio = loop.submit(on_the_air()).result(10)
    source = FromStrap(strap.address, strap.name, lambda c: listen(strap.address, c, radio=radio))
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "store.db") as store:
        run = PracticeRun(
            source, practice("soothing_rhythm"), store=store, loop=loop, sinks=(stamps.put,)
        )
        now.append(run.now_s)
        window = PracticeWindow(run, DUSK)
        window.latency = latency = Latency()
        latency.seconds = type(latency.seconds)(maxlen=frames)
        window.resize(width, height)
        window.show()
        if plots_too:
            from coherence.ui.live_plots import LivePlots

            plots = LivePlots(DUSK)
            plots.show()
            timer = QTimer()
            timer.timeout.connect(lambda: plots.show_view(run.view()))
            timer.start(250)
        speaking = loop.submit(speak(strap, frames, stamps, now))
        while not speaking.done() or len(latency.seconds) < len(stamps.heard_s):
            app.processEvents()
            time.sleep(0.0005)  # as an event loop would wait; a busy one would starve the radio
        speaking.result()
        window.close()
        run.close()
        assert loop.stop()
    stored = min(len(stamps.stored_s), len(stamps.heard_s))
    heard = np.array(stamps.heard_s)
    assert len(heard) == frames == stored, (len(heard), stored)
    return {
        "air": heard - np.array(stamps.sent_s),
        "stored": np.array(stamps.stored_s) - heard,
        "shown": np.array(latency.seconds),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--size", default="1440x900")
    parser.add_argument("--plots", action="store_true", help="with the live plots open beside it")
    args = parser.parse_args()
    width, height = (int(part) for part in args.size.split("x"))
    found = measured(args.frames, width, height, args.plots)
    print(f"{args.frames} frames, {args.size}{', live plots open' if args.plots else ''}; ms")
    print(f"{'':38}{'p50':>8}{'p95':>8}{'p99':>8}{'most':>8}")
    for label, key in LINES:
        row = 1000.0 * np.percentile(found[key], (50, 95, 99, 100))
        print(f"{label:38}" + "".join(f"{ms:8.1f}" for ms in row))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
