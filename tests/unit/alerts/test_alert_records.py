"""What each step leaves behind: facts, keys of messages, announcements, entries of the audit, codes of refusals."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.alerts.rules.commands import Command
from services.alerts.rules.decisions import Context, decide
from services.alerts.rules.facts import Reason, Role, State
from services.alerts.rules.notices import Purpose, Urgency
from shared.errors import Conflict
from tests.unit.alerts.alert_examples import (
    CAPTEUR,
    COORDINATOR,
    H1,
    H2,
    H5,
    H6,
    SETTINGS,
    TUESDAY,
    acknowledge,
    after,
    announced,
    broadcast,
    cancel,
    close,
    fill,
    give_back,
    merge,
    noted,
    raised,
    raising,
    reopen,
    said,
    standing_in,
    transmit,
)

REFUSALS: list[tuple[State, Command, str]] = [
    (State.RAISED, reopen(H5), "alerte-ouverte"),
    (State.RAISED, broadcast(H5), "diffusion-impossible"),
    (State.TRANSMITTED, acknowledge(H5).model_copy(update={"expected_version": 9}), ""),
    (State.TRANSMITTED, fill(H5).model_copy(update={"expected_version": 9}), "version-depassee"),
]


@pytest.mark.parametrize(("state", "command", "code"), REFUSALS)
def test_a_refusal_has_its_code(state: State, command: Command, code: str) -> None:
    """Programs read it; what is already so is not refused, whatever the page showed."""
    if not code:
        assert not decide(standing_in(state), command, SETTINGS).changed
        return
    with pytest.raises(Conflict) as caught:
        decide(standing_in(state), command, SETTINGS)
    assert caught.value.code == code


def test_an_end_says_when_by_whom_and_why() -> None:
    """And into which alert it went; a post that is filled needs no reason."""
    ended = after(raised(), close(H5)).closure
    assert ended is not None
    assert (ended.at, ended.by, ended.reason, ended.into) == (H5, COORDINATOR.id, Reason.NO_CANDIDATE, None)
    merged = after(raised(), merge(H5))
    assert merged.closure is not None
    assert (merged.state, merged.closure.into, merged.closure.reason) == (State.REJECTED, "another", Reason.DUPLICATE)
    filled = after(raised(), fill(H5)).closure
    assert filled is not None
    assert filled.reason is None


def test_the_correction_of_an_end_goes_to_the_agency_that_had_the_mail() -> None:
    """At its address; who was told by telephone is told by telephone."""
    told = said(decide(standing_in(State.TRANSMITTED), fill(H5), SETTINGS), Purpose.CORRECTION)
    assert (told.key, told.role, told.addressee) == ("end_3", Role.AGENCY, "agence@exemple.fr")
    called = after(raised(), transmit(H1).model_copy(update={"channel": "phone"}))
    assert decide(called, fill(H5), SETTINGS).notices == ()


def test_the_capteurs_cancelling_is_told_to_the_coordinator_at_leisure() -> None:
    """Under a key of this version."""
    told = said(decide(raised(), cancel(H1, CAPTEUR), SETTINGS), Purpose.CORRECTION)
    assert (told.key, told.role, told.urgency) == ("end_2", Role.COORDINATOR, Urgency.NORMAL)


def test_a_late_command_is_noted_under_its_name() -> None:
    """Another one is another fact."""
    late = decide(standing_in(State.FILLED), close(H5), SETTINGS)
    assert noted(late) == ("late_fact", "close")
    assert noted(decide(late.alert, acknowledge(H6), SETTINGS)) == ("late_fact", "acknowledge")


def test_reopening_is_noted_with_its_reason_and_announced() -> None:
    """The end is forgotten, the offers stand again."""
    decision = decide(after(raised(), cancel(H1)), reopen(H2), SETTINGS)
    assert ("reopened", Reason.CLOSED_BY_MISTAKE) in [(fact.kind, fact.detail) for fact in decision.alert.facts]
    assert announced(decision) == [("reopened", False)]
    assert decision.alert.closure is None


def test_taking_charge_is_announced_as_said_and_only_inferred_when_it_is() -> None:
    """An answer to what nobody sent infers both steps."""
    assert announced(decide(raised(), acknowledge(H1), SETTINGS)) == [("acknowledged", False)]
    assert announced(decide(raised(), give_back(H5), SETTINGS)) == [
        ("acknowledged", True),
        ("transmitted", True),
        ("offer_registered", False),
    ]


def test_a_fact_says_when_and_by_whom() -> None:
    """The server's clock, and the actor's id."""
    fact = decide(standing_in(State.FILLED), close(H5), SETTINGS).alert.facts[-1]
    assert (fact.at, fact.by) == (H5, COORDINATOR.id)


def test_an_entry_of_the_audit_says_all() -> None:
    """Where, which, when, who, as what, what, from which rank to which, why."""
    before = standing_in(State.TRANSMITTED)
    entry = decide(before, close(H5), SETTINGS).audit
    assert entry is not None
    assert (entry.territory_id, entry.alert_id, entry.version) == (before.territory_id, before.alert_id, 3)
    assert (entry.at, entry.actor_kind, entry.actor_id, entry.role) == (H5, "human", COORDINATOR.id, Role.COORDINATOR)
    assert (entry.command, entry.reason) == ("close", Reason.NO_CANDIDATE)
    assert (entry.rank_before, entry.rank_after, entry.previous_hash) == (2, 9, before.audit_hash)


def test_the_first_entry_follows_nothing() -> None:
    """No rank before it, no hash."""
    decision = decide(None, raising(), SETTINGS)
    assert decision.audit is not None
    assert (decision.audit.rank_before, decision.audit.rank_after, decision.audit.version) == (None, 0, 1)


def test_a_raised_alert_holds_what_was_reported() -> None:
    """Its hours as reported and as received, its coordinator, its clock."""
    given = raising(
        occurred_at=TUESDAY - timedelta(hours=2), coordinator_id="m-coordinator", at=H1, received_at=TUESDAY
    )
    alert = decide(None, given, SETTINGS).alert
    assert (alert.occurred_at, alert.received_at, alert.raised_at) == (given.occurred_at, TUESDAY, H1)
    assert (alert.coordinator_id, alert.clock_mode) == ("m-coordinator", SETTINGS.clock_mode)
    assert (alert.origin, alert.enterprise, alert.post) == (given.origin, given.enterprise, given.post)
    assert not alert.has_fact("clock_ahead")


@pytest.mark.parametrize(("minutes", "believed"), [(5, True), (6, False)])
def test_a_device_may_be_five_minutes_ahead(minutes: int, believed: bool) -> None:
    """Up to that its hour is kept."""
    ahead = TUESDAY + timedelta(minutes=minutes)
    alert = decide(None, raising(occurred_at=ahead), SETTINGS).alert
    assert alert.occurred_at == (ahead if believed else TUESDAY)
    assert alert.has_fact("clock_ahead") is not believed


def test_a_raised_alert_is_told_under_one_key() -> None:
    """Urgently, to the coordinator, or to whoever stands in."""
    told = said(decide(None, raising(), SETTINGS), Purpose.ALERT_RAISED)
    assert (told.key, told.urgency, told.role) == ("alert_raised", Urgency.URGENT, Role.COORDINATOR)
    context = Context(reachable=frozenset({Role.DEPUTY}))
    assert said(decide(None, raising(), SETTINGS, context), Purpose.ALERT_RAISED).role is Role.DEPUTY


@pytest.mark.parametrize("version", [None, 1])
def test_a_page_that_is_up_to_date_may_act(version: int | None) -> None:
    """So may whoever has looked at none."""
    command = acknowledge(H1).model_copy(update={"expected_version": version})
    assert decide(raised(), command, SETTINGS).changed
