"""Taking charge and handing over, fact by fact: what is recorded, of when, for whom, and what leaves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from services.alerts.rules.alert import Alert, Proof
from services.alerts.rules.commands import Command, CorrectTransmission
from services.alerts.rules.decisions import Decision, decide
from services.alerts.rules.facts import Role, State
from services.alerts.rules.notices import Purpose
from shared.errors import Conflict, Invalid
from tests.unit.alerts.alert_examples import (
    COORDINATOR,
    PROOF,
    SETTINGS,
    TUESDAY,
    acknowledge,
    after,
    fire,
    give_back,
    hours,
    raised,
    revoke_link,
    transmit,
)

OTHER = Proof(sha256="b" * 64, key="transmissions/2.eml")
SENT_AT = TUESDAY + hours(3)


def facts(alert: Alert) -> list[str]:
    """What has been noted, in order."""
    return [fact.kind for fact in alert.facts]


def corrected(alert: Alert, at: datetime, **changes: Any) -> Decision:
    """The coordinator puts the recorded transmission right."""
    given = {"transmitted_at": SENT_AT, "channel": "phone", "reason": "time_confirmed", **changes}
    return decide(alert, CorrectTransmission(actor=COORDINATOR, at=at, **given), SETTINGS)


def test_taking_charge_again_is_noted_once_the_first_has_lapsed() -> None:
    """Before that it says nothing new."""
    taken = after(raised(), acknowledge(TUESDAY + hours(1)))
    assert facts(after(taken, acknowledge(TUESDAY + hours(2)))) == facts(taken)
    lapsed = after(taken, fire(TUESDAY + hours(37)))
    again = after(lapsed, acknowledge(TUESDAY + hours(38)))
    assert facts(again)[-1] == "acknowledged_again"
    assert again.acknowledgement is not None
    assert (again.acknowledgement.at, again.acknowledgement.lapsed_at) == (TUESDAY + hours(38), None)


def test_an_answer_to_what_nobody_sent_infers_the_sending() -> None:
    """Of unknown channel, measured, and the coordinator is asked under that very key."""
    decision = decide(raised(), give_back(SENT_AT), SETTINGS)
    sent = decision.alert.transmission
    assert sent is not None
    assert (sent.at, sent.channel, sent.inferred, sent.measures.elapsed_seconds) == (SENT_AT, "unknown", True, 10_800)
    asked = [notice for notice in decision.notices if notice.purpose is Purpose.CONFIRM_TRANSMISSION]
    assert {notice.key for notice in asked} == {"confirm_transmission"}
    assert "inferred_transmit" in facts(decision.alert)


def test_a_correction_replaces_time_way_and_measures_and_keeps_the_proof() -> None:
    """Unless another one is given; and what was inferred is no more."""
    sent = after(raised(), transmit(TUESDAY + hours(5)))
    right = corrected(sent, TUESDAY + hours(6), to="guichet@exemple.fr").alert.transmission
    assert right is not None
    assert (right.at, right.channel, right.to, right.proof) == (SENT_AT, "phone", "guichet@exemple.fr", PROOF)
    assert (right.inferred, right.measures.elapsed_seconds) == (False, 10_800)
    other = corrected(sent, TUESDAY + hours(6), proof=OTHER).alert.transmission
    assert other is not None
    assert other.proof == OTHER


def test_a_correction_of_an_inferred_sending_confirms_it() -> None:
    """Somebody has said when it was: nobody is asked again."""
    inferred = after(raised(), give_back(SENT_AT))
    right = corrected(inferred, TUESDAY + hours(6)).alert
    assert right.transmission is not None
    assert (right.transmission.inferred, facts(right)[-1]) == (False, "transmission_corrected")


@pytest.mark.parametrize(("days", "taken"), [(7, True), (7.01, False)])
def test_a_sending_may_precede_the_receipt_by_a_week(days: float, taken: bool) -> None:
    """A phone call before the visit was written down; not one of another year."""
    sent, instant = after(raised(), transmit(TUESDAY + hours(5))), TUESDAY - hours(24 * days)
    if taken:
        assert corrected(sent, TUESDAY + hours(6), transmitted_at=instant).alert.transmission
    else:
        with pytest.raises(Invalid) as caught:
            corrected(sent, TUESDAY + hours(6), transmitted_at=instant)
        assert set(caught.value.fields) == {"transmitted_at"}


@pytest.mark.parametrize(("later", "taken"), [(0, True), (0.01, False)])
def test_a_sending_to_come_is_none(later: float, taken: bool) -> None:
    """Up to this very instant."""
    sent, now = after(raised(), transmit(TUESDAY + hours(5))), TUESDAY + hours(6)
    if taken:
        assert corrected(sent, now, transmitted_at=now).alert.transmission
    else:
        with pytest.raises(Invalid) as caught:
            corrected(sent, now, transmitted_at=now + hours(later))
        assert set(caught.value.fields) == {"transmitted_at"}


def test_a_sending_by_mail_needs_an_address() -> None:
    """Said beside its field."""
    asked = transmit(TUESDAY + hours(1)).model_copy(update={"to": None})
    with pytest.raises(Invalid) as caught:
        decide(raised(), asked, SETTINGS)
    assert set(caught.value.fields) == {"to"}


def test_a_sending_is_recorded_whole_and_takes_charge_where_nobody_had() -> None:
    """When, by whom, how, to whom, with which proof; the e-mail leaves under a key of this version."""
    decision = decide(raised(), transmit(SENT_AT), SETTINGS)
    sent, taken = decision.alert.transmission, decision.alert.acknowledgement
    assert sent is not None
    assert taken is not None
    assert (sent.at, sent.by, sent.channel, sent.to, sent.proof) == (
        SENT_AT,
        COORDINATOR.id,
        "mail",
        "agence@exemple.fr",
        PROOF,
    )
    assert (sent.inferred, sent.measures.elapsed_seconds, taken.inferred) == (False, 10_800, True)
    assert decision.alert.state is State.TRANSMITTED
    left = [notice for notice in decision.notices if notice.purpose is Purpose.TRANSMISSION]
    assert [(notice.key, notice.addressee) for notice in left] == [("transmission_2", "agence@exemple.fr")]


def test_another_sending_is_a_fact_and_the_first_keeps_counting() -> None:
    """The same one said twice is one."""
    sent = after(raised(), transmit(SENT_AT))
    again = after(sent, transmit(TUESDAY + hours(4), to="autre@exemple.fr"))
    assert (again.transmission, len(again.sent_again), facts(again)[-1]) == (sent.transmission, 1, "sent_again")
    assert after(sent, transmit(TUESDAY + hours(4))).sent_again == ()


@pytest.mark.parametrize(
    ("before", "leaves"),
    [
        ((transmit(SENT_AT),), True),
        ((transmit(SENT_AT).model_copy(update={"channel": "phone"}),), False),
        ((transmit(SENT_AT), give_back(TUESDAY + hours(4))), False),
    ],
    ids=["awaited", "by telephone", "answered"],
)
def test_a_void_link_is_replaced_while_an_answer_to_an_email_is_awaited(
    before: tuple[Command, ...], leaves: bool
) -> None:
    """At the agency's address, under a key of this version; the fact is noted in any case."""
    decision = decide(after(raised(), *before), revoke_link(TUESDAY + hours(5)), SETTINGS)
    sent = [(notice.purpose, notice.key, notice.role, notice.addressee) for notice in decision.notices]
    expected = (Purpose.TRANSMISSION, "new_link_3", Role.AGENCY, "agence@exemple.fr")
    assert sent == ([expected] if leaves else [])
    assert (facts(decision.alert)[-1], decision.alert.facts[-1].detail) == ("link_revoked", "")


def test_what_was_never_sent_has_no_link_and_no_hour() -> None:
    """Both are refused under one code."""
    with pytest.raises(Conflict) as caught:
        decide(raised(), revoke_link(SENT_AT), SETTINGS)
    assert caught.value.code == "non-transmise"
    with pytest.raises(Conflict) as caught:
        corrected(raised(), TUESDAY + hours(6))
    assert caught.value.code == "non-transmise"
