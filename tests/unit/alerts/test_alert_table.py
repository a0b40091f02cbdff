"""The state machine cell by cell: what each command does in each state."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import get_args

import pytest

from services.alerts.alert import Alert, Standing, alert_id
from services.alerts.commands import (
    AGENCY,
    Acknowledge,
    Asked,
    Broadcast,
    Command,
    CorrectOffer,
    CorrectTransmission,
    Raise,
    Reopen,
    Transmit,
    WithdrawOffer,
    member,
)
from services.alerts.decisions import Context, decide
from services.alerts.facts import Actor, Reason, Role, State, is_unbroken
from services.alerts.notices import EVERYTHING, RECALLS, Purpose
from services.alerts.transitions import TABLE
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from tests.unit.alerts.alert_examples import (
    CAPTEUR,
    COORDINATOR,
    DEPUTY,
    SETTINGS,
    SWEEP,
    TUESDAY,
    acknowledge,
    after,
    broadcast,
    cancel,
    close,
    fill,
    fire,
    give_back,
    hours,
    journey,
    raised,
    raising,
    reject,
    reopen,
    told,
    transmit,
)

H1, H2, H3, H4, H5, H6 = (TUESDAY + hours(count) for count in range(1, 7))

ALIVE = {
    State.RAISED: (),
    State.ACKNOWLEDGED: (acknowledge(H1),),
    State.TRANSMITTED: (transmit(H1),),
    State.OFFER_REGISTERED: (transmit(H1), give_back(H2)),
    State.BROADCAST: (transmit(H1), give_back(H2), broadcast(H3)),
}
ENDED = {
    State.FILLED: (fill(H4),),
    State.CLOSED_NO_OUTCOME: (close(H4),),
    State.REJECTED: (reject(H4),),
    State.CANCELLED: (cancel(H4),),
}


def standing_in(state: State) -> Alert:
    alert = after(raised(), *{**ALIVE, **ENDED}[state])
    assert alert.state is state
    return alert


def test_the_table_has_no_hole() -> None:
    """Every state answers every command of the closed union."""
    union, _ = get_args(Command)
    assert set(TABLE) == set(itertools.product(State, get_args(union)))


def test_ranks_follow_the_order_of_the_journey() -> None:
    """Ranks grow from 0 to 4 along the journey and are 9 at every end."""
    assert [state.rank for state in State] == [0, 1, 2, 3, 4, 9, 9, 9, 9]
    assert all(state.label for state in State)


def test_raising_opens_an_alert_and_tells_the_coordinator_at_once() -> None:
    """An alert is raised in version 1 and the coordinator is told by e-mail and text message."""
    decision = decide(None, raising(), SETTINGS)
    assert (decision.alert.state, decision.alert.version) == (State.RAISED, 1)
    assert decision.alert.deadline_at == TUESDAY + hours(48)
    assert told(decision) == [("coordinator", "alert_raised")]
    assert decision.notices[0].channels == ("email", "sms")
    assert [event.kind for event in decision.announcements] == ["raised"]


def test_a_need_reported_three_times_is_one_alert() -> None:
    """The same territory, visit and need make the same id, and a second raise changes nothing."""
    alert = raised()
    assert alert.alert_id == alert_id("belfort-montbeliard-hericourt", "v-1", "n-1")
    assert not decide(alert, raising(H1), SETTINGS).changed


def test_a_command_on_no_alert_is_not_found() -> None:
    """Only a raise can begin an alert."""
    with pytest.raises(NotFound):
        decide(None, fire(H1), SETTINGS)


@pytest.mark.parametrize("state", list(ALIVE))
def test_acknowledging(state: State) -> None:
    """Acknowledging moves a raised alert alone; anywhere later it is already so."""
    before = standing_in(state)
    decision = decide(before, acknowledge(H5), SETTINGS)
    assert decision.changed is (state is State.RAISED)
    assert decision.alert.state is (State.ACKNOWLEDGED if state is State.RAISED else state)


@pytest.mark.parametrize("state", [State.RAISED, State.ACKNOWLEDGED])
def test_transmitting(state: State) -> None:
    """Transmitting by e-mail moves the alert, sends the agency its message and withdraws the recalls not yet sent."""
    decision = decide(standing_in(state), transmit(H5), SETTINGS)
    assert decision.alert.state is State.TRANSMITTED
    assert told(decision) == [("agency", "transmission")]
    assert decision.notices[0].address == "agence@exemple.fr"
    assert decision.superseded >= RECALLS
    sent = decision.alert.transmission
    assert sent is not None
    assert sent.measures.elapsed_seconds == 5 * 3600


def test_transmitting_infers_the_acknowledgement_that_nobody_gave() -> None:
    """A transmission from `raised` acknowledges too, and says that it is inferred."""
    decision = decide(raised(), transmit(H5), SETTINGS)
    assert [(event.kind, event.inferred) for event in decision.announcements] == [
        ("acknowledged", True),
        ("transmitted", False),
    ]
    taken = decision.alert.acknowledgement
    assert taken is not None
    assert taken.inferred


def test_the_same_transmission_twice_is_one_and_another_is_a_fact() -> None:
    """The same sending changes nothing; a sending elsewhere is kept and leaves, and the first keeps counting."""
    alert = standing_in(State.TRANSMITTED)
    assert not decide(alert, transmit(H5), SETTINGS).changed
    again = decide(alert, transmit(H5, to="autre@exemple.fr"), SETTINGS)
    assert again.alert.has_fact("sent_again")
    assert again.alert.transmission == alert.transmission
    assert [notice.address for notice in again.notices] == ["autre@exemple.fr"]
    assert not decide(again.alert, transmit(H6, to="autre@exemple.fr"), SETTINGS).changed


@pytest.mark.parametrize("state", [State.OFFER_REGISTERED, State.BROADCAST])
def test_transmitting_after_the_return_changes_nothing(state: State) -> None:
    """Once the agency has answered, a transmission is already so."""
    assert not decide(standing_in(state), transmit(H5, to="autre@exemple.fr"), SETTINGS).changed


def test_transmitting_by_mail_needs_an_address() -> None:
    """An e-mail without an address is refused with the field's name."""
    with pytest.raises(Invalid) as refusal:
        decide(raised(), Transmit(actor=COORDINATOR, at=H1, channel="mail"), SETTINGS)
    assert "to" in refusal.value.fields


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


