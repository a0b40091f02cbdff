"""The JSON API of the questionnaire: a structure's own software learns what to ask, the coordination's changes it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path

from services.visits.findings import Findings
from services.visits.lifecycle import COORDINATION, REPORTERS
from services.visits.questionnaire.commands import (
    DraftAnswer,
    ProposeQuestionnaire,
    PublishedAnswer,
    PublishQuestionnaire,
    RevisionAnswer,
    VersionAnswer,
    draft_answer,
    proposed,
    version_answer,
)
from services.visits.questionnaire.definition import Questionnaire
from services.visits.questionnaire.publishing import NO_DRAFT, Workshop, change_draft, publish
from services.visits.questionnaire.rules import check_questionnaire
from services.visits.questionnaire.store import MOST_VERSION, QuestionnaireStore
from shared.clock import Clock
from shared.errors import NotFound
from shared.identity import Caller, Identity, require
from shared.ids import new_id
from shared.web.api import Callers, api_resolver
from shared.web.openapi import route

TITLE = "Vigie – Questionnaire des visites"
DESCRIPTION = (
    "Ce qu’un compte rendu de visite demande. Lisez la version en vigueur, posez ses questions, puis envoyez "
    "`questionnaire_version` et `answers` avec la visite. Une version publiée ne change plus : un logiciel qui en a "
    "gardé une ancienne peut encore l’envoyer. L’identifiant d’une question n’a qu’un sens, pour toujours."
)
PATH = "/api/v1/questionnaire"

Number = Annotated[int, Path(ge=0, le=MOST_VERSION, description="Numéro de la version ; 0 : celle fournie avec Vigie.")]


@dataclass(frozen=True)
class QuestionnaireApi:
    """The routes; each one finds its caller, then asks a use case."""

    workshop: Workshop
    callers: Callers

    def current(self) -> VersionAnswer:
        return version_answer(self.workshop.store.in_force(self._caller().territory_id))

    def version(self, number: Number) -> VersionAnswer:
        return version_answer(self.workshop.store.publication(self._caller().territory_id, number))

    def draft(self) -> DraftAnswer:
        caller = self._caller()
        require(caller, *COORDINATION)
        draft = self.workshop.store.draft(caller.territory_id)
        if draft is None:
            raise NotFound(NO_DRAFT)
        return draft_answer(draft)

    def propose(self, proposal: Annotated[ProposeQuestionnaire, Body()]) -> RevisionAnswer:
        def change(_before: Questionnaire, published: Questionnaire) -> Questionnaire:
            draft = proposed(proposal, published)
            findings = Findings("Le questionnaire proposé contient des données à corriger.")
            check_questionnaire(draft, published, findings)
            findings.conclude()
            return draft

        caller = self._caller()
        revision = change_draft(change, proposal.expected_revision, self.callers.command(caller), caller, self.workshop)
        return RevisionAnswer(revision=revision)

    def publish(self, order: Annotated[PublishQuestionnaire, Body()]) -> Response[PublishedAnswer]:
        caller = self._caller()
        number = publish(order.expected_revision, order.reason, self.callers.command(caller), caller, self.workshop)
        answer = PublishedAnswer(version=number, url=f"{PATH}/versions/{number}")
        return Response(201, "application/json", answer, {"Location": answer.url})

    def _caller(self) -> Caller:
        caller = self.callers.caller()
        require(caller, *REPORTERS)
        return caller


def resolver(
    store: QuestionnaireStore, identity: Identity, clock: Clock, issuer: str, audience: str
) -> APIGatewayHttpResolver:
    """The routes over these services; nothing is called before a request comes."""
    app = api_resolver()
    callers = Callers(app, identity, issuer, audience)
    api = QuestionnaireApi(Workshop(store, clock, new_id), callers)
    app.get(PATH, **CURRENT)(api.current)
    app.get(f"{PATH}/versions/<number>", **VERSION)(api.version)
    app.get(f"{PATH}/draft", **DRAFT)(api.draft)
    app.post(f"{PATH}/draft", **PROPOSE)(api.propose)
    app.post(f"{PATH}/publish", **PUBLISH)(api.publish)
    return app


_route = partial(route, "Questionnaire")


CURRENT = _route("Lire la version en vigueur", "Ce qu’un nouveau compte rendu demande.", 403, 404)
VERSION = _route("Lire une version", "En vigueur ou passée, telle qu’elle a été publiée.", *(403, 404, 422))
DRAFT = _route("Lire le brouillon", "Réservé à la coordination.", 403, 404)
PROPOSE = _route(
    "Proposer la version suivante",
    "Réservé à la coordination. Remplace le brouillon, sans rien changer à la version en vigueur.",
    *(403, 404, 409, 413, 422),
)
PUBLISH = _route(
    "Publier le brouillon",
    "Réservé à la coordination. La version est en vigueur aussitôt ; les précédentes restent acceptées.",
    *(403, 404, 409, 413, 422),
    status=201,
    headers={"Location": {"description": "Où relire la version.", "schema": {"type": "string"}}},
)
