"""The pages of alerts for signed-in people: the board, one alert, one action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from services.alerts.deliveries.recipients import partners_to_reach
from services.alerts.deliveries.store import DeliveryStore
from services.alerts.messages.links import Links
from services.alerts.rules.alert import Alert
from services.alerts.site.acting import ABOUT_ALIKE, MEANS, Action, action_of, choices, first_values
from services.alerts.site.agency_pages import AgencyPages
from services.alerts.site.board import Board, described, enterprise_rows, read_board
from services.alerts.site.following import sieve_of
from services.alerts.site.leafing import leaf
from services.alerts.site.reading import read_case
from services.alerts.store import Shelf
from services.alerts.use_cases.desk import Desk
from services.alerts.use_cases.likeness import alike
from services.alerts.use_cases.seeing import COORDINATION, require_reader, seen
from shared.errors import NotFound
from shared.identity import Caller, Identity
from shared.web.forms import Form
from shared.web.rendering import Pages
from shared.web.requests import is_fragment, page_caller, page_frame, page_resolver, query
from shared.web.responses import show

if TYPE_CHECKING:
    from services.alerts.site.alert_forms import AlertForms

TEMPLATES = Path(__file__).parents[1] / "templates"
PER_PAGE = 50


@dataclass(frozen=True)
class AlertPages:
    """The routes; each one finds its caller, then asks a use case and shows the result."""

    app: APIGatewayHttpResolver
    pages: Pages
    desk: Desk
    deliveries: DeliveryStore
    identity: Identity
    public_url: str

    def board(self) -> Response[str]:
        caller = self.caller()
        require_reader(caller)
        shelf: Shelf = "CLOSED" if query(self.app, "etat") == "closes" else "OPEN"
        cursor = query(self.app, "suite") or None
        shown = read_board(self.desk.store, caller, shelf, self.desk.clock.now(), limit=PER_PAGE, cursor=cursor)
        return self._board(shown, shelf, caller)

    def of_enterprise(self, enterprise_id: str) -> Response[str]:
        """For the enterprise's own page, which shows it as a part of itself; a page of its own elsewhere."""
        caller = self.caller()
        require_reader(caller)
        rows = enterprise_rows(self.desk.store, caller, enterprise_id, self.desk.clock.now())
        if is_fragment(self.app):
            return self.render("pages/enterprise_alerts.html", {"rows": rows, "level": 3})
        return self.render("pages/enterprise.html", {"rows": rows})

    def show(self, alert_id: str) -> Response[str]:
        caller = self.caller()
        alert = seen(self.desk.store, caller, alert_id)
        case = read_case(self.desk, self.deliveries, caller, alert)
        form = Form(first_values(case.choices.next, alert) if case.choices.next else {})
        return self.render("pages/alert.html", {"case": case, **self._form_context(alert, form)})

    def deliveries_of(self, alert_id: str) -> Response[str]:
        """What became of every message, attempt by attempt, a page at a time."""
        caller, now = self.caller(), self.desk.clock.now()
        alert = seen(self.desk.store, caller, alert_id)
        sieve, cursor = sieve_of(query(self.app, "etat")), query(self.app, "suite")
        context = {
            "alert": alert,
            "leaf": leaf(self.deliveries, alert, now, sieve, cursor or None),
            "sieve": sieve,
            "cursor": cursor,
            "may_replay": caller.has(*COORDINATION),
            "key": self.desk.new_id(now),
        }
        return self.render("pages/deliveries.html", context)

    def ask(self, alert_id: str, slug: str) -> Response[str]:
        """The form of one action."""
        caller = self.caller()
        alert = seen(self.desk.store, caller, alert_id)
        action = self._action(slug, alert, caller)
        return self.form(alert, action, Form(first_values(action, alert)))

    def act(self, alert_id: str, slug: str) -> Response[str]:
        return self._forms().act(alert_id, slug)

    def replay(self, alert_id: str) -> Response[str]:
        return self._forms().replay(alert_id)

    def _forms(self) -> AlertForms:
        """What answers the forms, loaded with the first one that is sent.

        A form is shown before it is sent, so that a new process nearly always begins with a page: the code that decides
        would be a tenth of its start.
        """
        from services.alerts.site.alert_forms import AlertForms  # noqa: PLC0415 - see above

        return AlertForms(self)

    def _action(self, slug: str, alert: Alert, caller: Caller) -> Action:
        """The action, if it is among those that the page offers to this person now; raises NotFound."""
        offered = choices(alert, caller, self._alike(slug, alert))
        if action_of(slug) not in (offered.next, *offered.others):
            raise NotFound("Cette action n’est plus possible, ou pas à vous, dans l’état actuel de l’alerte.")
        return action_of(slug)

    def form(self, alert: Alert, action: Action, form: Form, status: int = 200) -> Response[str]:
        lines = [(other.alert_id, described(other)) for other in self._alike(action.slug, alert)]
        context = {"action": action, "alike": lines}
        return self.render("pages/action.html", {**context, **self._form_context(alert, form)}, status)

    def _alike(self, slug: str, alert: Alert) -> list[Alert]:
        """The alerts that an action about two of them may choose from."""
        return alike(self.desk.store, alert) if slug in ABOUT_ALIKE else []

    def _form_context(self, alert: Alert, form: Form) -> dict[str, object]:
        """What every form needs: one key a form shown, so that a double click is one; the version that is being read."""
        return {
            "alert": alert,
            "f": form,
            "means": MEANS.items(),
            "references": [(reference, reference) for reference in sorted(alert.references)],
            "partners": partners_to_reach(self.desk.book.directory(alert.territory_id)),
            "key": form.value("idempotency_key") or self.desk.new_id(self.desk.clock.now()),
            "version": form.value("expected_version") or str(alert.version),
        }

    def _board(self, shown: Board, shelf: Shelf, caller: Caller) -> Response[str]:
        wide = caller.has("coordinator", "deputy", "manager")
        context = {
            "board": shown,
            "closed": shelf == "CLOSED",
            "whose": "" if wide else caller.membership.structure_name,
            "here": _board_url(shelf, query(self.app, "suite")),
            "next": _board_url(shelf, shown.cursor) if shown.cursor else "",
        }
        return self.render("pages/board.html", context)

    def render(self, template: str, context: Mapping[str, object], status: int = 200) -> Response[str]:
        return show(self.pages, template, page_frame(self.app), status=status, form_targets=(), **context)

    def caller(self) -> Caller:
        return page_caller(self.app, self.identity, self.desk.clock)


