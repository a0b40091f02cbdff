"""The pages of alerts for signed-in people: the board, one alert, one action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from services.alerts.acting import MEANS, Action, action_of, choices, first_values
from services.alerts.agency_pages import AgencyPages
from services.alerts.alert import Alert
from services.alerts.board import Board, read_board
from services.alerts.chronicle import since
from services.alerts.commanding import Ask, Moved, Outcome
from services.alerts.delivery_store import DeliveryStore
from services.alerts.desk import Desk
from services.alerts.links import Links
from services.alerts.reading import read_case
from services.alerts.recipients import partners_to_reach
from services.alerts.replaying import replay
from services.alerts.seeing import COORDINATION, require_reader, seen
from services.alerts.store import Shelf
from services.alerts.typed import form_again
from shared.errors import Invalid, NotFound
from shared.idempotency import Request
from shared.identity import Caller, Identity, require
from shared.web.flash import Flash
from shared.web.forms import Form
from shared.web.rendering import Pages
from shared.web.requests import page_caller, page_frame, page_resolver, posted_form, query
from shared.web.responses import redirect, show

TEMPLATES = Path(__file__).parent / "templates"
PER_PAGE = 50
ALREADY = Flash("C’était déjà fait : rien n’a changé.", "info")
REPLAYED = Flash("L’envoi est remis en file : il part dans la minute.")
TECHNICAL = frozenset({"idempotency_key", "expected_version"})


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
        caller = self._caller()
        require_reader(caller)
        shelf: Shelf = "CLOSED" if query(self.app, "etat") == "closes" else "OPEN"
        cursor = query(self.app, "suite") or None
        shown = read_board(self.desk.store, caller, shelf, self.desk.clock.now(), limit=PER_PAGE, cursor=cursor)
        return self._board(shown, shelf, caller)

    def show(self, alert_id: str) -> Response[str]:
        caller = self._caller()
        alert = seen(self.desk.store, caller, alert_id)
        case = read_case(self.desk, self.deliveries, caller, alert)
        form = Form(first_values(case.choices.next, alert) if case.choices.next else {})
        return self._render("pages/alert.html", {"case": case, **self._form_context(alert, form)})

    def ask(self, alert_id: str, slug: str) -> Response[str]:
        """The form of one action."""
        caller = self._caller()
        alert = seen(self.desk.store, caller, alert_id)
        action = self._action(slug, alert, caller)
        return self._form(alert, action, Form(first_values(action, alert)))

    def act(self, alert_id: str, slug: str) -> Response[str]:
        """Does it, then leads back to the alert; what cannot be done is explained beside what was typed."""
        caller = self._caller()
        fields = posted_form(self.app, self.public_url)
        alert = seen(self.desk.store, caller, alert_id)
        action = _known(slug)
        try:
            outcome = action.run(self.desk, self._asked(alert, caller, fields), _typed(fields))
        except Invalid as refusal:
            return self._form(alert, action, form_again(fields, refusal), status=422)
        except Moved as refusal:
            return self._conflict(refusal, _version(fields))
        return redirect(f"/alertes/{alert_id}", flash=_flash(action, outcome))

    def replay(self, alert_id: str) -> Response[str]:
        """Puts a failed message back in its queue, once what was wrong is mended."""
        caller = self._caller()
        require(caller, *COORDINATION)
        wanted = posted_form(self.app, self.public_url).get("delivery")
        place = (caller.territory_id, seen(self.desk.store, caller, alert_id).alert_id)
        sort_keys = [delivery.sk for delivery in self.deliveries.of_alert(*place) if delivery.id == wanted]
        replay(self.deliveries, self.desk.clock, *place, next(iter(sort_keys), ""))
        return redirect(f"/alertes/{alert_id}", flash=REPLAYED)

    def _asked(self, alert: Alert, caller: Caller, fields: Mapping[str, str]) -> Ask:
        content = "\x1f".join([self.app.current_event.path, *(f"{name}={fields[name]}" for name in sorted(fields))])
        return Ask(
            territory_id=caller.territory_id,
            alert_id=alert.alert_id,
            member_id=caller.member_id,
            roles=caller.membership.roles,
            at=self.desk.clock.now(),
            request=Request.of(caller.territory_id, caller.member_id, fields.get("idempotency_key"), content),
            expected_version=_version(fields),
        )

    def _action(self, slug: str, alert: Alert, caller: Caller) -> Action:
        """The action, if it is among those that the page offers to this person now; raises NotFound."""
        offered = choices(alert, caller)
        if _known(slug) not in (offered.next, *offered.others):
            raise NotFound("Cette action n’est plus possible, ou pas à vous, dans l’état actuel de l’alerte.")
        return _known(slug)

    def _form(self, alert: Alert, action: Action, form: Form, status: int = 200) -> Response[str]:
        return self._render("pages/action.html", {"action": action, **self._form_context(alert, form)}, status)

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

    def _conflict(self, refusal: Moved, version: int) -> Response[str]:
        alert = refusal.alert
        trail = self.desk.store.trail(alert.territory_id, alert.alert_id)
        moments = since(alert, trail, version, self.desk.book.directory(alert.territory_id))
        return self._render("pages/conflict.html", {"alert": alert, "refusal": refusal, "moments": moments}, 409)

    def _board(self, shown: Board, shelf: Shelf, caller: Caller) -> Response[str]:
        wide = caller.has("coordinator", "deputy", "manager")
        context = {
            "board": shown,
            "closed": shelf == "CLOSED",
            "whose": "" if wide else caller.membership.structure_name,
            "here": _board_url(shelf, query(self.app, "suite")),
            "next": _board_url(shelf, shown.cursor) if shown.cursor else "",
        }
        return self._render("pages/board.html", context)

    def _render(self, template: str, context: Mapping[str, object], status: int = 200) -> Response[str]:
        return show(self.pages, template, page_frame(self.app), status=status, **context)

    def _caller(self) -> Caller:
        return page_caller(self.app, self.identity, self.desk.clock)


def _board_url(shelf: Shelf, cursor: str) -> str:
    said = {"etat": "closes" if shelf == "CLOSED" else "", "suite": cursor}
    asked = urlencode({name: value for name, value in said.items() if value})
    return f"/alertes?{asked}" if asked else "/alertes"


def _known(slug: str) -> Action:
    action = action_of(slug)
    if action is None:
        raise NotFound("Cette page n’existe pas.")
    return action


def _typed(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if name not in TECHNICAL}


def _version(fields: Mapping[str, str]) -> int:
    """The version that the form was made from; a form without one comes from nowhere: raises Invalid."""
    text = fields.get("expected_version", "")
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):  # noqa: PLR2004 as the API: at most a million
        raise Invalid("Ce formulaire est incomplet : rouvrez l’alerte et recommencez.", code="formulaire-illisible")
    return int(text)


def _flash(action: Action, outcome: Outcome) -> Flash:
    return Flash(action.done) if outcome.changed else ALREADY


def resolver(
    desk: Desk, deliveries: DeliveryStore, identity: Identity, links: Links, public_url: str
) -> APIGatewayHttpResolver:
    """The routes over these services; nothing is called before a request comes."""
    pages = Pages(TEMPLATES)
    app = page_resolver(pages)
    alerts = AlertPages(app, pages, desk, deliveries, identity, public_url)
    agency = AgencyPages(app, pages, desk, links)
    app.get("/alertes")(alerts.board)
    app.get("/alertes/<alert_id>")(alerts.show)
    app.post("/alertes/<alert_id>/envois")(alerts.replay)
    app.get("/alertes/<alert_id>/<slug>")(alerts.ask)
    app.post("/alertes/<alert_id>/<slug>")(alerts.act)
    app.get("/retour/<token>")(agency.show)
    app.post("/retour/<token>")(agency.answer)
    return app
