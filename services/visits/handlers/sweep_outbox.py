"""Relays the facts of visits that the stream did not."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from services.visits.relaying import Sweep
from services.visits.service import VISITS
from shared.address_book import ADDRESS_BOOK, AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.outbox import Outbox
from shared.runtime import scheduled


def build(aws: Aws) -> Callable[[], Mapping[str, int]]:
    book = AddressBook(aws.table(ADDRESS_BOOK))
    return Sweep(Outbox(aws.table(VISITS), aws.bus()), book, SystemClock()).run


handler = scheduled(build)
