"""The JSON API of alerts: a partner's own software follows the 48 hours and acts as its users would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query

from services.alerts.deliveries.store import DeliveryStore
from services.alerts.rules.rights import Kind
from services.alerts.site import answers
from services.alerts.site.answers import (
    AlertAnswer,
    AlertPageAnswer,
    DeliveryPageAnswer,
    MomentPageAnswer,
    OutcomeAnswer,
)
from services.alerts.site.api_routes import (
    ACKNOWLEDGE,
    BROADCAST,
    CANCEL,
    CLOSE,
    DELIVERIES,
    DUPLICATES,
    FILL,
    KEEP_APART,
    LIST,
    MERGE,
    READ,
    REJECT,
    REOPEN,
    RETURN,
    REVOKE_LINK,
    TIMELINE,
    TRANSMIT,
    moved,
)
from services.alerts.site.chronicle import chronicle
from services.alerts.site.following import as_it_stands, dispatches
from services.alerts.site.orders import (
    BroadcastGiven,
    CancelGiven,
    CloseGiven,
    Given,
    KeepApartGiven,
    MergeGiven,
    RejectGiven,
    ReopenGiven,
    ReturnGiven,
    SimpleGiven,
    TransmitGiven,
)
from services.alerts.use_cases.desk import Desk
from services.alerts.use_cases.likeness import alike
from services.alerts.use_cases.outcome import Moved
from services.alerts.use_cases.seeing import COORDINATION, may_see, require_reader, seen
from shared.identity import Identity, require
from shared.web.api import Callers, api_resolver

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

    desk: Desk
    deliveries: DeliveryStore
    callers: Callers

    def list_alerts(self, state: State = "open", limit: Limit = 50, cursor: Cursor = None) -> AlertPageAnswer:
        caller = self.callers.caller()
        require_reader(caller)
        shelf: Literal["OPEN", "CLOSED"] = "OPEN" if state == "open" else "CLOSED"
        page = self.desk.store.board(caller.territory_id, shelf, limit=limit, cursor=cursor)
        now = self.desk.clock.now()
        items = tuple(answers.summary(alert, now) for alert in page.alerts if may_see(caller, alert))
        return AlertPageAnswer(items=items, next_cursor=page.cursor)

    def read(self, alert_id: AlertId) -> Response[AlertAnswer]:
        alert = seen(self.desk.store, self.callers.caller(), alert_id)
        answer = answers.whole(alert, self.desk.clock.now())
        return Response(200, "application/json", answer, {"ETag": f'"{alert.version}"'})

    def list_deliveries(self, alert_id: AlertId) -> DeliveryPageAnswer:
        alert = seen(self.desk.store, self.callers.caller(), alert_id)
        messages = self.deliveries.of_alert(alert.territory_id, alert.alert_id)
        found = dispatches([as_it_stands(one, alert) for one in messages], self.desk.clock.now())
        items = [answers.delivery(message) for dispatch in found for message in dispatch.messages]
        return DeliveryPageAnswer(items=tuple(sorted(items, key=lambda item: item.created_at, reverse=True)))

    def timeline(self, alert_id: AlertId) -> MomentPageAnswer:
        alert = seen(self.desk.store, self.callers.caller(), alert_id)
        trail = self.desk.store.trail(alert.territory_id, alert.alert_id)
        told = chronicle(alert, trail, self.desk.book.directory(alert.territory_id))
        return MomentPageAnswer(items=tuple(map(answers.moment, told)))

    def acknowledge(self, alert_id: AlertId, given: Annotated[SimpleGiven, Body()]) -> OutcomeAnswer:
        return self._do("acknowledge", alert_id, given)

    def transmit(self, alert_id: AlertId, given: Annotated[TransmitGiven, Body()]) -> OutcomeAnswer:
        return self._do("transmit", alert_id, given)

    def give_back(self, alert_id: AlertId, given: Annotated[ReturnGiven, Body()]) -> OutcomeAnswer:
        return self._do("return", alert_id, given)

    def broadcast(self, alert_id: AlertId, given: Annotated[BroadcastGiven, Body()]) -> OutcomeAnswer:
        return self._do("broadcast", alert_id, given)

    def fill(self, alert_id: AlertId, given: Annotated[SimpleGiven, Body()]) -> OutcomeAnswer:
        return self._do("fill", alert_id, given)

    def close(self, alert_id: AlertId, given: Annotated[CloseGiven, Body()]) -> OutcomeAnswer:
        return self._do("close", alert_id, given)

    def cancel(self, alert_id: AlertId, given: Annotated[CancelGiven, Body()]) -> OutcomeAnswer:
        return self._do("cancel", alert_id, given)

    def reject(self, alert_id: AlertId, given: Annotated[RejectGiven, Body()]) -> OutcomeAnswer:
        return self._do("reject", alert_id, given)

    def reopen(self, alert_id: AlertId, given: Annotated[ReopenGiven, Body()]) -> OutcomeAnswer:
        return self._do("reopen", alert_id, given)

    def list_duplicates(self, alert_id: AlertId) -> AlertPageAnswer:
        caller = self.callers.caller()
        require(caller, *COORDINATION)
        likely = alike(self.desk.store, seen(self.desk.store, caller, alert_id))
        now = self.desk.clock.now()
        return AlertPageAnswer(items=tuple(answers.summary(alert, now) for alert in likely), next_cursor=None)

    def merge(self, alert_id: AlertId, given: Annotated[MergeGiven, Body()]) -> OutcomeAnswer:
        return self._do("merge", alert_id, given)

    def keep_apart(self, alert_id: AlertId, given: Annotated[KeepApartGiven, Body()]) -> OutcomeAnswer:
        return self._do("keep_apart", alert_id, given)

    def revoke_link(self, alert_id: AlertId, given: Annotated[SimpleGiven, Body()]) -> OutcomeAnswer:
        return self._do("revoke_link", alert_id, given)

    def _do(self, kind: Kind, alert_id: str, given: Given) -> OutcomeAnswer:
        """Carries out a command on an alert that the caller may see; the key belongs to this very address and body.

        The code that decides is loaded with the first command. Each one says the version that its author has read, so that
        a new process nearly always begins with a reading.
        """
        from services.alerts.site.api_commands import obey  # noqa: PLC0415 - see above

        caller = self.callers.caller()
        alert = seen(self.desk.store, caller, alert_id)
        request = self.callers.command(caller)
        done = obey(self.desk, kind, given, caller=caller, alert_id=alert.alert_id, request=request)
        return answers.outcome(done)


def resolver(
    desk: Desk, deliveries: DeliveryStore, identity: Identity, issuer: str, audience: str
) -> APIGatewayHttpResolver:
    """The routes over these services; nothing is called before a request comes."""
    app = api_resolver()
    app.exception_handler(Moved)(moved)
    api = AlertsApi(desk, deliveries, Callers(app, identity, issuer, audience))
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
    _coordinate(app, api, one)
    return app


def _coordinate(app: APIGatewayHttpResolver, api: AlertsApi, one: str) -> None:
    """What the coordination alone may ask."""
    app.get(f"{one}/duplicates", **DUPLICATES)(api.list_duplicates)
    app.post(f"{one}/merge", **MERGE)(api.merge)
    app.post(f"{one}/keep-apart", **KEEP_APART)(api.keep_apart)
    app.post(f"{one}/revoke-link", **REVOKE_LINK)(api.revoke_link)
