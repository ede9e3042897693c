"""COLUMNS: what a row of the table says, in order."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from coherence import __version__
from coherence.analysis.markers import MARKERS
from coherence.cohort.task import Asked
from coherence.model import Verdict
from coherence.reports.needing import needing
from coherence.reports.rows import TRUTHS

Row = dict[str, Any]

WHAT_FOR = "tables of many recordings"
META = "coherence"
ABOUT: tuple[tuple[str, str], ...] = (
    ("file", "string"),
    ("fingerprint", "string"),  # of the file as it was read
    ("person", "string"),
    ("started_at", "string"),  # ISO 8601
    ("practice", "string"),
    ("window", "int32"),  # from 0; null: the whole recording, or a step
    ("step", "string"),  # its title; null where rows are not by step
    ("from_s", "double"),  # of beats that end in (from_s, to_s]
    ("to_s", "double"),
    ("error", "string"),  # one sentence; then there are no numbers
    ("error_kind", "string"),  # one of KINDS
    ("duration_s", "double"),
    ("beats", "int32"),
    ("accepted", "int32"),
    *((f"verdict_{verdict.value}", "int32") for verdict in Verdict),
    ("artefact_pct", "double"),
    ("quality", "string"),
    ("paced", "bool"),  # a breath guide ran within it
)
NUMBERS: tuple[tuple[str, str], ...] = tuple(
    (key, "bool" if key in TRUTHS else "double")
    for key in (marker.key for marker in MARKERS)
    if key not in dict(ABOUT)
)
AFTER: tuple[tuple[str, str], ...] = (
    ("reasons", "string"),  # JSON, by marker key: why there is no number, or what it is not
    ("uncertainty", "string"),  # JSON, as `analyse --json` has it
    ("quirks", "string"),  # JSON, kinds of what the strap did otherwise
    ("doubts", "string"),  # JSON, sentences about the file
    ("app_version", "string"),
    ("marker_version", "int32"),
)
COLUMNS = (*ABOUT, *NUMBERS, *AFTER)

# why a recording has no numbers
UNREADABLE, NO_BEATS, SHORT = "unreadable", "no_beats", "too_short"
TIME_LIMIT, CRASHED, UNEXPECTED = "time_limit", "crashed", "unexpected"
KINDS = (UNREADABLE, NO_BEATS, SHORT, TIME_LIMIT, CRASHED, UNEXPECTED)


def schema(metadata: dict[str, str] | None = None) -> Any:
    """The table's schema for pyarrow. Raises ``ExtraMissing``."""
    pa = needing("pyarrow", "research", WHAT_FOR)
    types = {"string": pa.string(), "double": pa.float64(), "int32": pa.int32(), "bool": pa.bool_()}
    return pa.schema([(name, types[kind]) for name, kind in COLUMNS], metadata)


def table(rows: list[Row], metadata: dict[str, str] | None = None) -> Any:
    """Rows as a table; what a row does not say is null. Raises ``ExtraMissing``."""
    pa = needing("pyarrow", "research", WHAT_FOR)
    said = schema(metadata)
    made = [
        pa.Array.from_buffers(said.field(name).type, len(rows), _buffers(rows, name, kind))
        for name, kind in COLUMNS
    ]
    return pa.Table.from_arrays(made, schema=said)


def _buffers(rows: list[Row], name: str, kind: str) -> list[Any]:
    """A column as Arrow lays it out: asked to do that itself, pyarrow would load pandas first."""
    pa = needing("pyarrow", "research", WHAT_FOR)
    values = [row.get(name) for row in rows]
    there = np.array([value is not None for value in values], np.bool_)
    if kind == "string":
        words = [b"" if value is None else value.encode() for value in values]
        ends = np.cumsum([0, *map(len, words)], dtype=np.int32)
        parts = [ends.tobytes(), b"".join(words)]
    elif kind == "bool":
        true = np.array([bool(value) for value in values], np.bool_)
        parts = [np.packbits(true, bitorder="little").tobytes()]
    else:
        numbers = [0 if value is None else value for value in values]
        parts = [np.array(numbers, np.int32 if kind == "int32" else np.float64).tobytes()]
    known = None if there.all() else np.packbits(there, bitorder="little").tobytes()
    return [None if known is None else pa.py_buffer(known), *map(pa.py_buffer, parts)]


def about(asked: Asked) -> dict[str, str]:
    """What a file says of how all of it was made."""
    markers = {marker.key: marker.version for marker in MARKERS}
    said = {"asked": asked.as_json(), "app_version": __version__, "markers": markers}
    return {META: json.dumps(said)}
