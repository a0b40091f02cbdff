"""The routes of deliveries: what was sent to a partner, attempt by attempt, and sending it again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from pydantic import AwareDatetime

from services.alerts.deliveries.delivery import Delivery
from services.alerts.deliveries.replaying import (
    FURTHEST,
    Found,
    Wanted,
    count_wanted,
    replay,
    replay_missed_of_alert,
    replay_page,
)
from services.alerts.partners import answers, api_routes
from services.alerts.partners.desk import PartnerDesk, order_of
from services.alerts.partners.given import AlertReplayGiven, NothingGiven, PauseGiven, PeriodGiven
from services.alerts.partners.holding import hold, let_go
from services.alerts.partners.once import once
from services.alerts.partners.periods import checked
from services.alerts.partners.reading import chosen, current, sheet
from services.alerts.partners.references import referred
from services.alerts.partners.seeing import overseen_partner
from services.alerts.site.following import Sieve, follow
from services.alerts.use_cases.seeing import COORDINATION, seen
from shared.address_book import Partner
from shared.errors import NotFound
from shared.idempotency import Request
from shared.identity import Caller
from shared.web.api import Callers

MOST_ITEMS = 100
STATES: dict[str, Sieve] = {"any": "", "failed": "a-traiter", "waiting": "en-attente", "sent": "partis"}
State = Annotated[Literal["any", "failed", "waiting", "sent"], Query(description="Lesquels.")]
PartnerAsked = Annotated[str, Query(min_length=1, max_length=64, description="Identifiant du partenaire.")]
Limit = Annotated[int, Query(ge=1, le=MOST_ITEMS, description="Nombre d’envois lus par page.")]
Cursor = Annotated[str | None, Query(max_length=1000, description="`next_cursor` de la page précédente.")]
Reference = Annotated[str, Path(min_length=1, max_length=1000, description="`reference` de l’envoi.")]
MissedOnly = Annotated[bool, Query(description="Seulement les envois en échec.")]
Since = Annotated[AwareDatetime | None, Query(description="Par défaut, 30 jours avant.")]
Until = Annotated[AwareDatetime | None, Query(description="Par défaut, maintenant.")]


@dataclass(frozen=True)
class DeliveryApi:
    """Each route finds its caller, then asks a use case."""

    app: APIGatewayHttpResolver
    desk: PartnerDesk
    callers: Callers

    def add_routes(self) -> None:
        """Declares the routes; those with a fixed address first."""
        place = "/api/v1/deliveries"
        self.app.get(place, **api_routes.DELIVERIES)(self.list_deliveries)
        self.app.get(f"{place}/replays", **api_routes.COUNT)(self.count)
        self.app.post(f"{place}/replays", **api_routes.REPLAY)(self.replay_period)
        self.app.post(f"{place}/alert-replays", **api_routes.REPLAY_ALERT)(self.replay_alert)
        self.app.get(f"{place}/pauses", **api_routes.PAUSED)(self.read_pause)
        self.app.post(f"{place}/pauses", **api_routes.HOLD)(self.set_pause)
        self.app.get(f"{place}/<reference>", **api_routes.DELIVERY)(self.read)
        self.app.post(f"{place}/<reference>/replay", **api_routes.REPLAY_ONE)(self.replay_one)

    def list_deliveries(
        self, partner_id: PartnerAsked, state: State = "any", limit: Limit = 50, cursor: Cursor = None
    ) -> answers.LettersAnswer:
        caller = self.callers.caller()
        partner = self._partner(caller, partner_id)
        page, following = chosen(self.desk, caller.territory_id, partner, STATES[state], limit=limit, cursor=cursor)
        items = tuple(answers.letter(follow(each, self.desk.now)) for each in page)
        return answers.LettersAnswer(items=items, next_cursor=following)

    def read(self, reference: Reference) -> answers.LetterFileAnswer:
        return self._file(self._referred(self.callers.caller(), reference))

    def replay_one(self, reference: Reference, _given: Annotated[NothingGiven, Body()]) -> answers.LetterFileAnswer:
        caller = self.callers.caller()
        found = self._referred(caller, reference)
        request, place = self.callers.command(caller), (found.territory_id, found.alert_id, found.sk)

        def carry_out() -> dict[str, Any]:
            replay(self.desk.deliveries, self.desk.alerts.clock, *place, demand=request.demand)
            return {"replayed": 1}

        once(self.desk.alerts.store, request, self.desk.now, carry_out)
        return self._file(self._referred(caller, reference))

    def count(
        self, partner_id: PartnerAsked, missed_only: MissedOnly = True, since: Since = None, until: Until = None
    ) -> answers.CountAnswer:
        asked = PeriodGiven(partner_id=partner_id, missed_only=missed_only, since=since, until=until)
        found = count_wanted(self.desk.deliveries, self._wanted(self.callers.caller(), asked))
        return answers.CountAnswer(count=found.number, more=found.cursor is not None)

    def replay_period(self, given: Annotated[PeriodGiven, Body()]) -> answers.ReplayAnswer:
        caller = self.callers.caller()
        wanted, request = self._wanted(caller, given), self.callers.command(caller)
        deliveries, clock = self.desk.deliveries, self.desk.alerts.clock
        return self._replayed(request, lambda: replay_page(deliveries, clock, wanted, request.demand, given.cursor))

    def replay_alert(self, given: Annotated[AlertReplayGiven, Body()]) -> answers.ReplayAnswer:
        caller = self.callers.caller()
        if not caller.has(*COORDINATION):
            raise NotFound("Cette alerte n’existe pas, ou vous n’y avez pas accès.")
        alert, request = seen(self.desk.alerts.store, caller, given.alert_id), self.callers.command(caller)
        place, clock = (alert.territory_id, alert.alert_id), self.desk.alerts.clock
        deliveries, demand = self.desk.deliveries, request.demand
        return self._replayed(request, lambda: replay_missed_of_alert(deliveries, clock, place, demand, given.cursor))

    def read_pause(self, partner_id: PartnerAsked) -> answers.PauseAnswer:
        caller = self.callers.caller()
        return answers.pause(sheet(self.desk, caller.territory_id, self._partner(caller, partner_id)))

    def set_pause(self, given: Annotated[PauseGiven, Body()]) -> answers.PauseAnswer:
        caller = self.callers.caller()
        partner = self._partner(caller, given.partner_id)
        order = order_of(caller, partner.id, self.callers.command(caller), None)
        (hold if given.paused else let_go)(self.desk, order, partner)
        return answers.pause(sheet(self.desk, caller.territory_id, partner))

    def _partner(self, caller: Caller, partner_id: str) -> Partner:
        return overseen_partner(caller, self.desk.alerts.book.directory(caller.territory_id), partner_id)

    def _replayed(self, request: Request, carry_out: Callable[[], Found]) -> answers.ReplayAnswer:
        """The number that left again, the same each time that the same command is sent."""
        made = once(self.desk.alerts.store, request, self.desk.now, lambda: carry_out()._asdict())
        return answers.replayed(Found(**made))

    def _referred(self, caller: Caller, reference: str) -> Delivery:
        directory = self.desk.alerts.book.directory(caller.territory_id)
        return referred(self.desk.deliveries, directory, caller, reference)

    def _wanted(self, caller: Caller, asked: PeriodGiven) -> Wanted:
        """What is asked for, of a partner that the caller follows; raises NotFound, Invalid."""
        now, partner = self.desk.now, self._partner(caller, asked.partner_id)
        since, until = asked.since or now - FURTHEST, asked.until or now
        return checked(Wanted(caller.territory_id, partner.id, since, until, asked.missed_only), now)

    def _file(self, found: Delivery) -> answers.LetterFileAnswer:
        return answers.letter_file(follow(current(self.desk, found), self.desk.now))
