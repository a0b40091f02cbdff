"""The agency's return, its broadcast and what is put right afterwards."""

from __future__ import annotations

import pytest

from services.alerts.rules.alert import Alert, Standing
from services.alerts.rules.commands import (
    Broadcast,
    Command,
    CorrectOffer,
    CorrectTransmission,
    WithdrawOffer,
)
from services.alerts.rules.decisions import decide
from services.alerts.rules.facts import Reason, State
from services.alerts.rules.returns import MOST_OFFERS
from shared.errors import Conflict, Forbidden, Invalid
from tests.unit.alerts.alert_examples import (
    COORDINATOR,
    ENDED,
    H1,
    H3,
    H4,
    H5,
    H6,
    SETTINGS,
    SWEEP,
    TUESDAY,
    acknowledge,
    after,
    broadcast,
    cancel,
    fill,
    give_back,
    hours,
    raised,
    reopen,
    standing_in,
    told,
    transmit,
)


@pytest.mark.parametrize("state", [State.OFFER_REGISTERED, State.BROADCAST])
def test_transmitting_after_the_return_changes_nothing(state: State) -> None:
    """Once the agency has answered, a transmission is already so."""
    assert not decide(standing_in(state), transmit(H5, to="autre@exemple.fr"), SETTINGS).changed


@pytest.mark.parametrize("state", [State.RAISED, State.ACKNOWLEDGED])
def test_a_return_before_the_transmission_infers_it(state: State) -> None:
    """The offer is registered, the transmission inferred, and the coordinator asked to confirm its time."""
    decision = decide(standing_in(state), give_back(H5), SETTINGS)
    assert decision.alert.state is State.OFFER_REGISTERED
    assert decision.alert.has_fact("inferred_transmit")
    assert told(decision) == [("coordinator", "confirm_transmission"), ("coordinator", "offer_returned")]


def test_a_whole_return_registers_the_offer() -> None:
    """Reference and contact together register the offer."""
    decision = decide(standing_in(State.TRANSMITTED), give_back(H5, "048kltp "), SETTINGS)
    assert decision.alert.state is State.OFFER_REGISTERED
    assert decision.alert.references == {"048KLTP"}
    assert [event.kind for event in decision.announcements] == ["offer_registered"]


@pytest.mark.parametrize("halves", [(("R1", None), (None, "Mme Test")), ((None, "Mme Test"), ("R1", None))])
def test_half_a_return_waits_for_the_other_half(halves: tuple[tuple[str | None, str | None], ...]) -> None:
    """One half keeps the state and tells the coordinator; the other half, in any order, registers the offer."""
    first = decide(standing_in(State.TRANSMITTED), give_back(H4, *halves[0]), SETTINGS)
    assert first.alert.state is State.TRANSMITTED
    assert told(first) == [("coordinator", "partial_return")]
    second = decide(first.alert, give_back(H5, *halves[1]), SETTINGS)
    assert second.alert.state is State.OFFER_REGISTERED
    offer = second.alert.offer
    assert offer is not None
    assert (offer.ft_reference, offer.contact) == ("R1", "Mme Test")


def test_an_empty_return_is_refused() -> None:
    """Neither reference nor contact: both fields are named."""
    with pytest.raises(Invalid) as refusal:
        decide(standing_in(State.TRANSMITTED), give_back(H5, None, None), SETTINGS)
    assert set(refusal.value.fields) == {"reference", "contact"}


@pytest.mark.parametrize("state", [State.OFFER_REGISTERED, State.BROADCAST])
def test_another_reference_is_a_conflict_and_overwrites_nothing(state: State) -> None:
    """The first offer stands, the second is kept beside it, and the coordinator decides."""
    before = standing_in(state)
    assert not decide(before, give_back(H5), SETTINGS).changed
    decision = decide(before, give_back(H5, "999ABCD"), SETTINGS)
    assert decision.alert.state is state
    assert decision.alert.offer == before.offer
    assert decision.alert.references == {"048KLTP", "999ABCD"}
    assert decision.alert.offers[-1].standing is Standing.CONFLICTING
    assert told(decision) == [("coordinator", "ref_conflict")]


def test_the_same_reference_with_another_contact_is_a_conflict_too() -> None:
    """A corrected contact is not dropped: the coordinator sees both."""
    decision = decide(standing_in(State.BROADCAST), give_back(H5, contact="M. Autre"), SETTINGS)
    assert [offer.contact for offer in decision.alert.offers] == ["Mme Test", "M. Autre"]
    assert told(decision) == [("coordinator", "ref_conflict")]


@pytest.mark.parametrize("state", [State.RAISED, State.ACKNOWLEDGED, *ENDED])
def test_broadcasting_too_early_or_too_late_is_refused(state: State) -> None:
    """Nothing is broadcast before the transmission nor after the end."""
    with pytest.raises(Conflict):
        decide(standing_in(state), broadcast(H5), SETTINGS)


