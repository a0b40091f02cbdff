"""The tables that the directory publishes to the other services, and the list of territories that sweeps go through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shared.resources import Table
from shared.tables import Item, TableClient

ADDRESS_BOOK = Table("address-book", service="directory", keys=("T#", "USER#", "TERRITORIES"))
SESSIONS = Table("sessions", service="directory", keys=("SESSION#",))
REGISTRY = "TERRITORIES"


@dataclass(frozen=True)
class Registry:
    """Every territory of an environment, as the address book's table knows them."""

    table: TableClient

    def territory_ids(self) -> list[str]:
        """The ids of all territories, in their order."""
        return [str(item["sk"]) for item in partition(self.table, REGISTRY)]


def partition(table: TableClient, pk: str) -> Iterator[Item]:
    """All items of a partition, page after page."""
    cursor: str | None = None
    while True:
        page = table.query(pk, limit=500, cursor=cursor)
        yield from page.items
        cursor = page.cursor
        if cursor is None:
            return
