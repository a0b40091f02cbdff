"""Serves the JSON API of the register."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from services.visits.register.api import resolver
from services.visits.register.desk import RegisterDesk
from services.visits.resources import REGISTER, VISITS
from shared.address_book import AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.identity import Identity
from shared.published import ADDRESS_BOOK, SESSIONS
from shared.runtime.web import endpoint


def build(aws: Aws) -> APIGatewayHttpResolver:
    identity = Identity(aws.table(SESSIONS), AddressBook(aws.table(ADDRESS_BOOK)))
    desk = RegisterDesk.over(aws.table(REGISTER), aws.table(VISITS), SystemClock())
    return resolver(desk, identity, aws.setting("VIGIE_ISSUER"), aws.setting("VIGIE_AUDIENCE"))


handler = endpoint(build)