def _board_url(shelf: Shelf, cursor: str) -> str:
    said = {"etat": "closes" if shelf == "CLOSED" else "", "suite": cursor}
    asked = urlencode({name: value for name, value in said.items() if value})
    return f"/alertes?{asked}" if asked else "/alertes"


def resolver(
    desk: Desk, deliveries: DeliveryStore, identity: Identity, links: Links, public_url: str
) -> APIGatewayHttpResolver:
    """The routes over these services; nothing is called before a request comes."""
    pages = Pages(TEMPLATES)
    app = page_resolver(pages)
    alerts = AlertPages(app, pages, desk, deliveries, identity, public_url)
    agency = AgencyPages(app, pages, desk, links)
    app.get("/alertes")(alerts.board)
    app.get("/alertes/entreprise/<enterprise_id>")(alerts.of_enterprise)
    app.get("/alertes/<alert_id>")(alerts.show)
    app.get("/alertes/<alert_id>/envois")(alerts.deliveries_of)
    app.post("/alertes/<alert_id>/envois")(alerts.replay)
    app.get("/alertes/<alert_id>/<slug>")(alerts.ask)
    app.post("/alertes/<alert_id>/<slug>")(alerts.act)
    app.get("/retour/<token>")(agency.show)
    app.post("/retour/<token>")(agency.answer)
    return app
