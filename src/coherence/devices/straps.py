"""The straps we know of: how to recognise each, what can be used of it, and its quirks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase

from coherence.model import QuirkKind
from coherence.translation import _


class Stream(Enum):
    """What a strap sends."""

    HEART_RATE = "heart_rate"
    INTERVALS = "intervals"  # beat to beat, from the heart's electrical signal
    PULSE_INTERVALS = "pulse_intervals"  # from light on the skin: only usable at rest
    ECG = "ecg"
    ACCELERATION = "acceleration"


@dataclass(frozen=True, slots=True)
class StrapModel:
    """One kind of strap. Intervals that are known to be smoothed or made up are not a stream."""

    key: str
    label: str
    name_patterns: tuple[str, ...]  # shell patterns for the advertised name, without case
    streams: frozenset[Stream]
    reports_contact: bool | None = None  # None: not known
    quirks: frozenset[QuirkKind] = frozenset()  # known of it; most are found in the stream, too
    notes: str = ""  # for people, plain sentences


_RATE_ONLY = frozenset({Stream.HEART_RATE})
_NO_INTERVALS = frozenset({QuirkKind.NO_INTERVALS})
_INACCURATE = frozenset({QuirkKind.INACCURATE})
_RR = frozenset({Stream.HEART_RATE, Stream.INTERVALS})
_PULSE = frozenset({Stream.HEART_RATE, Stream.PULSE_INTERVALS})
_ECG = _RR | {Stream.ECG, Stream.ACCELERATION}

GENERIC = StrapModel(
    "generic",
    "Heart rate strap",
    (),
    _RR,
    notes=_(
        "Any strap with the standard heart rate service; whether it sends intervals shows soon."
    ),
)

# The first row that matches holds: special names stand above general ones.
STRAPS: tuple[StrapModel, ...] = (
    StrapModel(
        "polar-h10",
        "Polar H10",
        ("Polar H10*",),
        _ECG,
        reports_contact=False,
        quirks=frozenset({QuirkKind.CONTACT_UNKNOWN}),
        notes=_(
            "Can serve two programs at once. If the link drops at once on Windows 11, pair it "
            "in the system's Bluetooth settings first."
        ),
    ),
    StrapModel("polar-h9", "Polar H9", ("Polar H9*",), _RR),
    StrapModel(
        "polar-h7",
        "Polar H7",
        ("Polar H7*",),
        _RR,
        reports_contact=True,
        notes=_("Serves one program at a time: close others that use it."),
    ),
    StrapModel(
        "polar-oh1",
        "Polar OH1",
        ("Polar OH1*",),
        _PULSE,
        quirks=frozenset({QuirkKind.SMOOTHED}),
        notes=_(
            "Its ordinary intervals are heavily smoothed and not fit for variability; those of "
            "its pulse stream are, at rest."
        ),
    ),
    StrapModel(
        "polar-verity-sense",
        "Polar Verity Sense",
        ("Polar Sense*", "Polar Verity*"),
        _PULSE,
        quirks=_NO_INTERVALS,
        notes=_(
            "Sends its intervals in a stream of its own, some 25 seconds after the start and "
            "only at rest; what it says of skin contact is not to be trusted."
        ),
    ),
    StrapModel(
        "garmin-hrm-dual",
        "Garmin HRM-Dual",
        ("HRM-Dual*", "HRMDual*", "Garmin HRM-Dual*"),
        _RR,
        quirks=frozenset({QuirkKind.SHORT_EXTRAS}),
        notes=_("Has been seen to send a very short false interval after the real one."),
    ),
    StrapModel(
        "garmin-hrm-pro",
        "Garmin HRM-Pro",
        ("HRM-Pro*", "HRMPro*", "Garmin HRM-Pro*"),
        _RR,
        quirks=_INACCURATE,
        notes=_(
            "Its intervals differed by about 110 ms from an ECG at rest: take the variability "
            "with care."
        ),
    ),
    StrapModel(
        "garmin-watch",
        "Garmin watch",
        ("Forerunner*", "fenix*", "vivoactive*", "Venu*", "Instinct*"),
        _RATE_ONLY,
        quirks=_NO_INTERVALS,
        notes=_("Newer ones send the heart rate when broadcasting is switched on; no intervals."),
    ),
    StrapModel(
        "wahoo-tickr-fit",
        "Wahoo TICKR FIT",
        ("TICKR FIT*", "Wahoo TICKR FIT*"),
        _RATE_ONLY,
        quirks=_INACCURATE,
        notes=_("Measures with light on the arm; its intervals cannot be used."),
    ),
    StrapModel(
        "wahoo-bluehr",
        "Wahoo BLUEHR",
        ("BLUEHR*", "Wahoo BLUEHR*"),
        _RATE_ONLY,
        quirks=_INACCURATE,
        notes=_("Its intervals cannot be used."),
    ),
    StrapModel(
        "wahoo-tickr",
        "Wahoo TICKR",
        ("TICKR*", "Wahoo TICKR*", "TRACKR*", "Wahoo TRACKR*"),
        _RR,
        notes=_("Its heart rate reads 0 at times while its intervals are good."),
    ),
    StrapModel(
        "coospo-h808s",
        "CooSpo H808S",
        ("H808S*", "808S*", "CooSpo H808*"),
        _RR,
        notes=_("Agrees well with an ECG at rest, less so in running."),
    ),
    StrapModel("magene-h64", "Magene H64", ("H64*", "Magene H64*"), _RR),
    StrapModel("coospo", "CooSpo H6 or H9Z", ("CooSpo*", "H6M*", "H9Z*"), _RR),
    StrapModel(
        "decathlon",
        "Decathlon or Geonaute",
        ("Decathlon*", "Geonaute*"),
        _RATE_ONLY,
        quirks=_INACCURATE,
        notes=_("Its maker confirms that the intervals are not accurate."),
    ),
    StrapModel(
        "movesense",
        "Movesense",
        ("Movesense*",),
        _RR,
        notes=_(
            "Agrees very well with an ECG. With other firmware on it the standard service may "
            "be silent."
        ),
    ),
    StrapModel("suunto", "Suunto", ("Suunto*",), _RR),
    StrapModel(
        "scosche-rhythm24",
        "Scosche Rhythm24",
        ("Rhythm24*", "Scosche Rhythm24*"),
        _PULSE,
        quirks=_NO_INTERVALS,
        notes=_("Choose its HRV mode first, and sit still."),
    ),
    StrapModel(
        "scosche-rhythm-plus",
        "Scosche Rhythm+",
        ("Rhythm+*", "Scosche Rhythm+*"),
        _RATE_ONLY,
        quirks=_NO_INTERVALS,
        notes=_("Sends no intervals."),
    ),
    StrapModel(
        "whoop",
        "WHOOP",
        ("WHOOP*",),
        _RATE_ONLY,
        quirks=frozenset(
            {
                QuirkKind.MILLISECONDS,
                QuirkKind.FILLER,
                QuirkKind.TOO_MANY,
                QuirkKind.INACCURATE,
            }
        ),
        notes=_(
            "Its intervals have been seen doubled, padded and in another unit: only the heart "
            "rate is safe to use."
        ),
    ),
    StrapModel(
        "mio-fuse",
        "Mio Fuse",
        ("Mio*",),
        _RATE_ONLY,
        quirks=frozenset({QuirkKind.CALCULATED}),
        notes=_(
            "Its intervals are calculated from the heart rate and tell nothing of variability."
        ),
    ),
    StrapModel(
        "mi-band",
        "Xiaomi Mi Band",
        ("Mi Band*", "Mi Smart Band*", "Xiaomi*Band*"),
        _RATE_ONLY,
        quirks=_NO_INTERVALS,
        notes=_("Sends no intervals."),
    ),
    StrapModel(
        "fitbit",
        "Fitbit",
        ("Fitbit*",),
        _RATE_ONLY,
        quirks=_NO_INTERVALS,
        notes=_("Sends no intervals we know of."),
    ),
    StrapModel(
        "galaxy-watch",
        "Samsung Galaxy Watch",
        ("Galaxy Watch*",),
        _RATE_ONLY,
        quirks=_NO_INTERVALS,
        notes=_("Sends no intervals we know of."),
    ),
    StrapModel("zephyr-hxm", "Zephyr HxM Smart", ("HxM*", "Zephyr*"), _RR),
)


def recognise(name: str | None) -> StrapModel | None:
    """The strap that advertises itself by ``name``; ``None`` if we know none (see ``GENERIC``).

    >>> recognise("Polar H10 5B3F2A91").label
    'Polar H10'
    """
    folded = (name or "").strip().casefold()
    for strap in STRAPS:
        if any(fnmatchcase(folded, pattern.casefold()) for pattern in strap.name_patterns):
            return strap
    return None
