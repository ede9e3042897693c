"""What a virtual strap can be told to suffer, as words: `quiet 5`, `drop #2`."""

from __future__ import annotations

from dataclasses import dataclass

from coherence.translation import _

LOW_BATTERY_PERCENT = 5.0
GONE_QUIET_S = 8.0  # where nobody says for how long: past the first question, short of giving up


@dataclass(frozen=True, slots=True)
class Order:
    """One order, for strap ``strap`` (counted from 1). ``amount`` is seconds, frames or percent."""

    what: str
    amount: float | None = None
    strap: int = 1


class OrderError(ValueError):
    """Words that are no order; the message says which there are."""


# what: the amount that is meant where none is given (None: it takes none), and what it does
ORDERS: dict[str, tuple[float | None, str]] = {
    "drop": (None, _("the strap ends the link, and shows itself again")),
    "away": (None, _("out of range, until `back`")),
    "quiet": (GONE_QUIET_S, _("connected, but says nothing for so many seconds")),
    "garble": (1.0, _("so many frames come mutilated")),
    "double": (1.0, _("so many frames come twice")),
    "battery": (LOW_BATTERY_PERCENT, _("the battery holds so many percent, or `low`")),
    "contact off": (None, _("the skin is not felt: no intervals")),
    "contact on": (None, _("the skin is felt again")),
    "back": (None, _("in range, talking and felt again")),
    "quit": (None, _("the program ends")),
}


ALSO_SAID = {
    "battery low": ["battery"],
    "out of range": ["away"],
    "in range": ["back"],
}


def parsed(words: str) -> Order:
    """An order from words.

    >>> parsed("quiet 5 #2")
    Order(what='quiet', amount=5.0, strap=2)
    >>> parsed("battery low")
    Order(what='battery', amount=5.0, strap=1)

    :raises OrderError: if it is none
    """
    said = words.lower().split()
    strap = 1
    if said and said[-1].startswith("#"):
        number = said.pop()[1:]
        if not number.isdecimal() or int(number) < 1:
            raise OrderError(
                _("{words!r} names no strap: write #1 or #2 at the end.").format(words=words)
            )
        strap = int(number)
    said = ALSO_SAID.get(" ".join(said), said)
    for what, (usual, _meaning) in ORDERS.items():
        given = said[len(what.split()) :]
        if said[: len(said) - len(given)] != what.split() or len(given) > (usual is not None):
            continue
        return Order(what, _amount(given[0], words) if given else usual, strap)
    raise OrderError(
        _("{words!r} is no order: there are {every}.").format(words=words, every=", ".join(ORDERS))
    )


def parsed_script(script: str) -> list[tuple[float, Order]]:
    """Orders with the second at which each is due, in time's order.

    >>> parsed_script("10 drop; 4.5 garble 2")
    [(4.5, Order(what='garble', amount=2.0, strap=1)), (10.0, Order(what='drop', amount=None, \
strap=1))]

    :raises OrderError: if a part is none
    """
    due: list[tuple[float, Order]] = []
    for part in filter(None, map(str.strip, script.split(";"))):
        at_s, _space, words = part.partition(" ")
        due.append((_amount(at_s, part), parsed(words)))
    return sorted(due, key=lambda each: each[0])


def _amount(number: str, words: str) -> float:
    try:
        amount = float(number)
    except ValueError:
        amount = -1.0
    if not 0.0 <= amount < 1e6:
        raise OrderError(
            _("{words!r} has no number where one belongs: {number!r}.").format(
                words=words, number=number
            )
        )
    return amount
