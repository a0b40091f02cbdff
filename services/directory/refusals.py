"""Says in French what Pydantic refuses in a territory's file, and what to type instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from services.directory.marked_yaml import Marked, Problem

MESSAGES = {
    "missing": "Cette clé manque : ajoutez-la.",
    "string_type": "Un texte est attendu.",
    "string_too_short": "Trop court : au moins {min_length} caractères.",
    "string_too_long": "Trop long : au plus {max_length} caractères.",
    "too_short": "Donnez au moins une valeur.",
    "int_parsing": "Un nombre entier est attendu.",
    "int_type": "Un nombre entier est attendu.",
    "greater_than_equal": "Au moins {ge}.",
    "less_than_equal": "Au plus {le}.",
    "bool_parsing": "Écrivez true ou false.",
    "bool_type": "Écrivez true ou false.",
    "literal_error": "Valeur inconnue. Valeurs possibles : {expected}.",
    "tuple_type": "Une liste est attendue : une valeur par ligne, précédée d’un tiret.",
    "model_type": "Des clés et des valeurs sont attendues ici.",
}
PATTERNS = {
    "id": "Identifiant mal formé : minuscules sans accent, chiffres et traits d’union, par exemple « cci-90 ».",
    "structure": "Identifiant mal formé : reprenez l’`id` d’une structure du fichier.",
    "deputy": "Identifiant mal formé : reprenez l’`id` d’un membre du fichier.",
    "kind": "Mot mal formé : minuscules sans accent, chiffres et traits d’union, par exemple « chambre ».",
    "communes": "Code INSEE de commune mal formé : cinq caractères, par exemple « 90010 » ou « 2A004 ».",
}


def refusal(document: Marked, detail: Mapping[str, Any], known_keys: Sequence[str]) -> Problem:
    """One Pydantic error as a problem of the file; `known_keys` are those that may stand at its place."""
    path = tuple(detail["loc"])
    if detail["type"] == "extra_forbidden":
        return document.problem(path, _unknown_key(str(path[-1]), known_keys))
    if detail["type"] == "string_pattern_mismatch":
        word = next(str(part) for part in reversed(path) if isinstance(part, str))
        return document.problem(path, PATTERNS[word])
    return document.problem(path, _message(detail))


def _unknown_key(key: str, known_keys: Sequence[str]) -> str:
    close = get_close_matches(key, known_keys, n=1)
    if close:
        return f"Clé inconnue : vouliez-vous dire « {close[0]} » ?"
    return f"Clé inconnue : retirez-la. Clés admises ici : {', '.join(known_keys)}."


def _message(detail: Mapping[str, Any]) -> str:
    context = dict(detail.get("ctx") or {})
    if isinstance(context.get("error"), ValueError):
        return str(context["error"])
    template = MESSAGES.get(detail["type"], "Cette valeur n’est pas acceptée.")
    context["expected"] = str(context.get("expected", "")).replace(" or ", " ou ").replace("'", "")
    return template.format_map(context)
