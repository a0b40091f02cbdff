"""Posts one webhook."""

from collections.abc import Callable
from random import random

from services.alerts.addresses import look_up_within
from services.alerts.channels.posting import Poster
from services.alerts.channels.webhook import Outlet, WebhookChannel
from services.alerts.delivering import Courier
from services.alerts.delivery_store import DeliveryStore
from services.alerts.recent_book import RecentBook
from services.alerts.resources import LEDGER
from services.alerts.store import AlertStore
from services.alerts.work import Work
from shared.address_book import AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.published import ADDRESS_BOOK
from shared.runtime.messages import worker


def build(aws: Aws) -> Callable[[Work], None]:
    clock, ledger = SystemClock(), aws.table(LEDGER)
    book = RecentBook(AddressBook(aws.table(ADDRESS_BOOK)), clock)
    outlet = Outlet(Poster(deadline_s=10), look_up_within(3), aws.allows("VIGIE_LOOPBACK_WEBHOOKS"))
    channel = WebhookChannel(aws.vault(), outlet)
    return Courier(DeliveryStore(ledger), AlertStore(ledger), book, channel, clock, random).deliver


handler = worker(build, Work)
