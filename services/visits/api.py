"""The JSON API of visits: a structure's own software plans, reports, corrects and reads what its capteurs would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query

from services.visits.answers import (
    OccupationPageAnswer,
    OutcomeAnswer,
    ReportedAnswer,
    VisitFileAnswer,
    VisitPageAnswer,
    file_answer,
    occupations_answer,
    page_answer,
)
from services.visits.api_routes import (
    CANCEL,
    CLOSE,
    CORRECT,
    DECLINE,
    DONE,
    LIST,
    PLAN,
    READ,
    REFER,
    REPORT,
    RESCHEDULE,
    SEARCH,
    moved,
)
from services.visits.attaching import Cabinet
from services.visits.attachment_api import AttachmentsApi
from services.visits.commands import (
    LONGEST_ID,
    CancelVisit,
    ConcludeVisit,
    CorrectVisit,
    DeclineVisit,
    MarkDone,
    PlanVisit,
    ReportVisit,
    RescheduleVisit,
)
from services.visits.desk import Moved, VisitDesk
from services.visits.given import Given
from services.visits.lifecycle import REPORTERS, Act, VisitState
from services.visits.need_api import NeedsApi
from services.visits.reading import Criteria, open_file, visible_visits
from services.visits.store import Days
from shared.identity import Identity, require
from shared.web.api import Callers, api_resolver

TITLE = "Vigie – Visites"
DESCRIPTION = (
    "Planifier, enregistrer et corriger les visites d’entreprises d’une structure, avec les besoins qui en sortent. "
    "Chaque envoi porte une clé `Idempotency-Key` : le même envoi répété a un seul effet et la même réponse, "
    "pendant 90 jours. Une commande sur une visite dit l’`expected_version` que son auteur avait sous les yeux : si la visite "
    "a changé, la réponse 409 dit son état. Un compte de plusieurs territoires choisit le sien par `Vigie-Territory`."
)
LONGEST_QUERY = 80
MOST_ITEMS = 100

Limit = Annotated[int, Query(ge=1, le=MOST_ITEMS, description="Nombre de visites par page.")]
Cursor = Annotated[str | None, Query(max_length=1000, description="`next_cursor` de la page précédente.")]
State = Annotated[VisitState | None, Query(description="Les visites dans cet état.")]
Since = Annotated[date | None, Query(description="À partir de ce jour : prévu, puis celui de la visite.")]
Until = Annotated[date | None, Query(description="Jusqu’à ce jour compris.")]
StructureId = Annotated[str | None, Query(max_length=LONGEST_ID, description="Les visites de cette structure.")]
EnterpriseId = Annotated[
    str | None,
    Query(max_length=LONGEST_ID, description="Les visites à cette entreprise, par son identifiant au registre."),
]
VisitId = Annotated[str, Path(min_length=1, max_length=LONGEST_ID, description="Identifiant de la visite.")]
Words = Annotated[
    str, Query(alias="q", min_length=1, max_length=LONGEST_QUERY, description="Code, ou débuts de mots de l’intitulé.")
]


@dataclass(frozen=True)
class VisitsApi:
    """The routes; each one finds its caller, then asks a use case."""

    desk: VisitDesk
    callers: Callers

    def report(self, visit: Annotated[ReportVisit, Body()]) -> Response[ReportedAnswer]:
        from services.visits.api_commands import report  # noqa: PLC0415 - see _do

        caller = self.callers.caller()
        answer = report(visit, self.callers.command(caller), caller, self.desk)
        return Response(201, "application/json", answer, {"Location": answer.url})

    def plan(self, visit: Annotated[PlanVisit, Body()]) -> Response[OutcomeAnswer]:
        from services.visits.api_commands import plan  # noqa: PLC0415 - see _do

        caller = self.callers.caller()
        answer = plan(visit, self.callers.command(caller), caller, self.desk)
        return Response(201, "application/json", answer, {"Location": answer.url})

    def list_visits(
        self,
        *,
        limit: Limit = 50,
        cursor: Cursor = None,
        state: State = None,
        since: Since = None,
        until: Until = None,
        structure_id: StructureId = None,
        enterprise_id: EnterpriseId = None,
    ) -> VisitPageAnswer:
        criteria = Criteria((state,) if state else (), Days(since, until), structure_id, enterprise_id)
        return page_answer(visible_visits(self.callers.caller(), self.desk.store, limit, cursor, criteria))

    def read(self, visit_id: VisitId) -> Response[VisitFileAnswer]:
        file = open_file(visit_id, self.callers.caller(), self.desk.store)
        return Response(200, "application/json", file_answer(file), {"ETag": f'"{file.visit.version}"'})

    def reschedule(self, visit_id: VisitId, given: Annotated[RescheduleVisit, Body()]) -> OutcomeAnswer:
        return self._do("reschedule", visit_id, given)

    def decline(self, visit_id: VisitId, given: Annotated[DeclineVisit, Body()]) -> OutcomeAnswer:
        return self._do("decline", visit_id, given)

    def cancel(self, visit_id: VisitId, given: Annotated[CancelVisit, Body()]) -> OutcomeAnswer:
        return self._do("cancel", visit_id, given)

    def mark_done(self, visit_id: VisitId, given: Annotated[MarkDone, Body()]) -> OutcomeAnswer:
        return self._do("mark_done", visit_id, given)

    def correct(self, visit_id: VisitId, given: Annotated[CorrectVisit, Body()]) -> ReportedAnswer:
        from services.visits.api_commands import correct  # noqa: PLC0415 - see _do

        caller = self.callers.caller()
        return correct(visit_id, given, self.callers.command(caller), caller, self.desk)

    def refer(self, visit_id: VisitId, given: Annotated[ConcludeVisit, Body()]) -> OutcomeAnswer:
        return self._do("refer", visit_id, given)

    def close(self, visit_id: VisitId, given: Annotated[ConcludeVisit, Body()]) -> OutcomeAnswer:
        return self._do("close", visit_id, given)

    def search_occupations(self, words: Words) -> OccupationPageAnswer:
        require(self.callers.caller(), *REPORTERS)
        return occupations_answer(self.desk.store.occupations(self.desk.clock.now()).search(words))

    def _do(self, act: Act, visit_id: str, given: Given) -> OutcomeAnswer:
        """Carries out a command; the code that decides is loaded with the first one."""
        from services.visits.api_commands import obey  # noqa: PLC0415 - see above

        caller = self.callers.caller()
        return obey(act, visit_id, given, caller, self.desk, request=self.callers.command(caller))


def resolver(
    desk: VisitDesk, cabinet: Cabinet, identity: Identity, issuer: str, audience: str
) -> APIGatewayHttpResolver:
    """The routes over these services; nothing is called before a request comes."""
    app = api_resolver()
    callers = Callers(app, identity, issuer, audience)
    app.exception_handler(Moved)(moved)
    api = VisitsApi(desk, callers)
    all_visits, one = "/api/v1/visits", "/api/v1/visits/<visit_id>"
    app.post(all_visits, **REPORT)(api.report)
    app.post(f"{all_visits}/plan", **PLAN)(api.plan)
    app.get(all_visits, **LIST)(api.list_visits)
    app.get(one, **READ)(api.read)
    app.post(f"{one}/reschedule", **RESCHEDULE)(api.reschedule)
    app.post(f"{one}/decline", **DECLINE)(api.decline)
    app.post(f"{one}/cancel", **CANCEL)(api.cancel)
    app.post(f"{one}/done", **DONE)(api.mark_done)
    app.post(f"{one}/correct", **CORRECT)(api.correct)
    app.post(f"{one}/refer", **REFER)(api.refer)
    app.post(f"{one}/close", **CLOSE)(api.close)
    app.get("/api/v1/occupations", **SEARCH)(api.search_occupations)
    AttachmentsApi(cabinet, callers).add_routes()
    NeedsApi(desk, callers).add_routes()
    return app
