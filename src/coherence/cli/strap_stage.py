"""The straps of `coherence virtual-strap` while they are worn, and the orders that reach them."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

import click

from coherence.translation import _

if TYPE_CHECKING:
    from coherence.devices.strap_orders import Order
    from coherence.devices.worn_strap import WornStrap

Tell = Callable[..., None]  # what happened, and its facts by name


def lines_of_stdin() -> SimpleQueue[str]:
    """What is typed, line by line, while the program does other things."""
    lines: SimpleQueue[str] = SimpleQueue()

    def read() -> None:
        begun = b""
        with suppress(OSError):  # there is no stdin, or it is somebody else's just now
            while more := os.read(0, 4096):  # not sys.stdin: its lock would outlive the program
                *whole, begun = (begun + more).split(b"\n")
                for line in filter(None, map(bytes.strip, whole)):
                    lines.put(line.decode("utf-8", "replace"))

    if hasattr(signal, "SIGTTIN"):  # in the background: no input, rather than being stopped
        with suppress(ValueError):  # only the main thread may say so
            signal.signal(signal.SIGTTIN, signal.SIG_IGN)
    threading.Thread(target=read, name="stdin", daemon=True).start()
    return lines


@dataclass(slots=True)
class Stage:
    """The straps that are worn, and the orders to them: from the script, and from stdin."""

    worn: list[WornStrap]
    tell: Tell
    script: list[tuple[float, Order]]
    over: bool = False
    _lines: SimpleQueue[str] = field(default_factory=lines_of_stdin)
    _runs: list[asyncio.Task[None]] = field(default_factory=list)
    _listened: list[bool] = field(default_factory=list)
    _heard_since_s: float | None = None

    async def go_on(self) -> None:
        """Do what is due now."""
        from coherence.devices.strap_orders import OrderError, parsed

        now_s = asyncio.get_running_loop().time()
        if not self._runs:
            self._runs = [asyncio.create_task(each.run()) for each in self.worn]
            self._listened = [False] * len(self.worn)
        for run in self._runs:
            if run.done():
                run.result()  # a wearer never ends by itself
        for n, each in enumerate(self.worn):
            if (heard := each.strap.listened_to.is_set()) != self._listened[n]:
                self._listened[n] = heard
                self.tell("listened" if heard else "left", strap=n + 1, **_measuring(each))
                if self._heard_since_s is None:
                    self._heard_since_s = now_s
        if self._heard_since_s is not None:
            while self.script and self.script[0][0] <= now_s - self._heard_since_s:
                await self._obey(self.script.pop(0)[1])
        with suppress(Empty):
            while line := self._lines.get_nowait():
                try:
                    await self._obey(parsed(line))
                except OrderError as error:
                    click.echo(str(error), err=True)

    async def _obey(self, order: Order) -> None:
        if order.what == "quit":
            self.over = True
        elif order.strap > len(self.worn):
            click.echo(
                _("There is no strap #{strap}: begin with --straps.").format(strap=order.strap),
                err=True,
            )
        else:
            await self.worn[order.strap - 1].obey(order)
            self.tell("ordered", order=order.what, amount=order.amount, strap=order.strap)

    async def clear(self) -> None:
        for run in self._runs:
            run.cancel()
        await asyncio.gather(*self._runs, return_exceptions=True)


def _measuring(worn: WornStrap) -> dict[str, list[str]]:
    """What runs on a strap that measures: one that is left measuring stays on."""
    from coherence.devices.polar import Kind

    measures = worn.strap.measures
    if measures is None:
        return {}
    return {"measuring": [Kind(kind).name.lower() for kind in sorted(measures.running)]}
