"""What the API's document says of each route of visits, and the refusal that tells how a visit stands."""

from __future__ import annotations

import json
from typing import Any

from aws_lambda_powertools.event_handler import Response

from services.visits.answers import outcome_of
from services.visits.desk import Moved
from shared.web.openapi import route
from shared.web.problems import PROBLEM_TYPE, problem_details

LOCATION = {"Location": {"description": "Où relire la visite.", "schema": {"type": "string"}}}


def moved(error: Moved) -> Response[str]:
    """The conflict as a problem document whose `current` says the visit's version and state."""
    current = outcome_of(error.visit.id, error.visit.version, error.visit.state)
    return Response(409, PROBLEM_TYPE, json.dumps({**problem_details(error), "current": current}, ensure_ascii=False))


def _command(summary: str, description: str) -> dict[str, Any]:
    return route("Visites", summary, description, *(403, 404, 409, 413, 422))


REPORT = route(
    "Visites",
    "Enregistrer une visite",
    "Une visite qui a eu lieu, planifiée (`visit_id`) ou non, avec son compte rendu et ses besoins. Un recrutement urgent "
    "prévient le coordinateur aussitôt. Une entreprise que le registre ne connaît pas y est ajoutée.",
    *(403, 404, 409, 413, 422),
    status=201,
    headers=LOCATION,
)
PLAN = route(
    "Visites",
    "Planifier une visite",
    "Une visite à venir de sa structure ; de toute structure pour la coordination.",
    *(403, 404, 413, 422),
    status=201,
    headers=LOCATION,
)
LIST = route(
    "Visites",
    "Lister les visites",
    "Par jour décroissant. Sans `structure_id` ni `enterprise_id` : celles de sa structure, ou de tout le territoire pour la "
    "coordination. D’une autre structure se lisent les visites que l’entreprise accepte de partager. Une page peut compter "
    "moins de visites que `limit` alors qu’il y a une suite.",
    *(403, 404, 422),
)
READ = route(
    "Visites",
    "Lire une visite",
    "La visite, ses besoins, toutes les révisions de son compte rendu et son histoire ; ce que l’appelant n’a pas à lire vaut "
    "`null` ou manque à la liste. L’en-tête `ETag` porte sa version.",
    404,
    422,
    headers={"ETag": {"description": "La version, entre guillemets.", "schema": {"type": "string"}}},
)
RESCHEDULE = _command(
    "Reporter une visite", "À une autre date, ou sans date encore (`planned_on: null`). Aussi par la coordination."
)
DECLINE = _command("Noter le refus de l’entreprise", "L’entreprise ne veut pas de la visite, avec un motif.")
CANCEL = _command("Annuler une visite", "Elle n’aura pas lieu, ou a été déclarée faite par erreur, avec un motif.")
DONE = _command("Déclarer une visite faite", "Elle a eu lieu ; le compte rendu suivra par `POST /api/v1/visits`.")
CORRECT = _command(
    "Corriger un compte rendu",
    "Une révision de plus, complète, avec son motif ; les précédentes restent lisibles. Un besoin garde son `id` ; celui qui a "
    "déclenché une alerte ne se retire ni ne se change ici, mais sur l’alerte. Une visite saisie sur la mauvaise entreprise se "
    "déplace ainsi, tant qu’aucune alerte n’est partie.",
)
REFER = _command("Soumettre au comité", "Aussi par la coordination ; aussi une visite close sans suite.")
CLOSE = _command("Clore sans suite", "Rien ne suit le compte rendu. Aussi par la coordination.")
SEARCH = route(
    "Métiers",
    "Chercher un métier",
    "Dans le ROME, par code ou par débuts de mots, sans tenir compte des accents. Douze métiers au plus.",
    *(403, 404, 422),
)
