"""Makes happen, every minute, what should have happened by now."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from services.alerts.deliveries.relaying import Relay, queues
from services.alerts.deliveries.store import DeliveryStore
from services.alerts.resources import LEDGER
from services.alerts.store import AlertStore
from services.alerts.use_cases.desk import Desk
from services.alerts.use_cases.sweeping import Sweep
from shared.address_book import AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.ids import new_id
from shared.outbox import Outbox
from shared.published import ADDRESS_BOOK, Registry
from shared.runtime.schedules import scheduled


def build(aws: Aws) -> Callable[[], Mapping[str, int]]:
    clock, table = SystemClock(), aws.table(LEDGER)
    book = aws.table(ADDRESS_BOOK)
    desk = Desk(AlertStore(table), AddressBook(book), clock, new_id)
    relay = Relay(Outbox(table, aws.bus()), queues(aws.queue), clock)
    return Sweep(table, desk, DeliveryStore(table), relay, Registry(book)).run


handler = scheduled(build)
