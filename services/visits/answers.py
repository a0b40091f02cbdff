"""What the API says of a visit: a contract with other software, apart from how it is kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.visits.lifecycle import STATES, Act, VisitState
from services.visits.motives import MOTIVES, Motive
from services.visits.need import JobAtRisk, Need, Opening, Urgency
from services.visits.need_subjects import Theme
from services.visits.occupations import Occupation
from services.visits.questionnaire.answers import Value
from services.visits.report import Move, Report
from services.visits.store import VisitFile, VisitPage
from services.visits.visit import Mode, Visit

VISIT_PATH = "/api/v1/visits/"
ALERT_PATH = "/api/v1/alerts/"


class Answer(BaseModel):
    """Every attribute is always there, `null` when there is nothing to say, or nothing that the caller may read."""

    model_config = ConfigDict(frozen=True, defer_build=True, from_attributes=True)


class OutcomeAnswer(Answer):
    """La visite après la commande."""

    id: str = Field(description="Identifiant de la visite.", examples=["019a9c3e-7d1c-7d0f-8a55-3f6f0f6f2b10"])
    url: str = Field(description="Où la relire.", examples=["/api/v1/visits/019a9c3e-7d1c-7d0f-8a55-3f6f0f6f2b10"])
    version: int = Field(description="À donner en `expected_version` à la commande suivante.", examples=[1])
    state: VisitState
    state_label: str = Field(examples=["Compte rendu saisi"])


class ReportedAnswer(OutcomeAnswer):
    """La visite enregistrée."""

    alert_urls: tuple[str, ...] = Field(
        description="Les alertes déclenchées, dans l’ordre des besoins ; chacune s’ouvre quelques secondes après.",
        examples=[["/api/v1/alerts/6c1f1c53-5c8f-5e0a-9a0f-0f6b7b2d7f11"]],
    )


class EstablishmentAnswer(Answer):
    """L’établissement visité."""

    id: str = Field(description="Son identifiant au registre : le SIRET, ou celui que Vigie lui a donné.")
    siret: str | None = Field(description="`null` pour une entreprise en cours de création.")
    name: str
    commune: str
    insee: str | None
    naf: str | None
    naf_nomenclature: str | None
    size_band: str | None = Field(description="Tranche d’effectif de l’INSEE ; `null` si elle n’est pas connue.")


class VisitAnswer(Answer):
    """Une visite, sans ses textes ni le détail de ses besoins."""

    id: str
    version: int
    state: VisitState
    state_label: str
    structure_id: str
    structure_name: str
    member_id: str | None = Field(description="Qui l’a planifiée, puis qui en a rendu compte.")
    capteurs: tuple[str, ...]
    enterprise: EstablishmentAnswer
    planned: bool = Field(description="Planifiée avant d’avoir lieu.")
    planned_on: date | None
    planned_at: str | None
    programme_id: str | None
    visited_on: date | None
    mode: Mode
    consent_to_share: bool
    questionnaire_version: int | None
    revision: int = Field(description="Celle du compte rendu en vigueur ; 0 tant qu’il n’y en a pas.")
    needs_count: int
    alerts_count: int
    motive: Motive | None
    motive_label: str | None
    recorded_at: AwareDatetime = Field(description="Heure du serveur au dernier changement.")


class RecruitmentAnswer(Answer):
    """Le poste recherché."""

    post: str
    quantity: int
    contract: str
    contract_label: str
    place: str
    rome_code: str
    rome_label: str
    wanted_on: date


class VisitNeedAnswer(Answer):
    """Un besoin exprimé par l’entreprise."""

    id: str
    theme: Theme
    theme_label: str
    subject: str | None
    subject_label: str | None
    urgency: Urgency
    description: str | None
    recruitment: RecruitmentAnswer | None
    jobs_at_risk: tuple[JobAtRisk, ...]
    openings: tuple[Opening, ...]
    state: str
    alert_url: str | None = Field(description="L’alerte que ce besoin a déclenchée.")


class GivenAnswer(Answer):
    """Une réponse au questionnaire, dans les mots de la version posée."""

    question_id: str
    section: str
    label: str
    kind: str
    value: Value
    value_labels: tuple[str, ...]
    unit: str
    shared: bool = Field(description="`false` : lue par la seule structure.")


class ReportAnswer(Answer):
    """Une révision du compte rendu."""

    revision: int
    author: str | None
    reason: str | None = Field(description="Pourquoi cette correction ; `null` à la première révision.")
    recorded_at: AwareDatetime
    visited_on: date
    mode: Mode
    capteurs: tuple[str, ...]
    persons_met: tuple[str, ...] = Field(description="Des fonctions, jamais des noms.")
    questionnaire_version: int | None
    answers: tuple[GivenAnswer, ...]
    consent_to_share: bool
    private_text: str | None = Field(description="Lu par la seule structure.")
    shared_text: str | None


class MoveAnswer(Answer):
    """Un changement de la visite, hors son compte rendu."""

    version: int
    act: Act
    state: VisitState
    member_id: str
    recorded_at: AwareDatetime
    motive: Motive | None
    reason: str | None
    planned_on: date | None
    planned_at: str | None


class VisitFileAnswer(VisitAnswer):
    """Une visite avec ses besoins, les révisions de son compte rendu et son histoire."""

    needs: tuple[VisitNeedAnswer, ...]
    report: ReportAnswer | None = Field(description="La révision en vigueur ; `null` tant qu’il n’y en a pas.")
    revisions: tuple[ReportAnswer, ...] = Field(description="Toutes, de la première à celle en vigueur.")
    history: tuple[MoveAnswer, ...]


class VisitPageAnswer(Answer):
    """Des visites, la plus récente d’abord."""

    items: tuple[VisitAnswer, ...]
    next_cursor: str | None = Field(description="À donner en `cursor` pour la suite ; `null` à la fin.")


class OccupationAnswer(Answer):
    """Un métier du ROME."""

    code: str = Field(examples=["H2913"])
    title: str = Field(examples=["Soudeur / Soudeuse"])


class OccupationPageAnswer(Answer):
    """Les métiers trouvés, le plus proche d’abord."""

    items: tuple[OccupationAnswer, ...]
    next_cursor: None = Field(default=None, description="Toujours `null` : précisez la recherche.")


def outcome_of(visit_id: str, version: int, state: VisitState) -> dict[str, object]:
    """What every command is answered."""
    url = VISIT_PATH + visit_id
    return {"id": visit_id, "url": url, "version": version, "state": state, "state_label": STATES[state]}


def page_answer(page: VisitPage) -> VisitPageAnswer:
    """A page of a list."""
    items = tuple(VisitAnswer.model_validate(_visit(visit)) for visit in page.visits)
    return VisitPageAnswer(items=items, next_cursor=page.cursor)


def file_answer(file: VisitFile) -> VisitFileAnswer:
    """A visit as far as the caller reads it, with all that belongs to it."""
    return VisitFileAnswer.model_validate(
        {
            **_visit(file.visit),
            "needs": tuple(map(_need, file.needs)),
            "report": _report(file.report) if file.report else None,
            "revisions": tuple(map(_report, file.reports)),
            "history": tuple(map(_move, file.moves)),
        }
    )


def occupations_answer(found: Iterable[Occupation]) -> OccupationPageAnswer:
    """The métiers of a search."""
    return OccupationPageAnswer(items=tuple(OccupationAnswer.model_validate(known) for known in found))


def _visit(visit: Visit) -> dict[str, object]:
    return {
        **dict(visit),
        "state_label": STATES[visit.state],
        "member_id": visit.member_id or None,
        "motive_label": MOTIVES[visit.motive] if visit.motive else None,
        "enterprise": {"id": visit.enterprise_id, **dict(visit.establishment)},
    }


def _need(need: Need) -> VisitNeedAnswer:
    post = RecruitmentAnswer.model_validate(need.recruitment) if need.recruitment else None
    alert_url = ALERT_PATH + need.alert_id if need.alert_id else None
    return VisitNeedAnswer.model_validate({**dict(need), "recruitment": post, "alert_url": alert_url})


def _report(report: Report) -> ReportAnswer:
    answers = tuple(map(GivenAnswer.model_validate, report.answers))
    return ReportAnswer.model_validate({**dict(report), "author": report.author or None, "answers": answers})


def _move(move: Move) -> MoveAnswer:
    return MoveAnswer.model_validate(move)
