"""Serves the page on which a partner stops the offers that reach it."""

from __future__ import annotations

from functools import partial

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from services.alerts.deliveries.silences import Silences
from services.alerts.messages.links import Links
from services.alerts.resources import LEDGER, LINK_KEY
from services.alerts.site.stop_pages import Stopping, resolver
from shared.address_book import AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.published import ADDRESS_BOOK, Registry
from shared.runtime.web import endpoint


def build(aws: Aws) -> APIGatewayHttpResolver:
    book = aws.table(ADDRESS_BOOK)
    links = Links(partial(aws.secret, LINK_KEY), aws.setting("VIGIE_PUBLIC_URL"))
    silences = Silences(aws.table(LEDGER))
    return resolver(Stopping(Registry(book), AddressBook(book), links, silences, SystemClock()))


handler = endpoint(build)
