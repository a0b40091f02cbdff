"""What the API says of programmes and targets: a contract with other software, apart from how they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.visits.programmes.programme import Programme, ProgrammeState
from services.visits.programmes.progress import Progress
from services.visits.programmes.ranking import Ranked
from services.visits.programmes.seeing import Overview, Sheet
from services.visits.programmes.target import Claim, Target, TargetState

PATH = "/api/v1/programmes/"


class Answer(BaseModel):
    """Every attribute is always there, `null` when there is nothing to say."""

    model_config = ConfigDict(frozen=True, defer_build=True, from_attributes=True)


class PopulationAnswer(Answer):
    """La population visée."""

    communes: tuple[str, ...] = Field(description="Codes INSEE.")
    naf: tuple[str, ...] = Field(description="Débuts de codes NAF.")
    size_bands: tuple[str, ...] = Field(description="Tranches d’effectif de l’INSEE.")
    sirets: tuple[str, ...]


class QuotaAnswer(Answer):
    """Une version de l’engagement ; aucune n’est jamais réécrite."""

    number: int
    per_month: int
    from_month: str = Field(description="Vaut à partir de ce mois, `AAAA-MM`.")
    decided_on: date
    reason: str
    member_id: str


class ProgrammeAnswer(Answer):
    """Un programme de visites."""

    id: str
    version: int = Field(description="À renvoyer en `expected_version`.")
    state: ProgrammeState
    structure_id: str
    structure_name: str
    title: str
    first_month: str
    months: int
    per_month: int
    population: PopulationAnswer
    quotas: tuple[QuotaAnswer, ...]
    targets_count: int = Field(description="Entreprises de la liste figée ; estimation pour un brouillon.")
    committed_on: date | None
    closed_on: date | None
    closing_reason: str | None


class MonthAnswer(Answer):
    """Un mois."""

    month: str
    done: int
    planned: int
    committed: int


class ProgressAnswer(Answer):
    """L’avancement d’une structure, d’un programme ou du territoire."""

    structure_id: str | None
    name: str
    months: tuple[MonthAnswer, ...]
    completion: float | None = Field(
        description="Faites sur engagées, pour les mois écoulés ; `null` s’il n’y en a pas."
    )


class ProgrammesAnswer(Answer):
    """Les programmes visibles et l’avancement mois par mois."""

    items: tuple[ProgrammeAnswer, ...]
    next_cursor: None = Field(default=None, description="Toujours `null`.")
    progress: tuple[ProgressAnswer, ...] = Field(description="Sa structure ; toutes pour la coordination.")
    territory: ProgressAnswer


class ProgrammeFileAnswer(ProgrammeAnswer):
    """Un programme, ses cibles en nombre, son avancement."""

    targets: dict[TargetState, int] = Field(description="Nombre d’entreprises dans chaque état, à cet instant.")
    coverage: float | None = Field(description="Part de la liste figée qui a été visitée.")
    progress: ProgressAnswer


class ClaimAnswer(Answer):
    """Une réservation."""

    member_id: str
    member_name: str
    structure_id: str
    structure_name: str
    until: AwareDatetime = Field(description="Caduque à cet instant, sans autre action.")


class TargetAnswer(Answer):
    """Une entreprise de la liste."""

    enterprise_id: str = Field(description="Le SIRET, ou l’identifiant d’une entreprise sans SIRET.")
    name: str
    commune: str
    insee: str | None
    naf: str | None
    size_band: str
    state: TargetState
    version: int
    claim: ClaimAnswer | None
    visit_id: str | None
    visited_on: date | None
    last_visited_on: date | None
    reason: str | None


class TargetPageAnswer(Answer):
    """Des entreprises de la liste, par nom."""

    items: tuple[TargetAnswer, ...]
    next_cursor: str | None = Field(description="À donner en `cursor` pour la suite ; `null` à la fin.")


class ReasonAnswer(Answer):
    """Une raison du classement."""

    code: str
    text: str
    points: int
    most: int = Field(description="Le plus que cette raison peut apporter.")


class RankedAnswer(Answer):
    """Une entreprise à visiter, avec ses raisons : leurs points font son score."""

    rank: int
    score: int
    reasons: tuple[ReasonAnswer, ...]
    target: TargetAnswer


class RankingAnswer(Answer):
    """Les prochaines entreprises à visiter, la meilleure d’abord."""

    items: tuple[RankedAnswer, ...]
    next_cursor: str | None = Field(description="À donner en `cursor` pour la suite ; `null` à la fin.")


def programme_answer(programme: Programme) -> ProgrammeAnswer:
    return ProgrammeAnswer.model_validate(programme)


def overview_answer(shown: Overview) -> ProgrammesAnswer:
    return ProgrammesAnswer(
        items=tuple(map(programme_answer, shown.programmes)),
        progress=tuple(progress_answer(line, shown.current) for line in shown.lines),
        territory=progress_answer(shown.total, shown.current),
    )


def sheet_answer(sheet: Sheet) -> ProgrammeFileAnswer:
    told = {
        "targets": sheet.counts,
        "coverage": sheet.coverage,
        "progress": progress_answer(sheet.progress, sheet.current),
    }
    return ProgrammeFileAnswer.model_validate({**dict(programme_answer(sheet.programme)), **told})


def progress_answer(progress: Progress, current: str) -> ProgressAnswer:
    return ProgressAnswer(
        structure_id=progress.structure_id,
        name=progress.name,
        months=tuple(map(MonthAnswer.model_validate, progress.months)),
        completion=progress.completion(current),
    )


def target_answer(target: Target, now: datetime) -> TargetAnswer:
    """As it is by the clock: a claim that has lapsed is told no more."""
    claim = target.claim_at(now)
    told = {"state": target.state_at(now), "claim": claim_answer(claim) if claim else None}
    return TargetAnswer.model_validate({**dict(target), **told})


def claim_answer(claim: Claim) -> ClaimAnswer:
    return ClaimAnswer.model_validate(claim)


def targets_answer(targets: Sequence[Target], cursor: str | None, now: datetime) -> TargetPageAnswer:
    return TargetPageAnswer(items=tuple(target_answer(target, now) for target in targets), next_cursor=cursor)


def ranking_answer(ranked: Sequence[Ranked], cursor: str | None, now: datetime) -> RankingAnswer:
    return RankingAnswer(items=tuple(_ranked(each, now) for each in ranked), next_cursor=cursor)


def _ranked(ranked: Ranked, now: datetime) -> RankedAnswer:
    return RankedAnswer(
        rank=ranked.rank,
        score=ranked.score,
        reasons=tuple(map(ReasonAnswer.model_validate, ranked.reasons)),
        target=target_answer(ranked.target, now),
    )