@pytest.mark.parametrize("ending", [fill, close, cancel, reject])
@pytest.mark.parametrize("state", list(ALIVE))
def test_every_living_state_can_end(state: State, ending: type) -> None:
    """An end is final, is announced, and withdraws everything that has not left."""
    decision = decide(standing_in(state), ending(H5), SETTINGS)
    assert decision.alert.state.is_terminal
    assert decision.alert.next_due_at is None
    assert decision.superseded == EVERYTHING
    assert [event.kind for event in decision.announcements] == ["closed"]


def test_only_those_who_were_reached_get_the_correction_of_an_end() -> None:
    """Before any sending nobody is told; after the broadcast the agency and the partners are, once each."""
    assert told(decide(standing_in(State.ACKNOWLEDGED), fill(H5), SETTINGS)) == []
    assert told(decide(standing_in(State.TRANSMITTED), fill(H5), SETTINGS)) == [("agency", "correction")]
    assert told(decide(standing_in(State.BROADCAST), fill(H5), SETTINGS)) == [
        ("agency", "correction"),
        ("reached", "correction"),
    ]


def test_a_capteur_may_cancel_only_what_they_reported() -> None:
    """The capteur of the visit cancels and the coordinator is told; another capteur is refused."""
    decision = decide(raised(), cancel(H1, CAPTEUR), SETTINGS)
    assert told(decision) == [("coordinator", "correction")]
    with pytest.raises(Forbidden):
        decide(raised(), cancel(H1, CAPTEUR.model_copy(update={"id": "another"})), SETTINGS)


@pytest.mark.parametrize("state", list(ENDED))
@pytest.mark.parametrize("command", [acknowledge(H5), transmit(H5), fill(H5), close(H5), cancel(H5), reject(H5)])
def test_what_comes_after_an_end_is_a_late_fact(state: State, command: Command) -> None:
    """After an end a command is noted once and moves nothing."""
    decision = decide(standing_in(state), command, SETTINGS)
    assert decision.alert.state is state
    assert decision.alert.facts[-1].kind == "late_fact"
    assert not decide(decision.alert, command, SETTINGS).changed


@pytest.mark.parametrize("state", list(ENDED))
def test_a_return_after_an_end_is_kept_and_told(state: State) -> None:
    """A late return is kept aside as such and the coordinator is told."""
    decision = decide(standing_in(state), give_back(H5), SETTINGS)
    assert decision.alert.references == {"048KLTP"}
    assert decision.alert.offer is None
    assert told(decision) == [("coordinator", "late_return")]


def test_reopening_brings_back_what_is_known() -> None:
    """A reopened alert stands where its transmission and its offers say, late returns included."""
    assert after(raised(), cancel(H1), reopen(H2)).state is State.RAISED
    assert after(raised(), acknowledge(H1), cancel(H2), reopen(H3)).state is State.ACKNOWLEDGED
    assert after(raised(), transmit(H1), cancel(H2), reopen(H3)).state is State.TRANSMITTED
    late = after(raised(), transmit(H1), cancel(H2), give_back(H3), reopen(H4))
    assert late.state is State.OFFER_REGISTERED
    assert late.offer is not None


def test_reopening_a_broadcast_tells_those_who_were_reached() -> None:
    """Those who heard of the end hear that it is open again; the others get the offer by a new broadcast."""
    decision = decide(after(standing_in(State.BROADCAST), fill(H4)), reopen(H5), SETTINGS)
    assert decision.alert.state is State.OFFER_REGISTERED
    assert told(decision) == [("reached", "correction")]
    assert decide(decision.alert, broadcast(H6), SETTINGS).alert.state is State.BROADCAST


@pytest.mark.parametrize("state", list(ALIVE))
def test_reopening_what_is_open_conflicts(state: State) -> None:
    """Only an ended alert is reopened."""
    with pytest.raises(Conflict):
        decide(standing_in(state), reopen(H5), SETTINGS)


