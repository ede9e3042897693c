"""Ours, as the fold and `coherence analyse` use it."""

import math
import multiprocessing
import tempfile
import time
import tracemalloc
from pathlib import Path
from statistics import median

import coherence
from coherence.analysis.artifacts import judged_series
from coherence.analysis.batch.windowed import every, windowed
from coherence.analysis.markers import LIVE, MARKERS, evaluate, evaluate_span, value_of
from coherence.analysis.series import NNSeries
from coherence.analysis.window import Window
from coherence.devices import intervals
from coherence.model import BreathPattern, Notification, PaceChanged, Value
from coherence.pacing import BreathGuide
from coherence.sessions.tracker import SessionTracker

VERSION = coherence.__version__

# The fifteen of the goals; LF/HF is said as LF in normalised units.
FIFTEEN = (
    "mean_rr_ms", "sdnn_ms", "rmssd_ms", "pnn50_pct", "sd1_ms", "sd2_ms", "vlf_ms2", "lf_ms2",
    "hf_ms2", "total_power_ms2", "lf_nu", "coherence", "coherence_peak_hz", "rsa_ms", "dfa_alpha1",
)  # fmt: skip
ROWS = [{marker.key: marker for marker in MARKERS}[key] for key in FIFTEEN]
WINDOW_S = 66.0  # so much of beats it takes for a spectrum of 64 s
HOUR = 4200  # beats


def plain(values):
    return {
        key: value.value
        for key, value in values.items()
        if value.value is not None and math.isfinite(value.value)
    }


def anew(series):
    """The same beats, of which nothing is known yet."""
    return NNSeries(series.t_s, series.rr_ms, series.accepted, series.segment, series.missing)


def fifteen(rr_ms, guide=None):
    """All at once, also where the window is too short for some: others do not refuse them."""
    series = NNSeries.from_rr(rr_ms)

    def call():
        beats = anew(series)
        window = Window(beats, beats.end_s, guide=guide, whole=True, short=True)
        return plain({row.key: value_of(window, row) for row in ROWS})

    return call


def guided(rr_ms):
    guide = BreathGuide()
    guide.feed(PaceChanged(0.0, BreathPattern(6.0)))
    return fifteen(rr_ms, guide)


def update(rr_ms):
    """The fold's dearest second: every live marker is due (the heavier ones are each 5 or 10 s)."""
    series = NNSeries.from_rr(rr_ms)

    def call():
        beats = anew(series)
        said = evaluate(Window(beats, beats.end_s), all_live=True)
        return plain({key: reading.value for key, reading in said.items()})

    return call


def recording(rr_ms):
    """Judge every beat, then every number there is of the whole."""

    def call():
        return plain(evaluate_span(judged_series(rr_ms)[0]))

    return call


def artefacts(rr_ms):
    def call():
        return {"flagged": judged_series(rr_ms)[0].flagged}

    return call


def windows(rr_ms):
    """64 s every 5 s, along the day: per window. With their verdicts, which are made before."""
    series = judged_series(rr_ms)[0]
    ends = every(series, WINDOW_S, 5.0)

    def call():
        table = windowed(anew(series), WINDOW_S, ends, keys=FIFTEEN, short=True)
        last = {key: values[-1] for key, values in table.values.items()}
        return {k: v for k, v in last.items() if math.isfinite(v)} | {"windows": len(table)}

    return call


def every_beat(rr_ms, keys=FIFTEEN):
    series = NNSeries.from_rr(rr_ms)
    ends = series.t_s[series.t_s > WINDOW_S]

    def call():
        began_s = time.process_time()
        windowed(anew(series), WINDOW_S, ends, keys=keys, short=True)
        return {"beats_per_s": len(ends) / (time.process_time() - began_s)}

    return call


def a_day(rr_ms):
    windows(rr_ms)()


def two_cores(rr_ms):
    """Two days one after the other, and at the same time in a process each."""

    def call():
        began_s = time.perf_counter()
        a_day(rr_ms)
        a_day(rr_ms)
        singly_s = time.perf_counter() - began_s
        with multiprocessing.get_context("fork").Pool(2) as pool:
            pool.map(a_day, (rr_ms, rr_ms), chunksize=1)  # a worker of a cohort does many
            began_s = time.perf_counter()
            pool.map(a_day, (rr_ms, rr_ms), chunksize=1)
            together_s = time.perf_counter() - began_s
        return {"times_as_quick": singly_s / together_s}

    return call


class Session:
    """A session that hears one beat after the other."""

    def __init__(self, rr_ms):
        self.tracker = SessionTracker()
        self._rr_ms, self._t_s, self._n = rr_ms.tolist(), 0.0, 0

    def hear(self, beats, evaluating=True):
        evaluate_within = self.tracker._evaluate_within
        if not evaluating:
            self.tracker._evaluate_within = lambda beat: []
        for _ in range(beats):
            rr_ms = self._rr_ms[self._n % len(self._rr_ms)]
            self._n += 1
            self._t_s += rr_ms / 1000.0
            payload = intervals.encode([rr_ms])
            self.tracker.feed(Notification(self._t_s, "strap", intervals.CHARACTERISTIC, payload))
        self.tracker._evaluate_within = evaluate_within


def hours(rr_ms):
    """Updates after ten minutes and after eight hours, in turn. Getting there is not timed."""
    early, late = Session(rr_ms[:HOUR]), Session(rr_ms[:HOUR])
    early.hear(700, evaluating=False)
    late.hear(8 * HOUR + 700, evaluating=False)

    def call():
        took = {early: [], late: []}
        for _ in range(30):
            for session in (early, late):
                began_s = time.perf_counter()
                session.hear(10)
                took[session].append(time.perf_counter() - began_s)
        pairs = zip(took[late], took[early], strict=True)
        return {"times_the_cost": median(a / b for a, b in pairs)}

    return call


def memory(rr_ms):
    """What a session of eight hours holds, its history of every number included."""

    def call():
        Session(rr_ms[:HOUR]).hear(700)  # what is made once, and is not the session's
        tracemalloc.start()
        session = Session(rr_ms[:HOUR])
        session.hear(700)
        session.hear(8 * HOUR, evaluating=False)
        every_s = {marker.key: marker.every_s for marker in LIVE}
        for second in range(600, 8 * 3600):  # each number another one each time it is due
            values = {key: Value(float(second // due_s)) for key, due_s in every_s.items()}
            session.tracker.history.append(float(second), values)
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return {"mb": held / 1e6}

    return call


def analyse(rr_ms):
    from coherence.reports.imports import arrivals_of, read_recording
    from coherence.reports.numbers import numbers

    def call():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "day.txt"
            path.write_text("\n".join(f"{rr:.4f}" for rr in rr_ms.tolist()))
            found = numbers(list(arrivals_of(read_recording(path), as_strap=False)))
        return plain(found.markers)

    return call


JOBS = {
    "fifteen": fifteen,
    "guided": guided,
    "public": fifteen,
    "update": update,
    "recording": recording,
    "artefacts": artefacts,
    "corrected": artefacts,
    "windows": windows,
    "every_beat": every_beat,
    "two_cores": two_cores,
    "hours": hours,
    "memory": memory,
    "analyse": analyse,
}
