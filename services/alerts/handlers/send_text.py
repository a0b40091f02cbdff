"""Sends one text message."""

from collections.abc import Callable
from random import random

from services.alerts.channels.sms import SmsChannel
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
    channel = SmsChannel(aws.texter(), aws.setting("VIGIE_PUBLIC_URL"))
    return Courier(DeliveryStore(ledger), AlertStore(ledger), book, channel, clock, random).deliver


handler = worker(build, Work)
