"""Work that no cancellation may cut off: what lets go of a strap, or of the radio."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


async def to_the_end(work: Coroutine[object, object, T]) -> T:
    """Await ``work``; whoever is cancelled meanwhile goes only when it is done.

    The work itself must have its time: it is waited for without one.

    :raises asyncio.CancelledError: afterwards, if that was asked for meanwhile
    """
    task = asyncio.create_task(work)
    told: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            told = error
    if told is not None:
        if not task.cancelled():
            task.exception()  # seen: the cancellation says more
        raise told
    return task.result()
