"""The JSON Schema of our session files, made from the vocabulary: `python -m` prints it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import MISSING, fields

from coherence.model import BreathPattern, End, LinkState, Origin, Reason
from coherence.reports.beside_json import LATEST_S, MOMENTS
from coherence.reports.session_json import FORMAT, VERSION
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
SECONDS: Schema = {
    "type": "array",
    "items": {"type": "integer", "minimum": 0, "maximum": LATEST_S},
    "description": "seconds on the session's clock, each later than the one before",
}
PLACE: Schema = {"type": "integer", "minimum": 0}
SHOWN: Schema = {
    "type": "object",
    "description": "what the program showed while the session ran; one for each version of it",
    "required": ["app_version", "t_s", "markers"],
    "properties": {
        "app_version": {"type": "string"},
        "t_s": SECONDS,
        "markers": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["version", "values"],
                "properties": {
                    "version": {"type": "integer"},
                    "t_s": SECONDS | {"description": "when it was due, if not at all of t_s"},
                    "values": {"type": "array", "items": {"type": ["number", "null"]}},
                    "reasons": {
                        "type": "array",
                        "description": "why there was none, or how it is to be read: from which "
                        "of its values to which, both included",
                        "items": {
                            "type": "array",
                            "prefixItems": [{"enum": [r.value for r in Reason]}, PLACE, PLACE],
                            "minItems": 3,
                            "maxItems": 3,
                        },
                    },
                    "low_confidence": {
                        "type": "array",
                        "description": "from which of its values to which, both included",
                        "items": {"type": "array", "items": PLACE, "minItems": 2, "maxItems": 2},
                    },
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}
SLIDER: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
DIARY_LINE: Schema = {
    "type": "object",
    "description": "what was practised, and what was said before and after",
    "required": ["practice", "begun_at", "offset_min", "seconds", "paced_s", "whole"],
    "properties": {
        "practice": {"type": "string"},
        "begun_at": {"type": "string", "description": "ISO 8601, UTC"},
        "offset_min": {"type": "integer", "description": "local time less UTC"},
        "seconds": {"type": "number"},
        "paced_s": {"type": "number", "description": "of it with a breath guide"},
        "whole": {"type": "boolean"},
    }
    | {
        moment: {
            "type": "object",
            "properties": {"body": SLIDER, "mood": SLIDER, "words": {"type": "string"}},
            "additionalProperties": False,
        }
        for moment in MOMENTS
    },
    "additionalProperties": False,
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
            "shown": {"type": "array", "items": {"$ref": "#/$defs/shown"}},
            "diary": {"type": "array", "items": {"$ref": "#/$defs/diary_line"}},
        },
        "$defs": kinds | {"breath_pattern": pattern, "shown": SHOWN, "diary_line": DIARY_LINE},
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
