"""What is sent of a need, and the need that it makes: shapes here, what shapes cannot say in `inspect_needs`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import Field

from services.visits.findings import Findings
from services.visits.given import Given, Number
from services.visits.need import (
    CAUSES,
    CONTRACTS,
    MOST_PARTS,
    MOST_POSTS,
    Cause,
    Contract,
    JobAtRisk,
    Need,
    Opening,
    Recruitment,
    Urgency,
    calls_for_recruitment,
    check_horizon,
    check_wanted_on,
)
from services.visits.need_subjects import SUBJECTS, THEMES, Theme, subject_label
from services.visits.occupations import Occupations
from services.visits.visit import Visit
from services.visits.wording import Line, OptionalText
from shared.typed import Whole

POST_MISSING = "Un recrutement urgent doit dire quel poste est recherché."
POST_TOO_MUCH = "Le poste ne se dit que pour un recrutement urgent."
JOBS_ELSEWHERE = "Les emplois fragilisés ne se disent que pour un besoin du thème « Emplois fragilisés »."
OPENINGS_ELSEWHERE = "Les postes à pourvoir ne se disent que pour un besoin du thème « Recrutement »."


class RecruitmentGiven(Given):
    """Le poste recherché en urgence : le coordinateur est prévenu aussitôt."""

    post: Line = Field(description="Intitulé du poste, comme l’entreprise le dit.", examples=["Soudeur TIG"])
    quantity: Whole = Field(default=1, ge=1, le=MOST_POSTS, description="Nombre de postes.", examples=[2])
    contract: Contract = Field(description="Type de contrat.", examples=["cdi"])
    place: Line = Field(description="Commune du lieu de travail.", examples=["Héricourt"])
    rome_code: Number = Field(description="Code ROME du métier.", examples=["H2913"])
    wanted_on: date = Field(description="Date d’embauche souhaitée, à venir.", examples=["2026-12-01"])


class JobAtRiskGiven(Given):
    """Des emplois d’un même métier qui peuvent disparaître."""

    rome_code: Number = Field(description="Code ROME du métier.", examples=["H3203"])
    quantity: Whole = Field(ge=1, le=MOST_POSTS, description="Nombre d’emplois.", examples=[12])
    horizon_on: date = Field(description="Échéance : à partir de quand, au plus tard.", examples=["2027-06-30"])
    cause: Cause = Field(description="Baisse passagère ou disparition définitive.", examples=["definitive"])
    confidential: bool = Field(
        default=False, description="`true` : comptés dans le territoire, jamais rattachés à une commune."
    )


class OpeningGiven(Given):
    """Des postes d’un même métier à pourvoir, sans urgence."""

    rome_code: Number = Field(description="Code ROME du métier.", examples=["H2909"])
    quantity: Whole = Field(ge=1, le=MOST_POSTS, description="Nombre de postes.", examples=[3])
    contract: Contract = Field(description="Type de contrat.", examples=["cdd"])
    wanted_on: date = Field(description="Date d’embauche souhaitée, à venir.", examples=["2027-03-01"])


class NeedGiven(Given):
    """Un besoin exprimé par l’entreprise."""

    theme: Theme = Field(description="Thème du besoin.", examples=["recruitment"])
    subject: str | None = Field(
        default=None,
        max_length=40,
        description="Sujet précis, parmi ceux du thème ; `null` si aucun ne convient.",
        examples=["sourcing"],
    )
    urgency: Urgency = Field(
        default="ordinary",
        description="`urgent` avec le thème `recruitment` déclenche l’alerte et demande `recruitment`.",
        examples=["urgent"],
    )
    description: OptionalText = Field(default=None, description="Le besoin en quelques phrases.")
    recruitment: RecruitmentGiven | None = None
    jobs_at_risk: tuple[JobAtRiskGiven, ...] = Field(
        default=(), max_length=MOST_PARTS, description="Avec le thème `jobs_at_risk` : un élément par métier."
    )
    openings: tuple[OpeningGiven, ...] = Field(
        default=(), max_length=MOST_PARTS, description="Avec le thème `recruitment` : un élément par métier."
    )


def inspect_needs(
    needs: Sequence[NeedGiven], today: date, occupations: Occupations, findings: Findings, place: str = "/needs"
) -> None:
    """Notes each broken rule at its JSON pointer under `place`."""
    for position, given in enumerate(needs):
        _Inspection(f"{place}/{position}", today, occupations, findings).run(given)


def needs_of(
    given: Sequence[NeedGiven], visit: Visit, occupations: Occupations, new_id: Callable[[], str]
) -> tuple[Need, ...]:
    """The needs that a visit's report makes, their labels copied; the rules have been checked."""
    return tuple(need_of(need, visit, new_id(), occupations) for need in given)


