"""The way in for partners' systems: one address each, messages signed as Standard Webhooks say.

Nothing of a request is looked at before its signature, and whatever is refused until then is answered alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.params import Body, Path

from services.alerts.inbound.admitting import Gate
from services.alerts.inbound.hearing import hear
from services.alerts.inbound.messages import Heard, OfferFilled, OfferRegistered, OfferWithdrawn
from services.alerts.site.api_routes import moved
from services.alerts.use_cases.desk import Desk
from services.alerts.use_cases.outcome import Moved
from services.alerts.webhooks.signatures import BadSignature
from shared.errors import VigieError
from shared.web.openapi import SIGNED, route
from shared.web.responses import json_body, problem

TITLE = "Vigie – Webhooks entrants"
DESCRIPTION = (
    "Le système d’un partenaire, celui de l’agence par exemple, dit à Vigie ce que devient l’offre d’une alerte. Chaque "
    "message est signé selon Standard Webhooks (https://www.standardwebhooks.com), avec le secret remis à la création du "
    "système ; le mode d’emploi est dans `docs/webhooks-in.md`. Tout ce qui n’est pas authentifié reçoit la même réponse 401. "
    "Le même `webhook-id` répété a un seul effet et la même réponse, pendant 90 jours."
)

TerritoryId = Annotated[str, Path(description="Le territoire.", examples=["belfort-montbeliard-hericourt"])]
SystemId = Annotated[str, Path(description="Le système, tel qu’il a été créé.", examples=["agence-belfort"])]
Described = Annotated[OfferRegistered | OfferFilled | OfferWithdrawn, Body(discriminator="type")]
"""For the document alone, and never given: the body is read as bytes, once its signature is known to be good."""

RECEIVE = route(
    "Webhooks entrants",
    "Dire ce que devient une offre",
    "Enregistrée, pourvue ou retirée. La réponse dit l’état de l’alerte.",
    *(404, 409, 422),
    content={"application/json": {"model": Heard}},
)


@dataclass(frozen=True)
class InboundApi:
    """The one route."""

    app: APIGatewayHttpResolver
    gate: Gate
    desk: Desk

    def receive(
        self,
        territory_id: TerritoryId,
        system_id: SystemId,
        _message: Described = None,  # type: ignore[assignment]
    ) -> Response[str]:
        admitted = self.gate.admit(territory_id, system_id, self.app.current_event.raw_event)
        return json_body(hear(self.desk, admitted).model_dump())


def resolver(gate: Gate, desk: Desk) -> APIGatewayHttpResolver:
    """The route over these services; an address or a method that is none is refused as a wrong signature is."""
    app = APIGatewayHttpResolver()
    app.exception_handler(VigieError)(problem)
    app.exception_handler(Moved)(moved)
    app.exception_handler(NotFoundError)(_refuse)
    api = InboundApi(app, gate, desk)
    app.post("/webhooks/<territory_id>/<system_id>", openapi_extensions=SIGNED, **RECEIVE)(api.receive)
    return app


def _refuse(_error: NotFoundError) -> Response[Any]:
    return problem(BadSignature())
