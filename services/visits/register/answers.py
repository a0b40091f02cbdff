"""What the API says of an enterprise: a contract with other software, apart from how it is kept."""

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.visits.register.adding import Added
from services.visits.register.contact import Contact
from services.visits.register.contacting import ContactKept
from services.visits.register.duplicates import LikelyDuplicates
from services.visits.register.enterprise import SIZE_BANDS, Enterprise, Source, State
from services.visits.register.merging import Merged
from services.visits.register.near import Candidate
from services.visits.register.searching import EnterprisePage

PATH = "/api/v1/enterprises"


class Answer(BaseModel):
    """Every attribute is always there, `null` when there is nothing to say."""

    model_config = ConfigDict(frozen=True, defer_build=True, from_attributes=True)


class EnterpriseAnswer(Answer):
    """Une entreprise du registre : un établissement, ou une entreprise sans SIRET."""

    id: str = Field(description="Le SIRET, ou un UUID sans SIRET.", examples=["73282932000074"])
    url: str = Field(examples=["/api/v1/enterprises/73282932000074"])
    siret: str | None
    name: str | None = Field(description="`null` pour une entreprise non diffusible (`[ND]` dans SIRENE).")
    trade_name: str | None
    diffusible: bool
    commune: str
    insee: str | None
    postcode: str | None
    address: str | None
    naf: str | None = Field(description="Dans la nomenclature de `naf_nomenclature`.", examples=["26.52Z"])
    naf_nomenclature: str | None = Field(examples=["NAFRev2"])
    naf_2025: str | None
    size_band: str = Field(description="Tranche d’effectif de l’INSEE ; `NN` : non renseignée.", examples=["12"])
    size_label: str = Field(examples=["20 à 49 salariés"])
    size_year: int | None
    state: State
    created_on: date | None
    head_office: bool | None
    employer: bool | None
    source: Source
    reference: str | None
    recorded_on: date | None = Field(description="Jour où la source l’a dit.")


class EnterprisePageAnswer(Answer):
    """Des entreprises, les plus grandes d’abord, ou par nom quand un nom est cherché."""

    items: tuple[EnterpriseAnswer, ...]
    next_cursor: str | None = Field(
        description="À donner en `cursor` pour la suite ; `null` à la fin. Une page peut être courte, même vide, et "
        "avoir une suite : chacune lit un nombre borné de fiches."
    )


class AddedAnswer(Answer):
    """L’entreprise au registre."""

    id: str
    url: str
    added: bool = Field(description="`false` : ce SIRET y était déjà, et sa fiche n’a pas changé.")


class CandidateAnswer(Answer):
    """Une fiche qui est peut-être la même entreprise."""

    enterprise: EnterpriseAnswer
    score: int = Field(description="Ressemblance, de 0 à 100.", examples=[92])
    reasons: tuple[str, ...] = Field(examples=[["noms semblables à 92 %", "même commune"]])


class CandidatesAnswer(Answer):
    """Les fiches qui ressemblent, la plus semblable d’abord : cinq au plus. Personne d’autre que vous ne décide."""

    items: tuple[CandidateAnswer, ...]


class LikelyDuplicatesAnswer(Answer):
    """Une entreprise sans SIRET et celles qui lui ressemblent."""

    enterprise: EnterpriseAnswer
    candidates: tuple[CandidateAnswer, ...]


class LikelyDuplicatesPageAnswer(Answer):
    """Des entreprises sans SIRET."""

    items: tuple[LikelyDuplicatesAnswer, ...]
    next_cursor: str | None


class ContactAnswer(Answer):
    """Une personne à joindre. Donnée personnelle : à ne conserver nulle part plus longtemps qu’ici."""

    id: str
    enterprise_id: str = Field(description="La fiche où elle est inscrite.")
    version: int
    name: str
    function: str | None
    phone: str | None = Field(examples=["+33381000000"])
    email: str | None
    last_contact_on: date = Field(description="La fiche de la personne est effacée trois ans après.")
    objected_on: date | None = Field(description="Jour où elle a demandé à ne plus être contactée.")
    recorded_at: AwareDatetime


class ContactsAnswer(Answer):
    """Les personnes à joindre dans une entreprise."""

    items: tuple[ContactAnswer, ...]


class ContactKeptAnswer(Answer):
    """Le contact après la commande."""

    id: str
    version: int


class MergedAnswer(Answer):
    """La fusion, ou la fusion annulée."""

    merge_id: str
    absorbed_id: str
    survivor_id: str


def enterprise_answer(enterprise: Enterprise) -> EnterpriseAnswer:
    """One enterprise; what its owner keeps off the public register is left out."""
    told = enterprise.model_dump() | {
        "url": f"{PATH}/{enterprise.id}",
        "size_label": SIZE_BANDS[enterprise.size_band].label,
    }
    hidden = {} if enterprise.diffusible else {"name": None, "trade_name": None, "address": None}
    return EnterpriseAnswer.model_validate(told | hidden)


def page_answer(page: EnterprisePage) -> EnterprisePageAnswer:
    """A page of a search."""
    return EnterprisePageAnswer(items=tuple(map(enterprise_answer, page.enterprises)), next_cursor=page.cursor)


def added_answer(added: Added) -> AddedAnswer:
    """The answer to an addition."""
    return AddedAnswer(id=added.enterprise_id, url=f"{PATH}/{added.enterprise_id}", added=added.added)


def candidates_answer(likely: LikelyDuplicates) -> CandidatesAnswer:
    """What may be the same as one enterprise."""
    return CandidatesAnswer(items=tuple(map(_candidate_answer, likely.candidates)))


def duplicates_answer(found: list[LikelyDuplicates], cursor: str | None) -> LikelyDuplicatesPageAnswer:
    """A page of enterprises without a SIRET."""
    items = (
        LikelyDuplicatesAnswer(
            enterprise=enterprise_answer(likely.enterprise), candidates=candidates_answer(likely).items
        )
        for likely in found
    )
    return LikelyDuplicatesPageAnswer(items=tuple(items), next_cursor=cursor)


def contacts_answer(contacts: tuple[Contact, ...]) -> ContactsAnswer:
    """The persons to call."""
    return ContactsAnswer(items=tuple(map(ContactAnswer.model_validate, contacts)))


def kept_answer(kept: ContactKept) -> ContactKeptAnswer:
    """The answer to a command about a contact."""
    return ContactKeptAnswer(id=kept.contact_id, version=kept.version)


def merged_answer(merged: Merged) -> MergedAnswer:
    """The answer to a merge or its undoing."""
    return MergedAnswer.model_validate(merged)


def _candidate_answer(candidate: Candidate) -> CandidateAnswer:
    told = enterprise_answer(candidate.enterprise)
    return CandidateAnswer(enterprise=told, score=candidate.score, reasons=candidate.reasons)
