"""Hears what became of e-mails and texts."""

from collections.abc import Callable, Mapping

from services.alerts.deliveries.recent_book import RecentBook
from services.alerts.deliveries.silences import Silences
from services.alerts.deliveries.store import DeliveryStore
from services.alerts.provider_events.hearing import Hearing
from services.alerts.provider_events.reading import ProviderWord, read_word
from services.alerts.resources import LEDGER
from services.alerts.store import AlertStore
from shared.address_book import AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.published import ADDRESS_BOOK
from shared.runtime.messages import listener


def build(aws: Aws) -> Callable[[ProviderWord], Mapping[str, int]]:
    clock, ledger = SystemClock(), aws.table(LEDGER)
    book = RecentBook(AddressBook(aws.table(ADDRESS_BOOK)), clock)
    return Hearing(DeliveryStore(ledger), AlertStore(ledger), book, Silences(ledger), clock).hear


handler = listener(build, read_word)
