"""The JSON API of alerts: a partner's own software follows the 48 hours and acts as its users would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query

from services.alerts import answers
from services.alerts.answers import (
    AlertAnswer,
    AlertPageAnswer,
    DeliveryPageAnswer,
    MomentPageAnswer,
    OutcomeAnswer,
)
from services.alerts.api_routes import (
    ACKNOWLEDGE,
    BROADCAST,
    CANCEL,
    CLOSE,
    DELIVERIES,
    FILL,
    LIST,
    READ,
    REJECT,
    REOPEN,
    RETURN,
    TIMELINE,
    TRANSMIT,
    moved,
)
from services.alerts.broadcasting import broadcast_now
from services.alerts.chronicle import chronicle
from services.alerts.commanding import Ask, Moved, Outcome, act
from services.alerts.commands import Acknowledge, Cancel, Close, Fill, RejectAlert, Reopen
from services.alerts.delivery_store import DeliveryStore
from services.alerts.desk import Desk
from services.alerts.following import dispatches
from services.alerts.orders import (
    BroadcastGiven,
    CancelGiven,
    CloseGiven,
    Given,
    RejectGiven,
    ReopenGiven,
    ReturnGiven,
    SimpleGiven,
    TransmitGiven,
)
from services.alerts.returning import Answer, return_by_hand
from services.alerts.seeing import may_see, require_reader, seen
from services.alerts.transmitting import transmit
from shared.idempotency import Request
from shared.identity import Caller, Identity
from shared.web.api import api_caller, api_resolver, body_text, idempotency_key

TITLE = "Vigie – Alertes"
DESCRIPTION = (
    "Suivre les alertes de recrutement urgent d’un territoire et agir sur elles : prise en charge, transmission à "
    "France Travail dans les 48 heures, retour de l’offre, diffusion aux partenaires. Chaque commande porte une clé "
    "`Idempotency-Key` (le même envoi répété a un seul effet et la même réponse, pendant 90 jours) et "
    "l’`expected_version` que son auteur avait sous les yeux : si l’alerte a changé, la réponse 409 dit l’état actuel."
)
MOST_ITEMS = 100

State = Annotated[Literal["open", "closed"], Query(description="Alertes ouvertes ou closes.")]
Limit = Annotated[int, Query(ge=1, le=MOST_ITEMS, description="Nombre d’alertes lues par page.")]
Cursor = Annotated[str | None, Query(max_length=1000, description="`next_cursor` de la page précédente.")]
AlertId = Annotated[str, Path(min_length=1, max_length=64, description="Identifiant de l’alerte.")]


@dataclass(frozen=True)
class AlertsApi:
    """The routes; each one finds its caller, then asks a use case."""

    app: APIGatewayHttpResolver
    desk: Desk
    deliveries: DeliveryStore
    identity: Identity
    issuer: str
    audience: str

    def list_alerts(self, state: State = "open", limit: Limit = 50, cursor: Cursor = None) -> AlertPageAnswer:
        caller = self._caller()
        require_reader(caller)
        shelf: Literal["OPEN", "CLOSED"] = "OPEN" if state == "open" else "CLOSED"
        page = self.desk.store.board(caller.territory_id, shelf, limit=limit, cursor=cursor)
        now = self.desk.clock.now()
        items = tuple(answers.summary(alert, now) for alert in page.alerts if may_see(caller, alert))
        return AlertPageAnswer(items=items, next_cursor=page.cursor)

    def read(self, alert_id: AlertId) -> Response[AlertAnswer]:
        alert = seen(self.desk.store, self._caller(), alert_id)
        answer = answers.whole(alert, self.desk.clock.now())
        return Response(200, "application/json", answer, {"ETag": f'"{alert.version}"'})

    def list_deliveries(self, alert_id: AlertId) -> DeliveryPageAnswer:
        alert = seen(self.desk.store, self._caller(), alert_id)
        found = dispatches(self.deliveries.of_alert(alert.territory_id, alert.alert_id), self.desk.clock.now())
        items = [answers.delivery(message) for dispatch in found for message in dispatch.messages]
        return DeliveryPageAnswer(items=tuple(sorted(items, key=lambda item: item.created_at, reverse=True)))

    def timeline(self, alert_id: AlertId) -> MomentPageAnswer:
        alert = seen(self.desk.store, self._caller(), alert_id)
        trail = self.desk.store.trail(alert.territory_id, alert.alert_id)
        told = chronicle(alert, trail, self.desk.book.directory(alert.territory_id))
        return MomentPageAnswer(items=tuple(map(answers.moment, told)))

    def acknowledge(self, alert_id: AlertId, given: Annotated[SimpleGiven, Body()]) -> OutcomeAnswer:
        return answers.outcome(act(self.desk, self._ask(alert_id, given), Acknowledge))

    def transmit(self, alert_id: AlertId, given: Annotated[TransmitGiven, Body()]) -> OutcomeAnswer:
        return answers.outcome(transmit(self.desk, self._ask(alert_id, given), given.channel, given.note))

    def give_back(self, alert_id: AlertId, given: Annotated[ReturnGiven, Body()]) -> OutcomeAnswer:
        answer = Answer(given.reference, given.contact, given.url)
        return answers.outcome(return_by_hand(self.desk, self._ask(alert_id, given), answer))

    def broadcast(self, alert_id: AlertId, given: Annotated[BroadcastGiven, Body()]) -> OutcomeAnswer:
        return answers.outcome(broadcast_now(self.desk, self._ask(alert_id, given), given.reason))

    def fill(self, alert_id: AlertId, given: Annotated[SimpleGiven, Body()]) -> OutcomeAnswer:
        return answers.outcome(act(self.desk, self._ask(alert_id, given), Fill))

    def close(self, alert_id: AlertId, given: Annotated[CloseGiven, Body()]) -> OutcomeAnswer:
        return answers.outcome(self._end(alert_id, given, Close))

    def cancel(self, alert_id: AlertId, given: Annotated[CancelGiven, Body()]) -> OutcomeAnswer:
        return answers.outcome(self._end(alert_id, given, Cancel))

    def reject(self, alert_id: AlertId, given: Annotated[RejectGiven, Body()]) -> OutcomeAnswer:
        return answers.outcome(self._end(alert_id, given, RejectAlert))

    def reopen(self, alert_id: AlertId, given: Annotated[ReopenGiven, Body()]) -> OutcomeAnswer:
        return answers.outcome(self._end(alert_id, given, Reopen))

    def _end(self, alert_id: str, given: Any, command: type[Close | Cancel | RejectAlert | Reopen]) -> Outcome:
        return act(self.desk, self._ask(alert_id, given), command, reason=given.reason)

    def _ask(self, alert_id: str, given: Given) -> Ask:
        """The caller's command on an alert that they may see; the key belongs to this very address and body."""
        caller = self._caller()
        alert = seen(self.desk.store, caller, alert_id)
        content = f"{self.app.current_event.path}\n{body_text(self.app)}"
        return Ask(
            territory_id=caller.territory_id,
            alert_id=alert.alert_id,
            member_id=caller.member_id,
            roles=caller.membership.roles,
            at=self.desk.clock.now(),
            request=Request.of(caller.territory_id, caller.member_id, idempotency_key(self.app), content),
            expected_version=given.expected_version,
        )

    def _caller(self) -> Caller:
        return api_caller(self.app, self.identity, issuer=self.issuer, audience=self.audience)


