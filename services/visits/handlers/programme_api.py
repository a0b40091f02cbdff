"""Serves the JSON API of programmes."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from services.visits.programmes.api import resolver
from services.visits.programmes.desk import Desk
from services.visits.register.store import RegisterStore
from services.visits.resources import REGISTER, VISITS
from shared.address_book import AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.identity import Identity
from shared.published import ADDRESS_BOOK, SESSIONS
from shared.runtime.web import endpoint


def build(aws: Aws) -> APIGatewayHttpResolver:
    book = AddressBook(aws.table(ADDRESS_BOOK))
    desk = Desk.over(aws.table(VISITS), RegisterStore(aws.table(REGISTER)), book, SystemClock())
    identity = Identity(aws.table(SESSIONS), book)
    return resolver(desk, identity, aws.setting("VIGIE_ISSUER"), aws.setting("VIGIE_AUDIENCE"))


handler = endpoint(build)
