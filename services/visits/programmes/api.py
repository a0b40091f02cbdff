"""The JSON API of programmes: prepare, commit, follow, reserve, as the pages do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query

from services.visits.programmes import answers, api_routes
from services.visits.programmes.claiming import TargetCommand, claim_target, release_target, withdraw_target
from services.visits.programmes.commands import (
    ClaimTarget,
    CloseProgramme,
    CommitProgramme,
    DraftProgramme,
    RedraftProgramme,
    ReleaseTarget,
    ReviseQuota,
    WithdrawTarget,
)
from services.visits.programmes.committing import close_programme, commit_programme, revise_quota
from services.visits.programmes.desk import Desk
from services.visits.programmes.drafting import draft_programme, redraft_programme
from services.visits.programmes.months import read_month
from services.visits.programmes.seeing import Window
from services.visits.programmes.target import TargetState
from shared.errors import Invalid
from shared.identity import Caller, Identity
from shared.web.api import Callers, api_resolver

TITLE = "Vigie – Programmes de visites"
DESCRIPTION = (
    "Les programmes d’une structure : un nombre de visites par mois, une population, une liste d’entreprises figée à "
    "l’engagement. Réserver une entreprise, la libérer, la retirer ; lire le classement des prochaines à visiter. "
    "Chaque commande porte une clé `Idempotency-Key` : le même envoi répété a un seul effet et la même réponse, "
    "pendant 90 jours. Un compte de plusieurs territoires choisit le sien par l’en-tête `Vigie-Territory`."
)
MOST_ITEMS = 100
LONGEST_CURSOR = 5

Limit = Annotated[int, Query(ge=1, le=MOST_ITEMS, description="Nombre d’entreprises par page.")]
Cursor = Annotated[str | None, Query(max_length=LONGEST_CURSOR, description="`next_cursor` de la page précédente.")]
ProgrammeId = Annotated[str, Path(min_length=1, max_length=64, description="Identifiant du programme.")]
EnterpriseId = Annotated[str, Path(min_length=1, max_length=64, description="SIRET ou identifiant de l’entreprise.")]
FirstMonth = Annotated[
    str | None,
    Query(max_length=7, description="Premier des six mois, `AAAA-MM` ; par défaut, deux mois avant celui-ci."),
]
State = Annotated[TargetState, Query(description="L’état des entreprises à lister.")]
T = TypeVar("T")


@dataclass(frozen=True)
class ProgrammesApi:
    """The routes; each one finds its caller, then asks a use case."""

    desk: Desk
    callers: Callers

    def overview(self, first_month: FirstMonth = None) -> answers.ProgrammesAnswer:
        month = read_month(first_month) if first_month else None
        return answers.overview_answer(self._window.overview(self.callers.caller(), self.desk.clock.now(), month))

    def read(self, programme_id: ProgrammeId) -> answers.ProgrammeFileAnswer:
        return answers.sheet_answer(self._window.sheet(programme_id, self.callers.caller(), self.desk.clock.now()))

    def draft(self, programme: Annotated[DraftProgramme, Body()]) -> Response[answers.ProgrammeAnswer]:
        caller = self.callers.caller()
        made = self._answer(draft_programme(programme, self.callers.command(caller), caller, self.desk), caller)
        return Response(201, "application/json", made, {"Location": answers.PATH + made.id})

    def redraft(
        self, programme_id: ProgrammeId, programme: Annotated[RedraftProgramme, Body()]
    ) -> answers.ProgrammeAnswer:
        caller = self.callers.caller()
        return self._answer(
            redraft_programme(programme, programme_id, self.callers.command(caller), caller, self.desk), caller
        )

    def commit(self, programme_id: ProgrammeId, command: Annotated[CommitProgramme, Body()]) -> answers.ProgrammeAnswer:
        caller = self.callers.caller()
        commit_programme(command, programme_id, self.callers.command(caller), caller, self.desk)
        return self._answer(programme_id, caller)

    def revise(self, programme_id: ProgrammeId, command: Annotated[ReviseQuota, Body()]) -> answers.ProgrammeAnswer:
        caller = self.callers.caller()
        revise_quota(command, programme_id, self.callers.command(caller), caller, self.desk)
        return self._answer(programme_id, caller)

    def close(self, programme_id: ProgrammeId, command: Annotated[CloseProgramme, Body()]) -> answers.ProgrammeAnswer:
        caller = self.callers.caller()
        close_programme(command, programme_id, self.callers.command(caller), caller, self.desk)
        return self._answer(programme_id, caller)

    def list_targets(
        self, programme_id: ProgrammeId, state: State = "pending", limit: Limit = 50, cursor: Cursor = None
    ) -> answers.TargetPageAnswer:
        sheet = self._window.sheet(programme_id, self.callers.caller(), self.desk.clock.now())
        found, following = _page(sheet.in_state(state), limit, cursor)
        return answers.targets_answer(found, following, sheet.now)

    def next_best(self, programme_id: ProgrammeId, limit: Limit = 20, cursor: Cursor = None) -> answers.RankingAnswer:
        caller, now = self.callers.caller(), self.desk.clock.now()
        sheet = self._window.sheet(programme_id, caller, now)
        weights = self.desk.settings(caller.territory_id)
        found, following = _page(self._window.next_best(sheet.targets, caller, weights, now), limit, cursor)
        return answers.ranking_answer(found, following, now)

    def claim(
        self, programme_id: ProgrammeId, enterprise_id: EnterpriseId, _command: Annotated[ClaimTarget, Body()]
    ) -> answers.ClaimAnswer:
        return answers.claim_answer(claim_target(self._asked(programme_id, enterprise_id), self.desk))

    def release(
        self, programme_id: ProgrammeId, enterprise_id: EnterpriseId, _command: Annotated[ReleaseTarget, Body()]
    ) -> answers.TargetAnswer:
        release_target(self._asked(programme_id, enterprise_id), self.desk)
        return self._target(programme_id, enterprise_id)

    def withdraw(
        self, programme_id: ProgrammeId, enterprise_id: EnterpriseId, command: Annotated[WithdrawTarget, Body()]
    ) -> answers.TargetAnswer:
        withdraw_target(command, self._asked(programme_id, enterprise_id), self.desk)
        return self._target(programme_id, enterprise_id)

    @property
    def _window(self) -> Window:
        return Window(self.desk.store, self.desk.surroundings)

    def _answer(self, programme_id: str, caller: Caller) -> answers.ProgrammeAnswer:
        return answers.programme_answer(self.desk.store.programme(caller.territory_id, programme_id))

    def _target(self, programme_id: str, enterprise_id: str) -> answers.TargetAnswer:
        found = self.desk.store.rivals(self.callers.caller().territory_id, enterprise_id)
        target = next(target for target in found if target.programme_id == programme_id)
        return answers.target_answer(target, self.desk.clock.now())

    def _asked(self, programme_id: str, enterprise_id: str) -> TargetCommand:
        caller = self.callers.caller()
        return TargetCommand(programme_id, enterprise_id, self.callers.command(caller), caller)


def resolver(desk: Desk, identity: Identity, issuer: str, audience: str) -> APIGatewayHttpResolver:
    """The routes over these services; nothing is called before a request comes."""
    app = api_resolver()
    callers = Callers(app, identity, issuer, audience)
    api = ProgrammesApi(desk, callers)
    one, target = "/api/v1/programmes/<programme_id>", "/api/v1/programmes/<programme_id>/targets/<enterprise_id>"
    app.get("/api/v1/programmes", **api_routes.OVERVIEW)(api.overview)
    app.post("/api/v1/programmes", **api_routes.DRAFT)(api.draft)
    app.get(one, **api_routes.READ)(api.read)
    app.post(one, **api_routes.REDRAFT)(api.redraft)
    app.post(f"{one}/commit", **api_routes.COMMIT)(api.commit)
    app.post(f"{one}/revise", **api_routes.REVISE)(api.revise)
    app.post(f"{one}/close", **api_routes.CLOSE)(api.close)
    app.get(f"{one}/targets", **api_routes.TARGETS)(api.list_targets)
    app.get(f"{one}/ranking", **api_routes.RANKING)(api.next_best)
    app.post(f"{target}/claim", **api_routes.CLAIM)(api.claim)
    app.post(f"{target}/release", **api_routes.RELEASE)(api.release)
    app.post(f"{target}/withdraw", **api_routes.WITHDRAW)(api.withdraw)
    return app


def _page(found: Sequence[T], limit: int, cursor: str | None) -> tuple[Sequence[T], str | None]:
    """The cursor is a rank: lists of a programme are short, and read whole to be put in order."""
    if cursor is not None and not (cursor.isascii() and cursor.isdecimal()):
        raise Invalid("Ce curseur de page n’est pas valable ici : reprenez à la première page.", code="curseur")
    first = int(cursor or "0")
    until = first + limit
    return found[first:until], str(until) if until < len(found) else None
