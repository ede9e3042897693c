"""The life of a link: look, connect, listen, notice a loss, begin again. Knows no bleak."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from coherence.devices import battery, heart_rate
from coherence.devices.errors import DecodeError
from coherence.devices.finishing import to_the_end
from coherence.devices.polar import Kind
from coherence.devices.polar_session import Measurements, wanted_of
from coherence.devices.radio_error import RadioError, RadioReason, radio_error
from coherence.devices.sources import SessionClock
from coherence.devices.strap_choice import StrapChoice, bears_a_number
from coherence.devices.straps import recognise
from coherence.model import Arrival, LinkChanged, LinkState, Notification
from coherence.translation import _

if TYPE_CHECKING:
    from coherence.devices.radio import Patience, Station, StrapLink

QUIET_REASON = _("Nothing comes from the strap: see that it sits snugly.")


class Listener:
    """One strap for as long as ``run`` runs; whatever there is to tell goes to ``put``."""

    def __init__(
        self,
        choice: StrapChoice,
        clock: SessionClock,
        station: Station,
        patience: Patience,
        put: Callable[[Arrival], None],
    ) -> None:
        self._choice, self._clock, self._station = choice, clock, station
        self._patience, self._put = patience, put
        self._task: asyncio.Task[object] | None = None
        self._strap_id = ""  # once it is ours
        self._namesake = False  # whether one of its name shows itself, which may be another's
        self._told: tuple[LinkState, str] | None = None
        self._heard: Hearing | None = None  # of the connection whose callbacks count
        self._measured: list[Kind] = []  # what the strap may still measure for us
        self._failed = 0  # attempts in a row, since the last frame

    async def run(self) -> None:
        """Never returns; is cancelled, or raises what ``listen`` says."""
        self._task = asyncio.current_task()
        radio_works = False
        try:
            await self._claim_chosen()
            while True:
                try:
                    device = await self._station.look(
                        self._takes,
                        self._patience,
                        only_straps=self._choice.strap_id is None,  # else it may hide its service
                        on_start=self._tell_of_looking,
                    )
                    radio_works = True
                    if device is not None:
                        hearing = self._heard = Hearing()
                        link = self._station.link(device, self._patience, hearing.end)
                        await self._stay_on(link, hearing)
                except RadioError as error:
                    if not radio_works and error.reason is not RadioReason.BUSY:
                        raise
                    self._tell(LinkState.LOST, str(error))
                    await asyncio.sleep(self._patience.wait_s(self._failed))
                    self._failed += 1
        finally:
            self._release()

    async def _claim_chosen(self) -> None:
        """Claim the strap that was asked for; whoever is just letting it go may finish.

        :raises RadioError: if somebody listens to it
        """
        chosen = self._choice.strap_id
        if chosen is None:
            return
        holder = self._station.held.get(chosen)
        if holder is not None and holder.cancelling():
            self._tell(LinkState.LOOKING)
            await asyncio.wait({holder}, timeout=3 * self._patience.operation_s)
        if not self._claim(chosen):
            raise RadioError(
                _("This strap is in use here already: choose another one."), RadioReason.BUSY
            )

    def _takes(self, strap_id: str, name: str) -> bool:
        if self._choice.fits(strap_id, name):
            return self._claim(strap_id, name)
        return self._is_it_again(strap_id, name)

    def _claim(self, strap_id: str, name: str = "") -> bool:
        """Keep this strap to the end: a session never passes over to a stranger's."""
        if self._station.held.setdefault(strap_id, self._of_us) is not self._task:
            return False
        self._strap_id = self._strap_id or strap_id
        name = self._choice.name or name
        self._choice = replace(self._choice, strap_id=strap_id, name=name)
        return True

    def _is_it_again(self, strap_id: str, name: str) -> bool:
        """Whether this is our strap under another address; in the record it keeps its first one.

        Sensors in watches and phones change theirs. Only a name with a number of its own proves it.
        """
        if not name or name != self._choice.name or strap_id in self._station.held:
            return False
        self._namesake = not bears_a_number(name)
        return not self._namesake and self._claim(strap_id)

    def _tell_of_looking(self) -> None:
        reason = str(radio_error(RadioReason.NAMESAKE)) if self._namesake else ""
        self._namesake = False  # unless it is seen in this round, too
        self._tell(LinkState.LOOKING, reason)

    def _release(self) -> None:
        held = self._station.held
        for strap_id in [each for each, holder in held.items() if holder is self._task]:
            del held[strap_id]

    @property
    def _of_us(self) -> asyncio.Task[object]:
        assert self._task is not None
        return self._task

    @property
    def _state(self) -> LinkState:
        return LinkState.LISTENING if self._told is None else self._told[0]

    def _tell(self, state: LinkState, reason: str = "", t_s: float | None = None) -> None:
        if self._told != (state, reason):
            self._told = state, reason
            t_s = self._clock.now_s() if t_s is None else t_s
            self._put(LinkChanged(t_s, self._strap_id, state, reason))

    async def _stay_on(self, link: StrapLink, hearing: Hearing) -> None:
        """Connect and listen.

        :raises RadioError: always: it only ends in a loss
        """
        asking: asyncio.Task[None] | None = None
        measuring: asyncio.Task[None] | None = None
        name = link.name or self._choice.name
        measurements = Measurements(
            link,
            wanted_of(recognise(name)),
            lambda uuid, data: self._note(hearing, uuid, data),
            lambda sentence: self._tell(self._state, sentence),
            self._patience.operation_s,
            self._measured,
        )
        try:
            self._tell(LinkState.CONNECTING, name)
            await link.open()
            self._tell(LinkState.LISTENING)
            hearing.began()
            await link.subscribe(heart_rate.CHARACTERISTIC, self._on_frame(hearing))
            asking = asyncio.create_task(self._ask_battery(link, hearing, subscribe=True))
            measuring = asyncio.create_task(measurements.start())
            while True:
                await hearing.until_quiet(self._patience)
                self._tell(LinkState.QUIET, QUIET_REASON)
                if asking.done():  # an answer shows in the record that the strap is there
                    asking = asyncio.create_task(self._ask_battery(link, hearing))
        except RadioError as error:
            self._tell(LinkState.LOST, str(error))  # now: letting go may take long
            raise
        finally:
            self._heard = None
            under_way = [task for task in (asking, measuring) if task is not None]
            # also if the session ends in the midst of it: a link that is half let go of stays
            await to_the_end(self._let_go(link, measurements, under_way))

    async def _let_go(
        self, link: StrapLink, measurements: Measurements, under_way: list[asyncio.Task[None]]
    ) -> None:
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await measurements.stop()
        self._measured = measurements.begun
        await link.close()

    def _on_frame(self, hearing: Hearing) -> Callable[[bytearray], None]:
        def on_frame(data: bytearray) -> None:
            t_s = self._clock.now_s()  # first of all
            if hearing is not self._heard:  # a late word of a connection that was given up
                return
            payload = bytes(data)
            hearing.frame(payload)
            self._failed = 0
            self._tell(LinkState.STREAMING if hearing.intervals else LinkState.LISTENING, t_s=t_s)
            self._put(Notification(t_s, self._strap_id, heart_rate.CHARACTERISTIC, payload))

        return on_frame

    def _note(self, hearing: Hearing, uuid: str, data: bytearray) -> None:
        t_s = self._clock.now_s()  # first of all
        if hearing is self._heard:
            self._put(Notification(t_s, self._strap_id, uuid, bytes(data)))

    async def _ask_battery(
        self, link: StrapLink, hearing: Hearing, *, subscribe: bool = False
    ) -> None:
        """Read it, and be told of changes; a strap may well have none."""

        def on_level(level: bytearray) -> None:
            self._note(hearing, battery.CHARACTERISTIC, level)

        with suppress(RadioError):
            on_level(await link.read(battery.CHARACTERISTIC))
            if subscribe:
                await link.subscribe(battery.CHARACTERISTIC, on_level)


