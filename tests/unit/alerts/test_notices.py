"""Who is told: one recall for each, the most urgent, and a stand-in where nobody can be reached."""

from __future__ import annotations

import pytest

from services.alerts.rules.facts import Role
from services.alerts.rules.notices import Notice, Purpose, Urgency, coalesced, routed, to_roles

EVERYBODY = frozenset(Role)
NUDGE = to_roles(Purpose.NUDGE, "notice_24h", Urgency.URGENT, Role.COORDINATOR)
BREACH = to_roles(Purpose.BREACH, "breach_48h", Urgency.CRITICAL, Role.COORDINATOR, Role.STEERING)
LAPSE = to_roles(Purpose.ACK_LAPSED, "ack_lapse_36h", Urgency.NORMAL, Role.COORDINATOR)


def test_an_urgent_message_rings_the_phone_and_another_does_not() -> None:
    """Urgent and critical leave by e-mail and text message, normal by e-mail alone."""
    assert [notice.channels for notice in (*NUDGE, *BREACH[:1], *LAPSE)] == [
        ("email", "sms"),
        ("email", "sms"),
        ("email",),
    ]


def test_the_heaviest_recall_wins_in_any_order() -> None:
    """Of several recalls to one role only the most urgent is left, whatever came first."""
    assert coalesced([*NUDGE, *BREACH, *LAPSE]) == coalesced([*LAPSE, *BREACH, *NUDGE]) == BREACH


def test_what_is_no_recall_is_never_swallowed() -> None:
    """A conflict to settle and a breach are two messages."""
    conflict = to_roles(Purpose.REF_CONFLICT, "ref_conflict_4", Urgency.NORMAL, Role.COORDINATOR)
    assert set(coalesced([*conflict, *BREACH])) == {*conflict, *BREACH}


def test_one_person_in_two_roles_is_one_recipient() -> None:
    """Whoever resolves roles into people has the same rule applied by person."""
    by_person = coalesced([*NUDGE, *BREACH], lambda _: "the same person")
    assert [notice.purpose for notice in by_person] == [Purpose.BREACH]


def test_everybody_reachable_changes_nothing() -> None:
    """No stand-in, nobody missing."""
    assert routed(BREACH, EVERYBODY) == (BREACH, frozenset())


def test_the_deputy_stands_in_for_the_coordinator() -> None:
    """The message goes to the back-up and the missing role is named."""
    sent, missing = routed(NUDGE, EVERYBODY - {Role.COORDINATOR})
    assert [notice.role for notice in sent] == [Role.DEPUTY]
    assert missing == {Role.COORDINATOR}


def test_the_chain_of_stand_ins_ends_with_steering() -> None:
    """Coordinator, deputy, manager, steering; then nobody, and the message is dropped with its role named."""
    assert [notice.role for notice in routed(NUDGE, {Role.STEERING})[0]] == [Role.STEERING]
    assert routed(NUDGE, frozenset()) == ((), frozenset({Role.COORDINATOR}))


def test_a_stand_in_gets_one_message_for_two_roles() -> None:
    """The deputy who stands in and is told too hears it once."""
    chase = to_roles(Purpose.ACK_CHASE, "ack_chase_4h", Urgency.URGENT, Role.COORDINATOR, Role.DEPUTY)
    assert len(routed(chase, {Role.DEPUTY})[0]) == 1


def test_an_audience_needs_no_role_to_be_reachable() -> None:
    """The partners and those reached are not looked up among the roles."""
    free = (Notice(purpose=Purpose.BROADCAST, key="broadcast", audience="partners"),)
    assert routed(free, frozenset()) == (free, frozenset())


@pytest.mark.parametrize("addressee", [None, "agency"])
def test_an_agency_that_nobody_can_reach_is_recalled_through_the_coordinator(addressee: str | None) -> None:
    """Somebody picks up the phone, whoever the transmission was addressed to."""
    nudge = Notice(purpose=Purpose.OFFER_NUDGE, key="offer_nudge_1", role=Role.AGENCY, addressee=addressee)
    assert routed([nudge], EVERYBODY - {Role.AGENCY})[1] == {Role.AGENCY}
    assert [notice.role for notice in routed([nudge], EVERYBODY - {Role.AGENCY})[0]] == [Role.COORDINATOR]
