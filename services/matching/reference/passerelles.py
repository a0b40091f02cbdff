"""Passerelles that a territory or a branch declares: from one métier to another through a training, with its author."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from services.matching.reference.lines import Cells, Read, day, folded, needed, read_lines, whole
from services.matching.reference.release import CODE
from shared.errors import Invalid

COLUMNS = (
    "origine",
    "cible",
    "auteur",
    "déclarée le",
    "formation",
    "heures",
    "certification",
    "note",
    "valable du",
    "valable au",
)
MOST_HOURS = 5000
BEST = 1000


class Declared(NamedTuple):
    """A declared passerelle; it holds one way only."""

    origin: str
    target: str
    author: str
    declared_on: date
    training: str
    """What leads from one to the other; "" when no training is needed."""
    hours: int
    certification: str
    """What the training ends with; "" for none."""
    grade: int
    """How much its author vouches for it, 0 to 1,000."""
    valid_from: date
    valid_to: date | None
    """The last day; None goes on."""

    def holds_on(self, on: date) -> bool:
        """Whether it can be used that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


def read_declared(content: bytes, name: str, known: Collection[str] | None = None) -> Read[Declared]:
    """The passerelles of a CSV file with the columns COLUMNS; `known` are the codes of the reference in place.

    One author says one thing of a pair from a day on: said again, the line is refused.
    """
    said: set[tuple[str, ...]] = set()

    def parse(cells: Cells) -> Declared:
        declared = _declared(cells, known)
        key = (declared.origin, declared.target, folded(declared.author), str(declared.valid_from))
        if key in said:
            raise Invalid(f"{declared.origin} → {declared.target} est déjà déclarée plus haut par cet auteur")
        said.add(key)
        return declared

    return read_lines(content, name, COLUMNS, parse)


def _declared(cells: Cells, known: Collection[str] | None) -> Declared:
    origin, target = _code(cells, "origine", known), _code(cells, "cible", known)
    if origin == target:
        raise Invalid(f"origine et cible sont le même métier, {origin}")
    declared = Declared(
        origin=origin,
        target=target,
        author=needed(cells["auteur"], "auteur"),
        declared_on=day(cells["déclarée le"], "déclarée le"),
        training=cells["formation"],
        hours=whole(cells["heures"] or "0", "heures", 0, MOST_HOURS),
        certification=cells["certification"],
        grade=whole(cells["note"], "note", 0, BEST),
        valid_from=day(cells["valable du"], "valable du"),
        valid_to=day(cells["valable au"], "valable au") if cells["valable au"] else None,
    )
    return _coherent(declared)


def _coherent(declared: Declared) -> Declared:
    if declared.hours and not declared.training:
        raise Invalid("des heures sans formation : dites laquelle")
    if declared.valid_to and declared.valid_to < declared.valid_from:
        raise Invalid("la fin de validité précède son début")
    return declared


def _code(cells: Cells, column: str, known: Collection[str] | None) -> str:
    code = cells[column].upper()
    if not CODE.fullmatch(code):
        raise Invalid(f"{column} : « {cells[column][:20]} » n’est pas un code du ROME, comme H2913")
    if known is not None and code not in known:
        raise Invalid(f"{column} : {code} n’est pas dans le référentiel en place")
    return code
