"""Publishes the events of the directory that the stream did not carry out in time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from services.directory.sweeping import Sweeping
from shared.address_book import ADDRESS_BOOK, AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.outbox import Outbox
from shared.runtime import scheduled


def build(aws: Aws) -> Callable[[], Mapping[str, int]]:
    table = aws.table(ADDRESS_BOOK)
    return Sweeping(AddressBook(table), Outbox(table, aws.bus()), SystemClock())


handler = scheduled(build)
