"""Serves the JSON API of alerts."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from services.alerts.deliveries.store import DeliveryStore
from services.alerts.resources import LEDGER
from services.alerts.site.api import resolver
from services.alerts.store import AlertStore
from services.alerts.use_cases.desk import Desk
from shared.address_book import AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.identity import Identity
from shared.ids import new_id
from shared.published import ADDRESS_BOOK, SESSIONS
from shared.runtime.web import endpoint


def build(aws: Aws) -> APIGatewayHttpResolver:
    book, table = AddressBook(aws.table(ADDRESS_BOOK)), aws.table(LEDGER)
    desk = Desk(AlertStore(table), book, SystemClock(), new_id)
    identity = Identity(aws.table(SESSIONS), book)
    issuer, audience = aws.setting("VIGIE_ISSUER"), aws.setting("VIGIE_AUDIENCE")
    return resolver(desk, DeliveryStore(table), identity, issuer, audience)


handler = endpoint(build)
