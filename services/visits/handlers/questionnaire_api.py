"""Serves the JSON API of the questionnaire."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from services.visits.questionnaire.api import resolver
from services.visits.questionnaire.store import QuestionnaireStore
from services.visits.resources import VISITS
from shared.address_book import AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.identity import Identity
from shared.published import ADDRESS_BOOK, SESSIONS
from shared.runtime.web import endpoint


def build(aws: Aws) -> APIGatewayHttpResolver:
    store = QuestionnaireStore(aws.table(VISITS))
    identity = Identity(aws.table(SESSIONS), AddressBook(aws.table(ADDRESS_BOOK)))
    issuer, audience = aws.setting("VIGIE_ISSUER"), aws.setting("VIGIE_AUDIENCE")
    return resolver(store, identity, SystemClock(), issuer, audience)


handler = endpoint(build)
