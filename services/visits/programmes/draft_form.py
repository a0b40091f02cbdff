"""The form of a programme: from what is typed to the command, and from refusals back to the fields and lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from services.visits.findings import Findings
from services.visits.given import LONGEST_NUMBER
from services.visits.programmes.commands import MOST_COMMUNES, MOST_NAF, PopulationGiven
from services.visits.programmes.forms import again, read_number
from services.visits.programmes.months import later
from services.visits.programmes.population import read_population
from services.visits.programmes.programme import LONGEST_PROGRAMME, MOST_TARGETS, MOST_VISITS, Programme
from services.visits.programmes.wording import month_label
from services.visits.register.enterprise import SIZE_BANDS
from services.visits.register.folding import fold
from services.visits.wording import LINE_LENGTH
from shared.errors import Invalid
from shared.typed import clean
from shared.web.forms import Form

LIST, CRITERIA = "liste", "criteres"
MESSAGE = "Le programme n’est pas encore enregistré : des informations sont à corriger."
MOST_LINES_TOLD = 40
MONTHS_OFFERED = 19
MONTHS_BEFORE = 6
_SEPARATORS = re.compile(r"[,;\n]+")
_INSEE = re.compile(r"(?:\d{2}|2[AB])\d{3}")
_FIELDS = {"/population": "kind", "/first_month": "first_month", "/structure_id": "structure_id"}


class Line(NamedTuple):
    """A line of the pasted list, by its number."""

    number: int
    text: str


def lines_of(fields: Mapping[str, str]) -> list[Line]:
    """The lines of the pasted list that say something."""
    numbered = enumerate(fields.get("sirets", "").splitlines(), start=1)
    return [Line(number, text.strip()[:LONGEST_NUMBER]) for number, text in numbered if text.strip()]


def read_draft_form(fields: Mapping[str, str], communes: Mapping[str, str]) -> dict[str, Any]:
    """What `DraftProgramme` is made of; raises Invalid by field. `communes` are the labels of the register, by INSEE code."""
    findings = Findings(MESSAGE)
    title = str(clean(fields.get("title", "")))
    if not 0 < len(title) <= LINE_LENGTH:
        findings.add("title", f"Donnez un intitulé de {LINE_LENGTH} caractères au plus.")
    draft = {
        "title": title,
        "structure_id": fields.get("structure_id") or None,
        "first_month": fields.get("first_month", ""),
        "months": _number(fields, "months", LONGEST_PROGRAMME, findings),
        "per_month": _number(fields, "per_month", MOST_VISITS, findings),
        "population": _population(fields, communes, findings),
    }
    if len(fields.get("first_month", "")) != len("2026-11"):
        findings.add("first_month", "Choisissez le premier mois.")
    findings.conclude()
    return draft


def refused_form(fields: Mapping[str, str], error: Invalid) -> tuple[Form, list[Line]]:
    """The form again with its messages, and what is wrong with lines of the pasted list."""
    lines = lines_of(fields)
    wrong: list[Line] = []
    errors: dict[str, str] = {}
    for pointer, message in error.fields.items():
        _, _, rank = pointer.partition("/population/sirets/")
        if rank:
            wrong.append(Line(lines[int(rank)].number, message))
        else:
            errors.setdefault(_field(pointer), message)
    if wrong:
        errors["sirets"] = "Une ligne est à corriger." if len(wrong) == 1 else f"{len(wrong)} lignes sont à corriger."
    return again(fields, error, errors), wrong[:MOST_LINES_TOLD]


def values_of(programme: Programme) -> dict[str, str]:
    """What the form of a draft shows."""
    population = programme.population
    bands = {f"size-{code}": "oui" for code in population.size_bands}
    return bands | {
        "title": programme.title,
        "first_month": programme.first_month,
        "months": str(programme.months),
        "per_month": str(programme.per_month),
        "kind": LIST if population.is_list else CRITERIA,
        "communes": ", ".join(population.communes),
        "naf": ", ".join(population.naf),
        "sirets": "\n".join(population.sirets),
    }


def months_offered(current: str) -> list[tuple[str, str]]:
    """The first months to choose from."""
    offered = (later(current, rank - MONTHS_BEFORE) for rank in range(MONTHS_OFFERED))
    return [(month, month_label(month)) for month in offered]


def _number(fields: Mapping[str, str], name: str, most: int, findings: Findings) -> int | None:
    with findings.at(name):
        return read_number(fields.get(name, ""), most)
    return None


def _population(fields: Mapping[str, str], communes: Mapping[str, str], findings: Findings) -> PopulationGiven | None:
    kind = fields.get("kind")
    if kind == LIST:
        population = PopulationGiven(
            sirets=_at_most(MOST_TARGETS, [line.text for line in lines_of(fields)], "sirets", findings)
        )
    elif kind == CRITERIA:
        population = PopulationGiven(
            communes=_communes(fields.get("communes", ""), communes, findings),
            naf=_at_most(MOST_NAF, list(_tokens(fields.get("naf", ""))), "naf", findings),
            size_bands=tuple(code for code in SIZE_BANDS if fields.get(f"size-{code}") == "oui"),
        )
    else:
        findings.add("kind", "Choisissez : des critères, ou une liste de SIRET.")
        return None
    # Told with the rest; the command itself is checked again where it is carried out.
    read_population(population, findings)
    return population


def _communes(text: str, communes: Mapping[str, str], findings: Findings) -> tuple[str, ...]:
    """INSEE codes, from codes or names of communes that have enterprises in the register."""
    codes = {fold(label): code for code, label in communes.items()}
    found = []
    for token in _tokens(text):
        code = token.upper() if _INSEE.fullmatch(token.upper()) else codes.get(fold(token))
        if code is None:
            findings.add(
                "communes", f"« {token} » n’est pas une commune du registre : vérifiez le nom, ou donnez le code INSEE."
            )
        elif code not in found:
            found.append(code)
    return _at_most(MOST_COMMUNES, found, "communes", findings)


def _tokens(text: str) -> Iterator[str]:
    return (token.strip()[:LONGEST_NUMBER] for token in _SEPARATORS.split(text) if token.strip())


def _at_most(most: int, values: list[str], name: str, findings: Findings) -> tuple[str, ...]:
    """The values, as many as may be; a refusal is noted when there are more."""
    if len(values) > most:
        findings.add(name, f"{len(values)} valeurs : au plus {most}. Précisez, ou faites plusieurs programmes.")
    return tuple(values[:most])


def _field(pointer: str) -> str:
    """The field of a JSON pointer: `/population/communes/2` is `communes`."""
    known = _FIELDS.get(pointer)
    return known or next((part for part in pointer.split("/") if part not in {"", "population"}), pointer)
