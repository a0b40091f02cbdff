"""Serves the JSON API of imports."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from services.visits.importing.api import resolver
from services.visits.importing.commands import ImportCommands
from services.visits.importing.objects import ImportObjects
from services.visits.importing.store import ImportStore
from services.visits.resources import IMPORT_ADVANCES, IMPORTS, VISITS
from shared.address_book import AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.identity import Identity
from shared.published import ADDRESS_BOOK, SESSIONS
from shared.runtime.web import endpoint


def build(aws: Aws) -> APIGatewayHttpResolver:
    store, objects = ImportStore(aws.table(VISITS)), ImportObjects(aws.bucket(IMPORTS))
    commands = ImportCommands(store, objects, aws.queue(IMPORT_ADVANCES), SystemClock())
    identity = Identity(aws.table(SESSIONS), AddressBook(aws.table(ADDRESS_BOOK)))
    settings = map(aws.setting, ("VIGIE_ISSUER", "VIGIE_AUDIENCE", "VIGIE_PUBLIC_URL"))
    return resolver(commands, identity, *settings)


handler = endpoint(build)
