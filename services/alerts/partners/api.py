"""The JSON API of endpoints and deliveries: what the pages of partners do, for a partner's own software."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Body, Path

from services.alerts.endpoints import administering
from services.alerts.endpoints.administering import EndpointOrder, Tested
from services.alerts.partners import answers, api_routes
from services.alerts.partners.delivery_api import DeliveryApi
from services.alerts.partners.desk import PartnerDesk, order_of
from services.alerts.partners.given import AddressGiven, DisableGiven, RotateGiven, VersionGiven
from services.alerts.partners.reading import Sheet, sheet
from services.alerts.partners.seeing import overseen_partner, overseen_partners
from shared.address_book import Partner
from shared.errors import NotFound
from shared.identity import Caller, Identity
from shared.web.api import Callers, api_resolver

TITLE = "Vigie – Points d’accès et envois"
DESCRIPTION = (
    "Pour le développeur d’un partenaire de la diffusion, et pour la coordination : l’adresse et les secrets d’un point "
    "d’accès, les envois et chacun de leurs essais, l’essai à la demande, le renvoi d’un envoi, d’une période ou de ce qui a "
    "manqué. Ce que Vigie envoie est décrit dans `webhooks` et dans « Recevoir les offres par webhook ». Chaque commande "
    "porte une clé `Idempotency-Key` : le même envoi répété a un seul effet, pendant 90 jours."
)
PartnerId = Annotated[str, Path(min_length=1, max_length=64, description="Identifiant du partenaire.")]
KeyId = Annotated[str, Path(min_length=1, max_length=64, description="Identifiant de l’ancien secret.")]


@dataclass(frozen=True)
class EndpointApi:
    """The routes of endpoints; each one finds its caller, then asks a use case."""

    desk: PartnerDesk
    callers: Callers

    def list_endpoints(self) -> answers.EndpointsAnswer:
        caller = self.callers.caller()
        partners = overseen_partners(caller, self.desk.alerts.book.directory(caller.territory_id))
        found = [self._said(caller, partner) for partner in partners if partner.channel == "webhook"]
        return answers.EndpointsAnswer(items=tuple(found))

    def read(self, partner_id: PartnerId) -> answers.EndpointAnswer:
        caller, partner = self._partner(partner_id)
        return self._said(caller, partner)

    def change_address(self, partner_id: PartnerId, given: Annotated[AddressGiven, Body()]) -> answers.TestedAnswer:
        desk = self.desk.endpoints
        return self._try(partner_id, given, lambda order: administering.change_address(desk, order, given.url))

    def rotate(self, partner_id: PartnerId, given: Annotated[RotateGiven, Body()]) -> answers.SecretAnswer:
        caller, partner = self._partner(partner_id)
        order, overlap = self._order(caller, partner, given), timedelta(hours=given.overlap_hours)
        made = administering.rotate(self.desk.endpoints, order, overlap)
        return answers.secret(self._sheet(caller, partner), made)

    def revoke(
        self, partner_id: PartnerId, key_id: KeyId, given: Annotated[VersionGiven, Body()]
    ) -> answers.EndpointAnswer:
        return self._do(partner_id, given, lambda order: administering.drop_key(self.desk.endpoints, order, key_id))

    def test(self, partner_id: PartnerId, given: Annotated[VersionGiven, Body()]) -> answers.TestedAnswer:
        return self._try(partner_id, given, lambda order: administering.send_test(self.desk.endpoints, order))

    def enable(self, partner_id: PartnerId, given: Annotated[VersionGiven, Body()]) -> answers.TestedAnswer:
        return self._try(partner_id, given, lambda order: administering.enable(self.desk.endpoints, order))

    def disable(self, partner_id: PartnerId, given: Annotated[DisableGiven, Body()]) -> answers.EndpointAnswer:
        return self._do(
            partner_id, given, lambda order: administering.disable(self.desk.endpoints, order, given.reason)
        )

    def pause(self, partner_id: PartnerId, given: Annotated[VersionGiven, Body()]) -> answers.EndpointAnswer:
        return self._do(partner_id, given, lambda order: administering.pause(self.desk.endpoints, order))

    def resume(self, partner_id: PartnerId, given: Annotated[VersionGiven, Body()]) -> answers.EndpointAnswer:
        return self._do(partner_id, given, lambda order: administering.resume(self.desk.endpoints, order))

    def _do(
        self, partner_id: str, given: VersionGiven, act: Callable[[EndpointOrder], object]
    ) -> answers.EndpointAnswer:
        caller, partner = self._partner(partner_id)
        act(self._order(caller, partner, given))
        return self._said(caller, partner)

    def _try(
        self, partner_id: str, given: VersionGiven, act: Callable[[EndpointOrder], Tested]
    ) -> answers.TestedAnswer:
        caller, partner = self._partner(partner_id)
        made = act(self._order(caller, partner, given))
        return answers.tested(self._sheet(caller, partner), made)

    def _order(self, caller: Caller, partner: Partner, given: VersionGiven) -> EndpointOrder:
        return order_of(caller, partner.id, self.callers.command(caller), given.expected_version)

    def _partner(self, partner_id: str) -> tuple[Caller, Partner]:
        """Who calls, and the partner whose endpoint it is; raises NotFound."""
        caller = self.callers.caller()
        partner = overseen_partner(caller, self.desk.alerts.book.directory(caller.territory_id), partner_id)
        if partner.channel != "webhook":
            raise NotFound("Ce partenaire ne reçoit pas les offres par webhook.")
        return caller, partner

    def _sheet(self, caller: Caller, partner: Partner) -> Sheet:
        return sheet(self.desk, caller.territory_id, partner)

    def _said(self, caller: Caller, partner: Partner) -> answers.EndpointAnswer:
        return answers.endpoint(self._sheet(caller, partner))


def resolver(desk: PartnerDesk, identity: Identity, issuer: str, audience: str) -> APIGatewayHttpResolver:
    """The routes over these services; nothing is called before a request comes."""
    app = api_resolver()
    callers = Callers(app, identity, issuer, audience)
    api, one = EndpointApi(desk, callers), "/api/v1/webhook-endpoints/<partner_id>"
    app.get("/api/v1/webhook-endpoints", **api_routes.LIST)(api.list_endpoints)
    app.get(one, **api_routes.READ)(api.read)
    app.post(f"{one}/address", **api_routes.ADDRESS)(api.change_address)
    app.post(f"{one}/rotate", **api_routes.ROTATE)(api.rotate)
    app.post(f"{one}/keys/<key_id>/revoke", **api_routes.REVOKE)(api.revoke)
    app.post(f"{one}/test", **api_routes.TEST)(api.test)
    app.post(f"{one}/enable", **api_routes.ENABLE)(api.enable)
    app.post(f"{one}/disable", **api_routes.DISABLE)(api.disable)
    app.post(f"{one}/pause", **api_routes.PAUSE)(api.pause)
    app.post(f"{one}/resume", **api_routes.RESUME)(api.resume)
    DeliveryApi(app, desk, callers).add_routes()
    return app
