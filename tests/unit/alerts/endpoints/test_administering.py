"""What people do with an endpoint: each command once, on the version that they saw, and a line that tells of it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

import pytest

from services.alerts.deliveries.delivering import Unreachable
from services.alerts.endpoints import administering as use
from services.alerts.endpoints.administering import EndpointDesk, EndpointOrder
from services.alerts.endpoints.endpoint import Endpoint
from services.alerts.endpoints.endpoint_store import EndpointStore
from services.alerts.rules.facts import Actor
from services.alerts.webhooks.addresses import Forbidden
from services.alerts.webhooks.signatures import key_of
from shared.clock import FixedClock
from shared.errors import Conflict, Invalid, NotFound, Unavailable
from shared.idempotency import Request
from shared.tables import ConditionFailed, MemoryTable, Write
from tests.unit.alerts.delivery_scene import BOOK, CAP, NOON, PORTAL, TERRITORY
from tests.unit.alerts.endpoint_scene import Receiver, accepts, challenger_to, portal_endpoint, says, silent

ANNE = Actor(kind="human", id="m-coordinatrice")
NEW_URL = "https://nouveau.example/vigie"
HOUR = timedelta(hours=1)


@dataclass
class Book:
    """The territory as it stands."""

    book: object = BOOK

    def directory(self, territory_id: str) -> object:
        return self.book


class Office:
    """A desk, the portal behind it, and orders that each come from one click."""

    def __init__(self, endpoint: Endpoint | None = None, table: MemoryTable | None = None) -> None:
        self.receiver, self.clock, self.keys, self.clicks = Receiver(), FixedClock(NOON), count(1), count(1)
        self.store = EndpointStore(table or MemoryTable())
        if endpoint:
            self.store.replace(None, endpoint)
        random_bytes = lambda size: bytes([next(self.keys)]) * size  # noqa: E731
        self.desk = EndpointDesk(self.store, Book(), challenger_to(self.receiver), self.clock, random_bytes)  # type: ignore[arg-type]

    def order(self, version: int | None = None, click: str = "", partner_id: str = PORTAL.id) -> EndpointOrder:
        """What one click asks, on that version."""
        request = Request.of(TERRITORY, ANNE.id, click or f"click-{next(self.clicks):05}", "body")
        return EndpointOrder(TERRITORY, partner_id, ANNE, request, version)

    @property
    def endpoint(self) -> Endpoint:
        return use.endpoint_of(self.desk, TERRITORY, PORTAL.id)


@dataclass
class Racing(MemoryTable):
    """A table whose record is written by its traffic just before each of the next writes."""

    races: int = 0
    items: dict = field(default_factory=dict)  # type: ignore[type-arg]

    def write(self, *writes: Write) -> None:
        if self.races > 0:
            self.races -= 1
            raise ConditionFailed([0])
        super().write(*writes)


def test_a_partner_without_a_record_can_be_looked_at_and_others_cannot() -> None:
    """The page shows an endpoint before anything was sent to it; a partner by e-mail has none."""
    office = Office()
    assert (office.endpoint.state, office.endpoint.url) == ("pending", PORTAL.address)
    assert [one.partner_id for one in use.endpoints_of(office.desk, TERRITORY)] == [PORTAL.id]
    for unknown in ("p-personne", CAP.id):
        with pytest.raises(NotFound):
            use.endpoint_of(office.desk, TERRITORY, unknown)
        with pytest.raises(NotFound):
            use.pause(office.desk, office.order(partner_id=unknown))


def test_a_new_address_replaces_the_old_one_once_it_has_echoed() -> None:
    """At the click if it answers, and later if it does not yet; until then the old one stays in force."""
    office = Office(portal_endpoint())
    office.receiver.behaves = lambda url, event: (says(500) if url == NEW_URL else accepts)(url, event)
    refused = use.change_address(office.desk, office.order(), NEW_URL)
    assert (refused.accepted, refused.attempt.status, office.endpoint.url) == (False, 500, PORTAL.address)
    assert office.endpoint.next_url == NEW_URL
    office.receiver.behaves = accepts
    assert use.change_address(office.desk, office.order(), NEW_URL).accepted
    assert office.endpoint.url == NEW_URL
    assert office.endpoint.next_url is None
    assert office.receiver.urls == [NEW_URL, NEW_URL]


@pytest.mark.parametrize("url", ["http://nouveau.example/", "https://127.0.0.1/", "https://nouveau.example:22/", ""])
def test_an_address_that_nothing_is_sent_to_is_refused_at_once(url: str) -> None:
    """Before any connection, with what is wrong."""
    office = Office(portal_endpoint())
    with pytest.raises(Forbidden):
        use.change_address(office.desk, office.order(), url)
    assert (office.receiver.events, office.endpoint.version) == ([], portal_endpoint().version)


def test_a_rotation_shows_the_secret_once_and_keeps_it_sealed() -> None:
    """32 random bytes; what is stored is not the secret; the same click again shows nothing."""
    office = Office(portal_endpoint())
    first = use.rotate(office.desk, office.order(click="click-rotate"))
    assert first.secret == "whsec_" + base64.b64encode(b"\x01" * 32).decode()
    assert len(key_of(first.secret)) == 32
    assert first.secret not in office.endpoint.model_dump_json()
    again = use.rotate(office.desk, office.order(click="click-rotate"))
    assert (again.secret, again.endpoint.keys) == (None, office.endpoint.keys)
    assert len(office.endpoint.signing(NOON)) == 2


def test_an_overlap_is_between_nothing_and_a_week() -> None:
    """Zero is an emergency; a year would be no rotation."""
    office = Office(portal_endpoint())
    for overlap in (-HOUR, timedelta(days=8)):
        with pytest.raises(Invalid):
            use.rotate(office.desk, office.order(), overlap)
    use.rotate(office.desk, office.order(), timedelta())
    assert len(office.endpoint.signing(NOON)) == 1


def test_an_old_key_is_dropped_and_the_newest_stays() -> None:
    """The partner says that it has changed; the old key is worth nothing from then on."""
    office = Office(portal_endpoint())
    use.rotate(office.desk, office.order())
    old, new = office.endpoint.keys
    use.drop_key(office.desk, office.order(), old.id)
    assert office.endpoint.keys == (new,)
    with pytest.raises(Conflict):
        use.drop_key(office.desk, office.order(), new.id)


@pytest.mark.parametrize(("behaviour", "state"), [(accepts, "enabled"), (says(500), "disabled"), (silent, "disabled")])
def test_only_an_accepted_test_event_enables(behaviour: Callable[..., object], state: str) -> None:
    """A click is no proof that anybody is there."""
    office = Office(portal_endpoint())
    assert use.disable(office.desk, office.order(), "Maintenance.").state == "disabled"
    office.receiver.behaves = behaviour  # type: ignore[assignment]
    tried = use.enable(office.desk, office.order())
    assert (office.endpoint.state, tried.accepted) == (state, state == "enabled")
    assert office.receiver.kinds == ["endpoint.test.v1"]
    assert bool(tried.reason) is not tried.accepted


def test_enabling_an_address_that_was_never_verified_challenges_it() -> None:
    """A 2xx of whoever answers is not enough there."""
    office = Office()
    office.receiver.behaves = says(200, b"merci")
    assert not use.enable(office.desk, office.order()).accepted
    office.receiver.behaves = accepts
    assert use.enable(office.desk, office.order()).accepted
    assert office.receiver.kinds == ["endpoint.challenge.v1"] * 2
    assert office.endpoint.state == "enabled"


def test_disabling_an_address_that_never_echoed_does_not_spare_it_the_challenge() -> None:
    """Off and on again would otherwise be the way around the registration."""
    office = Office()
    use.disable(office.desk, office.order())
    office.receiver.behaves = says(200, b"merci")
    assert not use.enable(office.desk, office.order()).accepted
    assert office.endpoint.state == "disabled"
    office.receiver.behaves = accepts
    assert use.enable(office.desk, office.order()).accepted
    assert (office.endpoint.state, office.endpoint.disabled_reason) == ("enabled", "")
    assert office.receiver.kinds == ["endpoint.challenge.v1"] * 2


def test_a_test_changes_nothing_but_the_history() -> None:
    """Also when it fails, and also while everything waits."""
    office = Office(portal_endpoint())
    use.pause(office.desk, office.order())
    before = office.endpoint
    office.receiver.behaves = says(503, b"pas maintenant")
    tried = use.send_test(office.desk, office.order())
    assert (tried.attempt.status, tried.attempt.answer) == (503, "pas maintenant")
    kept = {"history", "version", "revision"}
    assert office.endpoint.model_dump(exclude=kept) == before.model_dump(exclude=kept)
    assert office.endpoint.history[-1].what == "Essai non accepté."


def test_the_same_click_twice_posts_once_and_is_told_the_same() -> None:
    """A double click, or a browser that tries again."""
    office = Office(portal_endpoint())
    first = use.send_test(office.desk, office.order(click="click-once"))
    again = use.send_test(office.desk, office.order(click="click-once"))
    assert (again.attempt, again.reason) == (first.attempt, first.reason)
    assert len(office.receiver.events) == 1
    paused = use.pause(office.desk, office.order(click="click-pause"))
    assert use.pause(office.desk, office.order(click="click-pause")).version == paused.version


def test_what_was_decided_on_an_older_version_is_refused_before_anything_is_posted() -> None:
    """Somebody else has changed the endpoint meanwhile: the page must be read again."""
    office = Office(portal_endpoint())
    seen = office.endpoint.version
    use.pause(office.desk, office.order(seen))
    for act in (use.resume, use.enable, use.send_test, use.rotate, use.disable):
        with pytest.raises(Conflict):
            act(office.desk, office.order(seen))
    with pytest.raises(Conflict):
        use.change_address(office.desk, office.order(seen), NEW_URL)
    assert office.receiver.events == []
    assert use.resume(office.desk, office.order(seen + 1)).paused is False


def test_the_traffic_of_an_endpoint_does_not_refuse_a_person() -> None:
    """The circuit writes the same record all the time, and raises no version; a record that never rests is said."""
    table = Racing()
    office = Office(portal_endpoint(), table)
    table.races = 3
    assert use.pause(office.desk, office.order(office.endpoint.version)).paused
    table.races = 9
    with pytest.raises(Unavailable):
        use.resume(office.desk, office.order())


def test_a_partner_without_a_secret_is_said_and_can_be_given_one() -> None:
    """A key that does not exist signs nothing."""
    office = Office(portal_endpoint().becoming(keys=()))
    with pytest.raises(Unreachable):
        use.send_test(office.desk, office.order())
    secret = use.rotate(office.desk, office.order()).secret
    assert secret
    office.receiver.secrets = (secret,)
    assert use.send_test(office.desk, office.order()).accepted
    assert office.receiver.signed == [True]


def test_every_command_says_who_and_when() -> None:
    """The history is what the coordination reads when a partner asks what happened."""
    office = Office(portal_endpoint())
    begun = len(office.endpoint.history)
    for act in (use.pause, use.resume, use.rotate, use.send_test, use.disable, use.enable):
        act(office.desk, office.order())
    lines = office.endpoint.history[begun:]
    assert [line.by for line in lines] == [ANNE] * 6
    assert [line.what.split(".")[0].split(" ;")[0] for line in lines] == [
        "Mise en pause",
        "Pause levée : ce qui attendait part",
        "Nouveau secret",
        "Essai accepté",
        "Adresse désactivée",
        "Adresse réactivée après un essai réussi",
    ]
