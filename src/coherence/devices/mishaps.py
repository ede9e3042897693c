"""What goes wrong, by order, with the frames of one virtual strap before they are sent."""

from __future__ import annotations

import random
from dataclasses import replace

from coherence.devices import heart_rate
from coherence.devices.strap_orders import Order


class Mishaps:
    """Turns a frame that is due into what is really sent. Knows no radio and reads no clock."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._quiet_until_s = 0.0
        self._to_garble = self._to_double = 0
        self._felt = True
        self._begin_anew = False  # the first interval after contact has no beginning

    def order(self, order: Order, t_s: float) -> None:
        """Take an order in; those that are none for frames change nothing."""
        match order.what:
            case "quiet":
                self._quiet_until_s = t_s + (order.amount or 0.0)
            case "garble":
                self._to_garble += int(order.amount or 0)
            case "double":
                self._to_double += int(order.amount or 0)
            case "contact off":
                self._felt = False
            case "contact on":
                self._feel_again()
            case "back":
                self._quiet_until_s = 0.0
                self._feel_again()
            case _:
                pass

    def _feel_again(self) -> None:
        self._begin_anew |= not self._felt
        self._felt = True

    def sent_for(self, frame: bytes, t_s: float) -> list[bytes]:
        """What goes out at ``t_s`` in place of a wearer's whole ``frame``: nothing, it, or more."""
        said = heart_rate.decode(frame)
        if not self._felt:
            said = replace(said, rr_ticks=())
        elif self._begin_anew and said.rr_ticks:
            said, self._begin_anew = replace(said, rr_ticks=said.rr_ticks[1:]), False
        contact = None if said.contact is None else self._felt and said.contact
        frame = heart_rate.encode(replace(said, contact=contact))
        if t_s < self._quiet_until_s:
            return []
        if self._to_garble:
            self._to_garble -= 1
            frame = self._garbled(frame)
        if self._to_double:
            self._to_double -= 1
            return [frame, frame]
        return [frame]

    def _garbled(self, frame: bytes) -> bytes:
        """Cut off somewhere, at times after the last whole interval but one byte."""
        return frame[: self._rng.choice([0, 1, len(frame) - 1])]
