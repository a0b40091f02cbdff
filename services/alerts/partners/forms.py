"""What becomes of the forms of a partner's page: its endpoint, and what is sent again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from aws_lambda_powertools.event_handler import Response

from services.alerts.deliveries.replaying import Wanted, count_wanted, replay, replay_many
from services.alerts.endpoints import administering
from services.alerts.endpoints.administering import EndpointOrder, Tested
from services.alerts.partners.actions import ACTIONS, action_of
from services.alerts.partners.desk import order_of
from services.alerts.partners.holding import hold, let_go
from services.alerts.partners.periods import wanted_of
from services.alerts.partners.reading import sheet
from services.alerts.partners.references import referred
from services.alerts.site.alert_forms import REPLAYED, replayed_flash
from services.alerts.typed import form_again, line
from services.alerts.use_cases.seeing import COORDINATION
from services.alerts.webhooks.addresses import Forbidden
from shared.address_book import Partner
from shared.errors import Conflict, Invalid, NotFound
from shared.idempotency import Request
from shared.identity import Caller, require
from shared.web.flash import Flash
from shared.web.requests import posted_form
from shared.web.responses import redirect

if TYPE_CHECKING:
    from services.alerts.partners.pages import PartnerPages

PLACE = "/alertes/partenaires"
OVERLAPS = {hours: timedelta(hours=int(hours)) for hours in ("0", "24", "168")}
Fields = Mapping[str, str]


@dataclass(frozen=True)
class Sent:
    """One form: who sent it, about which partner, and what it asks of the endpoint."""

    caller: Caller
    partner: Partner
    fields: Fields
    order: EndpointOrder


@dataclass(frozen=True)
class PartnerForms:
    """The routes that a form is sent to; each ends on a page of `site`."""

    site: PartnerPages

    def act(self, partner_id: str, slug: str) -> Response[str]:
        """Does it, then leads back to the partner; what cannot be done is explained beside what was typed."""
        caller, partner = self.site.partner(partner_id)
        fields = posted_form(self.site.app, self.site.public_url)
        answer = self._answers().get(slug)
        if answer is None:
            raise NotFound("Cette page n’existe pas.")
        try:
            return answer(self._sent(caller, partner, fields))
        except Invalid as refusal:
            if slug not in {action.slug for action in ACTIONS}:
                raise
            return self.site.form(caller, partner, action_of(slug), form_again(fields, refusal), status=422)

    def _answers(self) -> Mapping[str, Callable[[Sent], Response[str]]]:
        return {
            "essai": lambda sent: self._tried(sent, administering.send_test),
            "activation": lambda sent: self._tried(sent, administering.enable),
            "adresse": self._move,
            "secret": self._rotate,
            "retrait-secret": self._drop_key,
            "pause": self._pause,
            "reprise": self._resume,
            "desactivation": self._disable,
            "renvoi": self._replay_several,
            "envois": self._replay_one,
            "reprise-adresse": self._reopen,
        }

    def _tried(self, sent: Sent, attempt: Callable[..., Tested]) -> Response[str]:
        return _back(sent, tested_flash(attempt(self.site.desk.endpoints, sent.order)))

    def _move(self, sent: Sent) -> Response[str]:
        url = line(sent.fields.get("url", ""))
        try:
            made = administering.change_address(self.site.desk.endpoints, sent.order, url)
        except Forbidden as refusal:
            raise Invalid("L’adresse est à corriger.", fields={"url": refusal.message}) from None
        return _back(sent, tested_flash(made))

    def _rotate(self, sent: Sent) -> Response[str]:
        """The secret is on the answer itself and nowhere else: no redirection could carry it."""
        overlap = OVERLAPS.get(sent.fields.get("overlap", ""))
        if overlap is None:
            raise Invalid("Un choix manque.", fields={"overlap": "Dites ce que devient l’ancien secret."})
        made = administering.rotate(self.site.desk.endpoints, sent.order, overlap)
        until = self.site.desk.now + overlap if overlap and len(made.endpoint.keys) > 1 else None
        context = {"partner": sent.partner, "secret": made.secret, "until": until}
        return self.site.render("partners/secret.html", sent.caller, context)

    def _drop_key(self, sent: Sent) -> Response[str]:
        administering.drop_key(self.site.desk.endpoints, sent.order, sent.fields.get("key_id", ""))
        return _back(sent, Flash("L’ancien secret ne signe plus rien."))

    def _pause(self, sent: Sent) -> Response[str]:
        hold(self.site.desk, sent.order, sent.partner)
        return _back(sent, Flash("Les envois sont en pause : ils attendent, rien ne se perd."))

    def _resume(self, sent: Sent) -> Response[str]:
        let_go(self.site.desk, sent.order, sent.partner)
        return _back(sent, Flash("Les envois reprennent : ce qui attendait part, le plus ancien d’abord."))

    def _disable(self, sent: Sent) -> Response[str]:
        reason = line(sent.fields.get("reason", ""))[:200]
        administering.disable(self.site.desk.endpoints, sent.order, reason)
        return _back(sent, Flash("Le point d’accès est désactivé : plus rien n’y part."))

    def _reopen(self, sent: Sent) -> Response[str]:
        """The coordination has made sure that the address is good; whoever asked for silence lifts it themselves."""
        require(sent.caller, *COORDINATION)
        territory_id, partner = sent.caller.territory_id, sent.partner
        if not sheet(self.site.desk, territory_id, partner).may_reopen:
            raise Conflict("Rien n’est à lever pour cette adresse.")
        self.site.desk.silences.lift(territory_id, partner.channel, partner.address)
        return _back(sent, Flash("Vigie écrit de nouveau à cette adresse. Renvoyez ce qui a manqué."))

    def _replay_one(self, sent: Sent) -> Response[str]:
        desk = self.site.desk
        found = referred(
            desk.deliveries, self.site.directory(sent.caller), sent.caller, sent.fields.get("reference", "")
        )
        place = (found.territory_id, found.alert_id, found.sk)
        replay(desk.deliveries, desk.alerts.clock, *place, demand=sent.order.request.demand)
        return _back(sent, REPLAYED)

    def _replay_several(self, sent: Sent) -> Response[str]:
        """First how many, then, once confirmed, they leave."""
        desk = self.site.desk
        wanted = wanted_of(sent.fields, sent.caller.territory_id, sent.partner.id, desk.now)
        if sent.fields.get("confirmed") != "oui":
            return self._counted(sent, wanted)
        done = replay_many(desk.deliveries, desk.alerts.clock, wanted, sent.order.request.demand)
        return _back(sent, replayed_flash(done.number))

    def _counted(self, sent: Sent, wanted: Wanted) -> Response[str]:
        found = count_wanted(self.site.desk.deliveries, wanted)
        context = {"partner": sent.partner, "wanted": wanted, "found": found, "fields": sent.fields}
        return self.site.render("partners/replay.html", sent.caller, context)

    def _sent(self, caller: Caller, partner: Partner, fields: Fields) -> Sent:
        path = self.site.app.current_event.path
        content = "\x1f".join([path, *(f"{name}={fields[name]}" for name in sorted(fields))])
        request = Request.of(caller.territory_id, caller.member_id, fields.get("idempotency_key"), content)
        return Sent(caller, partner, fields, order_of(caller, partner.id, request, _version(fields)))


def tested_flash(tested: Tested) -> Flash:
    """What came of a test or of a challenge."""
    attempt = tested.attempt
    status = f" ({attempt.status})" if attempt.status else ""
    if tested.accepted:
        return Flash(f"Essai réussi{status} : l’adresse répond comme il faut.")
    return Flash(f"Essai échoué{status}. {tested.reason}".strip(), "urgent")


def _back(sent: Sent, flash: Flash) -> Response[str]:
    return redirect(f"{PLACE}/{sent.partner.id}", flash=flash)


def _version(fields: Fields) -> int | None:
    text = fields.get("expected_version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None  # noqa: PLR2004 as the API
