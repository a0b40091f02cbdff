"""Serves the pages of visits."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from services.visits.pages import resolver
from services.visits.resources import VISITS
from services.visits.store import VisitStore
from shared.address_book import AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.identity import Identity
from shared.published import ADDRESS_BOOK, SESSIONS
from shared.runtime.web import endpoint


def build(aws: Aws) -> APIGatewayHttpResolver:
    identity = Identity(aws.table(SESSIONS), AddressBook(aws.table(ADDRESS_BOOK)))
    return resolver(VisitStore(aws.table(VISITS)), identity, SystemClock(), aws.setting("VIGIE_PUBLIC_URL"))


handler = endpoint(build)
