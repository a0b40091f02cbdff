"""Posts one webhook."""

from collections.abc import Callable
from random import random

from services.alerts.channels.webhook import WebhookChannel
from services.alerts.deliveries.delivering import Courier
from services.alerts.deliveries.recent_book import RecentBook
from services.alerts.deliveries.store import DeliveryStore
from services.alerts.deliveries.work import Work
from services.alerts.endpoints.opening import open_gate
from services.alerts.resources import LEDGER
from services.alerts.store import AlertStore
from shared.address_book import AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.published import ADDRESS_BOOK
from shared.runtime.messages import Counts, worker


def build(aws: Aws) -> Callable[[Work], Counts]:
    clock, ledger = SystemClock(), aws.table(LEDGER)
    book = RecentBook(AddressBook(aws.table(ADDRESS_BOOK)), clock)
    channel = WebhookChannel(open_gate(ledger, aws.vault(), loopback=aws.allows("VIGIE_LOOPBACK_WEBHOOKS")))
    return Courier(DeliveryStore(ledger), AlertStore(ledger), book, channel, clock, random).deliver


handler = worker(build, Work)
