"""What the API says of a visit: a contract with other software, apart from how it is kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.visits.establishment import Establishment
from services.visits.need import Need, Recruitment, Theme, Urgency
from services.visits.occupations import Occupation
from services.visits.reporting_visit import Reported
from services.visits.store import VisitFile, VisitPage
from services.visits.visit import Mode, Visit, VisitState

VISIT_PATH = "/api/v1/visits/"
ALERT_PATH = "/api/v1/alerts/"


class Answer(BaseModel):
    """Every attribute is always there, `null` when there is nothing to say."""

    model_config = ConfigDict(frozen=True, defer_build=True, from_attributes=True)


class ReportedAnswer(Answer):
    """La visite enregistrée."""

    id: str = Field(description="Identifiant de la visite.", examples=["019a9c3e-7d1c-7d0f-8a55-3f6f0f6f2b10"])
    url: str = Field(description="Où la relire.", examples=["/api/v1/visits/019a9c3e-7d1c-7d0f-8a55-3f6f0f6f2b10"])
    alert_urls: tuple[str, ...] = Field(
        description="Les alertes déclenchées, dans l’ordre des besoins ; chacune s’ouvre quelques secondes après.",
        examples=[["/api/v1/alerts/6c1f1c53-5c8f-5e0a-9a0f-0f6b7b2d7f11"]],
    )


class EstablishmentAnswer(Answer):
    """L’établissement visité."""

    siret: str | None = Field(description="`null` pour une entreprise en cours de création.")
    name: str
    commune: str
    insee: str | None
    naf: str | None


class VisitAnswer(Answer):
    """Une visite, sans le détail de ses besoins."""

    id: str
    version: int
    state: VisitState
    structure_id: str
    structure_name: str
    member_id: str
    enterprise: EstablishmentAnswer
    visited_on: date
    mode: Mode
    person_function: str | None
    needs_count: int
    alerts_count: int
    recorded_at: AwareDatetime = Field(description="Heure du serveur.")


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


class NeedAnswer(Answer):
    """Un besoin exprimé par l’entreprise."""

    id: str
    theme: Theme
    theme_label: str
    urgency: Urgency
    description: str | None
    recruitment: RecruitmentAnswer | None
    alert_url: str | None = Field(description="L’alerte que ce besoin a déclenchée.")


class VisitFileAnswer(VisitAnswer):
    """Une visite et ses besoins."""

    needs: tuple[NeedAnswer, ...]


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


def reported_answer(reported: Reported) -> ReportedAnswer:
    """What a report is answered, each time that it is sent."""
    return ReportedAnswer(
        id=reported.visit_id,
        url=VISIT_PATH + reported.visit_id,
        alert_urls=tuple(ALERT_PATH + alert_id for alert_id in reported.alert_ids),
    )


def page_answer(page: VisitPage) -> VisitPageAnswer:
    """A page of a list."""
    items = tuple(VisitAnswer.model_validate(_visit(visit)) for visit in page.visits)
    return VisitPageAnswer(items=items, next_cursor=page.cursor)


def file_answer(file: VisitFile) -> VisitFileAnswer:
    """A visit with its needs."""
    return VisitFileAnswer.model_validate({**_visit(file.visit), "needs": tuple(map(_need, file.needs))})


def occupations_answer(found: Iterable[Occupation]) -> OccupationPageAnswer:
    """The métiers of a search."""
    return OccupationPageAnswer(items=tuple(OccupationAnswer.model_validate(known) for known in found))


def _visit(visit: Visit) -> dict[str, object]:
    return {**dict(visit), "enterprise": _establishment(visit.establishment)}


def _establishment(establishment: Establishment) -> EstablishmentAnswer:
    return EstablishmentAnswer.model_validate(establishment)


def _need(need: Need) -> NeedAnswer:
    alert = need.alert_id
    return NeedAnswer.model_validate(
        {
            **dict(need),
            "recruitment": _recruitment(need.recruitment) if need.recruitment else None,
            "alert_url": ALERT_PATH + alert if alert else None,
        }
    )


def _recruitment(recruitment: Recruitment) -> RecruitmentAnswer:
    return RecruitmentAnswer.model_validate(recruitment)
