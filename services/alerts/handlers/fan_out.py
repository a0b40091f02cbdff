"""Writes the next page of a round of deliveries."""

from collections.abc import Callable

from services.alerts.deliveries.fanning_out import FanOut
from services.alerts.deliveries.recent_book import RecentBook
from services.alerts.deliveries.store import DeliveryStore
from services.alerts.deliveries.work import Work
from services.alerts.resources import LEDGER
from services.alerts.store import AlertStore
from shared.address_book import AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.published import ADDRESS_BOOK
from shared.runtime.messages import worker


def build(aws: Aws) -> Callable[[Work], None]:
    clock, ledger = SystemClock(), aws.table(LEDGER)
    book = RecentBook(AddressBook(aws.table(ADDRESS_BOOK)), clock)
    return FanOut(DeliveryStore(ledger), AlertStore(ledger), book, clock).advance


handler = worker(build, Work)
