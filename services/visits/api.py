"""The JSON API of visits: a structure's own software reports and reads what its capteurs would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query

from services.visits.answers import (
    OccupationPageAnswer,
    ReportedAnswer,
    VisitFileAnswer,
    VisitPageAnswer,
    file_answer,
    occupations_answer,
    page_answer,
    reported_answer,
)
from services.visits.commands import ReportVisit
from services.visits.reading import open_file, visible_visits
from services.visits.reporting_visit import report_visit
from services.visits.store import VisitStore
from services.visits.visit import REPORTERS
from shared.clock import Clock
from shared.idempotency import Request
from shared.identity import Caller, Identity, require
from shared.ids import NewId, new_id
from shared.web.api import api_caller, api_resolver, body_text, idempotency_key
from shared.web.openapi import problem_responses

TITLE = "Vigie – Visites"
DESCRIPTION = (
    "Enregistrer les visites d’entreprises d’une structure et les besoins qui en sortent. "
    "Chaque envoi porte une clé `Idempotency-Key` : le même envoi répété a un seul effet et la même réponse, "
    "pendant 90 jours. Un compte de plusieurs territoires choisit le sien par l’en-tête `Vigie-Territory`."
)
LONGEST_QUERY = 80
MOST_ITEMS = 100

Limit = Annotated[int, Query(ge=1, le=MOST_ITEMS, description="Nombre de visites par page.")]
Cursor = Annotated[str | None, Query(max_length=1000, description="`next_cursor` de la page précédente.")]
VisitId = Annotated[str, Path(min_length=1, max_length=64, description="Identifiant de la visite.")]
Words = Annotated[
    str, Query(alias="q", min_length=1, max_length=LONGEST_QUERY, description="Code, ou débuts de mots de l’intitulé.")
]


@dataclass(frozen=True)
class VisitsApi:
    """The routes; each one finds its caller, then asks a use case."""

    app: APIGatewayHttpResolver
    store: VisitStore
    identity: Identity
    clock: Clock
    issuer: str
    audience: str
    new_id: NewId = new_id

    def report(self, visit: Annotated[ReportVisit, Body()]) -> Response[ReportedAnswer]:
        caller = self._caller()
        key, body = idempotency_key(self.app), body_text(self.app)
        request = Request.of(caller.territory_id, caller.member_id, key, body)
        reported = report_visit(visit, request, caller, store=self.store, clock=self.clock, new_id=self.new_id)
        answer = reported_answer(reported)
        return Response(201, "application/json", answer, {"Location": answer.url})

    def list_visits(self, limit: Limit = 50, cursor: Cursor = None) -> VisitPageAnswer:
        return page_answer(visible_visits(self._caller(), self.store, limit, cursor))

    def read(self, visit_id: VisitId) -> VisitFileAnswer:
        return file_answer(open_file(visit_id, self._caller(), self.store))

    def search_occupations(self, words: Words) -> OccupationPageAnswer:
        require(self._caller(), *REPORTERS)
        return occupations_answer(self.store.occupations(self.clock.now()).search(words))

    def _caller(self) -> Caller:
        return api_caller(self.app, self.identity, issuer=self.issuer, audience=self.audience)


def resolver(store: VisitStore, identity: Identity, clock: Clock, issuer: str, audience: str) -> APIGatewayHttpResolver:
    """The routes over these services; nothing is called before a request comes."""
    app = api_resolver()
    api = VisitsApi(app, store, identity, clock, issuer, audience)
    app.post("/api/v1/visits", **REPORT)(api.report)
    app.get("/api/v1/visits", **LIST)(api.list_visits)
    app.get("/api/v1/visits/<visit_id>", **READ)(api.read)
    app.get("/api/v1/occupations", **SEARCH)(api.search_occupations)
    return app


def _route(summary: str, description: str, tag: str, status: int, *refusals: int, **answer: Any) -> dict[str, Any]:
    """What the document says of a route."""
    done = {status: {"description": "Fait.", **answer}}
    return {
        "summary": summary,
        "description": description,
        "tags": [tag],
        "responses": done | problem_responses(*refusals),
    }


REPORT = _route(
    "Enregistrer une visite",
    "Une visite qui a eu lieu, avec ses besoins. Un recrutement urgent prévient le coordinateur aussitôt.",
    "Visites",
    201,
    *(403, 404, 413, 422),
    headers={"Location": {"description": "Où relire la visite.", "schema": {"type": "string"}}},
)
LIST = _route(
    "Lister les visites",
    "Celles de sa structure ; celles de tout le territoire pour la coordination. Par date de visite décroissante.",
    "Visites",
    200,
    *(403, 404, 422),
)
READ = _route("Lire une visite", "Une visite et ses besoins.", "Visites", 200, 404, 422)
SEARCH = _route(
    "Chercher un métier",
    "Dans le ROME, par code ou par débuts de mots, sans tenir compte des accents. Douze métiers au plus.",
    "Métiers",
    200,
    *(403, 404, 422),
)
