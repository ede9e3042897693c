"""One connection's measurements: start what a Polar strap can give, and stop it before leaving.

Whatever goes wrong here is told in one sentence and no more: the heart rate goes on without.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from coherence.devices import polar
from coherence.devices.errors import DecodeError
from coherence.devices.polar import Answer, Command, Features, Kind, Op, Reply, Settings
from coherence.devices.radio_error import RadioError, RadioReason
from coherence.devices.straps import StrapModel, Stream
from coherence.translation import _

WANTED = {
    Stream.ECG: Kind.ECG,
    Stream.ACCELERATION: Kind.ACCELERATION,
    Stream.PULSE_INTERVALS: Kind.PULSE_INTERVALS,
}
UNKNOWN_STRAP = (Kind.ECG, Kind.ACCELERATION)  # these say for themselves whether they are there
NAMES = {
    Kind.ECG: _("its ECG"),
    Kind.ACCELERATION: _("how the chest moves"),
    Kind.PULSE_INTERVALS: _("its pulse intervals"),
}
SIT_STILL = _(
    "This sensor sees the pulse by light, which only tells beat from beat at rest: sit still. The"
    " first beats take half a minute."
)
PAIR_FIRST = _(
    "The strap gives {what} only when it is paired: pair it in the system's Bluetooth settings and"
    " connect again. The heart rate goes on without."
)
SILENT = _("The strap did not say whether it gives {what}. The heart rate goes on without.")
REFUSED = _("The strap does not give {what} just now ({why}). The heart rate goes on without.")
WHY = {
    Answer.NOT_SUPPORTED: _("it has none"),
    Answer.UNKNOWN_KIND: _("it has none"),
    Answer.ALREADY: _("another program has started it"),
    Answer.WRONG_MTU: _("this computer's Bluetooth cuts its packets too short"),
    Answer.WRONG_STATE: _("it is busy with something else"),
    Answer.CHARGING: _("it is being charged"),
    Answer.DISK_FULL: _("its memory is full"),
}


class PolarLink(Protocol):
    """What is needed of a connection; each call has its own time and raises ``RadioError``."""

    @property
    def connected(self) -> bool: ...

    def offers(self, *uuids: str) -> bool: ...

    async def subscribe(self, uuid: str, on_payload: Callable[[bytearray], None]) -> None: ...

    async def read(self, uuid: str) -> bytearray: ...

    async def write(self, uuid: str, payload: bytes) -> None: ...


def wanted_of(strap: StrapModel | None) -> tuple[Kind, ...]:
    """What to start on this kind of strap, if it has the service."""
    if strap is None:
        return UNKNOWN_STRAP
    return tuple(kind for stream, kind in WANTED.items() if stream in strap.streams)


class Measurements:
    """The measurements of one connection.

    ``note`` takes (characteristic, payload) of all that comes, as it comes; ``tell`` takes a
    sentence for people. ``begun`` still run on the strap, from a connection that was lost.
    """

    def __init__(
        self,
        link: PolarLink,
        wanted: tuple[Kind, ...],
        note: Callable[[str, bytearray], None],
        tell: Callable[[str], None],
        within_s: float,
        begun: Iterable[Kind] = (),
    ) -> None:
        self._link, self._wanted = link, wanted
        self._note, self._tell, self._within_s = note, tell, within_s
        self.begun = [*begun]  # and not stopped; also those whose start was not answered
        self._asked: tuple[Command, asyncio.Future[Reply]] | None = None
        self._settings: dict[polar.Setting, tuple[float, ...]] = {}

    async def start(self) -> None:
        """Start what is wanted and offered."""
        if not self._wanted or not self._link.offers(polar.CONTROL, polar.DATA):
            return
        kind = self._wanted[0]
        try:
            await self._link.subscribe(polar.CONTROL, self._on_control)
            await self._link.subscribe(polar.DATA, lambda data: self._note(polar.DATA, data))
            offered = await self._features()
            for kind in self._wanted:
                if kind in offered and await self._start(kind) is Answer.WRONG_MTU:
                    break  # the same would be said of the next, and one sentence is enough
        except RadioError as error:
            paired = error.reason is not RadioReason.NOT_PAIRED
            self._tell((SILENT if paired else PAIR_FIRST).format(what=NAMES[kind]))

    async def stop(self) -> None:
        """Stop what was begun: a strap that still measures stays on until its battery is flat."""
        if not self._link.connected:
            return
        with suppress(RadioError, TimeoutError):
            async with asyncio.timeout(self._within_s):
                for kind in [*self.begun]:
                    await self._write(Command(Op.STOP, kind))
                    self.begun.remove(kind)

    async def _features(self) -> frozenset[int]:
        read = await self._link.read(polar.CONTROL)
        self._note(polar.CONTROL, read)
        with suppress(DecodeError):
            said = polar.decode_control(bytes(read))
            if isinstance(said, Features):
                return said.kinds
        return frozenset()

    async def _start(self, kind: Kind) -> Answer | None:
        """Start one; how the strap took it, or ``None`` if that is not known to us."""
        settings: Settings = {}
        if kind is not Kind.PULSE_INTERVALS:  # these have none
            reply = await self._ask(Command(Op.SETTINGS, kind))
            if not reply.done:
                return self._refused(kind, reply)
            settings = polar.chosen(kind, reply.settings)
        if kind not in self.begun:
            self.begun.append(kind)
        reply = await self._ask(Command(Op.START, kind, settings))
        if reply.answer == Answer.ALREADY:  # of a program that died; with what settings nobody says
            await self._ask(Command(Op.STOP, kind))
            reply = await self._ask(Command(Op.START, kind, settings))
        if not reply.done:
            self.begun.remove(kind)
            return self._refused(kind, reply)
        if kind is Kind.PULSE_INTERVALS:
            self._tell(SIT_STILL)
        return Answer.DONE

    def _refused(self, kind: Kind, reply: Reply) -> Answer | None:
        answer = Answer(reply.answer) if reply.answer in set(Answer) else None
        why = (
            _("answer {number}").format(number=reply.answer)
            if answer is None
            else WHY.get(answer, answer.name.lower())
        )
        self._tell(REFUSED.format(what=NAMES[kind], why=why.replace("_", " ")))
        return answer

    async def _ask(self, command: Command) -> Reply:
        """Write, and wait for what the strap says to it; late words to others are passed over."""
        answered: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._asked, self._settings = (command, answered), {}
        try:
            await self._write(command)
            async with asyncio.timeout(self._within_s):
                return await answered
        except TimeoutError:
            raise RadioError(_("The strap did not answer."), RadioReason.NO_ANSWER) from None
        finally:
            self._asked = None

    async def _write(self, command: Command) -> None:
        await self._link.write(polar.CONTROL, polar.encode_command(command))

    def _on_control(self, data: bytearray) -> None:
        self._note(polar.CONTROL, data)
        if self._asked is None:
            return
        command, answered = self._asked
        with suppress(DecodeError):
            said = polar.decode_control(bytes(data))
            if isinstance(said, Reply) and said.answers(command) and not answered.done():
                self._settings.update(said.settings)
                if not said.more:
                    answered.set_result(replace(said, settings=self._settings))
