"""Returning: the agency's reference and contact arrive by one of two ways and are said once."""

from __future__ import annotations

import pytest

from services.alerts.messages.links import Link
from services.alerts.rules.alert import Alert, Standing
from services.alerts.rules.commands import Cancel
from services.alerts.rules.facts import Fact, Reason, State
from services.alerts.store import alert_pk
from services.alerts.use_cases.returning import Answer, is_unusual, return_by_hand, return_by_link
from services.alerts.use_cases.seeing import answered_alert
from services.alerts.use_cases.transmitting import transmit
from shared.errors import Invalid, NotFound
from tests.unit.alerts.fake_platform import ELSEWHERE, TERRITORY, Platform

WHOLE = Answer("048KLTP", "Sofia Petit, 03 84 00 00 00")


def link_of(alert: Alert, territory_id: str = TERRITORY, serial: int = 0) -> Link:
    return Link(territory_id, alert.alert_id, "m-agency", 2_000_000_000, serial)


def transmitted(platform: Platform) -> Alert:
    alert = platform.raised()
    transmit(platform.desk, platform.ask(alert), "mail")
    return platform.now_is(alert)


def test_a_whole_return_registers_the_offer_and_broadcasts_it_at_once(platform: Platform) -> None:
    """The source's words: returned "pour diffusion"; both steps are one transaction."""
    alert = transmitted(platform)
    outcome = return_by_link(platform.desk, link_of(alert), WHOLE, "key-agency-1")
    stored = platform.now_is(alert)
    assert outcome.state == stored.state == State.BROADCAST
    assert outcome.version == stored.version == alert.version + 2
    assert platform.told()[-2:] == ["OfferRegistered.v1", "AlertBroadcast.v1"]
    assert len(platform.items("round")) == 1


def test_both_steps_stand_in_the_audit_with_their_own_authors(platform: Platform) -> None:
    """The agency returned, the platform broadcast: nobody signs for the other."""
    alert = transmitted(platform)
    return_by_link(platform.desk, link_of(alert), WHOLE, "key-agency-1")
    trail = platform.store.trail(TERRITORY, alert.alert_id)
    assert [(entry.command, entry.actor_kind) for entry in trail[-2:]] == [
        ("return", "agency"),
        ("broadcast", "machine"),
    ]


def test_the_coordinator_is_told_of_the_return(platform: Platform) -> None:
    """Automatic does not mean silent."""
    alert = transmitted(platform)
    return_by_link(platform.desk, link_of(alert), WHOLE, "key-agency-1")
    told = [delivery.recipient_id for delivery in platform.sent(alert) if delivery.purpose == "offer_returned"]
    assert told == ["m-coord"]


def test_the_same_answer_sent_twice_is_one(platform: Platform) -> None:
    """A double click on the agency's page: the same result, one broadcast."""
    alert = transmitted(platform)
    first = return_by_link(platform.desk, link_of(alert), WHOLE, "key-agency-1")
    assert return_by_link(platform.desk, link_of(alert), WHOLE, "key-agency-1") == first
    assert return_by_link(platform.desk, link_of(alert), WHOLE, "key-agency-2").changed is False
    assert len(platform.items("round")) == 1


def test_a_partial_return_waits_and_the_coordinator_is_told(platform: Platform) -> None:
    """Half an answer is kept, broadcasts nothing, and somebody is asked for the other half."""
    alert = transmitted(platform)
    return_by_hand(platform.desk, platform.ask(alert), Answer(reference="048KLTP"))
    stored = platform.now_is(alert)
    assert stored.state is State.TRANSMITTED
    assert stored.offers[0].standing is Standing.PARTIAL
    assert any(delivery.purpose == "partial_return" for delivery in platform.sent(alert))
    assert platform.items("round") == []


def test_the_second_half_completes_the_first(platform: Platform) -> None:
    """The coordinator typed the reference, the agency gives the contact: the offer is whole and leaves."""
    alert = transmitted(platform)
    return_by_hand(platform.desk, platform.ask(alert), Answer(reference="048KLTP"))
    return_by_link(platform.desk, link_of(alert), Answer(contact="Sofia Petit"), "key-agency-1")
    assert platform.now_is(alert).state is State.BROADCAST


