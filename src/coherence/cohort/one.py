"""rows_of: one recording to rows. The one function that every engine maps."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from coherence import __version__
from coherence.analysis.markers import MARKER_VERSION
from coherence.cohort.block import Told, ran_within
from coherence.cohort.columns import NO_BEATS, NUMBERS, SHORT, UNEXPECTED, UNREADABLE, Row
from coherence.cohort.fetching import Unreachable, fetched
from coherence.cohort.task import Asked, Task
from coherence.cohort.windows import in_windows
from coherence.model import Arrival, Ended, StepStarted
from coherence.reports.any_file import Held, held_in
from coherence.reports.numbers import NothingFound, numbers_between, readings_of
from coherence.reports.recording import ImportFailed


def rows_of(task: Task, asked: Asked) -> Iterator[Row]:
    """The rows of one recording; where there is none, one row with the reason.

    A row with a reason stands for the whole recording: any that came before it do not count.
    Nothing but the recording decides what they say: neither the engine nor what ran before.
    """
    about = {
        "file": task.name,
        "fingerprint": task.fingerprint,
        "person": task.person,
        "started_at": task.started_at,
        "practice": task.practice,
    }
    doubts: tuple[str, ...] = ()
    told = False
    try:
        if task.arrivals is not None:
            for span in _spans(task.arrivals, asked):
                told = True
                yield about | _row(span, doubts)
        else:
            with fetched(task.name) as path:
                held = held_in(path, asked.rate_hz)
                doubts = held.doubts
                about |= _said_by(held, task)
                for span in _spans(held.arrivals, asked, plain=held.plain):
                    told = True
                    yield about | _row(span, doubts)
    except ImportFailed as error:
        yield about | trouble(UNREADABLE, error.in_file, doubts)
    except Unreachable as error:
        yield about | trouble(UNREADABLE, str(error), doubts)
    except NothingFound as error:
        yield about | trouble(NO_BEATS, str(error), doubts)
    except Exception as error:  # a fault of ours in one recording must not end the work on others
        kind = type(error).__name__
        said = f"Something unexpected went wrong ({kind}: {error})."
        yield about | trouble(UNEXPECTED, said, doubts)
    else:
        if not told:
            said = "The recording is shorter than one window: choose a shorter --window."
            yield about | trouble(SHORT, said, doubts)


def trouble(kind: str, said: str, doubts: tuple[str, ...] = ()) -> Row:
    """What a row says of a recording without numbers."""
    return {
        "error_kind": kind,
        "error": said,
        "doubts": json.dumps(doubts, ensure_ascii=False),
        "app_version": __version__,
        "marker_version": MARKER_VERSION,
    }


def _said_by(held: Held, task: Task) -> Row:
    """What the file itself says of when and what."""
    practice = None if held.session is None else held.session.practice
    return {
        "started_at": task.started_at or held.started_at,
        "practice": task.practice or practice,
    }


def _spans(arrivals: Iterable[Arrival], asked: Asked, *, plain: bool = False) -> Iterator[Told]:
    if asked.window_s is not None:
        step_s = asked.window_s if asked.step_s is None else asked.step_s
        yield from in_windows(arrivals, asked.window_s, step_s, plain=plain)
        return
    tracker, seconds = readings_of(arrivals, plain=plain)
    end_s = tracker.judged[-1].beat.t_s if tracker.judged else 0.0
    begun = _begun(arrivals) if asked.by_step and not plain else []
    if not begun:
        found = numbers_between(tracker, seconds)
        yield Told(found, ran_within(tracker.guide, end_s - found.duration_s, end_s))
        return
    ends = [t_s for t_s, _ in begun[1:]] + [max(end_s, begun[-1][0])]
    for (from_s, step), to_s in zip(begun, ends, strict=True):
        if step is None:
            continue
        try:
            found = numbers_between(tracker, seconds, from_s, to_s)
        except NothingFound:
            continue  # a step without a beat
        yield Told(found, ran_within(tracker.guide, from_s, to_s), from_s, to_s, step=step)


def _begun(arrivals: Iterable[Arrival]) -> list[tuple[float, str | None]]:
    """Where steps begin; without a name, where the session ends."""
    begun: list[tuple[float, str | None]] = []
    for arrival in arrivals:
        if isinstance(arrival, StepStarted):
            begun.append((arrival.t_s, arrival.key))
        elif isinstance(arrival, Ended) and begun:
            begun.append((arrival.t_s, None))
    return begun


def _row(span: Told, doubts: tuple[str, ...]) -> Row:
    said = span.found.as_json()
    numbers = said["markers"]
    beats, quirks = said["beats"], said.get("quirks", [])
    assert isinstance(numbers, dict)
    assert isinstance(beats, dict)
    assert isinstance(quirks, list)
    return {
        "window": span.window,
        "step": span.step,
        "from_s": span.from_s,
        "to_s": span.to_s,
        "duration_s": said["duration_s"],
        "beats": beats["total"],
        "accepted": beats["accepted"],
        **{f"verdict_{verdict}": n for verdict, n in span.found.verdicts.items()},
        "artefact_pct": said["artefact_pct"],
        "quality": said["quality"],
        "paced": span.paced,
        **{key: numbers[key] for key, _ in NUMBERS},
        "reasons": json.dumps(said["reasons"]),
        "uncertainty": json.dumps(said["uncertainty"]),
        "quirks": json.dumps([quirk["kind"] for quirk in quirks]),
        "doubts": json.dumps(doubts, ensure_ascii=False),
        "app_version": __version__,
        "marker_version": MARKER_VERSION,
    }
