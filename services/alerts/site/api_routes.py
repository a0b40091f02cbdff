"""What the API's document says of each route, and the refusal that tells how an alert stands."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from aws_lambda_powertools.event_handler import Response

from services.alerts.site.answers import ALERT_PATH
from services.alerts.use_cases.outcome import Moved
from shared.web.openapi import route
from shared.web.problems import PROBLEM_TYPE, problem_details


def moved(error: Moved) -> Response[str]:
    """The conflict as a problem document whose `current` says the alert's version and state."""
    alert = error.alert
    current = {
        "version": alert.version,
        "state": alert.state,
        "state_label": alert.state.label,
        "url": ALERT_PATH + alert.alert_id,
    }
    body = json.dumps({**problem_details(error), "current": current}, ensure_ascii=False)
    return Response(409, PROBLEM_TYPE, body)


_route = partial(route, "Alertes")


def _command(summary: str, description: str) -> dict[str, Any]:
    return _route(summary, description, *(403, 404, 409, 413, 422))


LIST = _route(
    "Lister les alertes",
    "Celles du territoire pour la coordination et les responsables, celles de sa structure pour un capteur. "
    "Une page peut compter moins d’alertes que `limit` alors qu’il y a une suite.",
    *(403, 404, 422),
)
READ = _route(
    "Lire une alerte",
    "L’alerte en entier ; l’en-tête `ETag` porte sa version.",
    *(403, 404, 422),
    headers={"ETag": {"description": "La version, entre guillemets.", "schema": {"type": "string"}}},
)
DELIVERIES = _route(
    "Suivre les messages d’une alerte",
    "Un par destinataire et par canal : ce qui s’est passé et ce qu’il y a à faire. Sans aucune coordonnée.",
    *(403, 404, 422),
)
TIMELINE = _route("Lire l’histoire d’une alerte", "Qui a fait quoi, quand, d’après le journal.", *(403, 404, 422))
ACKNOWLEDGE = _command("Prendre en charge", "Arrête les relances de prise en charge, jamais le délai de 48 heures.")
TRANSMIT = _command(
    "Transmettre à France Travail",
    "Arrête le délai. Par `mail`, un lien signé part vers l’agence, qui y rend la référence et le contact.",
)
RETURN = _command(
    "Consigner le retour de France Travail",
    "Référence et contact de l’offre. Complète, l’offre part aussitôt à tous les partenaires du territoire.",
)
BROADCAST = _command("Diffuser aux partenaires", "Ce qui n’est pas parti de soi-même ; avec un motif, avant le retour.")
FILL = _command("Déclarer le poste pourvu", "Termine l’alerte ; ceux qui ont reçu l’offre en sont informés.")
CLOSE = _command("Clore sans suite", "Termine l’alerte, avec un motif.")
CANCEL = _command("Annuler", "Le besoin est retiré ; le capteur qui l’a signalé le peut aussi.")
REJECT = _command("Écarter", "Ce n’aurait pas dû être une alerte.")
DUPLICATES = _route(
    "Lister les doublons possibles",
    "Les autres alertes ouvertes du même établissement, métier et lieu, à moins de quatorze jours ; réservé à la coordination.",
    *(403, 404, 422),
)
MERGE = _command(
    "Fusionner dans une autre alerte",
    "Les deux sont le même besoin : celle-ci est close, l’autre garde son signalement. Rouvrir défait la fusion.",
)
KEEP_APART = _command("Distinguer d’une alerte semblable", "Ce sont deux besoins : la question n’est plus posée.")
REVOKE_LINK = _command(
    "Révoquer le lien de France Travail",
    "Les liens envoyés ne s’ouvrent plus. Un nouveau part aussitôt si une réponse est attendue par e-mail.",
)
REOPEN = _command("Rouvrir", "Réservé au coordinateur, avec un motif, inscrit au journal.")
