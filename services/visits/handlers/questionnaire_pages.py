"""Serves the pages of the questionnaire."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from services.visits.questionnaire.pages import resolver
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
    book = AddressBook(aws.table(ADDRESS_BOOK))
    identity = Identity(aws.table(SESSIONS), book)
    return resolver(store, book, identity, SystemClock(), aws.setting("VIGIE_PUBLIC_URL"))


handler = endpoint(build)
