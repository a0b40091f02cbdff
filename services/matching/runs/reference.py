"""What a run reads of the reference: the tables of métiers, the communes, and the passerelles that are declared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Protocol

from services.matching.reference.communes import Communes
from services.matching.reference.passerelles import Declared
from services.matching.reference.tables import Tables

DIGITS = 12


@dataclass(frozen=True, eq=False)
class Reference:
    """One version of everything that is not said by the jobs themselves."""

    tables: Tables
    communes: Communes
    declared: tuple[Declared, ...] = ()
    """In any order; those of other days too."""

    @cached_property
    def version(self) -> str:
        """The tables' own version, then a digest of what may change without it: inferences, places, declarations."""
        places = (self.communes.codes, self.communes.latitude, self.communes.longitude)
        digest = sha256(self.tables.inferred.tobytes())
        for column in places:
            digest.update(column.tobytes())
        digest.update(repr(sorted(map(repr, self.declared))).encode())
        return f"{self.tables.version}+{digest.hexdigest()[:DIGITS]}"


class References(Protocol):
    """Where a territory's reference is found."""

    def of(self, territory_id: str) -> Reference:
        """The versions in use. Raises NotFound, Unavailable, Unreadable."""
        ...
