"""A simulated wearer: a seeded person with a heart, a breath and a strap, as arrivals in bytes."""

from __future__ import annotations

from collections.abc import Iterator

from coherence.devices.people import ANYONE, PEOPLE, Person
from coherence.devices.simulated_strap import SimulatedStrap, StrapFaults
from coherence.devices.wearer_breath import Guide
from coherence.devices.wearer_heart import Heart
from coherence.model import Arrival

__all__ = ["ANYONE", "PEOPLE", "Guide", "Person", "StrapFaults", "wearer"]

NO_FAULTS = StrapFaults()


def wearer(
    *,
    seed: int,
    seconds: float | None = None,
    strap_id: str = "simulated",
    guide: Guide | None = None,
    person: Person = ANYONE,
    faults: StrapFaults = NO_FAULTS,
    reports_contact: bool = True,
    measures: bool = False,
) -> Iterator[Arrival]:
    """What arrives from a simulated strap, from connecting on; endless if ``seconds`` is ``None``.

    ``t_s`` strictly increases. ``guide`` gives the breath guide's volume, 0 to 1, or ``None`` where
    it rests. It is asked for one time after another, never later than the arrival that comes next,
    so a guide that is changed meanwhile is followed. Faults change nothing in heart and breath, nor
    does ``measures``: with it an ECG and the movement of the chest come too, as of a Polar H10.

    >>> [arrival.t_s < 1.5 for arrival, _ in zip(wearer(seed=1), range(2))]
    [True, True]
    """
    strap = SimulatedStrap(
        Heart(person, seed, guide),
        seed=seed,
        strap_id=strap_id,
        faults=faults,
        reports_contact=reports_contact,
        measures=measures,
    )
    for arrival in strap.run():
        if seconds is not None and arrival.t_s > seconds:
            return
        yield arrival