def resolver(
    desk: Desk, deliveries: DeliveryStore, identity: Identity, issuer: str, audience: str
) -> APIGatewayHttpResolver:
    """The routes over these services; nothing is called before a request comes."""
    app = api_resolver()
    app.exception_handler(Moved)(moved)
    api = AlertsApi(app, desk, deliveries, identity, issuer, audience)
    one = "/api/v1/alerts/<alert_id>"
    app.get("/api/v1/alerts", **LIST)(api.list_alerts)
    app.get(one, **READ)(api.read)
    app.get(f"{one}/deliveries", **DELIVERIES)(api.list_deliveries)
    app.get(f"{one}/timeline", **TIMELINE)(api.timeline)
    app.post(f"{one}/acknowledge", **ACKNOWLEDGE)(api.acknowledge)
    app.post(f"{one}/transmit", **TRANSMIT)(api.transmit)
    app.post(f"{one}/return", **RETURN)(api.give_back)
    app.post(f"{one}/broadcast", **BROADCAST)(api.broadcast)
    app.post(f"{one}/fill", **FILL)(api.fill)
    app.post(f"{one}/close", **CLOSE)(api.close)
    app.post(f"{one}/cancel", **CANCEL)(api.cancel)
    app.post(f"{one}/reject", **REJECT)(api.reject)
    app.post(f"{one}/reopen", **REOPEN)(api.reopen)
    return app
