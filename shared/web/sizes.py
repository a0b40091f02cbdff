"""How much a request may say: decided on its length alone, before anything reads it."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from shared.errors import TooLarge

LONGEST_BODY = 64 * 1024
"""Bytes of a form, characters of a JSON document; files go to their bucket by themselves."""


def refuse_large(app: APIGatewayHttpResolver, next_middleware: Any) -> Response[Any]:
    """Goes before every route, also those that read no body; raises TooLarge."""
    event = app.current_event
    most = LONGEST_BODY * 4 // 3 + 4 if event.is_base64_encoded else LONGEST_BODY
    if len(event.body or "") > most:
        raise TooLarge("Ce qui est envoyé dépasse 64 ko. Raccourcissez les textes et recommencez.")
    response: Response[Any] = next_middleware(app)
    return response
