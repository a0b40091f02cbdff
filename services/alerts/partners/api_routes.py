"""What the API's document says of each route of endpoints and deliveries."""

from __future__ import annotations

from functools import partial
from typing import Any

from shared.web.openapi import route

_READ = (404, 422)
_COMMAND = (404, 409, 413, 422)
_endpoint = partial(route, "points d’accès")
_delivery = partial(route, "envois")


def _command(summary: str, description: str) -> dict[str, Any]:
    return _endpoint(summary, description, *_COMMAND)


LIST = _endpoint(
    "Lister les points d’accès",
    "Ceux de tous les partenaires pour la coordination ; le sien pour le développeur d’un partenaire.",
    *_READ,
)
READ = _endpoint(
    "Lire un point d’accès", "Son adresse, son état, ses secrets sans leur valeur, ce qu’il y a à faire.", *_READ
)
ADDRESS = _command(
    "Changer l’adresse",
    "La nouvelle adresse reçoit aussitôt `endpoint.challenge.v1` et doit renvoyer le défi ; l’ancienne sert jusque-là.",
)
ROTATE = _command(
    "Changer le secret",
    "Le nouveau secret est dans cette réponse et nulle part ailleurs. Pendant le recouvrement, chaque message porte une "
    "signature par secret.",
)
REVOKE = _command("Retirer un ancien secret", "Il ne signe plus rien, tout de suite.")
TEST = _command("Envoyer un essai", "Un `endpoint.test.v1` part aussitôt ; la réponse dit ce qu’il a donné.")
PAUSE = _command("Mettre en pause", "Les envois attendent, sans erreur.")
RESUME = _command("Reprendre", "Ce qui attendait part, le plus ancien d’abord.")
ENABLE = _command("Réactiver", "Un message d’essai part : le point d’accès n’est réactivé que s’il est accepté.")
DISABLE = _command("Désactiver", "Plus rien ne part ; ce qui est destiné au partenaire attend.")
PAUSED = _delivery(
    "Lire la pause d’un partenaire",
    "Ses envois attendent-ils, et combien. `paused` dit aussi la pause inscrite dans l’annuaire du territoire.",
    *_READ,
)
HOLD = _delivery(
    "Mettre un partenaire en pause, ou reprendre",
    "Quel que soit son canal. Ses envois attendent, sans erreur ; à la reprise ils partent, le plus ancien d’abord.",
    *_COMMAND,
)
DELIVERIES = _delivery(
    "Lister les envois à un partenaire",
    "Ceux de toutes les alertes, le plus récent d’abord. Une page peut être courte alors qu’il y a une suite.",
    *_READ,
)
DELIVERY = _delivery(
    "Lire un envoi", "Avec chacun de ses essais : heure, statut, durée, début de la réponse pendant 30 jours.", *_READ
)
REPLAY_ONE = _delivery(
    "Renvoyer un envoi",
    "En échec, ou déjà reçu : un webhook garde alors son `webhook-id`, que le destinataire reconnaît.",
    *_COMMAND,
)
COUNT = _delivery("Compter avant de renvoyer", "Combien d’envois la même demande, en POST, ferait partir.", *_READ)
REPLAY = _delivery(
    "Renvoyer une période, ou ce qui a manqué",
    "Par pages : tant que `next_cursor` n’est pas `null`, la même demande avec ce `cursor` et une nouvelle clé fait la suite.",
    *_COMMAND,
)
REPLAY_ALERT = _delivery(
    "Renvoyer ce qui a manqué d’une alerte",
    "Tous ses envois en échec, quel que soit le destinataire, par pages comme pour une période. Réservé à la coordination.",
    *_COMMAND,
)
