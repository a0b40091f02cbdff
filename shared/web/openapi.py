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
_BEARER = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


def problem_responses(*statuses: int) -> dict[int, Any]:
    """The refusals of a route, to merge into its `responses`; every route can answer 401 and 503."""
    content = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": TITLES[status], "content": content} for status in sorted({401, 503, *statuses})}


def document(resolver: APIGatewayHttpResolver, title: str, description: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of a resolver's routes, in plain data and in a stable order."""
    text = resolver.get_openapi_json_schema(
        title=title, version=API_VERSION, description=description, security=[{"bearer": []}]
    )
    made: dict[str, Any] = json.loads(text)
    components = made.setdefault("components", {})
    components["schemas"] = dict(sorted({**components.get("schemas", {}), "Problem": _PROBLEM}.items()))
    components["securitySchemes"] = {"bearer": _BEARER}
    return made
