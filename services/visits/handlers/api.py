"""Serves the JSON API of visits."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from services.visits.api import resolver
from services.visits.service import VISITS
from services.visits.store import VisitStore
from shared.address_book import ADDRESS_BOOK, AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.identity import SESSIONS, Identity
from shared.runtime import endpoint


def build(aws: Aws) -> APIGatewayHttpResolver:
    store = VisitStore(aws.table(VISITS))
    identity = Identity(aws.table(SESSIONS), AddressBook(aws.table(ADDRESS_BOOK)))
    issuer, audience = aws.setting("VIGIE_ISSUER"), aws.setting("VIGIE_AUDIENCE")
    return resolver(store, identity, SystemClock(), issuer, audience)


handler = endpoint(build)
