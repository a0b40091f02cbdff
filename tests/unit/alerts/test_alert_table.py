"""The state machine cell by cell: taking charge, handing over, ending, beginning again."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime
from typing import get_args

import pytest

from services.alerts.deliveries.relevance import pointless
from services.alerts.rules.commands import (
    Command,
    Reopen,
    Transmit,
)
from services.alerts.rules.decisions import decide
from services.alerts.rules.facts import Reason, State
from services.alerts.rules.notices import RECALLS, Purpose
from services.alerts.rules.transitions import TABLE
from shared.errors import Conflict, Forbidden, Invalid
from tests.unit.alerts.alert_examples import (
    ALIVE,
    CAPTEUR,
    COORDINATOR,
    DEPUTY,
    ENDED,
    H1,
    H2,
    H3,
    H4,
    H5,
    H6,
    SETTINGS,
    TUESDAY,
    acknowledge,
    after,
    cancel,
    close,
    fill,
    give_back,
    hours,
    raised,
    raising,
    reject,
    reopen,
    standing_in,
    told,
    transmit,
)
from tests.unit.alerts.delivery_scene import delivery


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
    assert decision.notices[0].addressee == "agence@exemple.fr"
    assert all(pointless(delivery(recall), decision.alert) for recall in RECALLS)
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
    assert [notice.addressee for notice in again.notices] == ["autre@exemple.fr"]
    assert not decide(again.alert, transmit(H6, to="autre@exemple.fr"), SETTINGS).changed


def test_transmitting_by_mail_needs_an_address() -> None:
    """An e-mail without an address is refused with the field's name."""
    with pytest.raises(Invalid) as refusal:
        decide(raised(), Transmit(actor=COORDINATOR, at=H1, channel="mail"), SETTINGS)
    assert "to" in refusal.value.fields


@pytest.mark.parametrize("ending", [fill, close, cancel, reject])
@pytest.mark.parametrize("state", list(ALIVE))
def test_every_living_state_can_end(state: State, ending: Callable[[datetime], Command]) -> None:
    """An end is final, is announced, and withdraws everything that has not left."""
    decision = decide(standing_in(state), ending(H5), SETTINGS)
    assert decision.alert.state.is_terminal
    assert decision.alert.next_due_at is None
    assert pointless(delivery(Purpose.BREACH, created_at=TUESDAY), decision.alert)
    assert [event.kind for event in decision.announcements] == ["closed"]


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


def test_reopening_brings_back_what_is_known() -> None:
    """A reopened alert stands where its transmission and its offers say, late returns included."""
    assert after(raised(), cancel(H1), reopen(H2)).state is State.RAISED
    assert after(raised(), acknowledge(H1), cancel(H2), reopen(H3)).state is State.ACKNOWLEDGED
    assert after(raised(), transmit(H1), cancel(H2), reopen(H3)).state is State.TRANSMITTED
    late = after(raised(), transmit(H1), cancel(H2), give_back(H3), reopen(H4))
    assert late.state is State.OFFER_REGISTERED
    assert late.offer is not None


@pytest.mark.parametrize("state", list(ALIVE))
def test_reopening_what_is_open_conflicts(state: State) -> None:
    """Only an ended alert is reopened."""
    with pytest.raises(Conflict):
        decide(standing_in(state), reopen(H5), SETTINGS)


def test_only_a_coordinator_reopens() -> None:
    """Not even the deputy."""
    with pytest.raises(Forbidden):
        decide(standing_in(State.FILLED), Reopen(actor=DEPUTY, at=H5, reason=Reason.STILL_NEEDED), SETTINGS)
