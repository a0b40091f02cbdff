"""Leads from the front page to the one that each begins on."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from services.directory.home_pages import HomePages
from shared.address_book import ADDRESS_BOOK, AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.identity import SESSIONS, Identity
from shared.runtime import endpoint


def build(aws: Aws) -> APIGatewayHttpResolver:
    identity = Identity(aws.table(SESSIONS), AddressBook(aws.table(ADDRESS_BOOK)))
    return HomePages(identity, SystemClock()).resolver()


handler = endpoint(build)
