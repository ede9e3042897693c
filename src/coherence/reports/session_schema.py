"""The JSON Schema of our session files, made from the vocabulary: `python -m` prints it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import MISSING, fields

from coherence.model import BreathPattern, End, LinkState, Origin
from coherence.reports.session_json import FORMAT, LATEST_S, VERSION
from coherence.storage.arrival_json import KINDS

Schema = dict[str, object]

# by the type a field is declared with, as in arrival_json.READERS
TYPES: Mapping[str, Schema] = {
    "float": {"type": "number"},
    "int": {"type": "integer"},
    "bool": {"type": "boolean"},
    "str": {"type": "string"},
    "bytes": {"type": "string", "pattern": "^([0-9a-f]{2})*$", "description": "bytes in hex"},
    "LinkState": {"enum": [state.value for state in LinkState]},
    "BreathPattern | None": {"anyOf": [{"$ref": "#/$defs/breath_pattern"}, {"type": "null"}]},
}
TIME: Schema = {
    "type": "number",
    "minimum": 0,
    "maximum": LATEST_S,
    "description": "seconds on the session's clock",
}


def session_schema() -> Schema:
    """The schema as a JSON object (draft 2020-12)."""
    kinds = {kind: _object_of(made, kind) for kind, made in KINDS.items()}
    pattern = _object_of(BreathPattern)
    session = {
        "type": "object",
        "required": ["started_at", "duration_s", "practice", "origin", "end", "app_version"],
        "properties": {
            "started_at": {"type": "string", "description": "ISO 8601, UTC"},
            "duration_s": {"type": "number"},
            "practice": {"type": "string"},
            "origin": {"enum": [origin.value for origin in Origin]},
            "end": {"enum": [end.value for end in End]},
            "app_version": {"type": "string"},
            "strap": {"type": ["string", "null"]},
            "note": {"type": "string"},
            "tags": {"type": "array", "items": {"type": "string"}},
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A session of coherence: everything that arrived, in order, as it came",
        "type": "object",
        "required": ["format", "version", "session", "arrivals"],
        "properties": {
            "format": {"const": FORMAT},
            "version": {"const": VERSION},
            "session": session,
            "arrivals": {
                "type": "array",
                "items": {"oneOf": [{"$ref": f"#/$defs/{kind}"} for kind in kinds]},
            },
        },
        "$defs": kinds | {"breath_pattern": pattern},
    }


def _object_of(made: type, kind: str | None = None) -> Schema:
    """An object with the fields of a dataclass; those without a default have to be there."""
    properties: dict[str, Schema] = {} if kind is None else {"kind": {"const": kind}}
    required = [] if kind is None else ["kind"]
    for field in fields(made):
        properties[field.name] = TIME if field.name == "t_s" else TYPES[str(field.type)]
        if field.default is MISSING:
            required.append(field.name)
    return {
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": False,
    }


def text() -> str:
    """The schema as it stands in docs/session.schema.json."""
    return json.dumps(session_schema(), indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
