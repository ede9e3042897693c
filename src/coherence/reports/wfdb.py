"""Heartbeats as annotations of PhysioNet (WFDB, MIT format); the rate is in the header beside."""

from __future__ import annotations

import re

import numpy as np

from coherence.reports.recording import Recording, RecordingFile
from coherence.reports.soundness import recording
from coherence.reports.tables import Columns
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
    samples = beat_samples(file)
    steps = np.diff(np.array(samples, dtype=np.int64)) / _rate_hz(file)
    return recording(file, "wfdb", Columns(steps.tolist(), list(range(2, len(samples) + 1))))


def beat_samples(file: RecordingFile) -> list[int]:
    """Where its heartbeats lie. Raises ``ImportFailed`` where the file is cut or is another."""
    words = np.frombuffer(file.raw[: len(file.raw) // 2 * 2], dtype="<u2").tolist()
    found: list[int] = []
    sample = i = 0
    while i < len(words) and words[i]:
        code, distance = words[i] >> 10, words[i] & 1023
        i += 1
        if code == SKIP:  # a long step: four bytes, high word first
            if i + 1 >= len(words):
                raise file.fail(_("this annotation is cut: fetch the whole file again."))
            step = (words[i] << 16) | words[i + 1]
            sample += step - (1 << 32) if step >= 1 << 31 else step
            i += 2
        elif code == AUX:  # text of that many bytes, padded to even
            i += (distance + 1) // 2
        elif code not in (NUM, SUB, CHAN):
            sample += distance
            if code in BEATS:
                if found and sample <= found[-1]:
                    raise file.fail(_("its beats run backwards: fetch the file again."))
                found.append(sample)
    if len(found) < 3:
        raise file.fail(
            _("this annotation holds no two intervals: choose one that marks heartbeats.")
        )
    return found


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
