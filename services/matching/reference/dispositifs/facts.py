"""What a dispositif may ask of a person, of an enterprise and of a training, in words that can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from shared.errors import Invalid

Value = bool | int | str
"""Of a fact; a fact that nobody knows is left out."""


class Shape(Enum):
    """How a fact is answered."""

    YES_NO = "oui-non"
    NUMBER = "nombre"
    CHOICE = "choix"


@dataclass(frozen=True)
class Fact:
    """Something that decides an eligibility."""

    name: str
    question: str
    shape: Shape = Shape.YES_NO
    choices: tuple[str, ...] = ()

    def check(self, value: Value) -> None:
        """Raises Invalid when the value is not an answer to the question."""
        fits = {
            Shape.YES_NO: isinstance(value, bool),
            Shape.NUMBER: isinstance(value, int) and not isinstance(value, bool) and value >= 0,
            Shape.CHOICE: value in self.choices,
        }[self.shape]
        if not fits:
            raise Invalid(f"« {value} » ne répond pas à : {self.question}", fields={self.name: "Réponse inattendue."})

    def read(self, text: str) -> Value:
        """The value that a text means; raises Invalid."""
        value: Value = text
        if self.shape is Shape.YES_NO:
            value = {"oui": True, "non": False}.get(text.lower(), text)
        elif self.shape is Shape.NUMBER and text.isdecimal():
            value = int(text)
        self.check(value)
        return value


CONTRACTS = ("cdi", "cdd", "interim", "apprentissage", "professionnalisation", "saisonnier", "autre")
_NUMBER = Shape.NUMBER
_FACTS = (
    Fact(
        "status",
        "La personne est-elle salariée, ou inscrite à France Travail ?",
        Shape.CHOICE,
        ("employee", "jobseeker"),
    ),
    Fact("contract", "Quel est son contrat de travail actuel ?", Shape.CHOICE, CONTRACTS),
    Fact("agrees", "La personne est-elle d’accord ?"),
    Fact("career_months", "Combien de mois a-t-elle été salariée, en tout ?", _NUMBER),
    Fact("seniority_months", "Combien de mois d’ancienneté a-t-elle dans l’entreprise ?", _NUMBER),
    Fact("below_licence", "Sa qualification est-elle inférieure à la licence ?"),
    Fact("related_experience", "Son expérience est-elle en rapport avec la certification visée ?"),
    Fact("hours", "Combien d’heures de formation sont prévues ?", _NUMBER),
    Fact("months", "Sur combien de mois ?", _NUMBER),
    Fact("certifying", "La formation mène-t-elle à une certification (RNCP, CQP ou bloc de compétences) ?"),
    Fact("branch_listed", "La certification est-elle sur la liste de la branche ?"),
    Fact("eligible_action", "L’action est-elle un bilan de compétences, une VAE ou une autre action éligible au CPF ?"),
    Fact("other_employer", "Le nouvel emploi est-il dans une autre entreprise ?"),
    Fact("next_contract", "Quel contrat l’entreprise d’accueil propose-t-elle ?", Shape.CHOICE, CONTRACTS),
    Fact("next_months", "Pour combien de mois, si ce n’est pas un CDI ?", _NUMBER),
    Fact("next_seasonal_months", "Pour combien de mois, si c’est un contrat saisonnier ?", _NUMBER),
    Fact("headcount", "Combien de salariés l’entreprise a-t-elle ?", _NUMBER),
    Fact("group_headcount", "Combien de salariés l’entreprise ou son groupe a-t-il ?", _NUMBER),
    Fact("host_headcount", "Combien de salariés l’entreprise d’accueil a-t-elle ?", _NUMBER),
    Fact("host_years", "Depuis combien d’années l’entreprise d’accueil existe-t-elle ?", _NUMBER),
    Fact("receivership", "L’entreprise est-elle en redressement ou en liquidation judiciaire ?"),
    Fact("economic_dismissal", "Un licenciement pour motif économique est-il envisagé ?"),
    Fact("fragile_agreed", "L’emploi est-il dit fragilisé par un accord GEPP ?"),
    Fact("fragile_decided", "L’employeur l’a-t-il dit fragilisé, après avis du CSE ?"),
    Fact("promising", "Le métier visé est-il sur la liste régionale des métiers porteurs ?"),
    Fact("longer_agreed", "Un accord d’entreprise ou de branche permet-il des durées plus longues ?"),
    Fact(
        "external_agreed",
        "Un accord collectif ou une décision de l’employeur organise-t-il les reconversions externes ?",
    ),
    Fact(
        "mobility_agreed", "Un accord GEPP ou une rupture conventionnelle collective prévoit-il un congé de mobilité ?"
    ),
    Fact("non_profit", "Le prêt est-il sans but lucratif ?"),
    Fact("lending_agreement", "La convention de mise à disposition est-elle prête ?"),
    Fact("loan_months", "Combien de mois le prêt dure-t-il ?", _NUMBER),
    Fact("rider", "L’avenant au contrat de travail est-il prêt ?"),
    Fact("offer_filed", "L’offre est-elle déposée à France Travail ?"),
    Fact("prescribed", "Un organisme habilité prescrit-il la période ?"),
    Fact("immersion_months", "Combien de mois la période dure-t-elle ?", _NUMBER),
    Fact("immersion_agreement", "La convention de mise en situation est-elle prête ?"),
)
FACTS: Mapping[str, Fact] = {fact.name: fact for fact in _FACTS}


def known_fact(name: str) -> Fact:
    """The fact of this name; raises Invalid."""
    if name not in FACTS:
        raise Invalid(f"« {name[:40]} » n’est pas un fait connu")
    return FACTS[name]
