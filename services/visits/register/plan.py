"""The way through the register's indexes that a search takes: a list of key ranges, the largest enterprises first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from services.visits.establishment import SIREN_DIGITS
from services.visits.register.criteria import Criteria
from services.visits.register.enterprise import SIZE_BANDS, name_pk, place_pk, siren_pk, size_pk
from services.visits.register.folding import KEY_LENGTH, fold

TELLING_LETTERS = 4
"""From so many letters on, a name is rarer than what a commune or an activity holds, and is looked up first."""
FULL_NAF = len("29.32Z")


class Range(NamedTuple):
    """The items of one partition whose sort key begins so."""

    within: str | None
    """The index; None is the table itself."""
    pk: str
    begins: str = ""


def plan(territory_id: str, criteria: Criteria) -> tuple[Range, ...]:
    """At most one range a band of headcount, which together hold all that the criteria can find, each once."""
    if criteria.siret_or_siren:
        return (_numbered(territory_id, criteria.siret_or_siren),)
    folded = fold(criteria.name)[:KEY_LENGTH] if criteria.name else ""
    telling = len(folded) >= TELLING_LETTERS
    if criteria.insee and not telling:
        return tuple(_in_commune(territory_id, criteria.insee, criteria, folded))
    if telling or (folded and not criteria.naf):
        return (Range("name", name_pk(territory_id, folded), folded),)
    return tuple(_by_size(territory_id, criteria))


def bands_of(criteria: Criteria) -> tuple[str, ...]:
    """The bands that may hold an answer, the largest first, the unknown last."""
    return tuple(reversed(criteria.size_bands or tuple(SIZE_BANDS)))


def _numbered(territory_id: str, digits: str) -> Range:
    return Range(None, siren_pk(territory_id, digits[:SIREN_DIGITS]), digits)


def _in_commune(territory_id: str, insee: str, criteria: Criteria, folded: str) -> Iterable[Range]:
    naf = criteria.naf or ""
    known = f"{naf}#{folded}" if len(naf) == FULL_NAF else naf
    for band in bands_of(criteria):
        yield Range("place", place_pk(territory_id, insee), f"{band}#{known}")


def _by_size(territory_id: str, criteria: Criteria) -> Iterable[Range]:
    naf = criteria.naf or ""
    for band in bands_of(criteria):
        yield Range("size", size_pk(territory_id, band), naf)
