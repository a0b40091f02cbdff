"""The golden shape of each event: a schema of its wire form, with every sample that was ever a shape of this version."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from shared.errors import Unreadable
from shared.events import Event, Metadata, parse

SCHEMAS = Path("shared/events/schemas")
Shape = dict[str, Any]
SAMPLES = {"date-time": "2026-11-27T14:05:00Z", "date": "2026-11-27"}


def shape(event: type[Event], golden: Mapping[str, Any] | None = None) -> Shape:
    """The schema of an event's detail; the samples of its golden shape are kept, new ones added."""
    parts = {"metadata": _schema(Metadata), "data": _schema(event)}
    # What a field refers to is looked for at the root of the document.
    shared = {name: part for schema in parts.values() for name, part in schema.pop("$defs", {}).items()}
    made = {
        "$schema": GenerateJsonSchema.schema_dialect,
        "title": event.detail_type,
        "type": "object",
        "required": ["metadata", "data"],
        "properties": parts,
        **({"$defs": shared} if shared else {}),
    }
    known = list(golden["examples"]) if golden else []
    return made | {"examples": known + [sample for sample in samples(made) if sample not in known]}


def samples(made: Mapping[str, Any]) -> Iterator[Shape]:
    """Two details that the schema allows: everything said, and only what must be."""
    shared = made.get("$defs", {})
    for sparse in (False, True):
        yield {part: _sample(schema, shared, sparse=sparse) for part, schema in made["properties"].items()}


def refusals(event: type[Event], golden: Mapping[str, Any]) -> list[str]:
    """Why the class cannot keep its version: every field stays as it was, and what was once said can still be read.

    An additive optional field passes both; anything else is a new class, published beside the old one.
    """
    before, after = _fields(golden), _fields(shape(event))
    moved = [".".join(name) for name, schema in before.items() if after.get(name) != schema]
    lost = [f"{event.detail_type} : {name} a disparu ou changé de forme." for name in moved]
    return lost + [text for sample in golden["examples"] for text in _unread(event, sample)]


def _fields(made: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    parts = made["properties"].items()
    return {(part, name): schema for part, inside in parts for name, schema in inside["properties"].items()}


def load(path: Path) -> Shape | None:
    """A golden shape, or None where there is none yet."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def golden_path(event: type[Event]) -> Path:
    """Where the golden shape of an event stands."""
    return SCHEMAS / f"{event.detail_type}.json"


def _unread(event: type[Event], sample: Shape) -> list[str]:
    try:
        parse({"detail-type": event.detail_type, "detail": sample}, event)
    except Unreadable as error:
        return [f"{event.detail_type} : ce qui a été publié n’est plus lisible ({error.message})."]
    return []


def _schema(model: type[Metadata] | type[Event]) -> Shape:
    """The model's own schema; more properties are allowed, since those who hear ignore what they do not know."""
    made = model.model_json_schema(mode="serialization")
    made.pop("additionalProperties", None)
    made.pop("description", None)
    return made


def _sample(schema: Mapping[str, Any], shared: Mapping[str, Any], *, sparse: bool) -> Any:
    if "$ref" in schema:
        return _sample(shared[str(schema["$ref"]).rpartition("/")[2]], shared, sparse=sparse)
    if "anyOf" in schema:
        return _sample(schema["anyOf"][-1 if sparse else 0], shared, sparse=sparse)
    if "properties" in schema:
        return {name: _sample(part, shared, sparse=sparse) for name, part in schema["properties"].items()}
    if schema.get("type") == "array" and not sparse:
        return [_sample(schema["items"], shared, sparse=sparse)]
    plain = {"string": "texte", "integer": schema.get("minimum", 1), "boolean": not sparse, "array": [], "null": None}
    return SAMPLES.get(schema.get("format", ""), plain[schema["type"]])
