"""Rows of the registry that come straight from the intervals."""

from __future__ import annotations

from collections.abc import Callable

from coherence.analysis import deceleration, entropy, nonlinear, time_domain
from coherence.analysis.marker import ARTEFACT_WINDOW_S, TASK_FORCE, Marker
from coherence.analysis.series import NNSeries
from coherence.analysis.window import MINUTES_S, Window
from coherence.model import Value
from coherence.translation import later

MINUTE_S = 60.0
FIVE_MINUTES_S = time_domain.FIVE_MINUTES_S  # five minutes of beats hardly ever last 300.0 s

_BRENNAN = "Brennan, Palaniswami and Kamen, IEEE Trans Biomed Eng 2001, 48:1342-1347"
_BAUER = "Bauer et al., Lancet 2006, 367:1674-1681"


def _beats(compute: Callable[[NNSeries], Value], window_s: float) -> Callable[[Window], Value]:
    return lambda window: compute(window.trailing(window_s).beats)


def _artefact_pct(window: Window) -> Value:
    return Value(window.trailing(ARTEFACT_WINDOW_S).artefact_pct)


HEART = (
    Marker(
        "heart_rate_bpm", later("Heart rate"), "bpm", 10.0, 0.0, 0.0,
        _beats(time_domain.heart_rate_bpm, 10.0),
        later("How often the heart beats in a minute, over the last ten seconds."),
        TASK_FORCE, over_span=True, at_any_quality=True,
    ),
    Marker(
        "mean_rr_ms", later("Mean interval"), "ms", MINUTE_S, 10.0, 0.5,
        _beats(time_domain.mean_rr_ms, MINUTE_S),
        later("The mean time from one heartbeat to the next."),
        TASK_FORCE, over_span=True,
    ),
    Marker(
        "rmssd_ms", later("RMSSD"), "ms", MINUTE_S, 30.0, 0.8,
        _beats(time_domain.rmssd_ms, MINUTE_S),
        later(
            "How much each interval differs from the one before; at rest it tells of the vagus"
            " nerve, while breathing slowly it says little."
        ),
        TASK_FORCE, over_span=True, resting_only=True, ratio_band=True,
    ),
    Marker(
        "ln_rmssd", later("RMSSD, as a logarithm"), "ln ms", MINUTE_S, 30.0, 0.8,
        _beats(time_domain.ln_rmssd, MINUTE_S),
        later("The natural logarithm of RMSSD: days and people compare more evenly by it."),
        TASK_FORCE, over_span=True, resting_only=True,
    ),
    Marker(
        "sdnn_ms", later("SDNN"), "ms", MINUTE_S, 60.0, 0.8,
        _beats(time_domain.sdnn_ms, MINUTE_S),
        later("How widely the intervals are spread in all."),
        TASK_FORCE, over_span=True, ratio_band=True,
    ),
    Marker(
        "sdsd_ms", later("SDSD"), "ms", MINUTE_S, 30.0, 0.8,
        _beats(time_domain.sdsd_ms, MINUTE_S),
        later(
            "How widely the steps from one interval to the next are spread: RMSSD about their mean."
        ),
        TASK_FORCE, over_span=True, every_s=5, resting_only=True,
    ),
    Marker(
        "pnn50_pct", later("Steps over 50 ms"), "%", MINUTE_S, 60.0, 0.8,
        _beats(time_domain.pnn50_pct, MINUTE_S),
        later("The share of steps from one interval to the next that are larger than 50 ms."),
        TASK_FORCE, over_span=True, resting_only=True,
    ),
    Marker(
        "pnn20_pct", later("Steps over 20 ms"), "%", MINUTE_S, 60.0, 0.8,
        _beats(lambda beats: time_domain.pnn_pct(beats, 20.0), MINUTE_S),
        later("The share of steps from one interval to the next that are larger than 20 ms."),
        "Mietus, Peng, Henry, Goldsmith and Goldberger, Heart 2002, 88:378-380",
        over_span=True, every_s=5, resting_only=True,
    ),
)  # fmt: skip

