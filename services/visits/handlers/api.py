"""Serves the JSON API of visits."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from services.visits.api import resolver
from services.visits.desk import VisitDesk
from services.visits.register.store import RegisterStore
from services.visits.resources import REGISTER, VISITS
from services.visits.store import VisitStore
from shared.address_book import AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.identity import Identity
from shared.published import ADDRESS_BOOK, SESSIONS
from shared.runtime.web import endpoint


def build(aws: Aws) -> APIGatewayHttpResolver:
    book = AddressBook(aws.table(ADDRESS_BOOK))
    desk = VisitDesk(VisitStore(aws.table(VISITS)), RegisterStore(aws.table(REGISTER)), book, SystemClock())
    identity = Identity(aws.table(SESSIONS), book)
    return resolver(desk, identity, aws.setting("VIGIE_ISSUER"), aws.setting("VIGIE_AUDIENCE"))


handler = endpoint(build)
