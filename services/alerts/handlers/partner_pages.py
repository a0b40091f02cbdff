"""Serves the pages of the diffusion's partners and of their endpoints."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from services.alerts.partners.desk import open_desk
from services.alerts.partners.pages import resolver
from services.alerts.resources import LEDGER
from shared.address_book import AddressBook
from shared.aws import Aws
from shared.identity import Identity
from shared.published import ADDRESS_BOOK, SESSIONS
from shared.runtime.web import endpoint


def build(aws: Aws) -> APIGatewayHttpResolver:
    book = AddressBook(aws.table(ADDRESS_BOOK))
    desk = open_desk(aws.table(LEDGER), book, aws.vault(), loopback=aws.allows("VIGIE_LOOPBACK_WEBHOOKS"))
    return resolver(desk, Identity(aws.table(SESSIONS), book), aws.setting("VIGIE_PUBLIC_URL"))


handler = endpoint(build)
