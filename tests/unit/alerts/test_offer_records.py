"""What a return, its correction and its broadcast leave behind: offers, facts, keys of messages, announcements."""

from __future__ import annotations

from typing import Any

import pytest

from services.alerts.rules.alert import Standing
from services.alerts.rules.commands import AGENCY, Broadcast, Command, CorrectOffer, ReturnOffer, WithdrawOffer
from services.alerts.rules.decisions import decide
from services.alerts.rules.diffusion import audience_key
from services.alerts.rules.facts import Reason, Role, State
from services.alerts.rules.notices import Purpose, Urgency
from services.alerts.rules.returns import MOST_OFFERS
from shared.errors import Conflict, Forbidden, Invalid
from tests.unit.alerts.alert_examples import (
    COORDINATOR,
    H1,
    H2,
    H3,
    H4,
    H5,
    H6,
    SETTINGS,
    after,
    announced,
    broadcast,
    cancel,
    give_back,
    noted,
    raised,
    said,
    standing_in,
    transmit,
)

LINK = "https://candidat.francetravail.fr/offres/048KLTP"


def settle(**changes: Any) -> CorrectOffer:
    """The coordinator says what stands."""
    given = {"reference": "048KLTP", "contact": "M. Autre", "url": LINK, "reason": Reason.AGENCY_CORRECTED}
    return CorrectOffer(actor=COORDINATOR, **{"at": H5, **given, **changes})


def withdraw(reference: str = "048KLTP") -> WithdrawOffer:
    """The offer does not stand."""
    return WithdrawOffer(actor=COORDINATOR, at=H5, reference=reference, reason=Reason.AGENCY_CORRECTED)


def insisting(**changes: Any) -> Broadcast:
    """A person has it leave without an offer."""
    given = {"audience_key": "everyone", "count": 3, "override": True, "reason": Reason.AGENCY_UNREACHABLE}
    return Broadcast(actor=COORDINATOR, at=H4, **{**given, **changes})


@pytest.mark.parametrize("state", [State.TRANSMITTED, State.FILLED])
def test_an_alert_holds_twenty_different_answers(state: State) -> None:
    """As many as its item can bear, and not one more."""
    alert = standing_in(state)
    for number in range(MOST_OFFERS):
        alert = after(alert, give_back(H5, f"{number:03}ABCD"))
    assert len(alert.offers) == 20
    with pytest.raises(Conflict) as caught:
        decide(alert, give_back(H6, "999ABCD"), SETTINGS)
    assert caught.value.code == "trop-de-retours"


def test_a_return_is_kept_whole() -> None:
    """Reference, contact, link, when and by whom; the coordinator is told at leisure, under a key of this version."""
    given = ReturnOffer(actor=AGENCY, at=H5, reference="048KLTP", contact="Mme Test", url=LINK)
    decision = decide(standing_in(State.TRANSMITTED), given, SETTINGS)
    (offer,) = decision.alert.offers
    assert (offer.ft_reference, offer.contact, str(offer.url)) == ("048KLTP", "Mme Test", LINK)
    assert (offer.registered_at, offer.returned_by, offer.standing) == (H5, AGENCY.id, Standing.REGISTERED)
    told = said(decision, Purpose.OFFER_RETURNED)
    assert (told.key, told.urgency, told.role) == ("offer_returned_3", Urgency.NORMAL, Role.COORDINATOR)
    assert announced(decision) == [("offer_registered", False)]


@pytest.mark.parametrize(
    ("before", "given", "fact", "purpose"),
    [
        ((transmit(H1),), give_back(H5, None), ("partial_return", "contact"), Purpose.PARTIAL_RETURN),
        ((transmit(H1),), give_back(H5, "048KLTP", None), ("partial_return", "048KLTP"), Purpose.PARTIAL_RETURN),
        ((give_back(H1),), give_back(H5, "999ABCD"), ("ref_conflict", "999ABCD"), Purpose.REF_CONFLICT),
        ((cancel(H1),), give_back(H5), ("late_fact", "048KLTP"), Purpose.LATE_RETURN),
    ],
)
def test_a_doubtful_return_is_a_fact_and_a_question(
    before: tuple[Command, ...], given: Command, fact: tuple[str, str], purpose: Purpose
) -> None:
    """The fact names the reference, or that there was a contact alone; the question has a key of its version."""
    decision = decide(after(raised(), *before), given, SETTINGS)
    told = said(decision, purpose)
    assert noted(decision) == fact
    assert (told.key, told.urgency) == (f"{purpose}_{decision.alert.version}", Urgency.NORMAL)


def test_a_late_return_said_twice_is_noted_once() -> None:
    """Under the command's name, as every late fact that says nothing new."""
    late = after(raised(), cancel(H1), give_back(H2))
    again = decide(late, give_back(H3), SETTINGS)
    assert noted(again) == ("late_fact", "return")
    assert again.notices == ()
    assert not decide(again.alert, give_back(H4), SETTINGS).changed


def test_the_coordinators_word_is_kept_whole() -> None:
    """And noted under its reference; a link alone is news, another hour is not."""
    decision = decide(standing_in(State.OFFER_REGISTERED), settle(), SETTINGS)
    (offer,) = decision.alert.offers
    assert (offer.ft_reference, offer.contact, str(offer.url)) == ("048KLTP", "M. Autre", LINK)
    assert (offer.registered_at, offer.returned_by, offer.standing) == (H5, COORDINATOR.id, Standing.REGISTERED)
    assert noted(decision) == ("offer_corrected", "048KLTP")
    assert decision.alert.state is State.OFFER_REGISTERED
    assert decision.notices == ()
    assert not decide(decision.alert, settle(at=H6), SETTINGS).changed
    assert decide(decision.alert, settle(url=None), SETTINGS).changed


