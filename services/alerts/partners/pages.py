"""The pages of partners: who receives the offers, whether all arrives, and the endpoint of each webhook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from services.alerts.endpoints.endpoint import Endpoint
from services.alerts.partners.actions import Action, action_of
from services.alerts.partners.desk import PartnerDesk
from services.alerts.partners.reading import letters, rows, sheet
from services.alerts.partners.seeing import overseen_partner, overseen_partners
from services.alerts.rules.facts import Actor
from services.alerts.site.chronicle import member_name
from services.alerts.site.following import SIEVES, Sieve, sieve_of
from services.alerts.use_cases.seeing import COORDINATION
from shared.address_book import Directory, Partner
from shared.errors import NotFound
from shared.identity import Caller, Identity
from shared.web.forms import Form
from shared.web.rendering import Pages
from shared.web.requests import page_caller, page_frame, page_resolver, query
from shared.web.responses import redirect, show

if TYPE_CHECKING:
    from services.alerts.partners.forms import PartnerForms

TEMPLATES = Path(__file__).parents[1] / "templates"
PLACE = "/alertes/partenaires"


@dataclass(frozen=True)
class PartnerPages:
    """The routes that only read; what answers the forms is loaded with the first one that is sent."""

    app: APIGatewayHttpResolver
    pages: Pages
    desk: PartnerDesk
    identity: Identity
    public_url: str

    def overview(self) -> Response[str]:
        """All the partners; who follows one only is led to it."""
        caller = self.caller()
        found = overseen_partners(caller, self.directory(caller))
        if len(found) == 1 and not caller.has(*COORDINATION):
            return redirect(f"{PLACE}/{found[0].id}")
        return self.render("partners/list.html", caller, {"rows": rows(self.desk, caller.territory_id, found)})

    def show(self, partner_id: str) -> Response[str]:
        caller, partner = self.partner(partner_id)
        sieve = sieve_of(query(self.app, "etat"))
        read = sheet(self.desk, caller.territory_id, partner)
        found = letters(self.desk, caller.territory_id, partner, sieve, query(self.app, "suite") or None)
        context = {
            "sheet": read,
            "secrets": read.endpoint.signing(read.now) if read.endpoint else (),
            "history": _history(read.endpoint, self.directory(caller), caller),
            "letters": found,
            "sieve": sieve,
            "tabs": [(words, _url(partner, name), name == sieve, None) for name, words in SIEVES.items()],
            "next": _url(partner, sieve, found.cursor) if found.cursor else "",
            **self.form_context(read.endpoint),
        }
        return self.render("partners/partner.html", caller, context)

    def ask(self, partner_id: str, slug: str) -> Response[str]:
        """The form of one action."""
        caller, partner = self.partner(partner_id)
        action = action_of(slug)
        if action.for_endpoint and partner.channel != "webhook":
            raise NotFound("Ce partenaire ne reçoit pas les offres par webhook.")
        return self.form(caller, partner, action, Form(action.values))

    def act(self, partner_id: str, slug: str) -> Response[str]:
        return self._forms().act(partner_id, slug)

    def _forms(self) -> PartnerForms:
        """A page is shown before its form is sent: a new process nearly always begins without these."""
        from services.alerts.partners.forms import PartnerForms  # noqa: PLC0415 - see above

        return PartnerForms(self)

    def form(self, caller: Caller, partner: Partner, action: Action, form: Form, status: int = 200) -> Response[str]:
        endpoint = sheet(self.desk, caller.territory_id, partner).endpoint
        context = {"partner": partner, "action": action, "f": form, **self.form_context(endpoint, form.values)}
        return self.render("partners/form.html", caller, context, status)

    def form_context(self, endpoint: Endpoint | None, typed: Mapping[str, str] | None = None) -> dict[str, object]:
        """One key a form shown, so that a double click is one; the version that is being read."""
        given = typed or {}
        return {
            "key": given.get("idempotency_key") or self.desk.alerts.new_id(self.desk.now),
            "version": given.get("expected_version") or (str(endpoint.version) if endpoint else ""),
        }

    def partner(self, partner_id: str) -> tuple[Caller, Partner]:
        """Who asks, and the partner that they follow; raises NotFound."""
        caller = self.caller()
        return caller, overseen_partner(caller, self.directory(caller), partner_id)

    def directory(self, caller: Caller) -> Directory:
        return self.desk.alerts.book.directory(caller.territory_id)

    def render(self, template: str, caller: Caller, context: Mapping[str, object], status: int = 200) -> Response[str]:
        wide = caller.has(*COORDINATION)
        return show(self.pages, template, page_frame(self.app), status=status, form_targets=(), wide=wide, **context)

    def caller(self) -> Caller:
        return page_caller(self.app, self.identity, self.desk.alerts.clock)


def _history(endpoint: Endpoint | None, directory: Directory, reader: Caller) -> list[dict[str, object]]:
    """What was changed, the latest first, with the names of people as the directory has them."""
    changes = reversed(endpoint.history) if endpoint else ()
    return [{"at": change.at, "what": change.what, "by": _author(change.by, directory, reader)} for change in changes]


def _author(actor: Actor, directory: Directory, reader: Caller) -> str:
    """A partner's developer reads the names of their own colleagues only: the territory's people are the coordination."""
    if actor.kind != "human":
        return ""
    author = directory.member(actor.id)
    colleague = author is not None and author.structure_id == reader.membership.structure_id
    return member_name(actor.id, directory) if colleague or reader.has(*COORDINATION) else "La coordination"


def _url(partner: Partner, sieve: Sieve, cursor: str | None = None) -> str:
    said = urlencode({name: value for name, value in (("etat", sieve), ("suite", cursor)) if value})
    return f"{PLACE}/{partner.id}" + (f"?{said}#envois" if said else "")


def resolver(desk: PartnerDesk, identity: Identity, public_url: str) -> APIGatewayHttpResolver:
    """The routes over these services; nothing is called before a request comes."""
    pages = Pages(TEMPLATES)
    app = page_resolver(pages)
    partners = PartnerPages(app, pages, desk, identity, public_url)
    app.get(PLACE)(partners.overview)
    app.get(f"{PLACE}/<partner_id>")(partners.show)
    app.get(f"{PLACE}/<partner_id>/<slug>")(partners.ask)
    app.post(f"{PLACE}/<partner_id>/<slug>")(partners.act)
    return app
