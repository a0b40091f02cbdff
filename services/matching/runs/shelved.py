"""The reference in use, read from its shelf; what nobody has loaded yet comes from the demonstration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from services.matching.reference import shipped
from services.matching.reference.communes import load_communes
from services.matching.reference.passerelles import Declared, read_declared
from services.matching.reference.shelf import Shelf
from services.matching.reference.tables import Tables, load, tables_of
from services.matching.runs.reference import Reference

T = TypeVar("T")
DEMONSTRATION = "demonstration"


@dataclass(frozen=True)
class ShelvedReferences:
    """Reads each part again only when another version is in use: a function that stays warm keeps what it has."""

    shelf: Shelf
    _kept: dict[str, tuple[str, Any]] = field(default_factory=dict)

    def of(self, territory_id: str) -> Reference:
        """Declared passerelles are those of the territory; those of the demonstration only go with its métiers."""
        found = self.shelf.version("rome")
        return Reference(
            tables=self._part("rome", load, _demonstration),
            communes=self._part("communes", load_communes, shipped.communes),
            declared=self._part(f"passerelles/{territory_id}", _declared, tuple if found else shipped.declared),
        )

    def _part(self, part: str, read: Callable[[bytes], T], otherwise: Callable[[], T]) -> T:
        version = self.shelf.version(part)
        name = version or f"{DEMONSTRATION}-{otherwise.__name__}"
        if part not in self._kept or self._kept[part][0] != name:
            self._kept[part] = name, read(self.shelf.content(part)) if version else otherwise()
        known: T = self._kept[part][1]
        return known


def _demonstration() -> Tables:
    return tables_of(shipped.demonstration())


def _declared(content: bytes) -> tuple[Declared, ...]:
    return read_declared(content, "passerelles").whole()
