"""Somebody who wears a virtual strap: a simulated heart on a virtual radio, and what befalls it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from coherence.devices import battery
from coherence.devices.mishaps import Mishaps
from coherence.devices.people import Person
from coherence.devices.simulator import wearer
from coherence.devices.sources import SessionClock
from coherence.devices.strap_orders import Order
from coherence.devices.virtual_strap import VirtualStrap
from coherence.devices.wearer_breath import Guide
from coherence.model import Arrival, Notification

# A frame that is sent, and the how-manieth listener takes it: 0 if nobody does
Tell = Callable[[bytes, int], None]


class WornStrap:
    """Plays a wearer on ``strap`` and obeys orders meanwhile."""

    def __init__(
        self,
        strap: VirtualStrap,
        person: Person,
        seed: int,
        clock: SessionClock,
        *,
        guide: Guide | None = None,
        tell: Tell | None = None,
    ) -> None:
        self.strap, self._clock, self._tell = strap, clock, tell
        self._mishaps = Mishaps(seed)
        self._own_battery = True
        worn = wearer(
            seed=seed,
            person=person,
            strap_id=strap.address,
            guide=guide,
            measures=strap.measures is not None,
        )
        self._worn = chain([next(worn)], worn)  # making a heart takes long: not while others wait
        strap.sent_for = self._sent_for

    async def run(self) -> None:
        """Be worn: switch on, and send what the heart does, whether anybody listens or not."""
        await self.strap.switch_on()
        await self.strap.play(self._arrivals(), self._clock)

    async def obey(self, order: Order) -> None:
        """Let it happen now."""
        self._mishaps.order(order, self._clock.now_s())
        match order.what:
            case "drop":
                await self.strap.drop()
            case "away":
                self.strap.walk_away()
            case "back":
                self.strap.come_back()
            case "battery":
                self._own_battery = False
                await self.strap.set_battery(min(100, int(order.amount or 0)))
            case _:
                pass

    def _arrivals(self) -> Iterator[Arrival]:
        for arrival in self._worn:
            match arrival:
                case Notification(characteristic=battery.CHARACTERISTIC) if not self._own_battery:
                    pass
                case _:
                    yield arrival

    def _sent_for(self, frame: bytes) -> list[bytes]:
        frames = self._mishaps.sent_for(frame, self._clock.now_s())
        if self._tell is not None:
            heard = self.strap.times_listened_to if self.strap.listened_to.is_set() else 0
            for each in frames:
                self._tell(each, heard)
        return frames
