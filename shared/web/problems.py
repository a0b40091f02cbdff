"""What a machine is told of an error: RFC 9457 problem details, and validation errors in French."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from shared.errors import Invalid, VigieError

PROBLEM_BASE = "https://vigie.example/problemes/"
PROBLEM_TYPE = "application/problem+json"
TITLES = {
    400: "Demande refusée",
    401: "Connexion nécessaire",
    403: "Accès refusé",
    404: "Introuvable",
    409: "Conflit avec l’état actuel",
    413: "Trop volumineux",
    422: "Données invalides",
    503: "Momentanément indisponible",
}
PYDANTIC_MESSAGES = {
    "missing": "Ce champ est obligatoire.",
    "extra_forbidden": "Ce champ n’existe pas.",
    "string_too_short": "Trop court : au moins {min_length} caractères.",
    "string_too_long": "Trop long : au plus {max_length} caractères.",
    "string_pattern_mismatch": "Le format n’est pas celui attendu.",
    "int_parsing": "Un nombre entier est attendu.",
    "int_type": "Un nombre entier est attendu.",
    "greater_than": "La valeur doit dépasser {gt}.",
    "greater_than_equal": "La valeur doit être d’au moins {ge}.",
    "less_than": "La valeur doit rester sous {lt}.",
    "less_than_equal": "La valeur doit être d’au plus {le}.",
    "string_type": "Un texte est attendu.",
    "bool_parsing": "Vrai ou faux est attendu.",
    "date_from_datetime_parsing": "Une date est attendue : AAAA-MM-JJ.",
    "date_parsing": "Une date est attendue : AAAA-MM-JJ.",
    "datetime_parsing": "Une date et une heure sont attendues, au format ISO 8601.",
    "timezone_aware": "L’heure doit porter son décalage, par exemple +01:00.",
    "enum": "Valeurs possibles : {expected}.",
    "literal_error": "Valeurs possibles : {expected}.",
    "json_invalid": "Le corps n’est pas un JSON lisible.",
    "uuid_parsing": "Un identifiant UUID est attendu.",
}


def problem_details(error: VigieError) -> dict[str, Any]:
    """The members of the problem; `errors` lists the fields, each with its JSON pointer or name."""
    details: dict[str, Any] = {
        "type": f"{PROBLEM_BASE}{error.code}",
        "title": TITLES.get(error.status, HTTPStatus(error.status).phrase),
        "status": error.status,
        "detail": error.message,
    }
    if error.fields:
        details["errors"] = [{"field": name, "detail": message} for name, message in error.fields.items()]
    return details


def from_validation(errors: Iterable[Mapping[str, Any]]) -> Invalid:
    """The Pydantic errors of a request as one Invalid: a JSON pointer a field, a French message each.

    The value that was sent is never repeated: it may be a name or a phone number.
    """
    fields = {_pointer(error.get("loc", ())): _message(error) for error in errors}
    return Invalid("La demande contient des données invalides.", fields=fields)


def _pointer(location: Iterable[object]) -> str:
    # A name that was sent may hold half a surrogate pair, which no answer can be written with.
    parts = [str(part).encode(errors="replace").decode() for part in location]
    inside = parts[1:] if parts[:1] in (["body"], ["query"], ["path"], ["header"]) else parts
    return "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in inside) or "/"


def _message(error: Mapping[str, Any]) -> str:
    template = PYDANTIC_MESSAGES.get(str(error.get("type")), "Cette valeur n’est pas acceptée.")
    return template.format_map(_Limits(error.get("ctx") or {}))


class _Limits(dict[str, Any]):
    """The limits that an error names; Powertools drops some, and a message must not fail for that."""

    def __missing__(self, key: str) -> str:
        return "…"
