"""Heartbeats as annotations of PhysioNet (WFDB, MIT format); the rate is in the header beside."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

import numpy as np

from coherence.reports.aside import AT_ONCE, Aside
from coherence.reports.from_numbers import made_of
from coherence.reports.recording import Recording, RecordingFile
from coherence.translation import _

ENDINGS = (".ecg", ".qrs", ".atr")
HEADER = ".hea"
# Annotation codes that stand for a heartbeat; the rest mark rhythm, noise and waves.
BEATS = frozenset({*range(1, 14), 25, 30, 31, 34, 35, 38, 41})
USUAL_HZ = 250.0  # of a header that names no rate (WFDB Applications Guide, header)
SKIP, NUM, SUB, CHAN, AUX = 59, 60, 61, 62, 63
_LINE = re.compile(r"\s*[^\s#]\S*\s+\d+(?:\s+(\d+(?:\.\d+)?))?")


def is_annotation(file: RecordingFile) -> bool:
    """A file of that ending that holds no text: annotations are words of 16 bits."""
    return file.text is None and file.path.suffix.lower() in ENDINGS


def read_annotation(file: RecordingFile) -> Recording:
    """The intervals between its beats. Raises ``ImportFailed``."""
    aside = Aside(held=True)
    put_annotation_aside(io.BytesIO(file.raw), aside, file)
    return made_of(file, "wfdb", aside)


def put_annotation_aside(raw: BinaryIO, aside: Aside, file: RecordingFile) -> None:
    """The intervals in s, each with the number of its second beat. Raises ``ImportFailed``."""
    samples, before, number = beat_samples(raw, file), np.empty(0, np.int64), 2
    rate_hz: float | None = None
    while beats := list(islice(samples, AT_ONCE)):
        rate_hz = rate_hz or _rate_hz(file)
        at = np.concatenate((before, np.array(beats, np.int64)))
        steps, before = np.diff(at) / rate_hz, at[-1:]
        aside.put(steps, range(number, number + len(steps)))
        number += len(steps)
    if aside.n < 2:
        raise file.fail(
            _("this annotation holds no two intervals: choose one that marks heartbeats.")
        )


def beat_samples(raw: BinaryIO, file: RecordingFile) -> Iterator[int]:
    """Where its heartbeats lie. Raises ``ImportFailed`` where the file is cut or is another."""
    words = _words(raw)
    sample, last = 0, None
    for word in words:
        if not word:
            return
        code, distance = word >> 10, word & 1023
        if code == SKIP:  # a long step: four bytes, high word first
            high, low = next(words, None), next(words, None)
            if high is None or low is None:
                raise file.fail(_("this annotation is cut: fetch the whole file again."))
            step = (high << 16) | low
            sample += step - (1 << 32) if step >= 1 << 31 else step
        elif code == AUX:  # text of that many bytes, padded to even
            for _word in islice(words, (distance + 1) // 2):
                pass
        elif code not in (NUM, SUB, CHAN):
            sample += distance
            if code in BEATS:
                if last is not None and sample <= last:
                    raise file.fail(_("its beats run backwards: fetch the file again."))
                last = sample
                yield sample


def _words(raw: BinaryIO) -> Iterator[int]:
    while piece := raw.read(2 * AT_ONCE):
        yield from np.frombuffer(piece[: len(piece) // 2 * 2], "<u2").tolist()


def _rate_hz(file: RecordingFile) -> float:
    header = file.path.with_suffix(HEADER)
    try:
        lines = header.read_text(encoding="latin-1").splitlines()
    except OSError:
        raise file.fail(
            _("nothing tells its rate: put {name}, which belongs to it, beside it.").format(
                name=header.name
            )
        ) from None
    named = next((match for line in lines if (match := _LINE.match(line))), None)
    rate_hz = USUAL_HZ if named and named[1] is None else float(named[1] if named else 0.0)
    if not 1.0 <= rate_hz <= 100_000.0:
        raise file.fail(
            _("{name} names no rate of samples: fetch it again.").format(name=header.name)
        )
    return rate_hz


KIND = (is_annotation, read_annotation)