SHAPE = (
    Marker(
        "cvnn", later("Relative spread"), "", MINUTES_S, FIVE_MINUTES_S, 0.8,
        _beats(time_domain.cvnn, MINUTES_S),
        later("SDNN as a part of the mean interval: the spread whatever the heart rate."),
        TASK_FORCE, over_span=True, every_s=5,
    ),
    Marker(
        "hrv_triangular_index", later("Triangular index"), "", MINUTES_S, FIVE_MINUTES_S, 0.8,
        _beats(time_domain.hrv_triangular_index, MINUTES_S),
        later(
            "All intervals over those of the most common length: the spread, little moved by"
            " outliers."
        ),
        TASK_FORCE, over_span=True, every_s=5,
    ),
    Marker(
        "sd1_ms", later("SD1"), "ms", MINUTE_S, 60.0, 0.8,
        _beats(nonlinear.sd1_ms, MINUTE_S),
        later(
            "The width of the cloud of each interval against the next: quick changes, as in RMSSD."
        ),
        _BRENNAN, over_span=True, resting_only=True, ratio_band=True,
    ),
    Marker(
        "sd2_ms", later("SD2"), "ms", MINUTE_S, 60.0, 0.8,
        _beats(nonlinear.sd2_ms, MINUTE_S),
        later("The length of the cloud of each interval against the next: slow changes."),
        _BRENNAN, over_span=True,
    ),
    Marker(
        "sd1_pct", later("Width of the cloud"), "%", MINUTE_S, 60.0, 0.8,
        _beats(nonlinear.sd1_pct, MINUTE_S),
        later("SD1 as a share of SD1 and SD2 together: how much of the change is quick."),
        _BRENNAN, over_span=True, every_s=5, resting_only=True,
    ),
    Marker(
        "dfa_alpha1", later("Short-term scaling"), "", MINUTES_S, 120.0, 0.8,
        _beats(nonlinear.dfa_alpha1, MINUTES_S),
        later(
            "How much neighbouring beats hang together: about 0.5 where they do not, 1 in a healthy"
            " heart at rest, more in slow breathing, where it is no sign of stress."
        ),
        "Peng, Havlin, Stanley and Goldberger, Chaos 1995, 5:82-87",
        over_span=True, every_s=5, resting_only=True,
    ),
    Marker(
        "sample_entropy", later("Sample entropy"), "", MINUTES_S, 120.0, 0.8,
        _beats(entropy.sample_entropy, MINUTES_S),
        later("How hard the next interval is to tell from the ones before: lower is more regular."),
        "Richman and Moorman, Am J Physiol 2000, 278:H2039-H2049",
        over_span=True, every_s=10,
    ),
    Marker(
        "dc_ms", later("Deceleration capacity"), "ms", 600.0, 600.0, 0.8,
        _beats(deceleration.dc_ms, 600.0),
        later("How far the heart slows where it slows, on average over ten minutes and more."),
        _BAUER, over_span=True, every_s=0,
    ),
    Marker(
        "ac_ms", later("Acceleration capacity"), "ms", 600.0, 600.0, 0.8,
        _beats(deceleration.ac_ms, 600.0),
        later(
            "How far the heart quickens where it quickens, on average over ten minutes and more;"
            " below 0."
        ),
        _BAUER, over_span=True, every_s=0,
    ),
)  # fmt: skip

JUDGED = (
    Marker(
        "artefact_pct", later("Unclear beats"), "%", ARTEFACT_WINDOW_S, 0.0, 0.0,
        _artefact_pct,
        later("Beats that were left out or are missing, in per cent of all."),
        "Lipponen and Tarvainen, J Med Eng Technol 2019, 43:173-181",
        over_span=True, at_any_quality=True,
    ),
)  # fmt: skip
