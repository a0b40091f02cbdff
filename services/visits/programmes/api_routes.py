"""What the OpenAPI document says of each route of programmes."""

from __future__ import annotations

from shared.web.openapi import route

PROGRAMMES = "Programmes"
TARGETS_TAG = "Entreprises à visiter"
COMMAND = (403, 404, 409, 413, 422)
READING = (403, 404, 422)


OVERVIEW = route(
    PROGRAMMES,
    "Lister les programmes et leur avancement",
    "Les programmes de sa structure, tous pour la coordination, et six mois d’avancement : faites, planifiées, engagées.",
    *READING,
)
DRAFT = route(
    PROGRAMMES,
    "Préparer un programme",
    "Un brouillon : il n’engage personne. Une population de plus de 2 000 entreprises est refusée : précisez-la.",
    *COMMAND,
    status=201,
    headers={"Location": {"description": "Où relire le programme.", "schema": {"type": "string"}}},
)
READ = route(PROGRAMMES, "Lire un programme", "Ses versions, ses entreprises en nombre, son avancement.", *READING)
REDRAFT = route(PROGRAMMES, "Corriger un brouillon", "Tout le brouillon est remplacé, sauf sa structure.", *COMMAND)
COMMIT = route(
    PROGRAMMES,
    "Engager un programme",
    "La liste des entreprises est figée. Le programme est `committed`, puis `active` dès que ses cibles sont prêtes.",
    *COMMAND,
)
REVISE = route(
    PROGRAMMES,
    "Réviser le nombre de visites",
    "Une nouvelle version de l’engagement, datée et motivée ; les précédentes restent.",
    *COMMAND,
)
CLOSE = route(PROGRAMMES, "Clore un programme", "Plus rien n’est engagé après le mois en cours.", *COMMAND)
TARGETS = route(
    TARGETS_TAG,
    "Lister les entreprises d’un programme",
    "Celles qui sont dans un état, à cet instant : une réservation échue est à prendre.",
    *READING,
)
RANKING = route(
    TARGETS_TAG,
    "Classer les prochaines entreprises à visiter",
    "Les entreprises à prendre, la meilleure d’abord, avec les raisons et leurs points.",
    *READING,
)
CLAIM = route(
    TARGETS_TAG,
    "Réserver une entreprise",
    "Pour le délai du territoire. 409 `deja-reservee` dit par qui et jusqu’à quand.",
    *COMMAND,
)
RELEASE = route(TARGETS_TAG, "Libérer une entreprise", "Elle est de nouveau à prendre.", *COMMAND)
WITHDRAW = route(TARGETS_TAG, "Retirer une entreprise", "Avec un motif ; elle ne se prend plus.", *COMMAND)
