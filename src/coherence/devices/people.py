"""Who can wear the simulated strap: what makes one heart and breath unlike another."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """A heart and a breath in numbers. Each ``_ms`` but the mean is a swing of the RR interval.

    ``rsa_ms`` states the swing with the breath outright: its amplitude while breathing
    ``rsa_at_per_min``. Without it ``gain_ms`` scales the answer to the breath and the swing follows
    from the resonance. ``faithfulness`` is the share of the time in which the person breathes with
    a guide: 1 always, 0 never, between in spells.
    """

    label: str = ""
    mean_rr_ms: float = 900.0
    gain_ms: float = 60.0
    rsa_ms: float | None = None
    rsa_at_per_min: float = 6.0
    own_breaths_per_min: float = 14.0
    breath_spread: float = 0.06  # sd of one breath's rate, as a share of the own rate
    faithfulness: float = 0.9
    resonance_per_min: float = 5.8
    q: float = 2.0  # of the resonance
    mayer_ms: float = 10.0  # sd
    mayer_hz: float | None = None  # None: drawn for each run, 0.08 to 0.12
    mayer_width_hz: float = 0.015  # full width at half power
    drift_ms: float = 12.0  # sd
    drift_s: float = 20.0  # time constant
    noise_ms: float = 6.0  # sd, new at each beat
    pvc_per_100: float = 0.0  # early beats with a pause that makes up for it, in 100 beats
    pac_per_100: float = 0.0  # early beats from which the rhythm goes on anew


# A little more swing than the defaults, so that RMSSD at rest is that of healthy adults.
ANYONE = Person(
    label="somebody at ease who mostly breathes with the guide", gain_ms=75.0, noise_ms=8.0
)

# The first four are the cases by which the claim "in rhythm" is measured (science 3.2b).
PEOPLE: dict[str, Person] = {
    "calm": Person(
        label="breathes with the guide, and the heart swings with the breath",
        rsa_ms=30.0,
        mayer_ms=5.0,
        noise_ms=10.0,
        faithfulness=1.0,
    ),
    "practised": Person(
        label="has found the own pace, and the heart swings widely with it",
        rsa_ms=70.0,
        mayer_ms=6.0,
        drift_ms=10.0,
        noise_ms=7.0,
        faithfulness=0.95,
    ),
    "resting": Person(
        label="rests at 15 breaths a minute with a strong, slow wave of the blood pressure",
        rsa_ms=25.0,
        rsa_at_per_min=15.0,
        own_breaths_per_min=15.0,
        mayer_ms=25.0,
        noise_ms=10.0,
        faithfulness=0.0,
    ),
    "breathing-12": Person(
        label="breathes 12 a minute, whatever the guide invites to",
        rsa_ms=25.0,
        rsa_at_per_min=12.0,
        own_breaths_per_min=12.0,
        mayer_ms=20.0,
        noise_ms=10.0,
        faithfulness=0.0,
    ),
    "drifting": Person(
        label="a heart that wanders slowly and hardly heeds the breath",
        rsa_ms=10.0,
        rsa_at_per_min=14.0,
        drift_ms=40.0,
        noise_ms=10.0,
        faithfulness=0.0,
    ),
    "low-hrv": Person(
        label="an older heart that swings little, and is practised with the guide",
        mean_rr_ms=830.0,
        rsa_ms=8.0,
        own_breaths_per_min=16.0,
        faithfulness=1.0,
        mayer_ms=2.0,
        drift_ms=4.0,
        noise_ms=2.5,
    ),
    "athlete": Person(
        label="a slow, trained heart with wide swings",
        mean_rr_ms=1150.0,
        rsa_ms=180.0,
        rsa_at_per_min=5.5,
        own_breaths_per_min=12.0,
        resonance_per_min=5.2,
        drift_ms=25.0,
        noise_ms=12.0,
    ),
    "ectopic": Person(
        label="a heart that now and then beats early",
        pvc_per_100=2.0,
        pac_per_100=1.0,
    ),
}