def test_broadcasting_before_a_return_needs_a_person_who_insists_and_says_why() -> None:
    """Without override it conflicts, from a machine it is forbidden, without reason it is invalid."""
    alert = standing_in(State.TRANSMITTED)
    insisting = {"at": H5, "audience_key": "everyone", "count": 3}
    with pytest.raises(Conflict):
        decide(alert, Broadcast(actor=COORDINATOR, **insisting), SETTINGS)
    with pytest.raises(Forbidden):
        decide(alert, Broadcast(actor=SWEEP, override=True, **insisting), SETTINGS)
    with pytest.raises(Invalid):
        decide(alert, Broadcast(actor=COORDINATOR, override=True, **insisting), SETTINGS)
    reason = Reason.AGENCY_UNREACHABLE
    done = decide(alert, Broadcast(actor=COORDINATOR, override=True, reason=reason, **insisting), SETTINGS)
    assert done.alert.state is State.BROADCAST
    assert done.audit is not None
    assert done.audit.reason is reason


def test_the_return_after_an_insisted_broadcast_corrects_those_who_were_reached() -> None:
    """The late reference reaches, as a correction, those who had the offer without it."""
    early = Broadcast(
        actor=COORDINATOR, at=H4, audience_key="a", count=3, override=True, reason=Reason.AGENCY_UNREACHABLE
    )
    decision = decide(after(standing_in(State.TRANSMITTED), early), give_back(H5), SETTINGS)
    assert decision.alert.state is State.BROADCAST
    assert ("reached", "correction") in told(decision)


def test_broadcasting_tells_the_partners_once() -> None:
    """The offer leaves for the partners; the same list again is no news; a longer list is, under the same key."""
    decision = decide(standing_in(State.OFFER_REGISTERED), broadcast(H3), SETTINGS)
    assert decision.alert.state is State.BROADCAST
    assert [(notice.audience, notice.key) for notice in decision.notices] == [("partners", "broadcast")]
    assert not decide(decision.alert, broadcast(H4), SETTINGS).changed
    more = decide(decision.alert, broadcast(H4, "one more", 13), SETTINGS)
    assert more.notices == decision.notices
    assert len(more.alert.broadcasts) == 2


def test_broadcasting_to_nobody_turns_the_alert_red() -> None:
    """With no partner to tell, the state stays, the coordinator is told once and the board shows red."""
    alert = standing_in(State.OFFER_REGISTERED)
    decision = decide(alert, broadcast(H3, count=0), SETTINGS)
    assert decision.alert.state is State.OFFER_REGISTERED
    assert decision.alert.is_red(H3)
    assert told(decision) == [("coordinator", "no_recipient")]
    assert not decide(decision.alert, broadcast(H4, count=0), SETTINGS).changed


def test_only_those_who_were_reached_get_the_correction_of_an_end() -> None:
    """Before any sending nobody is told; after the broadcast the agency and the partners are, once each."""
    assert told(decide(standing_in(State.ACKNOWLEDGED), fill(H5), SETTINGS)) == []
    assert told(decide(standing_in(State.TRANSMITTED), fill(H5), SETTINGS)) == [("agency", "correction")]
    assert told(decide(standing_in(State.BROADCAST), fill(H5), SETTINGS)) == [
        ("agency", "correction"),
        ("reached", "correction"),
    ]


@pytest.mark.parametrize("state", list(ENDED))
def test_a_return_after_an_end_is_kept_and_told(state: State) -> None:
    """A late return is kept aside as such and the coordinator is told."""
    decision = decide(standing_in(state), give_back(H5), SETTINGS)
    assert decision.alert.references == {"048KLTP"}
    assert decision.alert.offer is None
    assert told(decision) == [("coordinator", "late_return")]


def test_reopening_a_broadcast_tells_those_who_were_reached() -> None:
    """Those who heard of the end hear that it is open again; the others get the offer by a new broadcast."""
    decision = decide(after(standing_in(State.BROADCAST), fill(H4)), reopen(H5), SETTINGS)
    assert decision.alert.state is State.OFFER_REGISTERED
    assert told(decision) == [("reached", "correction")]
    assert decide(decision.alert, broadcast(H6), SETTINGS).alert.state is State.BROADCAST


def correcting(at_hour: float, given_at: float = 6) -> CorrectTransmission:
    return CorrectTransmission(
        actor=COORDINATOR,
        at=TUESDAY + hours(given_at),
        transmitted_at=TUESDAY + hours(at_hour),
        channel="phone",
        reason=Reason.TIME_CONFIRMED,
    )


def test_confirming_an_inferred_transmission_moves_its_time_and_its_measures() -> None:
    """The confirmed time replaces the inferred one, both measures follow, and it is announced again."""
    decision = decide(after(raised(), give_back(H5)), correcting(2), SETTINGS)
    sent = decision.alert.transmission
    assert sent is not None
    assert (sent.inferred, sent.measures.elapsed_seconds, sent.measures.open_seconds) == (False, 7200, 7200)
    assert [event.kind for event in decision.announcements] == ["transmitted"]
    assert not decide(decision.alert, correcting(2), SETTINGS).changed


