"""What a structure's own software sends to prepare a questionnaire, and reads to know what to ask."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.visits.given import Given
from services.visits.questionnaire.definition import Code, Kind, Name, Questionnaire, Section
from services.visits.questionnaire.rules import (
    LONGEST_HELP,
    LONGEST_UNIT,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    MOST_SECTIONS,
)
from services.visits.questionnaire.store import Draft, Published
from services.visits.wording import Line
from shared.typed import Whole

LONGEST_REVISION = 64
Revision = Annotated[str, Field(min_length=1, max_length=LONGEST_REVISION)]


class OptionGiven(Given):
    """Une réponse proposée."""

    code: Code = Field(description="Envoyé comme réponse : lettres minuscules, chiffres et _.", examples=["up"])
    label: Line = Field(description="Ce que la personne lit.", examples=["En hausse"])


class QuestionGiven(Given):
    """Une question. Son identifiant n’a qu’un sens : il ne sert jamais à demander autre chose."""

    id: Name = Field(description="Clé de la réponse dans `answers`.", examples=["activity_trend"])
    label: Line = Field(description="La question.", examples=["Comment l’activité évolue-t-elle depuis un an ?"])
    help: str = Field(default="", max_length=LONGEST_HELP, description="Ce qui aide à répondre.")
    kind: Kind = Field(
        description="`text`, `long_text` : un texte ; `integer`, `percent` : un nombre entier ; `yes_no` : `true` ou "
        "`false` ; `choice` : un code ; `choices` : une liste de codes.",
        examples=["choice"],
    )
    options: tuple[OptionGiven, ...] = Field(default=(), max_length=MOST_OPTIONS, description="Pour les choix.")
    required: bool = Field(default=False, description="Sans réponse, le compte rendu est refusé.")
    shared: bool = Field(default=True, description="Lue par le comité technique ; sinon par la seule structure.")
    unit: str = Field(default="", max_length=LONGEST_UNIT, description="Pour un nombre.", examples=["salariés"])
    minimum: Whole | None = Field(default=None, description="Pour un nombre ; 0 par défaut.")
    maximum: Whole | None = Field(default=None, description="Pour un nombre ; 100 par défaut pour un pourcentage.")
    indicator_tag: str = Field(default="", max_length=40, description="`issue` : les enjeux perçus.")


class SectionGiven(Given):
    """Des questions posées ensemble."""

    id: Name = Field(examples=["activity"])
    title: Line = Field(examples=["Activité"])
    questions: tuple[QuestionGiven, ...] = Field(max_length=MOST_QUESTIONS)


class ProposeQuestionnaire(Given):
    """Le brouillon de la version suivante, en entier : il remplace celui qui est en cours."""

    expected_revision: Revision | None = Field(
        default=None, description="`revision` du brouillon remplacé ; `null` quand aucun n’est en cours."
    )
    title: Line = Field(examples=["Compte rendu de visite"])
    sections: tuple[SectionGiven, ...] = Field(max_length=MOST_SECTIONS)


class PublishQuestionnaire(Given):
    """La mise en vigueur du brouillon."""

    expected_revision: Revision = Field(description="`revision` du brouillon tel qu’il a été relu.")
    reason: Line = Field(description="Pourquoi cette version.", examples=["Suivre l’activité partielle."])


class Asked(BaseModel):
    """Ce qu’un questionnaire demande."""

    model_config = ConfigDict(frozen=True, defer_build=True, from_attributes=True)

    title: str
    sections: tuple[SectionGiven, ...]
    retired: tuple[str, ...] = Field(description="Identifiants de questions qui ne sont plus posées.")


class VersionAnswer(Asked):
    """Une version : elle ne change plus jamais."""

    version: int = Field(description="À envoyer en `questionnaire_version` ; 0 est celle fournie avec Vigie.")
    published_at: AwareDatetime | None = Field(description="`null` pour celle fournie avec Vigie.")
    reason: str


class DraftAnswer(Asked):
    """Le brouillon de la version suivante."""

    revision: str = Field(description="À renvoyer en `expected_revision`.")
    version: int = Field(description="Le numéro qu’elle prendra.")
    changed_at: AwareDatetime


class RevisionAnswer(BaseModel):
    """Le brouillon enregistré."""

    revision: str


class PublishedAnswer(BaseModel):
    """La version mise en vigueur."""

    version: int
    url: str


def proposed(command: ProposeQuestionnaire, published: Questionnaire) -> Questionnaire:
    """The draft that a proposal makes, after the version in force."""
    sections = tuple(Section.model_validate(section.model_dump()) for section in command.sections)
    return Questionnaire(version=published.version + 1, title=command.title, sections=sections)


def version_answer(published: Published) -> VersionAnswer:
    """A version as the API tells it."""
    asked = published.questionnaire
    return VersionAnswer(
        title=asked.title,
        sections=_sections(asked),
        retired=_retired(asked),
        version=asked.version,
        published_at=published.published_at,
        reason=published.reason,
    )


def draft_answer(draft: Draft) -> DraftAnswer:
    """The draft as the API tells it."""
    asked = draft.questionnaire
    return DraftAnswer(
        title=asked.title,
        sections=_sections(asked),
        retired=_retired(asked),
        revision=draft.revision,
        version=asked.version,
        changed_at=draft.changed_at,
    )


def _sections(questionnaire: Questionnaire) -> tuple[SectionGiven, ...]:
    return tuple(SectionGiven.model_validate(section.model_dump()) for section in questionnaire.sections)


def _retired(questionnaire: Questionnaire) -> tuple[str, ...]:
    return tuple(question.id for question in questionnaire.retired)
