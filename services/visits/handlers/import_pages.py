"""Serves the pages of imports."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from services.visits.importing.commands import ImportCommands
from services.visits.importing.objects import ImportObjects
from services.visits.importing.pages import resolver
from services.visits.importing.store import ImportStore
from services.visits.resources import IMPORT_ADVANCES, IMPORTS, VISITS
from shared.address_book import AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.identity import Identity
from shared.published import ADDRESS_BOOK, SESSIONS
from shared.runtime.web import endpoint


def build(aws: Aws) -> APIGatewayHttpResolver:
    book, clock = AddressBook(aws.table(ADDRESS_BOOK)), SystemClock()
    store, objects = ImportStore(aws.table(VISITS)), ImportObjects(aws.bucket(IMPORTS))
    commands = ImportCommands(store, objects, aws.queue(IMPORT_ADVANCES), clock)
    identity = Identity(aws.table(SESSIONS), book)
    return resolver(commands, book, identity, clock, aws.setting("VIGIE_PUBLIC_URL"))


handler = endpoint(build)
