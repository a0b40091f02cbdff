"""Sends one e-mail."""

from collections.abc import Callable
from random import random

from services.alerts.channels.email import EmailChannel
from services.alerts.channels.restraints import Restraints
from services.alerts.deliveries.delivering import Courier
from services.alerts.deliveries.recent_book import RecentBook
from services.alerts.deliveries.store import DeliveryStore
from services.alerts.deliveries.work import Work
from services.alerts.messages.links import Links
from services.alerts.resources import LEDGER, LINK_KEY, PROOFS
from services.alerts.store import AlertStore
from shared.address_book import AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.published import ADDRESS_BOOK
from shared.runtime.messages import Counts, worker


def build(aws: Aws) -> Callable[[Work], Counts]:
    clock, ledger = SystemClock(), aws.table(LEDGER)
    book = RecentBook(AddressBook(aws.table(ADDRESS_BOOK)), clock)
    links = Links(lambda: aws.secret(LINK_KEY), aws.setting("VIGIE_PUBLIC_URL"))
    channel = EmailChannel(aws.mailer(), aws.bucket(PROOFS), links, Restraints(ledger))
    return Courier(DeliveryStore(ledger), AlertStore(ledger), book, channel, clock, random).deliver


handler = worker(build, Work)
