"""Recorders are killed at random moments: nothing older than one second is lost."""

import os
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from coherence.model import End, Notification
from coherence.storage import keys
from coherence.storage.database import Store
from coherence.storage.encryption import turn_on
from coherence.storage.interrupted import close_interrupted
from coherence.storage.places import Places
from coherence.storage.shown import rounded
from coherence.storage.shown_rows import shown_in
from coherence.storage.sqlite import is_encrypted
from coherence.storage.writer import SHOWN_EVERY_S

WORDS = "a few words of one's own"
RECORDER = Path(__file__).with_name("recorder.py")
SAFE_AFTER_S = 1.0
MINUTE_S = round(SHOWN_EVERY_S)
Python = Callable[..., "subprocess.Popen[bytes]"]
Until = Callable[[Callable[[], object]], None]


def kill_recorders(folder: Path, python: Python, until: Until, seeds: range) -> None:
    """Eight at a time, each on a store of its own; every second store is encrypted."""
    for start in range(seeds.start, seeds.stop, 8):
        group = [folder / str(seed) for seed in seeds[start - seeds.start :][:8]]
        for place in group:
            place.mkdir()
            if int(place.name) % 2:
                turn_on(Places(place, place, place), WORDS)
        running = [
            python(RECORDER, place / "coherence.db", place / "log", place.name) for place in group
        ]
        dice = random.Random(start)
        try:
            for place in group:
                until(lambda log=place / "log": log.exists() and log.stat().st_size, 60.0)
            began_s = time.monotonic()
            moments_s = sorted(began_s + dice.uniform(1.1, 2.0) for _ in group)
            for place, process, moment_s in zip(group, running, moments_s, strict=True):
                time.sleep(max(0.0, moment_s - time.monotonic()))
                with Store.open(place / "coherence.db") as store:
                    assert store.is_locked(1)
                    assert close_interrupted(store) == ()
                killed_s = time.monotonic()
                process.kill()
                process.wait()
                check(place, killed_s)
        finally:
            for process in running:
                process.kill()
                process.wait()


def check(place: Path, killed_s: float) -> None:
    lines = (place / "log").read_text().splitlines()[1:]
    put = [(int(number), float(at_s)) for number, at_s in (line.split() for line in lines)]
    due = [number for number, at_s in put if at_s < killed_s - SAFE_AFTER_S]
    assert len(due) > 5, "it was killed too early to tell"
    assert is_encrypted(place / "coherence.db") == bool(int(place.name) % 2)
    with Store.open(place / "coherence.db") as store:
        assert not store.is_locked(1)
        assert close_interrupted(store) == (1,)
        arrivals = list(store.arrivals(1))
        kept = store.session(1)
        shown = shown_in(store, 1)
    seconds = [t_s for run in shown for t_s in run.said("number")[0].tolist()]
    assert seconds == [float(number) for number in range(len(seconds))], "whole minutes, in order"
    # a reading follows its arrival, a minute is written once it is whole and arrivals are
    long_due = [number for number, at_s in put if at_s < killed_s - 1.5 * SAFE_AFTER_S]
    assert max(long_due, default=0) - MINUTE_S <= len(seconds) <= len(arrivals)
    assert len(seconds) % MINUTE_S == 0
    for run in shown:
        t_s, values = run.said("number")
        assert values.tolist() == rounded(t_s).tolist()
    assert kept.end is End.INTERRUPTED
    assert len(arrivals) > due[-1], f"{due[-1] + 1 - len(arrivals)} arrivals are lost"
    assert kept.duration_s == arrivals[-1].t_s
    for number, arrival in enumerate(arrivals):
        assert isinstance(arrival, Notification)
        assert arrival.t_s == number / 100
        assert arrival.payload[:4] == number.to_bytes(4, "little")
        assert arrival.payload == arrival.payload[:4] * (len(arrival.payload) // 4)


def test_nothing_older_than_a_second_is_lost(tmp_path: Path, python: Python, until: Until) -> None:
    kill_recorders(tmp_path, python, until, range(8))


@pytest.fixture(autouse=True)
def passphrase(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(keys.PASSPHRASE, WORDS)
    yield
    keys.lock()


@pytest.mark.slow
def test_nothing_older_than_a_second_is_lost_in_many_kills(
    tmp_path: Path, python: Python, until: Until
) -> None:
    many = 200 if os.environ.get("COHERENCE_LONG") else 48
    kill_recorders(tmp_path, python, until, range(100, 100 + many))


def test_two_recorders_share_one_store(tmp_path: Path, python: Python) -> None:
    path = tmp_path / "coherence.db"
    logs = [tmp_path / "one.log", tmp_path / "two.log"]
    running = [python(RECORDER, path, log, n, 1.0) for n, log in enumerate(logs)]
    assert [process.wait(60) for process in running] == [0, 0]
    with Store.open(path) as store:
        for log in logs:
            (_, session_id), *put = (line.split() for line in log.read_text().splitlines())
            arrivals = list(store.arrivals(int(session_id)))
            assert [arrival.t_s for arrival in arrivals] == [int(n) / 100 for n, _ in put]
            assert store.session(int(session_id)).end is End.ENDED
