"""Finds likely duplicates of an enterprise among a bounded number of candidates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.visits.register.enterprise import NAME_LETTERS, Enterprise
from services.visits.register.folding import fold
from services.visits.register.near import Candidate, candidate
from services.visits.register.store import RegisterStore

SHARED_LETTERS = (10, 5)
"""A likely duplicate begins with the same letters: as many are tried first, then fewer."""
MOST_NEIGHBOURS = 60
"""Records of the index that are compared for each beginning."""
MOST_SIBLINGS = 40
MOST_PROPOSED = 5


@dataclass(frozen=True)
class LikelyDuplicates:
    """An enterprise, and what may be the same, the likeliest first."""

    enterprise: Enterprise
    candidates: tuple[Candidate, ...]


def likely_duplicates(enterprise: Enterprise, store: RegisterStore) -> LikelyDuplicates:
    """At most five, out of at most 160 records that are read: same SIREN, or names that begin alike."""
    known = {other.id: other for other in _neighbours(enterprise, store) if other.merged_into is None}
    found = filter(None, (candidate(enterprise, other) for other in known.values()))
    ordered = sorted(found, key=lambda each: (-each.score, each.enterprise.siret is None, each.enterprise.id))
    return LikelyDuplicates(enterprise, tuple(ordered[:MOST_PROPOSED]))


def unregistered_with_duplicates(
    store: RegisterStore, territory_id: str, limit: int, cursor: str | None
) -> tuple[list[LikelyDuplicates], str | None]:
    """A page of the enterprises without a SIRET that nothing stands for yet, each with what it may be, and a cursor.

    At most 120 records are read for each of them.
    """
    page = store.unregistered(territory_id, limit, cursor)
    standing = [enterprise for enterprise in page.enterprises if enterprise.merged_into is None]
    return [likely_duplicates(enterprise, store) for enterprise in standing], page.cursor


def _neighbours(enterprise: Enterprise, store: RegisterStore) -> Iterator[Enterprise]:
    territory_id, folded = enterprise.territory_id, fold(enterprise.name)
    if enterprise.siren:
        yield from store.of_siren(territory_id, enterprise.siren, MOST_SIBLINGS)
    for begins in dict.fromkeys(folded[:letters] for letters in SHARED_LETTERS):
        if len(begins) >= NAME_LETTERS:
            yield from store.beginning_with(territory_id, begins, MOST_NEIGHBOURS)
