"""What becomes of the forms of an alert's page: one action, or a message to be sent again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import Response

from services.alerts.deliveries.replaying import replay, replay_missed_of_alert
from services.alerts.rules.alert import Alert
from services.alerts.site.acting import Action, action_of
from services.alerts.site.chronicle import since
from services.alerts.site.doing import do
from services.alerts.typed import form_again
from services.alerts.use_cases.commanding import Ask
from services.alerts.use_cases.outcome import Moved, Outcome
from services.alerts.use_cases.seeing import COORDINATION, seen
from shared.errors import Invalid
from shared.idempotency import Request
from shared.identity import Caller, require
from shared.web.flash import Flash
from shared.web.formats import plural
from shared.web.requests import posted_form
from shared.web.responses import redirect

if TYPE_CHECKING:
    from services.alerts.site.pages import AlertPages

ALREADY = Flash("C’était déjà fait : rien n’a changé.", "info")
REPLAYED = Flash("L’envoi est remis en file : il part dans la minute.")
NOTHING_MISSED = Flash("Aucun envoi n’était en échec : rien n’est parti.", "info")
_REST = " D’autres envois restent à parcourir : recommencez à partir de cette page."
ALL_MISSED = "manques"
"""Instead of a delivery's id: every failed one of the alert."""
TECHNICAL = frozenset({"idempotency_key", "expected_version"})


@dataclass(frozen=True)
class AlertForms:
    """The routes that a form is sent to; each ends on a page of `site`."""

    site: AlertPages

    def act(self, alert_id: str, slug: str) -> Response[str]:
        """Does it, then leads back to the alert; what cannot be done is explained beside what was typed."""
        site, caller = self.site, self.site.caller()
        fields = posted_form(site.app, site.public_url)
        alert = seen(site.desk.store, caller, alert_id)
        action = action_of(slug)
        try:
            outcome = do(action, site.desk, self._asked(alert, caller, fields), _typed(fields))
        except Invalid as refusal:
            return site.form(alert, action, form_again(fields, refusal), status=422)
        except Moved as refusal:
            return self._conflict(refusal, _version(fields))
        return redirect(f"/alertes/{alert_id}", flash=_flash(action, outcome))

    def replay(self, alert_id: str) -> Response[str]:
        """Puts one message back in its queue, or all those that failed; leads back to where it was asked."""
        site, caller = self.site, self.site.caller()
        require(caller, *COORDINATION)
        fields = posted_form(site.app, site.public_url)
        place = (caller.territory_id, seen(site.desk.store, caller, alert_id).alert_id)
        demand = Request.of(caller.territory_id, caller.member_id, fields.get("idempotency_key"), alert_id).demand
        back = f"/alertes/{alert_id}/envois" if fields.get("depuis") == "envois" else f"/alertes/{alert_id}"
        if fields.get("delivery") == ALL_MISSED:
            begun = fields.get("suite") or None
            done = replay_missed_of_alert(site.deliveries, site.desk.clock, place, demand, begun)
            rest = f"?{urlencode({'suite': done.cursor})}" if done.cursor else ""
            return redirect(f"/alertes/{alert_id}/envois{rest}" if rest else back, flash=replayed_flash(*done))
        replay(site.deliveries, site.desk.clock, *place, fields.get("delivery", ""), demand=demand)
        return redirect(back, flash=REPLAYED)

    def _asked(self, alert: Alert, caller: Caller, fields: Mapping[str, str]) -> Ask:
        path = self.site.app.current_event.path
        content = "\x1f".join([path, *(f"{name}={fields[name]}" for name in sorted(fields))])
        return Ask(
            territory_id=caller.territory_id,
            alert_id=alert.alert_id,
            member_id=caller.member_id,
            roles=caller.membership.roles,
            at=self.site.desk.clock.now(),
            request=Request.of(caller.territory_id, caller.member_id, fields.get("idempotency_key"), content),
            expected_version=_version(fields),
        )

    def _conflict(self, refusal: Moved, version: int) -> Response[str]:
        alert, desk = refusal.alert, self.site.desk
        trail = desk.store.trail(alert.territory_id, alert.alert_id)
        moments = since(alert, trail, version, desk.book.directory(alert.territory_id))
        return self.site.render("pages/conflict.html", {"alert": alert, "refusal": refusal, "moments": moments}, 409)


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


def replayed_flash(number: int, rest: str | None = None) -> Flash:
    """How many messages leave again, and whether others have yet to be looked through (`rest`, their cursor)."""
    if not number:
        return Flash(f"{NOTHING_MISSED.text}{_REST}", "info") if rest else NOTHING_MISSED
    left = plural(number, "envoi remis en file : il part", "envois remis en file : ils partent")
    return Flash(f"{left} dans la minute.{_REST if rest else ''}")
