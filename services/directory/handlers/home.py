"""Leads from the front page to the one that each begins on."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from services.directory.home_pages import HomePages
from shared.address_book import AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.identity import Identity
from shared.published import ADDRESS_BOOK, SESSIONS
from shared.runtime.web import endpoint


def build(aws: Aws) -> APIGatewayHttpResolver:
    identity = Identity(aws.table(SESSIONS), AddressBook(aws.table(ADDRESS_BOOK)))
    return HomePages(identity, SystemClock()).resolver()


handler = endpoint(build)