class Hearing:
    """When a connection was last heard, and whether it still stands."""

    def __init__(self) -> None:
        self.intervals = False  # whether any came
        self._last_s = 0.0  # on the loop's clock
        self._quiet = self._gone = False
        self._woken = asyncio.Event()

    def began(self) -> None:
        self._last_s = asyncio.get_running_loop().time()

    def frame(self, payload: bytes) -> None:
        self.began()
        self.intervals = self.intervals or _has_intervals(payload)
        if self._quiet:
            self._quiet = False
            self._woken.set()

    def end(self) -> None:
        self._gone = True
        self._woken.set()

    async def until_quiet(self, patience: Patience) -> None:
        """Return when nothing has come for a while.

        :raises RadioError: if the link ended, or stayed quiet for too long
        """
        while True:
            limit_s = patience.drop_s if self._quiet else patience.quiet_s
            left_s = self._last_s + limit_s - asyncio.get_running_loop().time()
            if self._gone:
                raise RadioError(_("The link ended: we look for the strap."), RadioReason.NO_ANSWER)
            if left_s > 0:
                with suppress(TimeoutError):
                    async with asyncio.timeout(left_s):
                        await self._woken.wait()
                    self._woken.clear()
            elif self._quiet:
                raise RadioError(
                    _("Nothing came from the strap: we connect to it anew."), RadioReason.NO_ANSWER
                )
            else:
                self._quiet = True
                return


def _has_intervals(payload: bytes) -> bool:
    try:
        return bool(heart_rate.decode(payload).rr_ticks)
    except DecodeError:
        return False