def test_only_a_coordinator_reopens() -> None:
    """Not even the deputy."""
    with pytest.raises(Forbidden):
        decide(standing_in(State.FILLED), Reopen(actor=DEPUTY, at=H5, reason=Reason.STILL_NEEDED), SETTINGS)


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


def test_an_old_page_conflicts_but_a_double_click_does_not() -> None:
    """A stale expected version is a conflict when there is something to do, and a success when it is already so."""
    alert = after(raised(), acknowledge(H1))
    stale = {"actor": COORDINATOR, "at": H2, "expected_version": 1}
    assert not decide(alert, Acknowledge(**stale), SETTINGS).changed
    with pytest.raises(Conflict):
        decide(alert, Transmit(channel="phone", **stale), SETTINGS)


@pytest.mark.parametrize(
    ("actor", "command"),
    [
        (CAPTEUR, acknowledge(H1)),
        (AGENCY, transmit(H1)),
        (Actor(kind="human", id="x", role=Role.STEERING), fill(H1)),
        (COORDINATOR, fire(H1)),
        (Actor(kind="human", id="x"), give_back(H1)),
    ],
)
def test_each_command_belongs_to_its_roles(actor: Actor, command: Asked) -> None:
    """Whoever has not the role is refused before anything else."""
    with pytest.raises(Forbidden):
        decide(raised(), command.model_copy(update={"actor": actor}), SETTINGS)


def test_a_person_with_several_roles_acts_in_the_one_that_may() -> None:
    """A capteur who is also deputy acknowledges as deputy."""
    assert member("m", ("capteur", "deputy"), Acknowledge).role is Role.DEPUTY
    assert member("m", ("steering",), Acknowledge).role is Role.STEERING
    assert member("m", (), Acknowledge).role is None


def test_a_device_whose_clock_is_ahead_is_not_believed() -> None:
    """A future time is brought back to the receipt and noted; a small lead and a past time are kept."""
    ahead = decide(None, raising(occurred_at=TUESDAY + timedelta(minutes=6)), SETTINGS).alert
    assert ahead.occurred_at == TUESDAY
    assert ahead.has_fact("clock_ahead")
    past = decide(None, raising(occurred_at=TUESDAY - timedelta(days=7)), SETTINGS).alert
    assert past.shows_both_times
    assert past.deadline_at == TUESDAY + hours(48)
    assert not decide(None, raising(occurred_at=TUESDAY - timedelta(days=8)), SETTINGS).alert.shows_both_times


def test_no_siret_is_never_a_key_to_merge_on() -> None:
    """Two firms being created are not the same firm; the same establishment, métier and place may be."""
    assert raised().duplicate_key == "12345678200002|H2909|70285"
    unknown = raising().enterprise.model_copy(update={"siret": None})
    assert decide(None, raising(enterprise=unknown), SETTINGS).alert.duplicate_key is None


def test_the_audit_trail_is_a_chain() -> None:
    """Each effective command is one entry, versions have no gap, and an entry changed afterwards breaks the chain."""
    decisions = journey(raising(), acknowledge(H1), transmit(H2), give_back(H3), broadcast(H4), fill(H5))
    entries = [decision.audit for decision in decisions if decision.audit]
    assert [entry.command for entry in entries] == [
        "raise",
        "acknowledge",
        "transmit",
        "return",
        "broadcast",
        "fill",
    ]
    assert is_unbroken(entries)
    forged = [entries[0], entries[1].model_copy(update={"actor_id": "another"}), *entries[2:]]
    assert not is_unbroken(forged)
    assert not is_unbroken(entries[1:])


def test_the_audit_holds_no_free_text() -> None:
    """No contact, address or company's name enters the audit or the facts."""
    decisions = journey(raising(), transmit(H2), give_back(H3), give_back(H4, "999ABCD"), cancel(H5))
    written = "".join(str(decision.audit) + str(decision.alert.facts) for decision in decisions)
    assert not any(secret in written for secret in ("Mme Test", "agence@exemple.fr", "Ateliers"))


def test_an_alert_survives_being_written_down() -> None:
    """What is stored as JSON reads back as the very same alert."""
    alert = after(standing_in(State.BROADCAST), fill(H4))
    assert Alert.model_validate(alert.model_dump(mode="json")) == alert
    assert isinstance(raising(), Raise)


def test_nobody_reachable_keeps_the_alert_and_turns_it_red() -> None:
    """With no usable channel for the coordinator the deputy is told; with none at all the alert exists, in red."""
    backed_up = decide(None, raising(), SETTINGS, Context(reachable=frozenset({Role.DEPUTY})))
    assert told(backed_up) == [("deputy", "alert_raised")]
    assert backed_up.alert.is_red(TUESDAY)
    alone = decide(None, raising(), SETTINGS, Context(reachable=frozenset()))
    assert alone.alert.state is State.RAISED
    assert alone.notices == ()
    assert alone.alert.is_red(TUESDAY)
    assert Purpose.ALERT_RAISED in RECALLS
