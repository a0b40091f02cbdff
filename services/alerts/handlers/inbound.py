"""Receives the webhooks of partners' systems."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from services.alerts.inbound.admitting import Gate
from services.alerts.inbound.api import resolver
from services.alerts.inbound.keys import Keyring
from services.alerts.inbound.system import SystemStore
from services.alerts.resources import LEDGER
from services.alerts.store import AlertStore
from services.alerts.use_cases.desk import Desk
from shared.address_book import AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.ids import new_id
from shared.published import ADDRESS_BOOK
from shared.runtime.web import endpoint


def build(aws: Aws) -> APIGatewayHttpResolver:
    table, clock = aws.table(LEDGER), SystemClock()
    desk = Desk(AlertStore(table), AddressBook(aws.table(ADDRESS_BOOK)), clock, new_id)
    return resolver(Gate(SystemStore(table), Keyring(aws.vault()), clock), desk)


handler = endpoint(build)