def need_of(given: NeedGiven, visit: Visit, need_id: str, occupations: Occupations) -> Need:
    """One need of a visit, its labels copied; the rules have been checked."""
    return Need(
        id=need_id,
        territory_id=visit.territory_id,
        visit_id=visit.id,
        theme=given.theme,
        theme_label=THEMES[given.theme],
        subject=given.subject,
        subject_label=subject_label(given.theme, given.subject) if given.subject else None,
        urgency=given.urgency,
        description=given.description,
        recruitment=_recruitment(given.recruitment, occupations) if given.recruitment else None,
        jobs_at_risk=tuple(_job(job, occupations) for job in given.jobs_at_risk),
        openings=tuple(_opening(opening, occupations) for opening in given.openings),
        structure_id=visit.structure_id,
        structure_name=visit.structure_name,
        enterprise_name=visit.establishment.name,
        commune=visit.establishment.commune,
        recorded_at=visit.recorded_at,
    )


@dataclass(frozen=True)
class _Inspection:
    """Looks at one need; a refusal is noted and looking goes on."""

    place: str
    today: date
    occupations: Occupations
    findings: Findings

    def run(self, given: NeedGiven) -> None:
        if given.subject is not None and given.subject not in SUBJECTS[given.theme]:
            self.findings.add(f"{self.place}/subject", _subjects_of(given.theme))
        self._recruitment(given)
        self._jobs(given)
        self._openings(given)

    def _recruitment(self, given: NeedGiven) -> None:
        place, post = f"{self.place}/recruitment", given.recruitment
        asked = calls_for_recruitment(given.theme, given.urgency)
        if asked and post is None:
            self.findings.add(place, POST_MISSING)
        if not asked and post is not None:
            self.findings.add(place, POST_TOO_MUCH)
        if asked and post is not None:
            self._wanted(place, post.rome_code, post.wanted_on)

    def _jobs(self, given: NeedGiven) -> None:
        place = f"{self.place}/jobs_at_risk"
        if given.jobs_at_risk and given.theme != "jobs_at_risk":
            self.findings.add(place, JOBS_ELSEWHERE)
        for row, job in enumerate(given.jobs_at_risk):
            with self.findings.at(f"{place}/{row}/rome_code"):
                self.occupations.require(job.rome_code)
            with self.findings.at(f"{place}/{row}/horizon_on"):
                check_horizon(job.horizon_on, self.today)

    def _openings(self, given: NeedGiven) -> None:
        place = f"{self.place}/openings"
        if given.openings and given.theme != "recruitment":
            self.findings.add(place, OPENINGS_ELSEWHERE)
        for row, opening in enumerate(given.openings):
            self._wanted(f"{place}/{row}", opening.rome_code, opening.wanted_on)

    def _wanted(self, place: str, rome_code: str, wanted_on: date) -> None:
        with self.findings.at(f"{place}/rome_code"):
            self.occupations.require(rome_code)
        with self.findings.at(f"{place}/wanted_on"):
            check_wanted_on(wanted_on, self.today)


def _subjects_of(theme: Theme) -> str:
    return f"Sujets possibles du thème « {THEMES[theme]} » : {', '.join(SUBJECTS[theme])}."


def _recruitment(given: RecruitmentGiven, occupations: Occupations) -> Recruitment:
    title = occupations.require(given.rome_code).title
    return Recruitment(**dict(given), contract_label=CONTRACTS[given.contract], rome_label=title)


def _job(given: JobAtRiskGiven, occupations: Occupations) -> JobAtRisk:
    title = occupations.require(given.rome_code).title
    return JobAtRisk(**dict(given), cause_label=CAUSES[given.cause], rome_label=title)


def _opening(given: OpeningGiven, occupations: Occupations) -> Opening:
    title = occupations.require(given.rome_code).title
    return Opening(**dict(given), contract_label=CONTRACTS[given.contract], rome_label=title)