@pytest.mark.parametrize("hour", [7, -24 * 8])
def test_an_impossible_time_of_transmission_is_refused(hour: float) -> None:
    """Neither to come, nor more than a week before the alert."""
    with pytest.raises(Invalid):
        decide(standing_in(State.TRANSMITTED), correcting(hour), SETTINGS)


@pytest.mark.parametrize("before", [(), (acknowledge(H1),), (cancel(H1),)])
def test_a_transmission_that_never_was_is_not_corrected(before: tuple[Command, ...]) -> None:
    """There is nothing to correct before a transmission."""
    with pytest.raises(Conflict):
        decide(after(raised(), *before), correcting(2), SETTINGS)


def settling(reference: str, contact: str = "Mme Test") -> CorrectOffer:
    reason = Reason.AGENCY_CORRECTED
    return CorrectOffer(actor=COORDINATOR, at=H5, reference=reference, contact=contact, reason=reason)


def withdrawing(reference: str) -> WithdrawOffer:
    return WithdrawOffer(actor=COORDINATOR, at=H6, reference=reference, reason=Reason.AGENCY_CORRECTED)


def test_a_coordinator_completes_a_partial_return() -> None:
    """The missing half, typed by the coordinator, registers the offer."""
    partial = after(standing_in(State.TRANSMITTED), give_back(H3, None, "Mme Test"))
    decision = decide(partial, settling("R7"), SETTINGS)
    assert decision.alert.state is State.OFFER_REGISTERED
    assert decision.alert.references == {"R7"}


def test_a_correction_after_the_broadcast_is_a_new_version_for_those_who_had_the_old_one() -> None:
    """The version grows and only those who were reached are told; said twice it is one."""
    decision = decide(standing_in(State.BROADCAST), settling("048KLTP", "M. Autre"), SETTINGS)
    assert decision.alert.broadcast_version == 2
    assert told(decision) == [("reached", "correction")]
    assert not decide(decision.alert, settling("048KLTP", "M. Autre"), SETTINGS).changed


def test_a_second_offer_for_one_need_joins_the_list() -> None:
    """A conflicting reference that the coordinator accepts stands beside the first."""
    two = after(standing_in(State.OFFER_REGISTERED), give_back(H4, "999ABCD"), settling("999ABCD"))
    assert [offer.standing for offer in two.offers] == [Standing.REGISTERED, Standing.REGISTERED]
    assert two.offer is not None
    assert two.offer.ft_reference == "048KLTP"


def test_withdrawing_the_only_offer_lowers_the_rank_with_a_reason() -> None:
    """The alert is again only transmitted, and the audit says why."""
    decision = decide(standing_in(State.BROADCAST), withdrawing("048KLTP"), SETTINGS)
    assert decision.alert.state is State.TRANSMITTED
    assert decision.audit is not None
    assert (decision.audit.rank_before, decision.audit.rank_after) == (4, 2)
    assert decision.audit.reason is Reason.AGENCY_CORRECTED
    assert told(decision) == [("reached", "correction")]


def test_withdrawing_one_of_two_references_leaves_the_other_registered() -> None:
    """The conflicting offer takes the place of the one withdrawn."""
    two = after(standing_in(State.OFFER_REGISTERED), give_back(H4, "999ABCD"))
    left = after(two, withdrawing("048KLTP"))
    assert left.state is State.OFFER_REGISTERED
    assert left.references == {"999ABCD"}


@pytest.mark.parametrize("command", [settling("NOPE"), withdrawing("NOPE")])
def test_an_unknown_reference_cannot_be_corrected(command: Command) -> None:
    """The field is named."""
    with pytest.raises(Invalid) as refusal:
        decide(standing_in(State.OFFER_REGISTERED), command, SETTINGS)
    assert "reference" in refusal.value.fields


@pytest.mark.parametrize("state", [State.RAISED, State.ACKNOWLEDGED, *ENDED])
def test_offers_are_corrected_only_while_it_makes_sense(state: State) -> None:
    """Neither before a transmission nor after the end."""
    with pytest.raises(Conflict):
        decide(standing_in(state), settling("048KLTP"), SETTINGS)


@pytest.mark.parametrize("before", [raised(), standing_in(State.FILLED)], ids=["open", "ended"])
def test_whoever_holds_the_link_cannot_fill_the_alert(before: Alert) -> None:
    """After twenty different answers the next one is refused; one that says nothing new still is not."""
    alert = before
    for number in range(MOST_OFFERS):
        alert = decide(alert, give_back(H5, f"{number:03}ABCD"), SETTINGS).alert
    with pytest.raises(Conflict):
        decide(alert, give_back(H6, "999ABCD"), SETTINGS)
    assert not decide(alert, give_back(H6, "000ABCD"), SETTINGS).alert.references - alert.references
