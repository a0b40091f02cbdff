"""What the entries of a territory's file owe one another: unique names, known references, somebody to answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from services.directory.contact_points import is_french_mobile
from services.directory.marked_yaml import Marked, Path, Problem

if TYPE_CHECKING:
    from services.directory.territory_file import MemberSection, TerritoryFile

FIT = {"coordinator": frozenset({"coordinator", "deputy"}), "agency": frozenset({"agency"})}
"""Who can stand in for whom: the coordinator's messages ask for what others may not do, the agency's bear its link."""
LISTS = ("structures", "members", "partners")
Entry = Mapping[str, Any]


def reference_problems(document: Marked) -> list[Problem]:
    """Names given twice and references to nothing; read from the plain value, so that other mistakes hide none."""
    return [
        *(problem for name in LISTS for problem in _given_twice(document, name, ("id",))),
        *_given_twice(document, "members", ("subject",)),
        *_given_twice(document, "partners", ("channel", "address")),
        *_unknown_structures(document),
        *_unfit_deputies(document),
    ]


def coverage_problems(document: Marked, file: TerritoryFile) -> list[Problem]:
    """Without these people an alert would ring nowhere (S2: the coordinator, then the agency)."""
    problems = []
    if not any("coordinator" in member.roles and _is_reachable(member) for member in file.members):
        message = "Il faut au moins un membre « coordinator » avec une adresse électronique ou un mobile français."
        problems.append(document.problem(("members",), message))
    if not any("agency" in member.roles and member.email for member in file.members):
        message = "Il faut au moins un membre « agency » avec une adresse électronique, à qui transmettre les alertes."
        problems.append(document.problem(("members",), message))
    return problems


def _is_reachable(member: MemberSection) -> bool:
    return member.email is not None or (member.phone is not None and is_french_mobile(member.phone))


def _given_twice(document: Marked, name: str, keys: tuple[str, ...]) -> Iterator[Problem]:
    seen: dict[tuple[Any, ...], Path] = {}
    for path, entry in _entries(document, name):
        values = tuple(entry.get(key) for key in keys)
        if not all(isinstance(value, str) for value in values):
            continue
        first = seen.setdefault(values, path)
        if first != path:
            line, _ = document.marks[first]
            yield document.problem((*path, keys[-1]), f"Déjà donné ligne {line} : choisissez une autre valeur.")


def _unknown_structures(document: Marked) -> Iterator[Problem]:
    known = {entry.get("id") for _, entry in _entries(document, "structures")}
    for name in ("members", "partners"):
        for path, entry in _entries(document, name):
            reference = entry.get("structure")
            if isinstance(reference, str) and reference not in known:
                message = f"Aucune structure « {reference} » dans ce fichier : ajoutez-la à `structures`."
                yield document.problem((*path, "structure"), message)


def _unfit_deputies(document: Marked) -> Iterator[Problem]:
    """A deputy gets the messages of whom they stand in for, and must be able to do what these ask."""
    roles = {str(entry.get("id")): _given_roles(entry) for _, entry in _entries(document, "members")}
    for path, entry in _entries(document, "members"):
        deputy = entry.get("deputy")
        if isinstance(deputy, str):
            message = _unfit(deputy, entry, roles)
            if message:
                yield document.problem((*path, "deputy"), message)


def _unfit(deputy: str, entry: Entry, roles: Mapping[str, frozenset[str]]) -> str:
    if deputy == entry.get("id"):
        return "Personne ne se supplée soi-même : nommez quelqu’un d’autre."
    if deputy not in roles:
        return f"Aucun membre « {deputy} » dans ce fichier : ajoutez-le à `members`."
    for role in sorted(_given_roles(entry) & set(FIT)):
        if not roles[deputy] & FIT[role]:
            fit = " ou ".join(f"« {each} »" for each in sorted(FIT[role]))
            return f"Pour suppléer un membre « {role} », il faut le rôle {fit}."
    return ""


def _given_roles(entry: Entry) -> frozenset[str]:
    given = entry.get("roles")
    return frozenset(map(str, given)) if isinstance(given, list) else frozenset()


def _entries(document: Marked, name: str) -> Iterator[tuple[Path, Entry]]:
    whole = document.value if isinstance(document.value, dict) else {}
    entries = whole.get(name)
    for place, entry in enumerate(entries if isinstance(entries, list) else []):
        if isinstance(entry, dict):
            yield (name, place), entry
