"""Relays what the stream left in the outbox: a stream forgets after a day, a bus may be down longer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from services.visits.resources import VISITS
from shared.aws import Aws
from shared.clock import SystemClock
from shared.outbox import Outbox, OutboxSweep
from shared.published import ADDRESS_BOOK, Registry
from shared.runtime.schedules import scheduled


def build(aws: Aws) -> Callable[[], Mapping[str, int]]:
    book = aws.table(ADDRESS_BOOK)
    return OutboxSweep(Outbox(aws.table(VISITS), aws.bus()), Registry(book), SystemClock()).run


handler = scheduled(build)
