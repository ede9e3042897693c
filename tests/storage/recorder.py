"""A small recorder that waits to be killed: STORE LOG SEED [SECONDS].

Writes to LOG one line a put, "number time", with the system's monotonic clock. Each put shows its
number as a reading, a second of data each, so that minutes are handed over while it lives.
"""

import os
import random
import sys
import time
from pathlib import Path

from coherence.model import Notification, Reading, Value
from coherence.storage.database import Store
from coherence.storage.writer import RecordWriter

HEART_RATE = "00002a37-0000-1000-8000-00805f9b34fb"


def main(store_path: str, log_path: str, seed: str, seconds: str = "inf") -> None:
    dice = random.Random(int(seed))
    log = os.open(log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    store = Store.open(Path(store_path))
    session_id = store.begin_session("killed", strap="Virtual H10", strap_id="AA")
    os.write(log, f"session {session_id}\n".encode())
    writer = RecordWriter(store.path, session_id)
    number, end_s = 0, time.monotonic() + float(seconds)
    while time.monotonic() < end_s:
        for _ in range(dice.choice((1, 1, 1, 40))):  # a burst now and then
            payload = number.to_bytes(4, "little") * dice.randint(1, 60)
            writer.put(number, Notification(number / 100, "AA", HEART_RATE, payload))
            writer.show([Reading(float(number), "number", Value(float(number)), 1.0, 1)])
            os.write(log, f"{number} {time.monotonic()}\n".encode())
            number += 1
        time.sleep(dice.uniform(0.0, 0.02))
    assert writer.close() is None
    store.finish_session(session_id, duration_s=(number - 1) / 100)
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
