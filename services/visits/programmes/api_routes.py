"""What the OpenAPI document says of each route of programmes."""

from __future__ import annotations

from typing import Any

from shared.web.openapi import problem_responses

PROGRAMMES = "Programmes"
TARGETS_TAG = "Entreprises à visiter"
COMMAND = (403, 404, 409, 413, 422)
READING = (403, 404, 422)


def _route(summary: str, description: str, tag: str, status: int, *refusals: int, **answer: Any) -> dict[str, Any]:
    done = {status: {"description": "Fait.", **answer}}
    return {
        "summary": summary,
        "description": description,
        "tags": [tag],
        "responses": done | problem_responses(*refusals),
    }


OVERVIEW = _route(
    "Lister les programmes et leur avancement",
    "Les programmes de sa structure, tous pour la coordination, et six mois d’avancement : faites, planifiées, engagées.",
    PROGRAMMES,
    200,
    *READING,
)
DRAFT = _route(
    "Préparer un programme",
    "Un brouillon : il n’engage personne. Une population de plus de 2 000 entreprises est refusée : précisez-la.",
    PROGRAMMES,
    201,
    *COMMAND,
    headers={"Location": {"description": "Où relire le programme.", "schema": {"type": "string"}}},
)
READ = _route(
    "Lire un programme", "Ses versions, ses entreprises en nombre, son avancement.", PROGRAMMES, 200, *READING
)
REDRAFT = _route(
    "Corriger un brouillon", "Tout le brouillon est remplacé, sauf sa structure.", PROGRAMMES, 200, *COMMAND
)
COMMIT = _route(
    "Engager un programme",
    "La liste des entreprises est figée. Le programme est `committed`, puis `active` dès que ses cibles sont prêtes.",
    PROGRAMMES,
    200,
    *COMMAND,
)
REVISE = _route(
    "Réviser le nombre de visites",
    "Une nouvelle version de l’engagement, datée et motivée ; les précédentes restent.",
    PROGRAMMES,
    200,
    *COMMAND,
)
CLOSE = _route("Clore un programme", "Plus rien n’est engagé après le mois en cours.", PROGRAMMES, 200, *COMMAND)
TARGETS = _route(
    "Lister les entreprises d’un programme",
    "Celles qui sont dans un état, à cet instant : une réservation échue est à prendre.",
    TARGETS_TAG,
    200,
    *READING,
)
RANKING = _route(
    "Classer les prochaines entreprises à visiter",
    "Les entreprises à prendre, la meilleure d’abord, avec les raisons et leurs points.",
    TARGETS_TAG,
    200,
    *READING,
)
CLAIM = _route(
    "Réserver une entreprise",
    "Pour le délai du territoire. 409 `deja-reservee` dit par qui et jusqu’à quand.",
    TARGETS_TAG,
    200,
    *COMMAND,
)
RELEASE = _route("Libérer une entreprise", "Elle est de nouveau à prendre.", TARGETS_TAG, 200, *COMMAND)
WITHDRAW = _route("Retirer une entreprise", "Avec un motif ; elle ne se prend plus.", TARGETS_TAG, 200, *COMMAND)
