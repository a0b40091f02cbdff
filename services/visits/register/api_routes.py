"""What the OpenAPI document says of the register's routes."""

from __future__ import annotations

from functools import partial

from shared.web.openapi import route

TITLE = "Vigie – Entreprises"
DESCRIPTION = (
    "Le registre des entreprises du territoire : chercher, lire, ajouter, tenir les contacts, réunir les doublons. "
    "Une entreprise sans SIRET n’est jamais confondue d’elle-même avec une autre : des doublons probables sont proposés, "
    "une personne décide, et sa décision peut être annulée. Chaque envoi porte une clé `Idempotency-Key`."
)


_route = partial(route, "Entreprises")


SEARCH = _route(
    "Chercher des entreprises",
    "Par début de nom, SIRET ou SIREN, commune, activité, effectif : tout ce qui est dit doit être vrai. Sans critère, "
    "tout le registre, les plus grandes d’abord. Une entreprise fermée ne se trouve que par son SIRET.",
    *(403, 404, 422),
)
ADD = _route(
    "Ajouter une entreprise",
    "Avec un SIRET, elle est ajoutée si le registre ne la connaît pas. Sans SIRET, elle l’est toujours : demandez d’abord "
    "ses doublons probables.",
    *(403, 404, 413, 422),
    status=201,
    headers={"Location": {"description": "Où relire l’entreprise.", "schema": {"type": "string"}}},
)
READ = _route(
    "Lire une entreprise",
    "Une fiche fusionnée répond par celle qui reste : comparez les identifiants.",
    *(403, 404, 422),
)
ALIKE = _route(
    "Chercher les doublons d’une entreprise à ajouter",
    "À demander avant d’ajouter : ce que le registre connaît de semblable.",
    *(403, 404, 422),
)
LIKELY = _route(
    "Lister les entreprises sans SIRET et leurs doublons probables",
    "Pour les responsables de structure et la coordination. Dix par page.",
    *(403, 404, 422),
)
OF_ONE = _route("Lire les doublons probables d’une entreprise", "Cinq au plus.", *(403, 404, 422))
MERGE = _route(
    "Fusionner deux fiches",
    "La fiche absorbée, sans SIRET, mène à celle qui reste ; visites, besoins et contacts des deux s’y lisent ensemble. "
    "Rien n’est déplacé. Deux SIRET différents ne se fusionnent pas.",
    *(403, 404, 409, 413, 422),
)
UNDO = _route(
    "Annuler une fusion", "Par l’identifiant de la fiche absorbée : chacune reprend sa vie.", *(403, 404, 409, 413, 422)
)
CONTACTS = _route(
    "Lire les contacts d’une entreprise", "Ceux des fiches fusionnées aussi. Effacés trois ans après.", *(403, 404, 422)
)
ADD_CONTACT = _route("Ajouter un contact", "Refusé pour qui s’y est opposé.", *(403, 404, 413, 422), status=201)
CORRECT_CONTACT = _route("Corriger un contact", "La fiche entière de la personne.", *(403, 404, 409, 413, 422))
OBJECT_CONTACT = _route(
    "Noter une opposition",
    "La personne ne souhaite plus être contactée : ses coordonnées sont effacées, son nom reste pour que personne ne la "
    "réinscrive.",
    *(403, 404, 409, 413, 422),
)
REMOVE_CONTACT = _route("Effacer un contact", "Aussitôt.", *(403, 404, 409, 413, 422))