def test_the_coordinators_word_that_says_what_is_known_is_no_news() -> None:
    """Whoever gave it first, and whatever else was returned."""
    known = settle(contact="Mme Test", url=None)
    assert not decide(standing_in(State.OFFER_REGISTERED), known, SETTINGS).changed
    assert not decide(after(standing_in(State.OFFER_REGISTERED), give_back(H4, "999ABCD")), known, SETTINGS).changed


def test_what_the_coordinator_completes_is_announced() -> None:
    """As if the agency had given it whole."""
    half = after(standing_in(State.TRANSMITTED), give_back(H3, None))
    decision = decide(half, settle(), SETTINGS)
    assert announced(decision) == [("offer_registered", False)]
    assert said(decision, Purpose.OFFER_RETURNED).role is Role.COORDINATOR


def test_a_withdrawal_is_noted_and_what_is_left_stands() -> None:
    """A conflicting offer's withdrawal moves nothing; an offer that never left is corrected for nobody."""
    two = after(standing_in(State.BROADCAST), give_back(H4, "999ABCD"))
    kept = decide(two, withdraw("999ABCD"), SETTINGS)
    assert (kept.alert.state, noted(kept)) == (State.BROADCAST, ("offer_withdrawn", "999ABCD"))
    unsent = decide(standing_in(State.OFFER_REGISTERED), withdraw(), SETTINGS)
    assert (unsent.alert.state, unsent.notices) == (State.TRANSMITTED, ())


def test_an_unknown_reference_is_said_beside_its_field() -> None:
    """Also where another offer waits."""
    with pytest.raises(Invalid) as caught:
        decide(standing_in(State.OFFER_REGISTERED), withdraw("NOPE"), SETTINGS)
    assert set(caught.value.fields) == {"reference"}


def test_a_broadcast_is_recorded_whole() -> None:
    """Its version, hour, author, list and size; and the reason of whoever insisted."""
    decision = decide(standing_in(State.OFFER_REGISTERED), broadcast(H4), SETTINGS)
    (done,) = decision.alert.broadcasts
    assert (done.version, done.at, done.audience_key, done.count, done.overridden) == (1, H4, "everyone", 12, None)
    assert done.by == broadcast(H4).actor.id
    assert announced(decision) == [("broadcast", False)]
    insisted = after(standing_in(State.TRANSMITTED), insisting())
    assert insisted.broadcasts[0].overridden is Reason.AGENCY_UNREACHABLE


def test_a_reason_is_kept_only_of_whoever_insisted() -> None:
    """One given beside an ordinary broadcast explains nothing."""
    ordinary = insisting(override=False)
    assert after(standing_in(State.OFFER_REGISTERED), ordinary).broadcasts[0].overridden is None


def test_insisting_without_a_reason_is_said_beside_its_field() -> None:
    """A machine cannot insist at all."""
    with pytest.raises(Invalid) as caught:
        decide(standing_in(State.TRANSMITTED), insisting(reason=None), SETTINGS)
    assert set(caught.value.fields) == {"reason"}
    machine = broadcast(H4).model_copy(update={"override": True, "reason": Reason.AGENCY_UNREACHABLE})
    with pytest.raises(Forbidden):
        decide(standing_in(State.TRANSMITTED), machine, SETTINGS)


def test_a_list_without_anybody_is_urgent_and_forgotten_once_somebody_is_found() -> None:
    """The coordinator is told under a key of this version."""
    alone = decide(standing_in(State.OFFER_REGISTERED), broadcast(H4, count=0), SETTINGS)
    told = said(alone, Purpose.NO_RECIPIENT)
    assert (told.key, told.urgency, told.role) == ("no_partner_4", Urgency.URGENT, Role.COORDINATOR)
    assert noted(alone) == ("no_recipient", "partners")
    found = decide(alone.alert, broadcast(H5), SETTINGS)
    assert noted(found) == ("recipient_found", "partners")
    assert found.alert.unreached == frozenset()
    assert after(standing_in(State.OFFER_REGISTERED), broadcast(H4)).has_fact("recipient_found") is False


def test_a_list_that_became_empty_is_no_news_while_broadcast() -> None:
    """Nobody new is to be told; the same list after a correction is another version's."""
    alert = standing_in(State.BROADCAST)
    assert not decide(alert, broadcast(H5, "nobody", 0), SETTINGS).changed
    one_more = after(alert, broadcast(H4, "somebody", 1))
    assert len(one_more.broadcasts) == 2
    assert not decide(one_more, broadcast(H5), SETTINGS).changed
    corrected = after(alert, settle())
    assert corrected.broadcast_version == 2
    assert [each.version for each in after(corrected, broadcast(H6)).broadcasts] == [1, 2]


def test_a_correction_has_a_version_and_reaches_those_who_were_reached() -> None:
    """Its key is its version's, so that each leaves once."""
    told = said(decide(standing_in(State.BROADCAST), settle(), SETTINGS), Purpose.CORRECTION)
    assert (told.key, told.audience, told.role) == ("correction_2", "reached", None)


def test_a_list_is_named_by_its_people() -> None:
    """In whatever order and however often they are named."""
    assert audience_key(["a", "b"]) == audience_key(["b", "a", "b"]) != audience_key(["ab"])
    assert len(audience_key([])) == 64


def test_what_was_never_returned_is_not_corrected() -> None:
    """The refusal has its code."""
    with pytest.raises(Conflict) as caught:
        decide(raised(), settle(), SETTINGS)
    assert caught.value.code == "rien-a-rectifier"
