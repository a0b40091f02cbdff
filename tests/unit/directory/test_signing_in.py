"""Signing in: which proof opens a session, and every forged, stale or stolen one that does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from services.directory.issuer import Issuer
from services.directory.sessions import Sessions
from services.directory.signing_in import Arrival, SigningIn
from services.directory.store import DirectoryStore
from shared.address_book import AddressBook
from shared.clock import FixedClock
from shared.errors import Forbidden, Unavailable, Unidentified
from shared.identity import COOKIE, Identity
from shared.tables import MemoryTable
from tests.unit.directory.sign_in_service import AUDIENCE, ISSUER, SITE, SignInService
from tests.unit.directory.territory_examples import accepted, applied

NOW = datetime(2026, 11, 27, 14, 5, tzinfo=UTC)


@dataclass
class World:
    """A directory of one territory, a sign-in service and a clock."""

    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    table: MemoryTable = field(default_factory=MemoryTable)
    service: SignInService = field(default_factory=lambda: SignInService(NOW))

    def __post_init__(self) -> None:
        applied(accepted(), DirectoryStore(self.table))
        texts = map("text-{}".format, count())
        book = AddressBook(self.table)
        issuer = Issuer(ISSUER, AUDIENCE, self.service, self.clock)
        self.signing_in = SigningIn(Sessions(self.table), book, issuer, self.clock, lambda: next(texts), SITE)
        self.identity = Identity(self.table, book)

    def sign_in(self, **replaced: str) -> Arrival:
        departure = self.signing_in.depart("/alertes/7")
        brought = {**self.service.sign_in(departure.url), "kept_state": departure.state, **replaced}
        return self.signing_in.arrive(**brought)


@pytest.fixture
def world() -> World:
    """Alix is known to the directory and to the sign-in service."""
    return World()


def test_a_proven_member_gets_a_session_and_the_page_asked_for(world: World) -> None:
    """The session leads to the member, and the browser back where it was going."""
    arrival = world.sign_in()
    caller = world.identity.of_page({COOKIE: arrival.token}, NOW)
    assert (caller.member_id, caller.territory_id, arrival.back) == ("alix", "val-de-test", "/alertes/7")


def test_a_session_ends_after_ten_hours(world: World) -> None:
    """Whatever the table still holds."""
    cookies = {COOKIE: world.sign_in().token}
    assert world.identity.of_page(cookies, NOW + timedelta(hours=9, minutes=59))
    with pytest.raises(Unidentified):
        world.identity.of_page(cookies, NOW + timedelta(hours=10))


def test_no_token_nor_state_is_stored_as_it_is(world: World) -> None:
    """Who reads the table can sign in as nobody."""
    arrival = world.sign_in()
    departure = world.signing_in.depart("/")
    keys = str(list(world.table.items))
    assert arrival.token not in keys
    assert departure.state not in keys


def _claim(**claims: Any) -> Callable[[World], None]:
    return lambda world: world.service.claims.update(claims)


def _service(**attributes: Any) -> Callable[[World], None]:
    return lambda world: vars(world.service).update(attributes)


@pytest.mark.parametrize(
    "forge",
    [
        _claim(iss="https://other.example/pool"),
        _claim(aud="another-client"),
        _claim(token_use="access"),
        _claim(token_use=None),
        _claim(nonce="of-another-sign-in"),
        _claim(nonce=None),
        _claim(exp=int(NOW.timestamp()) - 61),
        _claim(iat=int(NOW.timestamp()) + 61),
        _claim(exp=None),
        _claim(sub=None),
        _service(key="two"),
        _service(algorithm="HS256"),
        _service(algorithm="none"),
        _service(subject="unknown-here"),
    ],
)
def test_a_token_that_is_not_exactly_ours_opens_nothing(world: World, forge: Callable[[World], None]) -> None:
    """Issuer, audience, use, nonce, times, key, algorithm and membership are all required."""
    forge(world)
    with pytest.raises(Forbidden):
        world.sign_in()
    assert not [key for key in world.table.items if key[1] == "SESSION"]


@pytest.mark.parametrize("replaced", [{"kept_state": ""}, {"kept_state": "é"}, {"state": "forged"}, {"code": "other"}])
def test_what_comes_back_must_be_what_left(world: World, replaced: dict[str, str]) -> None:
    """A link sent by somebody else cannot sign this browser in."""
    with pytest.raises(Forbidden):
        world.sign_in(**replaced)


def test_a_sign_in_can_be_finished_once(world: World) -> None:
    """The same address opened twice opens one session."""
    departure = world.signing_in.depart("/")
    brought = world.service.sign_in(departure.url)
    world.signing_in.arrive(**brought, kept_state=departure.state)
    with pytest.raises(Forbidden, match="expiré"):
        world.signing_in.arrive(**brought, kept_state=departure.state)


def test_a_sign_in_lapses_after_ten_minutes(world: World) -> None:
    """A forgotten tab is no open door."""
    departure = world.signing_in.depart("/")
    brought = world.service.sign_in(departure.url)
    world.clock.now_is += timedelta(minutes=10)
    with pytest.raises(Forbidden, match="expiré"):
        world.signing_in.arrive(**brought, kept_state=departure.state)


def test_keys_are_kept_ten_minutes(world: World) -> None:
    """A warm process asks the sign-in service for one thing a sign-in: the token."""
    world.sign_in()
    world.service.fetched.clear()
    world.sign_in()
    assert world.service.fetched == [f"{ISSUER}/token"]


def test_a_turned_key_is_found_again(world: World) -> None:
    """Keys may turn at any time: an unknown one makes the list be read anew, at most once a minute."""
    world.sign_in()
    world.service.key, world.service.published = "two", ["two"]
    world.clock.now_is += timedelta(minutes=1)
    assert world.sign_in().token


def test_a_silent_sign_in_service_is_said_and_begins_nothing(world: World) -> None:
    """The person is told to try again; nothing waits in the table."""
    world.service.is_down = True
    before = dict(world.table.items)
    with pytest.raises(Unavailable, match="ne répond pas"):
        world.signing_in.depart("/")
    assert world.table.items == before


def test_another_issuers_discovery_is_refused(world: World) -> None:
    """The document must be the issuer's own."""
    world.service.discovery["issuer"] = "https://other.example"
    with pytest.raises(Unavailable):
        world.signing_in.depart("/")
