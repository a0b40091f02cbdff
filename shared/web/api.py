"""The way in for programs: a validating resolver for the JSON API, and who stands behind a request.

A refusal becomes a problem document. An error that is not of `shared.errors` is a fault of ours, left to the edge of the
process. Nothing here knows of pages: an API's function does not load their templates.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)

from shared.errors import Invalid, NotFound, TooLarge, VigieError
from shared.idempotency import Request
from shared.identity import TERRITORY_HEADER, Caller, Identity
from shared.web.problems import from_validation
from shared.web.responses import NEVER_KEPT, SECURITY, problem
from shared.web.sizes import LONGEST_BODY, refuse_large


def api_resolver() -> APIGatewayHttpResolver:
    """A validating resolver whose refusals are problem documents and whose answers no cache keeps."""
    resolver = APIGatewayHttpResolver(enable_validation=True, json_body_deserializer=read_json)
    resolver.exception_handler(VigieError)(problem)
    resolver.exception_handler(RequestValidationError)(_refuse_data)
    resolver.exception_handler(RequestUnsupportedContentType)(_refuse_type)
    resolver.exception_handler(UnicodeDecodeError)(_refuse_encoding)
    resolver.exception_handler(NotFoundError)(_refuse_route)
    resolver.use([_secure, refuse_large])
    return resolver


@dataclass(frozen=True)
class Callers:
    """Who calls the API, and the command that they send: what every resource's routes begin with."""

    app: APIGatewayHttpResolver
    identity: Identity
    issuer: str
    audience: str

    def caller(self) -> Caller:
        """Who calls, from the claims that the gateway verified; raises Unidentified.

        A caller of several territories says which one in the header `Vigie-Territory`; NotFound when it is not theirs.
        """
        event = self.app.current_event
        authorizer = event.raw_event["requestContext"].get("authorizer") or {}
        claims = authorizer.get("jwt", {}).get("claims", {})
        return self.identity.of_api(claims, self.audience, self.issuer, event.headers.get(TERRITORY_HEADER))

    def command(self, caller: Caller) -> Request:
        """The command as it was sent: its `Idempotency-Key` belongs to this very address and body; raises Invalid."""
        event = self.app.current_event
        content = f"{event.path}\n{event.decoded_body or ''}"
        return Request.of(caller.territory_id, caller.member_id, event.headers.get("idempotency-key"), content)


def read_json(text: str) -> dict[str, Any]:
    """A JSON object; raises TooLarge over 64 kB, Invalid when it is something else."""
    if len(text) > LONGEST_BODY:
        raise TooLarge("Le corps de la demande dépasse 64 ko.")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid("Le corps de la demande n’est pas un JSON lisible.", code="json") from error
    if not isinstance(value, dict):
        raise Invalid("Le corps de la demande doit être un objet JSON.", code="json")
    return value


def _secure(app: APIGatewayHttpResolver, next_middleware: Any) -> Response[Any]:
    response: Response[Any] = next_middleware(app)
    response.headers.update(SECURITY | NEVER_KEPT)
    return response


def _refuse_data(error: RequestValidationError) -> Response[str]:
    return problem(from_validation(error.errors()))


def _refuse_type(_error: RequestUnsupportedContentType) -> Response[str]:
    return problem(Invalid("Le corps de la demande doit être en application/json.", code="type-de-contenu"))


def _refuse_encoding(_error: UnicodeDecodeError) -> Response[str]:
    return problem(Invalid("Le corps de la demande doit être en UTF-8.", code="encodage"))


def _refuse_route(_error: NotFoundError) -> Response[str]:
    return problem(NotFound("Cette adresse n’existe pas dans l’interface."))
