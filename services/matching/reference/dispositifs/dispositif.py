"""The dispositifs that pay or frame a move from one job to another, each version of their rules with its dates."""

from __future__ import annotations

import json
import operator
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from services.matching.reference.dispositifs.facts import CONTRACTS, Fact, Value, known_fact
from services.matching.reference.lines import Cells, day, decoded, needed, read_lines, whole
from services.matching.reference.packed import unreadable
from shared.errors import Invalid

FOLDER = Path(__file__).parent
DISPOSITIFS, CONDITIONS = "dispositifs.csv", "conditions.csv"
KINDS = ("formation", "accompagnement", "recrutement", "pret", "certification", "financement", "immersion")
MODES = ("reconversion", "loan", "passerelle", "hire", "immersion")
COLUMNS = (
    "code",
    "nature",
    "nom",
    "source",
    "lien",
    "valable du",
    "valable au",
    "remplacé par",
    "heures min",
    "heures max",
    "mois",
    "salaire maintenu",
    "contrats",
    "modes",
    "à vérifier",
)
CONDITION_COLUMNS = ("code", "valable du", "exigence", "fait", "test", "valeur", "source")
MOST_HOURS = 5000
MOST_MONTHS = 120
AMONG = "parmi"
_TESTS: Mapping[str, Callable[[int, int], bool]] = {">=": operator.ge, "<=": operator.le}


class Condition(NamedTuple):
    """A fact and what it has to be."""

    fact: Fact
    test: str
    value: Value | tuple[Value, ...]
    source: str

    def holds(self, facts: Mapping[str, Value]) -> bool | None:
        """Whether it is met; None when the fact is not known."""
        known = facts.get(self.fact.name)
        if known is None:
            return None
        if isinstance(self.value, tuple):
            return known in self.value
        if self.test in _TESTS:
            return _TESTS[self.test](int(known), int(self.value))
        return known == self.value


class Requirement(NamedTuple):
    """What a dispositif requires: one of its conditions is enough."""

    text: str
    conditions: tuple[Condition, ...]

    def holds(self, facts: Mapping[str, Value]) -> bool | None:
        """Whether it is met; None when facts that are not known could meet it."""
        results = [condition.holds(facts) for condition in self.conditions]
        if True in results:
            return True
        return None if None in results else False


