"""What an endpoint becomes as people, the operator and its receiver act on it: pure rules."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.alerts.endpoints import endpoint as rules
from services.alerts.endpoints.endpoint import MACHINE, MOST_CHANGES, Endpoint, born, met
from services.alerts.rules.facts import Actor
from services.alerts.webhooks.sealed_keys import MOST_KEYS, SealedKey
from shared.errors import Conflict
from tests.unit.alerts.delivery_scene import NOON, PORTAL, TERRITORY
from tests.unit.alerts.endpoint_scene import portal_endpoint

ANNE = Actor(kind="human", id="m-coordinatrice")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NEW_URL = "https://nouveau.example/vigie"


def key(number: int) -> SealedKey:
    """A key among others."""
    return SealedKey(id=f"k{number}", sealed=f"c{number}", created_at=NOON)


def ids(endpoint: Endpoint, after: timedelta = timedelta()) -> list[str]:
    """The keys that sign so long after noon, newest first."""
    return [one.id for one in endpoint.signing(NOON + after)]


def test_a_partner_without_a_record_is_pending_with_what_the_address_book_says() -> None:
    """Nobody has to press a button: the first delivery posts the challenge."""
    endpoint = born(TERRITORY, PORTAL, NOON)
    assert (endpoint.state, endpoint.url, endpoint.next_url) == ("pending", PORTAL.address, PORTAL.address)
    assert [one.sealed for one in endpoint.signing(NOON)] == [PORTAL.sealed_secret]
    assert born(TERRITORY, PORTAL, NOON + DAY).keys[0].id == endpoint.keys[0].id


def test_the_address_in_force_stays_until_the_new_one_has_echoed() -> None:
    """A typing error must not cut a partner off."""
    wanted = rules.moved(portal_endpoint(), NEW_URL, ANNE, NOON)
    assert (wanted.state, wanted.url, wanted.next_url) == ("enabled", PORTAL.address, NEW_URL)
    assert rules.verified(wanted, "https://autre.example/", NOON) == wanted
    taken = rules.verified(wanted, NEW_URL, NOON)
    assert (taken.url, taken.next_url, taken.state) == (NEW_URL, None, "enabled")


def test_the_same_wish_twice_is_one_and_the_old_address_takes_it_back() -> None:
    """Clicking again changes nothing; typing the address in force gives the change up."""
    wanted = rules.moved(portal_endpoint(), NEW_URL, ANNE, NOON)
    assert rules.moved(wanted, NEW_URL, ANNE, NOON) == wanted
    assert rules.moved(wanted, PORTAL.address, ANNE, NOON).next_url is None
    unmoved = portal_endpoint()
    assert rules.moved(unmoved, PORTAL.address, ANNE, NOON) == unmoved


def test_challenges_that_are_tried_again_by_themselves_are_told_once() -> None:
    """An hourly line would push out who changed what; a person who tries again is told each time."""
    wished = rules.unverified(rules.moved(portal_endpoint(), NEW_URL, ANNE, NOON), MACHINE, NOON)
    again = rules.unverified(wished, MACHINE, NOON + HOUR)
    assert (again.history, again.version) == (wished.history, wished.version)
    assert again.challenge_at == NOON + 2 * HOUR
    assert rules.unverified(again, ANNE, NOON + HOUR).version == again.version + 1


def test_an_address_wanted_while_none_is_in_force_is_the_next_to_be_verified() -> None:
    """A closed address is not kept in reserve."""
    closed = rules.disabled(portal_endpoint(), "Fermée.", ANNE, NOON)
    wanted = rules.moved(closed, NEW_URL, ANNE, NOON)
    assert (wanted.state, wanted.url, wanted.disabled_reason) == ("pending", NEW_URL, "")
    assert wanted.look_at == NOON


def test_an_address_wanted_after_a_closure_takes_the_place_of_an_earlier_wish() -> None:
    """Its echo is the one that counts, not that of an address that nobody wants any more."""
    wished = rules.moved(portal_endpoint(), "https://autre.example/", ANNE, NOON)
    wanted = rules.moved(rules.disabled(wished, "Fermée.", ANNE, NOON), NEW_URL, ANNE, NOON)
    assert (wanted.candidate, wanted.next_url) == (None, NEW_URL)
    assert rules.verified(wanted, NEW_URL, NOON).state == "enabled"


def test_both_keys_sign_during_the_overlap_and_the_new_one_alone_afterwards() -> None:
    """The partner has a day to change; then the old key is worth nothing."""
    first = portal_endpoint().keys[0].id
    turned = rules.rotated(portal_endpoint(), key(2), DAY, ANNE, NOON)
    assert ids(turned) == ["k2", first]
    assert ids(turned, DAY - timedelta(seconds=1)) == ["k2", first]
    assert ids(turned, DAY) == ["k2"]


def test_an_emergency_leaves_no_overlap_even_to_an_earlier_rotation() -> None:
    """A stolen key signs nothing from that instant on."""
    turned = rules.rotated(portal_endpoint(), key(2), DAY, ANNE, NOON)
    assert ids(rules.rotated(turned, key(3), timedelta(), ANNE, NOON + HOUR), HOUR) == ["k3"]


def test_a_second_rotation_never_lengthens_the_life_of_the_first_key() -> None:
    """A day was promised, and no more."""
    turned = rules.rotated(portal_endpoint(), key(2), HOUR, ANNE, NOON)
    twice = rules.rotated(turned, key(3), DAY, ANNE, NOON)
    assert ids(twice, HOUR) == ["k3", "k2"]


def test_at_most_ten_keys_are_live_and_expired_ones_make_room() -> None:
    """Each one adds a signature to every message."""
    endpoint = portal_endpoint()
    for number in range(2, MOST_KEYS + 1):
        endpoint = rules.rotated(endpoint, key(number), DAY, ANNE, NOON)
    assert len(endpoint.signing(NOON)) == MOST_KEYS
    with pytest.raises(Conflict, match="10 secrets"):
        rules.rotated(endpoint, key(11), DAY, ANNE, NOON)
    assert len(rules.rotated(endpoint, key(11), DAY, ANNE, NOON + DAY).keys) == 2
    assert ids(rules.rotated(endpoint, key(11), timedelta(), ANNE, NOON)) == ["k11"]


def test_an_old_key_can_be_dropped_and_the_newest_cannot() -> None:
    """An endpoint that cannot sign would be mute."""
    turned = rules.rotated(portal_endpoint(), key(2), DAY, ANNE, NOON)
    first = turned.keys[0].id
    assert ids(rules.without_key(turned, first, ANNE, NOON)) == ["k2"]
    assert rules.without_key(turned, "unknown", ANNE, NOON) == turned
    with pytest.raises(Conflict):
        rules.without_key(turned, "k2", ANNE, NOON)


def test_what_the_operator_changes_in_the_address_book_is_taken_over_once() -> None:
    """Another address is a wish to be verified, another secret a rotation; an unchanged entry changes nothing."""
    known = portal_endpoint()
    assert met(known, PORTAL, NOON) is known
    changed = PORTAL.model_copy(update={"address": NEW_URL, "sealed_secret": "bmV1Zg=="})
    after = met(known, changed, NOON)
    assert (after.url, after.next_url) == (PORTAL.address, NEW_URL)
    assert [one.sealed for one in after.signing(NOON)] == ["bmV1Zg==", PORTAL.sealed_secret]
    assert met(after, changed, NOON + HOUR) is after


def test_disabling_pausing_and_resuming_twice_is_once() -> None:
    """The history tells what happened, not how often somebody clicked."""
    off = rules.disabled(portal_endpoint(), "Fermée.", ANNE, NOON)
    assert rules.disabled(off, "Autre.", ANNE, NOON) is off
    still = rules.paused(portal_endpoint(), ANNE, NOON)
    assert rules.paused(still, ANNE, NOON) is still
    again = rules.resumed(still, ANNE, NOON)
    assert rules.resumed(again, ANNE, NOON) is again
    assert (again.paused, again.look_at) == (False, NOON)


def test_each_change_leaves_a_line_and_a_version_and_the_oldest_lines_go() -> None:
    """Who, when and what can be read; a form made from an older version is refused."""
    before = portal_endpoint()
    after = rules.paused(before, ANNE, NOON)
    line = after.history[-1]
    assert (line.by, line.at, line.what, after.version) == (ANNE, NOON, "Mise en pause.", before.version + 1)
    for _ in range(MOST_CHANGES):
        after = rules.tested(after, accepted=False, by=ANNE, now=NOON)
    assert len(after.history) == MOST_CHANGES
    assert all(line.what == "Essai non accepté." for line in after.history)


def test_the_history_holds_no_secret() -> None:
    """A line is shown to whoever may see the endpoint."""
    turned = rules.rotated(portal_endpoint(), key(2), HOUR * 1.5, ANNE, NOON)
    assert turned.history[-1].what == "Nouveau secret ; l’ancien reste valable 1,5 h."
    revoked = rules.rotated(portal_endpoint(), key(2), timedelta(), ANNE, NOON)
    assert revoked.history[-1].what == "Nouveau secret ; l’ancien est révoqué."
