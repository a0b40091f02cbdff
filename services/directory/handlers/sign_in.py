"""Answers for signing in, signing out and changing territory."""

from __future__ import annotations

from secrets import token_urlsafe

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from services.directory.fetching import Fetching
from services.directory.issuer import Issuer
from services.directory.pages import SignInPages
from services.directory.sessions import Sessions
from services.directory.signing_in import SigningIn
from shared.address_book import AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.identity import Identity
from shared.published import ADDRESS_BOOK, SESSIONS
from shared.runtime.web import endpoint


def build(aws: Aws) -> APIGatewayHttpResolver:
    table, book, clock = aws.table(SESSIONS), AddressBook(aws.table(ADDRESS_BOOK)), SystemClock()
    fetch, public_url = Fetching(loopback=aws.setting("VIGIE_STAGE") == "local"), aws.setting("VIGIE_PUBLIC_URL")
    issuer = Issuer(aws.setting("VIGIE_ISSUER"), aws.setting("VIGIE_AUDIENCE"), fetch, clock)
    signing_in = SigningIn(Sessions(table), book, issuer, clock, token_urlsafe, public_url)
    return SignInPages(signing_in, Identity(table, book)).resolver()


handler = endpoint(build)
