"""What a need may be about: themes, and the subjects of each, in the words of the platform's partners."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Theme = Literal["recruitment", "skills", "jobs_at_risk", "workforce", "activity", "investment", "finance", "other"]
THEMES: Mapping[Theme, str] = {
    "recruitment": "Recrutement",
    "skills": "Compétences et formation",
    "jobs_at_risk": "Emplois fragilisés",
    "workforce": "Gestion des ressources humaines et des âges",
    "activity": "Activité et débouchés",
    "investment": "Projet ou investissement",
    "finance": "Financement et difficultés",
    "other": "Autre besoin",
}

SUBJECTS: Mapping[Theme, Mapping[str, str]] = {
    "recruitment": {
        "sourcing": "Trouver des candidats",
        "job_description": "Définir le poste et rédiger l’offre",
        "apprentice": "Recruter en alternance",
        "integration": "Accueillir et fidéliser les nouveaux salariés",
        "mobility_housing": "Transport ou logement des salariés",
    },
    "skills": {
        "training_plan": "Bâtir un plan de développement des compétences",
        "collective_training": "Former avant d’embaucher",
        "adaptation": "Adapter les compétences à un nouvel outil ou à un nouveau marché",
        "vae": "Faire reconnaître l’expérience (VAE)",
        "tutoring": "Former des tuteurs",
        "training_funding": "Financer une formation",
    },
    "jobs_at_risk": {
        "temporary_drop": "Baisse d’activité passagère",
        "permanent_cuts": "Suppression d’emplois envisagée",
        "retraining": "Reconversion de salariés",
        "labour_lending": "Prêt de main-d’œuvre",
        "closure": "Fermeture ou départ du site",
    },
    "workforce": {
        "gpec": "Anticiper les emplois et les compétences (GPEC)",
        "ages": "Préparer les départs et transmettre les savoir-faire",
        "organisation": "Organisation du travail",
        "conditions": "Conditions de travail et santé",
        "dialogue": "Dialogue social",
        "shared_hr": "Partager une compétence RH entre entreprises",
    },
    "activity": {
        "markets": "Trouver des clients, se diversifier",
        "export": "Exporter",
        "suppliers": "Trouver un fournisseur ou un sous-traitant",
        "cooperation": "Coopérer avec d’autres entreprises",
    },
    "investment": {
        "equipment": "Équipement et modernisation",
        "premises": "Locaux et foncier",
        "innovation": "Innovation",
        "digital": "Transition numérique",
        "ecology": "Transition écologique et énergie",
        "takeover": "Transmission ou reprise",
    },
    "finance": {
        "cash": "Trésorerie",
        "bank": "Financement bancaire",
        "aid": "Connaître les aides publiques",
        "proceedings": "Prévention des difficultés, procédure collective",
    },
    "other": {"other": "Autre sujet"},
}


def subject_label(theme: Theme, subject: str) -> str:
    """The words of a subject; raises KeyError for one of another theme."""
    return SUBJECTS[theme][subject]
