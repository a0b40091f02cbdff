"""The alerts of an environment as an operator opens them: the service's own stores and use cases; and a rehearsal of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from console.environment import resources
from services.alerts.deliveries.store import DeliveryStore
from services.alerts.resources import LEDGER
from services.alerts.rules.alert import Alert
from services.alerts.store import AlertStore
from services.alerts.use_cases.desk import Desk
from shared.address_book import AddressBook
from shared.clock import Clock, SystemClock
from shared.errors import NotFound
from shared.ids import new_id
from shared.published import ADDRESS_BOOK, Registry
from shared.tables import Item, Page, Put, TableClient, Write
from shared.topology import Table


class Rehearsal:
    """A table that is read as it is and never written: what a use case would have written is in `writes`."""

    def __init__(self, table: TableClient) -> None:
        self._table = table
        self.get, self.get_many = table.get, table.get_many
        self.writes: list[Write] = []

    def query(self, pk: str, **options: Any) -> Page:
        return self._table.query(pk, **options)

    def write(self, *writes: Write) -> None:
        self.writes += writes

    def put_many(self, items: Sequence[Item]) -> None:
        self.writes += map(Put, items)


@dataclass(frozen=True)
class Ledger:
    """Where alerts and deliveries are; `rehearsal` is their table when nothing may be written."""

    desk: Desk
    deliveries: DeliveryStore
    registry: Registry
    rehearsal: Rehearsal | None = None

    @property
    def clock(self) -> Clock:
        return self.desk.clock

    def territories(self, chosen: str) -> list[str]:
        """The one that was chosen, or all of them; raises NotFound."""
        known = self.registry.territory_ids()
        if chosen and chosen not in known:
            raise NotFound(f"Aucun territoire « {chosen} ». Connus : {', '.join(known) or 'aucun'}.")
        return [chosen] if chosen else known

    def alert(self, alert_id: str) -> Alert:
        """The alert, whichever territory it belongs to; raises NotFound."""
        for territory_id in self.registry.territory_ids():
            found = self.desk.store.find(territory_id, alert_id)
            if found:
                return found
        raise NotFound(f"Aucune alerte « {alert_id} ».")

    def open_alerts(self, chosen: str) -> Iterator[Alert]:
        """Those that are open, territory by territory, the nearest deadline first."""
        for territory_id in self.territories(chosen):
            yield from (standing.alert for standing in self.desk.store.standing(territory_id))


def ledger(stage: str, *, dry_run: bool = False) -> Ledger:
    """The ledger of a stage; in a dry run nothing is written whatever is done with it."""
    declared = Table(LEDGER.name, indexes=LEDGER.indexes, service="alerts")
    aws = resources(stage, [declared, ADDRESS_BOOK])
    return of_tables(aws.table(declared), aws.table(ADDRESS_BOOK), SystemClock(), dry_run=dry_run)


def of_tables(table: TableClient, addresses: TableClient, clock: Clock, *, dry_run: bool = False) -> Ledger:
    """The ledger over these two tables."""
    rehearsal = Rehearsal(table) if dry_run else None
    used = rehearsal or table
    desk = Desk(AlertStore(used), AddressBook(addresses), clock, new_id)
    return Ledger(desk, DeliveryStore(used), Registry(addresses), rehearsal)
