"""Serves the plan of visits to calendars, at private addresses."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from services.visits.programmes.calendar import PlanReader, resolver
from services.visits.programmes.calendar_store import CalendarStore
from services.visits.resources import VISITS
from shared.address_book import AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.published import ADDRESS_BOOK
from shared.runtime.web import endpoint


def build(aws: Aws) -> APIGatewayHttpResolver:
    visits = aws.table(VISITS)
    reader = PlanReader(CalendarStore(visits), visits, AddressBook(aws.table(ADDRESS_BOOK)), SystemClock())
    return resolver(reader, aws.setting("VIGIE_PUBLIC_URL"))


handler = endpoint(build)
