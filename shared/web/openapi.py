"""What the OpenAPI documents of all services share: the refusals, the bearer token, the way one is written.

Only the command that writes the documents calls `document`, so that no function pays for OpenAPI's models.
"""

from __future__ import annotations

import json
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from shared.web.problems import PROBLEM_TYPE, TITLES

API_VERSION = "1"
_PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "Un refus, selon la RFC 9457.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "Stable : à lire par la machine."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "En français : à montrer à la personne."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {
                    "field": {"type": "string", "description": "Pointeur JSON ou nom du champ."},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
_UNUSED = {"HTTPValidationError", "ResponseValidationError", "ValidationError"}
"""What Powertools describes and our refusals replace."""
SIGNED = {"x-signed": True}
"""The `openapi_extensions` of a route whose callers sign what they send, instead of bearing a token."""
_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": "Une ou plusieurs signatures `v1,<base64>`, séparées par une espace : HMAC-SHA256 de "
        "`<webhook-id>.<webhook-timestamp>.<corps>`, par la clé qui suit `whsec_`, décodée de sa base64.",
    },
}
_PARAMETERS = {
    "Territory": {
        "name": "Vigie-Territory",
        "in": "header",
        "required": False,
        "description": "Le territoire visé, pour un compte qui en a plusieurs.",
        "schema": {"type": "string"},
        "example": "belfort-montbeliard-hericourt",
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": "Une clé par envoi, la même à chaque nouvel essai, acceptée pendant 90 jours.",
        "schema": {"type": "string", "minLength": 8, "maxLength": 128, "pattern": "^[!-~]+$"},
        "example": "3f1d0c1e-6f0b-4a59-9d2c-6a3d6cf5a1b2",
    },
    "WebhookId": {
        "name": "webhook-id",
        "in": "header",
        "required": True,
        "description": "Un par message, le même à chaque nouvel essai.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"},
        "example": "msg_2b8f6c1e4d",
    },
    "WebhookTimestamp": {
        "name": "webhook-timestamp",
        "in": "header",
        "required": True,
        "description": "L’heure de cet essai, en secondes depuis 1970 ; refusée au-delà de cinq minutes d’écart.",
        "schema": {"type": "string", "pattern": "^[1-9][0-9]{0,10}$"},
        "example": "1790000000",
    },
}
_READ, _COMMAND, _MESSAGE = ("Territory",), ("Territory", "IdempotencyKey"), ("WebhookId", "WebhookTimestamp")
"""The headers of an operation, by its kind."""


def problem_responses(*statuses: int) -> dict[int, Any]:
    """The refusals of a route, to merge into its `responses`; every route can answer 401 and 503."""
    content = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": TITLES[status], "content": content} for status in sorted({401, 503, *statuses})}


def route(tag: str, summary: str, description: str, *refusals: int, status: int = 200, **answer: Any) -> dict[str, Any]:
    """What the document says of a route, for the resolver that declares it; `answer` adds to what is said of success."""
    return {
        "summary": summary,
        "description": description,
        "tags": [tag],
        "responses": {status: {"description": "Fait.", **answer}} | problem_responses(*refusals),
    }


def document(resolver: APIGatewayHttpResolver, title: str, description: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of a resolver's routes, in plain data and in a stable order."""
    text = resolver.get_openapi_json_schema(title=title, version=API_VERSION, description=description)
    made: dict[str, Any] = json.loads(text)
    signed = any(_is_signed(operation) for path in made["paths"].values() for operation in path.values())
    scheme = "signature" if signed else "bearer"
    made["security"] = [{scheme: []}]
    made["paths"] = {path: _with_headers(made["paths"][path]) for path in sorted(made["paths"])}
    schemas = {**made.get("components", {}).get("schemas", {}), "Problem": _PROBLEM}
    made["components"] = {
        "schemas": {name: schemas[name] for name in sorted(schemas) if name not in _UNUSED},
        "parameters": {name: _PARAMETERS[name] for name in (_MESSAGE if signed else _COMMAND)},
        "securitySchemes": {scheme: _SCHEMES[scheme]},
    }
    return made


def _is_signed(operation: dict[str, Any]) -> bool:
    return operation.items() >= SIGNED.items()


def _with_headers(path: dict[str, Any]) -> dict[str, Any]:
    """A path's operations with what `shared.web.api` reads from every request, and from every command."""
    return {method: _with_header(method, path[method]) for method in sorted(path)}


def _with_header(method: str, operation: dict[str, Any]) -> dict[str, Any]:
    names = _COMMAND if method == "post" else _READ
    if _is_signed(operation):
        names = _MESSAGE
        operation["requestBody"]["required"] = True
    headers = [{"$ref": f"#/components/parameters/{name}"} for name in names]
    responses = operation["responses"]
    said = {name: value for name, value in operation.items() if name not in SIGNED}
    return said | {
        "parameters": [*operation.get("parameters", []), *headers],
        "responses": {status: responses[status] for status in sorted(responses)},
    }
