"""Serves the pages of alerts, and the agency's."""

from functools import partial

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from services.alerts.deliveries.store import DeliveryStore
from services.alerts.messages.links import Links
from services.alerts.resources import LEDGER, LINK_KEY
from services.alerts.site.pages import resolver
from services.alerts.store import AlertStore
from services.alerts.use_cases.desk import Desk
from shared.address_book import AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.identity import Identity
from shared.ids import new_id
from shared.published import ADDRESS_BOOK, SESSIONS
from shared.runtime.web import endpoint


def build(aws: Aws) -> APIGatewayHttpResolver:
    book, table = AddressBook(aws.table(ADDRESS_BOOK)), aws.table(LEDGER)
    desk = Desk(AlertStore(table), book, SystemClock(), new_id)
    identity, site = Identity(aws.table(SESSIONS), book), aws.setting("VIGIE_PUBLIC_URL")
    return resolver(desk, DeliveryStore(table), identity, Links(partial(aws.secret, LINK_KEY), site), site)


handler = endpoint(build)
