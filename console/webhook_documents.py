"""Webhooks as documents: the `webhooks` of an OpenAPI document, and the AsyncAPI document of what goes out and comes in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from inspect import cleandoc
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

Shape = dict[str, Any]
Kinds = Mapping[str, type[BaseModel]]
"""The class of each event, by its `type`."""

_SCHEMAS = "#/components/schemas/{model}"
_HEADERS = {
    "webhook-id": ("L’identifiant du message, le même à chaque nouvel essai.", "0b5f6a1e-8f5c-5c1e-9d0e-2f3a4b5c6d7e"),
    "webhook-timestamp": ("L’instant de cet essai, en secondes depuis 1970 (UTC).", "1795687200"),
    "webhook-signature": (
        "Une signature `v1,<base64>` par secret valable, séparées par une espace : HMAC-SHA256 de `<id>.<timestamp>.<corps>`.",
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    ),
}
_RESPONSES = {
    "2XX": {"description": "Reçu. Vigie n’enverra plus ce message."},
    "410": {
        "description": "Cette adresse n’existe plus : elle est désactivée, les envois attendent une nouvelle adresse."
    },
    "422": {"description": "Refusé, comme 400, 409, 413 et 415 : plus d’essai, la coordination en lit la raison."},
    "default": {"description": "Un autre essai, plus tard ; `Retry-After` est respecté."},
}


def kinds_of(events: Iterable[type[BaseModel]]) -> dict[str, type[BaseModel]]:
    """The events by the one value of their `type`."""
    return {str(get_args(event.model_fields["type"].annotation)[0]): event for event in events}


def with_webhooks(document: Shape, kinds: Kinds) -> Shape:
    """The OpenAPI document with a `webhooks` section for these events, and their schemas among the others."""
    components = document["components"]
    schemas = {**components["schemas"], **_schemas(kinds)}
    made = {name: _webhook(event) for name, event in kinds.items()}
    rest = {name: part for name, part in document.items() if name != "components"}
    ordered = {name: schemas[name] for name in sorted(schemas)}
    return {**rest, "webhooks": made, "components": {**components, "schemas": ordered}}


def asyncapi(title: str, description: str, out: Kinds, inward: Kinds) -> Shape:
    """The AsyncAPI 3.0 document: `out` is what Vigie posts to partners, `inward` what their systems post to Vigie."""
    return {
        "asyncapi": "3.0.0",
        "info": {"title": title, "version": "1", "description": description},
        "defaultContentType": "application/json",
        "channels": {"partner": _partner(out), "inbound": _inbound(inward)},
        "operations": {**_operations("send", "partner", out), **_operations("receive", "inbound", inward)},
        "components": {
            "messages": {name: _message(name, event) for name, event in {**out, **inward}.items()},
            "schemas": {**_schemas({**out, **inward}), "SignedHeaders": _signed_headers()},
        },
    }


def _partner(out: Kinds) -> Shape:
    return {
        "address": None,
        "title": "Le point d’accès d’un partenaire",
        "description": "L’adresse en https que le partenaire a choisie et qui a renvoyé le défi.",
        "messages": _messages(out),
    }


def _inbound(inward: Kinds) -> Shape:
    return {
        "address": "/webhooks/{territory_id}/{system_id}",
        "title": "Ce qu’un système partenaire dit à Vigie",
        "parameters": {
            "territory_id": {"description": "Le territoire."},
            "system_id": {"description": "Le système, tel que l’opérateur l’a inscrit."},
        },
        "messages": _messages(inward),
    }


def _messages(kinds: Kinds) -> Shape:
    return {name: {"$ref": f"#/components/messages/{name}"} for name in kinds}


def _operations(action: str, channel: str, kinds: Kinds) -> Shape:
    return {
        f"{action}{event.__name__}": {
            "action": action,
            "channel": {"$ref": f"#/channels/{channel}"},
            "summary": _words(event),
            "bindings": {"http": {"method": "POST", "bindingVersion": "0.3.0"}},
            "messages": [{"$ref": f"#/channels/{channel}/messages/{name}"}],
        }
        for name, event in kinds.items()
    }


def _message(name: str, event: type[BaseModel]) -> Shape:
    return {
        "name": name,
        "title": name,
        "summary": _words(event),
        "contentType": "application/json",
        "headers": {"$ref": _SCHEMAS.format(model="SignedHeaders")},
        "payload": {"$ref": _SCHEMAS.format(model=event.__name__)},
    }


def _signed_headers() -> Shape:
    properties = {
        name: {"type": "string", "description": about, "examples": [example]}
        for name, (about, example) in _HEADERS.items()
    }
    return {"type": "object", "required": [*properties], "properties": properties}


def _webhook(event: type[BaseModel]) -> Shape:
    schema = {"$ref": _SCHEMAS.format(model=event.__name__)}
    parameters = [
        {
            "name": name,
            "in": "header",
            "required": True,
            "description": about,
            "schema": {"type": "string"},
            "example": said,
        }
        for name, (about, said) in _HEADERS.items()
    ]
    return {
        "post": {
            "summary": _words(event),
            "tags": ["webhooks"],
            "security": [],
            "parameters": parameters,
            "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
            "responses": _RESPONSES,
        }
    }


def _schemas(kinds: Kinds) -> Shape:
    models = [(event, "serialization") for event in kinds.values()]
    _, made = models_json_schema(models, ref_template=_SCHEMAS)  # type: ignore[arg-type]
    schemas: Shape = made["$defs"]
    return {name: schemas[name] for name in sorted(schemas)}


def _words(event: type[BaseModel]) -> str:
    return cleandoc(event.__doc__ or "")
