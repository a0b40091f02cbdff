"""Serves the pages of programmes."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from services.visits.programmes.calendar_store import CalendarStore
from services.visits.programmes.desk import Desk
from services.visits.programmes.pages import resolver
from services.visits.register.store import RegisterStore
from services.visits.resources import REGISTER, VISITS
from shared.address_book import AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.identity import Identity
from shared.published import ADDRESS_BOOK, SESSIONS
from shared.runtime.web import endpoint


def build(aws: Aws) -> APIGatewayHttpResolver:
    visits, book = aws.table(VISITS), AddressBook(aws.table(ADDRESS_BOOK))
    desk = Desk.over(visits, RegisterStore(aws.table(REGISTER)), book, SystemClock())
    identity = Identity(aws.table(SESSIONS), book)
    return resolver(desk, CalendarStore(visits), identity, aws.setting("VIGIE_PUBLIC_URL"))


handler = endpoint(build)
