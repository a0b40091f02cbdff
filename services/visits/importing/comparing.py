"""Compares what a file says with what the register knows: only what changes is ever written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

from services.visits.importing.assembling import unnamed
from services.visits.register.enterprise import UNSIZED, Enterprise, digest, renewed

Outcome = Literal["new", "changed", "closed", "unchanged", "left_closed"]
OUTCOMES: dict[Outcome, str] = {
    "new": "Nouvelles",
    "changed": "Modifiées",
    "closed": "Fermées",
    "unchanged": "Inchangées",
    "left_closed": "Déjà fermées, inconnues du registre",
}
WRITTEN: frozenset[Outcome] = frozenset({"new", "changed", "closed"})
UNSAID_BY_SIRENE = ("reference", "naf_2025", "address")
"""What SIRENE's file may lack without meaning that it is no more."""
IDENTITY = frozenset({"id", "territory_id", "source", "merged_into", "recorded_on"})


class Register(Protocol):
    """What the register answers to a comparison."""

    def digests(self, territory_id: str, enterprise_ids: Sequence[str]) -> dict[str, str]:
        """The digests of those that it knows, by id."""
        ...

    def known(self, territory_id: str, enterprise_ids: Sequence[str]) -> dict[str, Enterprise]:
        """Those that it knows, by id."""
        ...


class Comparison(NamedTuple):
    """How many of each outcome, and what there is to write."""

    counts: Counter[str]
    to_write: list[Enterprise]


def compare(read: Sequence[Enterprise], territory_id: str, register: Register) -> Comparison:
    """Compares enterprises of one territory by their digests, and looks closer at those that differ."""
    digests = register.digests(territory_id, [enterprise.id for enterprise in read])
    unusual = [enterprise for enterprise in read if digests.get(enterprise.id) != digest(enterprise)]
    known = register.known(territory_id, [each.id for each in unusual if each.id in digests])
    counts: Counter[str] = Counter({"unchanged": len(read) - len(unusual)})
    to_write: list[Enterprise] = []
    for enterprise in unusual:
        outcome, result = judged(known.get(enterprise.id), enterprise)
        counts[outcome] += 1
        if outcome in WRITTEN:
            to_write.append(result)
    return Comparison(counts, to_write)


def judged(known: Enterprise | None, read: Enterprise) -> tuple[Outcome, Enterprise]:
    """What becomes of one enterprise, and the record that says so."""
    if known is None:
        return ("left_closed" if read.state == "closed" else "new"), read
    result = reconciled(known, read)
    if digest(result) == digest(known):
        return "unchanged", known
    return ("closed" if known.state == "active" and result.state == "closed" else "changed"), result


def reconciled(known: Enterprise, read: Enterprise) -> Enterprise:
    """The known record after what a source says of it; what people decided, a merge, stays decided.

    SIRENE prevails: it replaces, but for what it does not say. A territory's own file only completes a record of SIRENE;
    it replaces another record where its cells are filled.
    """
    if read.source == "sirene":
        return renewed(known, read.model_copy(update=_unsaid(known, read)))
    given = read.model_dump(exclude_defaults=True, exclude=set(IDENTITY))
    if known.source == "sirene":
        return known.model_copy(update={name: value for name, value in given.items() if _is_empty(known, name)})
    return known.model_copy(update=given | {"source": read.source, "recorded_on": read.recorded_on})


def _unsaid(known: Enterprise, read: Enterprise) -> dict[str, object]:
    if not read.diffusible:
        return {"reference": read.reference or known.reference}
    kept: dict[str, object] = {name: getattr(known, name) for name in UNSAID_BY_SIRENE if getattr(read, name) is None}
    if read.siret and read.name == unnamed(read.siret) and known.diffusible:
        kept["name"] = known.name
    return kept


def _is_empty(known: Enterprise, name: str) -> bool:
    return getattr(known, name) in {None, UNSIZED} and (known.diffusible or name == "reference")
