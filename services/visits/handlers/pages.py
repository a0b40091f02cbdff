"""Serves the pages of visits."""

from __future__ import annotations

from functools import partial

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from services.visits.attaching import cabinet_of
from services.visits.desk import VisitDesk
from services.visits.pages import resolver
from services.visits.register.store import RegisterStore
from services.visits.resources import ATTACHMENTS, REGISTER, VISITS
from services.visits.store import VisitStore
from shared.address_book import AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.identity import Identity
from shared.published import ADDRESS_BOOK, SESSIONS
from shared.runtime.web import endpoint


def build(aws: Aws) -> APIGatewayHttpResolver:
    book, site = AddressBook(aws.table(ADDRESS_BOOK)), aws.setting("VIGIE_PUBLIC_URL")
    desk = VisitDesk(VisitStore(aws.table(VISITS)), RegisterStore(aws.table(REGISTER)), book, SystemClock())
    cabinet = cabinet_of(desk, partial(aws.bucket, ATTACHMENTS), site)
    return resolver(desk, cabinet, Identity(aws.table(SESSIONS), book), site)


handler = endpoint(build)
