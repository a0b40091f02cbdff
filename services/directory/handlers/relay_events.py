"""Publishes each event of the directory as soon as its transaction is in the table's stream."""

from __future__ import annotations

from collections.abc import Callable

from shared.address_book import ADDRESS_BOOK
from shared.aws import Aws
from shared.outbox import Outbox
from shared.runtime import follower
from shared.tables import Item


def build(aws: Aws) -> Callable[[Item], None]:
    return Outbox(aws.table(ADDRESS_BOOK), aws.bus()).follow


handler = follower(build)
