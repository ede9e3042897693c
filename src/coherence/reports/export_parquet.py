"""Parquet: the beats as columns for a research environment, the session beside them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from coherence.model import Arrival, SessionRecord
from coherence.reports.export_text import beats_and_gaps, judged
from coherence.reports.needing import needing
from coherence.reports.session_json import about
from coherence.translation import later


def parquet(session: SessionRecord, arrivals: Iterable[Arrival]) -> Iterator[bytes]:
    """The bytes of a Parquet file: a row a beat; the session as JSON under the key "coherence".

    Columns: ``t_s`` where the interval ends, ``rr_ms``, ``verdict``, ``segment`` and ``missing``,
    the beats that a long interval swallowed.
    """
    pa = needing("pyarrow", "research", later("Parquet files"))
    pq = needing("pyarrow.parquet", "research", later("Parquet files"))
    rows = judged(beats_and_gaps(arrivals)[0])
    table = pa.table(
        {
            "t_s": pa.array([each.beat.t_s for each in rows], pa.float64()),
            "rr_ms": pa.array([each.beat.rr_ms for each in rows], pa.float64()),
            "verdict": pa.array([each.verdict.value for each in rows]).dictionary_encode(),
            "segment": pa.array([each.beat.segment for each in rows], pa.int64()),
            "missing": pa.array([each.missing for each in rows], pa.int64()),
        }
    )
    table = table.replace_schema_metadata({"coherence": json.dumps(about(session))})
    out = pa.BufferOutputStream()
    pq.write_table(table, out)
    yield out.getvalue().to_pybytes()
