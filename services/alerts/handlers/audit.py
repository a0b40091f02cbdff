"""Looks, every five minutes, at whether each open alert will be looked at in time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aws_lambda_powertools import Logger

from services.alerts.deliveries.store import DeliveryStore
from services.alerts.resources import LEDGER
from services.alerts.store import AlertStore
from services.alerts.use_cases.auditing import Audit
from services.alerts.use_cases.desk import Desk
from shared.address_book import AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.ids import new_id
from shared.published import ADDRESS_BOOK, Registry
from shared.runtime.schedules import scheduled


def build(aws: Aws) -> Callable[[], Mapping[str, int]]:
    table, book = aws.table(LEDGER), aws.table(ADDRESS_BOOK)
    desk = Desk(AlertStore(table), AddressBook(book), SystemClock(), new_id)
    return Audit(desk, DeliveryStore(table), Registry(book), Logger().warning).run


handler = scheduled(build)
