"""A partner's system that may speak to a territory, and where these are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from services.alerts.rules.alert import Frozen, Instant, Label
from services.alerts.store import pages_of
from services.alerts.webhooks.sealed_keys import Keys, live
from shared.tables import Absent, ConditionFailed, Equals, Item, Put, TableClient

IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
"""Of a territory or a system, as both stand in the address that messages are posted to."""

_BEGINS = "INBOUND#"


class System(Frozen):
    """A partner's system and its keys; without a live key, whatever it sends is refused."""

    territory_id: str
    id: str
    name: Label
    """French: how people read who said it."""
    keys: Keys
    created_at: Instant
    version: int = 1

    @property
    def context(self) -> dict[str, str]:
        """What its secrets are sealed with."""
        return {"territory": self.territory_id, "inbound": self.id}

    def keys_at(self, now: datetime) -> Keys:
        """The keys that its messages may be signed with."""
        return live(self.keys, now)


class SystemStore:
    """Reads and writes the systems of every territory."""

    def __init__(self, table: TableClient) -> None:
        self._table = table

    def get(self, territory_id: str, system_id: str) -> System | None:
        """The system, or None; what cannot be an identifier is not even asked for."""
        if not IDENTIFIER.fullmatch(territory_id) or not IDENTIFIER.fullmatch(system_id):
            return None
        item = self._table.get(f"T#{territory_id}", f"{_BEGINS}{system_id}")
        return _system(item) if item else None

    def of_territory(self, territory_id: str) -> Iterator[System]:
        """All of them, by identifier."""
        return map(_system, pages_of(self._table, f"T#{territory_id}", _BEGINS))

    def replace(self, before: System | None, after: System) -> bool:
        """Writes it with the next version; False, and nothing written, when it has changed since it was read."""
        moved = after.model_copy(update={"version": before.version + 1 if before else 1})
        keys: Item = {"pk": f"T#{after.territory_id}", "sk": f"{_BEGINS}{after.id}", "kind": "inbound"}
        unmoved = Equals({"version": before.version}) if before else Absent()
        try:
            self._table.write(Put({**moved.model_dump(mode="json"), **keys}, (unmoved,)))
        except ConditionFailed:
            return False
        return True


def _system(item: Item) -> System:
    return System.model_validate({name: item[name] for name in System.model_fields if name in item})
