"""Who is calling: a session or a token, one territory at a time, roles read anew at each request."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.address_book import AddressBook
from shared.errors import Forbidden, NotFound, Unidentified
from shared.identity import COOKIE, Identity, require, session_key
from shared.tables import MemoryTable, Put, Update

NOW = datetime(2026, 11, 27, 14, 5, tzinfo=UTC)
ISSUER, AUDIENCE = "https://issuer.example", "vigie"
CLAIMS = {"iss": ISSUER, "client_id": AUDIENCE, "token_use": "access", "sub": "alix"}


def _membership(territory_id: str, *roles: str) -> dict[str, object]:
    place = {"territory_id": territory_id, "territory_name": territory_id, "structure_id": "s", "structure_name": "S"}
    return {**place, "member_id": f"alix-{territory_id}", "roles": list(roles)}


@pytest.fixture
def table() -> MemoryTable:
    """Alix, coordinator of one territory and capteur of another, signed in with the token `good`."""
    table = MemoryTable()
    memberships = [_membership("val", "coordinator"), _membership("mont", "capteur")]
    table.write(Put({"pk": "USER#alix", "sk": "USER", "subject": "alix", "name": "Alix", "memberships": memberships}))
    expires_at = int((NOW + timedelta(hours=1)).timestamp())
    table.write(Put({"pk": session_key("good"), "sk": "SESSION", "subject": "alix", "expires_at": expires_at}))
    return table


@pytest.fixture
def identity(table: MemoryTable) -> Identity:
    """Reads both from the same table."""
    return Identity(table, AddressBook(table))


def test_a_session_leads_to_the_first_territory(identity: Identity) -> None:
    """Until another is chosen."""
    caller = identity.of_page({COOKIE: "good"}, NOW)
    assert (caller.territory_id, caller.member_id) == ("val", "alix-val")
    assert [other.territory_id for other in caller.elsewhere] == ["mont"]


def test_the_territory_chosen_for_a_session_is_kept(identity: Identity, table: MemoryTable) -> None:
    """Switching is written in the session, not in an address that could be shared."""
    table.write(Update(session_key("good"), "SESSION", {"territory_id": "mont"}))
    assert identity.of_page({COOKIE: "good"}, NOW).territory_id == "mont"


@pytest.mark.parametrize("cookies", [{}, {COOKIE: ""}, {COOKIE: "forged"}, {COOKIE: session_key("good")}])
def test_no_session_is_nobody(identity: Identity, cookies: dict[str, str]) -> None:
    """Missing, forged, or the very key that is stored."""
    with pytest.raises(Unidentified):
        identity.of_page(cookies, NOW)


def test_a_session_that_is_over_is_nobody(identity: Identity) -> None:
    """The table may keep it for days: time to live is a broom, not a lock."""
    with pytest.raises(Unidentified):
        identity.of_page({COOKIE: "good"}, NOW + timedelta(hours=1))


def test_a_role_withdrawn_is_withdrawn_at_the_next_request(identity: Identity, table: MemoryTable) -> None:
    """Nothing is remembered of who somebody was when they signed in."""
    table.write(Update("USER#alix", "USER", {"memberships": [_membership("mont", "capteur")]}))
    caller = identity.of_page({COOKIE: "good"}, NOW)
    assert caller.territory_id == "mont"
    with pytest.raises(Forbidden):
        require(caller, "coordinator", "deputy")


def test_a_session_of_a_territory_that_was_left_is_over(identity: Identity, table: MemoryTable) -> None:
    """Signing in again leads to where they still belong; no page of the other territory opens meanwhile."""
    table.write(Update(session_key("good"), "SESSION", {"territory_id": "val"}))
    table.write(Update("USER#alix", "USER", {"memberships": [_membership("mont", "capteur")]}))
    with pytest.raises(Unidentified):
        identity.of_page({COOKIE: "good"}, NOW)


def test_somebody_who_belongs_nowhere_is_nobody(identity: Identity, table: MemoryTable) -> None:
    """An account without a membership opens nothing."""
    table.write(Update("USER#alix", "USER", {"memberships": []}))
    with pytest.raises(Unidentified):
        identity.of_page({COOKIE: "good"}, NOW)


def test_a_bearer_token_acts_in_the_territory_it_names(identity: Identity) -> None:
    """The first one when it names none."""
    assert identity.of_api(CLAIMS, AUDIENCE, ISSUER, "mont").territory_id == "mont"
    assert identity.of_api(CLAIMS, AUDIENCE, ISSUER, None).territory_id == "val"


def test_a_machine_is_the_member_whose_subject_is_its_client(identity: Identity) -> None:
    """A partner's software calls as itself, among the clients that may; the same token is worth nothing elsewhere."""
    claims = CLAIMS | {"sub": "alix", "client_id": "alix"}
    assert identity.of_api(claims, f"{AUDIENCE} alix other", ISSUER, "mont").member_id == "alix-mont"
    with pytest.raises(Unidentified):
        identity.of_api(claims, AUDIENCE, ISSUER, "mont")


def test_a_territory_of_others_does_not_exist(identity: Identity) -> None:
    """404, whether it exists or not."""
    with pytest.raises(NotFound):
        identity.of_api(CLAIMS, AUDIENCE, ISSUER, "ailleurs")


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example"},
        {"client_id": "other"},
        {"token_use": "id"},
        {"token_use": None},
        {"sub": "unknown"},
    ],
)
def test_a_token_for_something_else_is_refused(identity: Identity, claims: dict[str, Any]) -> None:
    """Issuer, client, use and subject must all be ours, whatever the gateway let through."""
    with pytest.raises(Unidentified):
        identity.of_api(CLAIMS | claims, AUDIENCE, ISSUER, None)
