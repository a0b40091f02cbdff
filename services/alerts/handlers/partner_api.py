"""Serves the JSON API of endpoints and deliveries."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from services.alerts.partners.api import resolver
from services.alerts.partners.desk import open_desk
from services.alerts.resources import LEDGER
from shared.address_book import AddressBook
from shared.aws import Aws
from shared.identity import Identity
from shared.published import ADDRESS_BOOK, SESSIONS
from shared.runtime.web import endpoint


def build(aws: Aws) -> APIGatewayHttpResolver:
    book = AddressBook(aws.table(ADDRESS_BOOK))
    desk = open_desk(aws.table(LEDGER), book, aws.vault(), loopback=aws.allows("VIGIE_LOOPBACK_WEBHOOKS"))
    issuer, audience = aws.setting("VIGIE_ISSUER"), aws.setting("VIGIE_AUDIENCE")
    return resolver(desk, Identity(aws.table(SESSIONS), book), issuer, audience)


handler = endpoint(build)
