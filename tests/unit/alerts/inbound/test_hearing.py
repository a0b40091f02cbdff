"""What partners' systems say of an offer: one effect a message, whatever comes twice, late or in disorder."""

from __future__ import annotations

from itertools import permutations

import pytest

from services.alerts.rules.alert import Alert
from services.alerts.rules.facts import State
from services.alerts.site.chronicle import author
from tests.unit.alerts.fake_platform import ELSEWHERE, Platform
from tests.unit.alerts.inbound.partner_system import AGENCY, PartnerSystem


def test_a_registered_offer_leaves_for_the_partners(agency: PartnerSystem, alert: Alert) -> None:
    """The same return as by the agency's link: transmission inferred, offer registered, diffusion at once."""
    answer = agency.registered(alert)
    found = agency.platform.now_is(alert)
    assert (answer.status, answer.json["state"], answer.json["changed"]) == (200, "broadcast", True)
    assert answer.json["version"] == found.version
    assert found.offer
    assert (found.offer.ft_reference, found.offer.contact) == ("048KLTP", "Agence, 03 84 00 00 00")


def test_a_filled_offer_closes_the_alert(agency: PartnerSystem, alert: Alert) -> None:
    """As if the coordinator had said so; the audit names the system, and no secret."""
    agency.registered(alert)
    answer = agency.say("offer.filled.v1", alert)
    assert (answer.status, answer.json["state"]) == (200, "filled")
    entries = agency.platform.store.trail(alert.territory_id, alert.alert_id)
    assert (entries[-1].actor_kind, entries[-1].actor_id) == ("machine", f"inbound:{AGENCY}")
    directory = agency.platform.book.directory(alert.territory_id)
    assert author(entries[-1], directory) == "Le logiciel partenaire agence-belfort, par webhook"


def test_a_withdrawn_offer_leaves_the_alert_waiting_for_another(agency: PartnerSystem, alert: Alert) -> None:
    """The reference is gone, the alert lives."""
    agency.registered(alert)
    answer = agency.say("offer.withdrawn.v1", alert, reference="048kltp")
    assert answer.status == 200
    assert agency.platform.now_is(alert).references == frozenset()


def test_the_same_id_answers_the_same_and_changes_nothing(agency: PartnerSystem, alert: Alert) -> None:
    """However late it comes again, and whatever has happened since."""
    first = agency.registered(alert, "msg_1")
    agency.say("offer.filled.v1", alert)
    version = agency.platform.now_is(alert).version
    agency.platform.later(days=29)
    again = agency.registered(alert, "msg_1")
    assert (again.status, again.body) == (first.status, first.body)
    assert agency.platform.now_is(alert).version == version


def test_an_id_is_good_for_one_message(agency: PartnerSystem, alert: Alert) -> None:
    """Another content under an id that was used would be lost silently: it is refused aloud."""
    agency.registered(alert, "msg_1")
    answer = agency.registered(alert, "msg_1", "999ZZZZ")
    assert (answer.status, answer.json["type"].rpartition("/")[2]) == (409, "identifiant-reutilise")
    assert agency.platform.now_is(alert).references == {"048KLTP"}


def test_ids_belong_to_their_system(agency: PartnerSystem, alert: Alert) -> None:
    """Two systems may number their messages alike."""
    agency.registered(alert, "msg_1")
    secret = agency.operator.create(alert.territory_id, "autre", "Un autre logiciel")
    body = f'{{"type":"offer.filled.v1","data":{{"alert_id":"{alert.alert_id}"}}}}'.encode()
    path = f"/webhooks/{alert.territory_id}/autre"
    assert agency.post(body, agency.headers(body, "msg_1", secret), path).json["changed"] is True


def test_what_was_refused_may_be_sent_again(agency: PartnerSystem, alert: Alert) -> None:
    """Only what was taken is remembered: a withdrawal that overtook its registration succeeds at the next attempt."""
    assert agency.say("offer.withdrawn.v1", alert, "msg_2", reference="048KLTP").status == 409
    agency.registered(alert, "msg_1")
    assert agency.say("offer.withdrawn.v1", alert, "msg_2", reference="048KLTP").status == 200


def test_in_any_order_and_twice_the_end_is_the_same(platform: Platform) -> None:
    """A sender repeats until it hears a success; disorder and repetition change nothing of the outcome."""
    agency, ends = PartnerSystem(platform), set()
    for number, order in enumerate(permutations(("ONE", "TWO", "filled"))):
        alert = platform.raised(f"n-{number}")
        for name in (*order, *order):
            said = f"msg_{number}_{name}"
            sent = (
                agency.say("offer.filled.v1", alert, said) if name == "filled" else agency.registered(alert, said, name)
            )
            assert sent.status == 200
        found = platform.now_is(alert)
        ends.add((found.state, frozenset(offer.ft_reference for offer in found.offers), len(found.offers)))
    assert ends == {(State.FILLED, frozenset({"ONE", "TWO"}), 2)}


def test_a_late_return_is_kept_aside(agency: PartnerSystem, alert: Alert) -> None:
    """After the end it changes no state; the coordinator is told."""
    agency.say("offer.filled.v1", alert)
    answer = agency.registered(alert)
    assert (answer.status, answer.json["state"], answer.json["changed"]) == (200, "filled", True)


def test_an_alert_of_elsewhere_does_not_exist(agency: PartnerSystem, platform: Platform) -> None:
    """A system speaks for its territory alone: another's alert is answered like one that never was."""
    theirs = agency.registered(platform.raised("n-9", ELSEWHERE))
    never = agency.send({"type": "offer.filled.v1", "data": {"alert_id": "0b5f6a1e-8f5c-5c1e-9d0e-2f3a4b5c6d7e"}})
    assert theirs.whole == never.whole
    assert theirs.status == 404
    assert theirs.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (b"{", None),
        (b"\xff", None),
        (b"[" * 30_000, None),
        ([], "/type"),
        ({"type": "offer.invented.v1", "data": {}}, "/type"),
        ({"type": ["offer.filled.v1"]}, "/type"),
        ({"type": "offer.filled.v1"}, "/data"),
        ({"type": "offer.filled.v1", "data": {"alert_id": 12}}, "/data/alert_id"),
        ({"type": "offer.filled.v1", "data": {"alert_id": "a#b"}}, "/data/alert_id"),
        (
            {"type": "offer.registered.v1", "data": {"alert_id": "a", "reference": "  ", "contact": "x"}},
            "/data/reference",
        ),
        (
            {"type": "offer.registered.v1", "data": {"alert_id": "a", "reference": "x" * 41, "contact": "x"}},
            "/data/reference",
        ),
        ({"type": "offer.registered.v1", "data": {"alert_id": "a", "reference": "x"}}, "/data/contact"),
        (
            {
                "type": "offer.registered.v1",
                "data": {"alert_id": "a", "reference": "x", "contact": "y", "url": "http://x"},
            },
            "/data/url",
        ),
    ],
)
def test_a_signed_message_that_says_nothing_useful_is_told_why(
    agency: PartnerSystem, message: object, field: str | None
) -> None:
    """422, the field named; nothing of what was sent is repeated."""
    answer = agency.send(message)
    assert (answer.status, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert [error["field"] for error in answer.json.get("errors", [])] == ([field] if field else [])


def test_what_is_not_known_yet_is_ignored(agency: PartnerSystem, alert: Alert) -> None:
    """A sender may add attributes; those that came later change nothing."""
    data = {"alert_id": alert.alert_id, "later": [1]}
    assert agency.send({"type": "offer.filled.v1", "timestamp": "2026-06-02T08:00:00Z", "data": data}).status == 200
