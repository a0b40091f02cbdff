"""The JSON API of needs: what waits, what was done about it, and one thing more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.visits.desk import VisitDesk
from services.visits.need import JobAtRisk, Need, Opening, Urgency
from services.visits.need_action_given import RecordNeedAction
from services.visits.need_reading import open_need, visible_needs
from services.visits.need_state import ActionKind, NeedAction, NeedState
from services.visits.need_store import NeedFile, NeedKey, NeedShelf, NeedStore
from services.visits.need_subjects import Theme
from shared.web.api import Callers
from shared.web.openapi import route

PATH = "/api/v1/needs"
MOST_ITEMS = 100
LONGEST_ID = 64

State = Annotated[NeedState, Query(description="Les besoins dans cet état : un état par liste.")]
OfTheme = Annotated[Theme | None, Query(description="Les besoins de ce thème seulement.")]
Limit = Annotated[int, Query(ge=1, le=MOST_ITEMS, description="Nombre de besoins par page.")]
Cursor = Annotated[str | None, Query(max_length=1000, description="`next_cursor` de la page précédente.")]
VisitId = Annotated[str, Path(min_length=1, max_length=LONGEST_ID, description="Identifiant de la visite.")]
NeedId = Annotated[str, Path(min_length=1, max_length=LONGEST_ID, description="Identifiant du besoin.")]


class Answer(BaseModel):
    """Every attribute is always there, `null` when there is nothing to say."""

    model_config = ConfigDict(frozen=True, defer_build=True, from_attributes=True)


class NeedAnswer(Answer):
    """Un besoin et l’état que ses suites lui donnent."""

    id: str
    visit_id: str
    url: str = Field(description="Où le relire, avec ses suites.")
    theme: Theme
    theme_label: str
    subject: str | None
    subject_label: str | None
    urgency: Urgency
    description: str | None
    jobs_at_risk: tuple[JobAtRisk, ...]
    openings: tuple[Opening, ...]
    structure_id: str
    structure_name: str
    enterprise_name: str
    commune: str
    state: NeedState
    state_label: str
    recorded_at: AwareDatetime


class ActionAnswer(Answer):
    """Une suite donnée."""

    id: str
    kind: ActionKind
    kind_label: str
    acted_on: date
    note: str | None
    withdraws: str | None
    member_id: str
    structure_name: str
    recorded_at: AwareDatetime


class NeedFileAnswer(NeedAnswer):
    """Un besoin avec ses suites, dans l’ordre où elles ont été enregistrées."""

    actions: tuple[ActionAnswer, ...]


class NeedPageAnswer(Answer):
    """Des besoins dans un même état, par thème, le plus ancien d’abord."""

    items: tuple[NeedAnswer, ...]
    next_cursor: str | None = Field(description="À donner en `cursor` pour la suite ; `null` à la fin.")


class RecordedAnswer(Answer):
    """La suite enregistrée, et l’état du besoin."""

    action_id: str
    state: NeedState
    url: str


@dataclass(frozen=True)
class NeedsApi:
    """The routes; each one finds its caller, then asks a use case."""

    desk: VisitDesk
    callers: Callers

    @property
    def store(self) -> NeedStore:
        """Needs are kept beside their visits."""
        return NeedStore(self.desk.store.table)

    def add_routes(self) -> None:
        """Declares them beside those of visits."""
        one = f"{PATH}/<visit_id>/<need_id>"
        self.callers.app.get(PATH, **LIST)(self.list_needs)
        self.callers.app.get(one, **READ)(self.read)
        self.callers.app.post(f"{one}/actions", **RECORD)(self.record)

    def list_needs(
        self, *, state: State = "reported", theme: OfTheme = None, limit: Limit = 50, cursor: Cursor = None
    ) -> NeedPageAnswer:
        page = visible_needs(self.callers.caller(), self.store, NeedShelf(state, theme), limit, cursor)
        items = tuple(NeedAnswer.model_validate(_need(need)) for need in page.needs)
        return NeedPageAnswer(items=items, next_cursor=page.cursor)

    def read(self, visit_id: VisitId, need_id: NeedId) -> NeedFileAnswer:
        return _file(open_need(NeedKey(visit_id, need_id), self.callers.caller(), self.store))

    def record(
        self, visit_id: VisitId, need_id: NeedId, action: Annotated[RecordNeedAction, Body()]
    ) -> Response[RecordedAnswer]:
        from services.visits.need_recording import NeedRecorder, record_need_action  # noqa: PLC0415 - most only read

        caller = self.callers.caller()
        request = self.callers.command(caller)
        recorder = NeedRecorder(self.store, self.desk.clock, self.desk.new_id)
        recorded = record_need_action(NeedKey(visit_id, need_id), action, request, caller, recorder)
        url = f"{PATH}/{visit_id}/{need_id}"
        answer = RecordedAnswer(action_id=recorded.action_id, state=recorded.state, url=url)
        return Response(201, "application/json", answer, {"Location": url})


def _file(file: NeedFile) -> NeedFileAnswer:
    actions = tuple(map(_action, file.actions))
    return NeedFileAnswer.model_validate({**_need(file.need), "actions": actions})


def _need(need: Need) -> dict[str, Any]:
    return {**dict(need), "state_label": need.state_label, "url": f"{PATH}/{need.visit_id}/{need.id}"}


def _action(action: NeedAction) -> ActionAnswer:
    return ActionAnswer.model_validate(action)


_route = partial(route, "Besoins")


LIST = _route(
    "Lister les besoins",
    "Ceux que sa structure a recueillis ; ceux de tout le territoire pour la coordination. Un état par liste : "
    "`reported` (à examiner), `qualified` et `in_progress` sont les états ouverts.",
    *(403, 404, 422),
)
READ = _route("Lire un besoin", "Le besoin et toutes les suites données.", *(403, 404, 422))
RECORD = _route(
    "Enregistrer une suite",
    "Ce qui a été fait du besoin. L’ordre des suites ne compte pas : l’état est le premier qui s’applique parmi `met`, "
    "`no_solution`, `unreachable`, `in_progress`, `qualified`, `rejected` ; sans suite, le besoin est `reported`. Une suite "
    "saisie par erreur se retire par une autre, `withdrawn`.",
    *(403, 404, 409, 413, 422),
    status=201,
    headers={"Location": {"description": "Où relire le besoin.", "schema": {"type": "string"}}},
)