def test_another_reference_is_a_conflict_that_overwrites_nothing(platform: Platform) -> None:
    """The first stays, the second is kept beside it, the coordinator settles."""
    alert = transmitted(platform)
    return_by_link(platform.desk, link_of(alert), WHOLE, "key-agency-1")
    return_by_link(platform.desk, link_of(alert), Answer("049ABCD", "Sofia Petit"), "key-agency-2")
    stored = platform.now_is(alert)
    assert stored.offer is not None
    assert stored.offer.ft_reference == "048KLTP"
    assert [offer.standing for offer in stored.offers] == [Standing.REGISTERED, Standing.CONFLICTING]
    assert len(platform.items("round")) == 1


def test_a_return_before_any_transmission_infers_it(platform: Platform) -> None:
    """The agency answers what nobody recorded as sent: the coordinator is asked for the time."""
    alert = platform.raised()
    return_by_hand(platform.desk, platform.ask(alert), WHOLE)
    stored = platform.now_is(alert)
    assert stored.transmission is not None
    assert stored.transmission.inferred
    assert any(delivery.purpose == "confirm_transmission" for delivery in platform.sent(alert))


def test_a_return_after_the_end_is_kept_and_told_without_effect(platform: Platform) -> None:
    """A terminal state absorbs, and drops nothing silently."""
    alert = transmitted(platform)
    platform.do(alert, Cancel, reason=Reason.ENTERPRISE_WITHDREW)
    return_by_link(platform.desk, link_of(alert), WHOLE, "key-agency-1")
    stored = platform.now_is(alert)
    assert stored.state is State.CANCELLED
    assert stored.offers[0].standing is Standing.LATE
    assert platform.items("round") == []


def test_with_no_partner_to_reach_the_offer_waits_and_the_alert_is_red(platform: Platform) -> None:
    """R10 for partners: registered, not broadcast, and the coordinator is told."""
    for key in [key for key in platform.directory.items if key[1].startswith("PARTNER#")]:
        del platform.directory.items[key]
    alert = transmitted(platform)
    return_by_link(platform.desk, link_of(alert), WHOLE, "key-agency-1")
    stored = platform.now_is(alert)
    assert stored.state is State.OFFER_REGISTERED
    assert stored.is_red(platform.clock.now())


def test_references_are_written_in_capitals(platform: Platform) -> None:
    """`048kltp` and `048KLTP` are the same offer, not a conflict."""
    alert = transmitted(platform)
    return_by_hand(platform.desk, platform.ask(alert), Answer("048kltp", "Sofia Petit"))
    return_by_link(platform.desk, link_of(alert), Answer("048KLTP", "Sofia Petit"), "key-agency-1")
    assert platform.now_is(alert).references == {"048KLTP"}


def test_another_shape_of_reference_deserves_a_look_not_a_refusal(platform: Platform) -> None:
    """Partner offers are numbered otherwise."""
    assert not is_unusual("048KLTP")
    assert is_unusual("PART-2026-7")
    alert = transmitted(platform)
    return_by_link(platform.desk, link_of(alert), Answer("PART-2026-7", "Sofia Petit"), "key-agency-1")
    assert platform.now_is(alert).state is State.BROADCAST


@pytest.mark.parametrize(
    "answer", [Answer(), Answer("048KLTP", "Sofia", "javascript:alert(1)"), Answer("x" * 41, "Sofia")]
)
def test_an_answer_that_breaks_a_rule_is_refused_and_nothing_moves(platform: Platform, answer: Answer) -> None:
    """Empty, a web address that is none, a reference too long."""
    alert = transmitted(platform)
    with pytest.raises(Invalid) as refusal:
        return_by_link(platform.desk, link_of(alert), answer, "key-agency-1")
    assert refusal.value.fields
    assert platform.now_is(alert) == alert


@pytest.mark.parametrize(("territory_id", "serial"), [(ELSEWHERE, 0), (TERRITORY, 1)])
def test_a_link_of_another_territory_or_revoked_finds_nothing(
    platform: Platform, territory_id: str, serial: int
) -> None:
    """The same answer as for a forged link."""
    alert = transmitted(platform)
    with pytest.raises(NotFound):
        answered_alert(platform.store, link_of(alert, territory_id, serial))


def test_a_revoked_link_no_longer_answers(platform: Platform) -> None:
    """A link that fell into the wrong hands is closed by one fact, and every link before it with it."""
    alert = transmitted(platform)
    revoked = Fact(kind="link_revoked", at=platform.clock.now(), by="m-coord").model_dump(mode="json")
    platform.table.items[alert_pk(TERRITORY, alert.alert_id), "ALERT"]["alert"]["facts"].append(revoked)
    with pytest.raises(NotFound):
        return_by_link(platform.desk, link_of(alert), WHOLE, "key-agency-1")