@dataclass(frozen=True)
class Dispositif:
    """One version of the rules of a dispositif."""

    code: str
    kind: str
    name: str
    legal_source: str
    url: str
    valid_from: date
    valid_to: date | None
    """The last day; None goes on."""
    successor: str
    """The code of what replaces it after its last day; "" for nothing."""
    least_hours: int | None
    """Of training, in all cases; None for no bound."""
    most_hours: int | None
    months: int | None
    """At most, in all cases."""
    protects_wage: bool
    """Whether the wage goes on while it lasts."""
    contracts: frozenset[str]
    """That it may lead to."""
    modes: frozenset[str]
    """Of the matches it can serve."""
    to_verify: str
    """What is still to be compared with the texts; "" for nothing."""
    requirements: tuple[Requirement, ...] = ()

    def valid_on(self, on: date) -> bool:
        """Whether these rules are in force that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


Versions = Mapping[tuple[str, date], tuple[Requirement, ...]]


def shipped_dispositifs() -> tuple[Dispositif, ...]:
    """The decision table that comes with the product, by code, then by date."""
    return read_dispositifs((FOLDER / DISPOSITIFS).read_bytes(), (FOLDER / CONDITIONS).read_bytes())


def read_dispositifs(dispositifs: bytes, conditions: bytes) -> tuple[Dispositif, ...]:
    """The decision table of two CSV files; raises Invalid, telling every wrong line."""
    required = _requirements(conditions)
    rows = read_lines(dispositifs, DISPOSITIFS, COLUMNS, lambda cells: _dispositif(cells, required)).whole()
    versions = sorted(rows, key=lambda row: (row.code, row.valid_from))
    _check(versions, required)
    return tuple(versions)


def dump_dispositifs(dispositifs: bytes, conditions: bytes) -> bytes:
    """Both files as one JSON, as they were written."""
    texts = {DISPOSITIFS: decoded(dispositifs), CONDITIONS: decoded(conditions)}
    return json.dumps(texts, ensure_ascii=False).encode()


def load_dispositifs(content: bytes) -> tuple[Dispositif, ...]:
    """The decision table that `dump_dispositifs` kept; raises Unreadable for anything else."""
    try:
        texts = json.loads(content)
        return read_dispositifs(texts[DISPOSITIFS].encode(), texts[CONDITIONS].encode())
    except (ValueError, KeyError, TypeError, AttributeError, Invalid) as error:
        raise unreadable() from error


def _check(versions: Sequence[Dispositif], required: Versions) -> None:
    """Versions follow one another, successors exist, no condition is left aside."""
    codes = {version.code for version in versions}
    for before, after in pairwise(versions):
        if before.code == after.code and (before.valid_to is None or before.valid_to >= after.valid_from):
            raise Invalid(f"{DISPOSITIFS} : deux versions de « {before.code} » valent le même jour.")
    if lost := {version.successor for version in versions} - codes - {""}:
        raise Invalid(f"{DISPOSITIFS} : {', '.join(sorted(lost))} remplace sans être défini.")
    if stray := set(required) - {(version.code, version.valid_from) for version in versions}:
        told = ", ".join(f"{code} du {start:%d/%m/%Y}" for code, start in sorted(stray))
        raise Invalid(f"{CONDITIONS} : {told} n’est pas dans {DISPOSITIFS}.")


def _dispositif(cells: Cells, required: Versions) -> Dispositif:
    code, start = needed(cells["code"], "code"), day(cells["valable du"], "valable du")
    return Dispositif(
        code=code,
        kind=_one_of(cells["nature"], "nature", KINDS),
        name=needed(cells["nom"], "nom"),
        legal_source=needed(cells["source"], "source", 400),
        url=_url(cells["lien"]),
        valid_from=start,
        valid_to=day(cells["valable au"], "valable au") if cells["valable au"] else None,
        successor=cells["remplacé par"],
        least_hours=_bound(cells, "heures min", MOST_HOURS),
        most_hours=_bound(cells, "heures max", MOST_HOURS),
        months=_bound(cells, "mois", MOST_MONTHS),
        protects_wage=_one_of(cells["salaire maintenu"], "salaire maintenu", ("oui", "non")) == "oui",
        contracts=frozenset(_one_of(each, "contrats", CONTRACTS) for each in cells["contrats"].split()),
        modes=frozenset(_one_of(each, "modes", MODES) for each in cells["modes"].split()),
        to_verify=cells["à vérifier"],
        requirements=required.get((code, start), ()),
    )


def _requirements(content: bytes) -> Versions:
    """By code and first day; the lines of one requirement are its alternatives, in their order."""
    grouped: dict[tuple[str, date], dict[str, list[Condition]]] = defaultdict(lambda: defaultdict(list))
    for key, text, condition in read_lines(content, CONDITIONS, CONDITION_COLUMNS, _condition).whole():
        grouped[key][text].append(condition)
    return {
        key: tuple(Requirement(text, tuple(conditions)) for text, conditions in texts.items())
        for key, texts in grouped.items()
    }


def _condition(cells: Cells) -> tuple[tuple[str, date], str, Condition]:
    key = needed(cells["code"], "code"), day(cells["valable du"], "valable du")
    fact, test = known_fact(cells["fait"]), _one_of(cells["test"], "test", ("=", AMONG, *_TESTS))
    among = tuple(fact.read(each) for each in cells["valeur"].split())
    value = among if test == AMONG else fact.read(cells["valeur"])
    return key, needed(cells["exigence"], "exigence"), Condition(fact, test, value, needed(cells["source"], "source"))


def _bound(cells: Cells, column: str, most: int) -> int | None:
    return whole(cells[column], column, 0, most) if cells[column] else None


def _one_of(text: str, column: str, allowed: Sequence[str]) -> str:
    if text not in allowed:
        raise Invalid(f"{column} : « {text[:20]} », attendu {', '.join(allowed)}")
    return text


def _url(text: str) -> str:
    if not text.startswith("https://"):
        raise Invalid("lien : une adresse qui commence par https://")
    return text
