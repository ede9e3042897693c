"""All of it in order: computer, window, sound, Bluetooth, strap."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable

from coherence.devices.strap_choice import StrapChoice
from coherence.devices.which_radio import WhichRadio
from coherence.doctor.bluetooth import Nearby, radio_findings
from coherence.doctor.computer import python_finding, sound_finding, store_finding
from coherence.doctor.finding import Finding
from coherence.doctor.strap import LISTENING_S, heard_from, strap_findings
from coherence.storage.places import Places

LOOKING_S = 5.0


async def examined(
    where: Places,
    radio: WhichRadio,
    *,
    window: Callable[[], Iterable[Finding]] = tuple,
    wanted: str = "*",
    looking_s: float = LOOKING_S,
    listening_s: float = LISTENING_S,
) -> AsyncIterator[Finding]:
    """Yield each finding as it is made. ``window`` looks at what only those who know Qt can."""
    yield python_finding()
    yield store_finding(where)
    for each in window():
        yield each
    yield sound_finding()
    nearby = Nearby([])
    async for each in radio_findings(radio, looking_s, nearby):
        yield each
    choice = StrapChoice.of(wanted)
    strap = next((s for s in nearby.straps if choice.fits(s.strap_id, s.name)), None)
    if strap is not None:
        for each in strap_findings(strap, await heard_from(radio, strap, listening_s)):
            yield each
