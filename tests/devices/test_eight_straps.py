"""Eight straps at once on one radio: none is mixed up with another, and nothing of any is lost."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import pytest

pytest.importorskip("bumble", reason="the virtual radio needs the extra `sim`")

from tests.devices.rough_ride import number_of
from tests.devices.virtual_radio import Ear, frame, in_the_air, run_at_once, strap_on
from tests.devices.warped_time import WarpedClock, run_warped

from coherence.devices import heart_rate
from coherence.devices.air import Air
from coherence.devices.bumble_radio import radio_in
from coherence.devices.decoder import StrapDecoder
from coherence.devices.heart_rate import HeartRateMeasurement
from coherence.devices.radio import listen
from coherence.devices.sources import Feed
from coherence.devices.virtual_strap import VirtualStrap
from coherence.model import Beat, Ended, LinkState, Notification
from coherence.storage.database import Store
from coherence.storage.writer import RecordWriter

EIGHT = range(8)


def named(n: int) -> tuple[str, str]:
    return f"Polar H10 0000000{n}", f"C0:FF:EE:00:00:1{n}"


def test_eight_straps_at_once_are_not_mixed_and_lose_nothing() -> None:
    async def test() -> None:
        air, radio = await in_the_air()
        straps = [await strap_on(air, *named(n)) for n in EIGHT]
        ears = [Ear("polar", radio) for _ in EIGHT]  # each takes one that no other has
        for ear in ears:
            await ear.until_state(LinkState.LISTENING)
        for strap in straps:
            await strap.listened_to.wait()
        owner = {ear.links[-1].strap_id: ear for ear in ears}
        assert set(owner) == {strap.address for strap in straps}
        sent = {
            s.address: [frame(50 + n, 800 + 50 * n + k) for k in range(40)]
            for n, s in enumerate(straps)
        }
        for k in range(40):
            await asyncio.gather(*(strap.notify(sent[strap.address][k]) for strap in straps))
        for strap in straps:
            await owner[strap.address].until_frames(40)
            assert owner[strap.address].frames == sent[strap.address]
        for ear in ears:
            await ear.close()

    run_at_once(test())


async def eight(store: Store, seconds: float) -> dict[int, list[bytes]]:
    """Eight sessions in one store, each of a strap of its own; three links drop on the way."""
    air = Air()
    radio = await radio_in(air)
    clock = WarpedClock(asyncio.get_running_loop())
    straps = [VirtualStrap(air, *named(n)) for n in EIGHT]
    sent: dict[int, list[bytes]] = {n: [] for n in EIGHT}
    running, feeds, writers = [], [], []
    for n, strap in enumerate(straps):
        await strap.switch_on()
        writers.append(RecordWriter(store.path, store.begin_session(f"strap {n}")))
        feeds.append(Feed(writers[-1].put))
        source = listen(strap.address, clock, radio=radio)
        running.append(asyncio.create_task(feeds[-1].pump(source)))
    for strap in straps:
        await strap.listened_to.wait()

    async def beat(n: int) -> None:
        rr_ticks = 700 + 60 * n
        number, due_s = 0, clock.now_s()
        while clock.now_s() < seconds:
            number += 1
            said = HeartRateMeasurement(60, True, number, (rr_ticks + number % 7,))
            due_s += said.rr_ticks[0] / 1024
            await asyncio.sleep(clock.until(due_s))
            if straps[n].listened_to.is_set():
                sent[n].append(heart_rate.encode(said))
                await straps[n].notify(sent[n][-1])

    async def drops() -> None:
        for n in (2, 5, 2):
            await asyncio.sleep(seconds / 5)
            await straps[n].drop()

    await asyncio.gather(*(beat(n) for n in EIGHT), drops())
    for n in EIGHT:
        feeds[n].put(Ended(clock.now_s()))
        running[n].cancel()
    await asyncio.gather(*running, return_exceptions=True)
    assert [writer.close() for writer in writers] == [None] * len(EIGHT)
    return sent


def test_eight_sessions_at_once_are_recorded_each_with_its_own(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store.db") as store:
        sent = run_warped(eight(store, 120.0))
        for n in EIGHT:
            arrivals = list(store.arrivals(n + 1))
            heard = [
                a
                for a in arrivals
                if isinstance(a, Notification) and a.characteristic == heart_rate.CHARACTERISTIC
            ]
            assert {a.strap_id for a in heard} == {named(n)[1]}
            assert [a.payload for a in heard] == sent[n]
            numbers = [number_of(a.payload) for a in heard]
            assert all(a < b for a, b in itertools.pairwise(numbers))  # type: ignore[operator]
            decoder = StrapDecoder()
            beats = [e for a in arrivals for e in decoder.feed(a) if isinstance(e, Beat)]
            assert len(beats) == len(heard)
            assert len({beat.segment for beat in beats}) == 1 + {2: 2, 5: 1}.get(n, 0)
