"""Who may act, which alert is which, and the trail that every command leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.alerts.rules.alert import Alert, alert_id
from services.alerts.rules.commands import (
    AGENCY,
    Acknowledge,
    Cancel,
    Command,
    Transmit,
    member,
)
from services.alerts.rules.decisions import Context, decide
from services.alerts.rules.facts import Actor, Role, State, is_unbroken
from shared.errors import Conflict, Forbidden, NotFound
from tests.unit.alerts.alert_examples import (
    CAPTEUR,
    COORDINATOR,
    H1,
    H2,
    H3,
    H4,
    H5,
    SETTINGS,
    TUESDAY,
    acknowledge,
    after,
    broadcast,
    cancel,
    fill,
    fire,
    give_back,
    hours,
    journey,
    raised,
    raising,
    standing_in,
    told,
    transmit,
)


def test_a_need_reported_three_times_is_one_alert() -> None:
    """The same territory, visit and need make the same id, and a second raise changes nothing."""
    alert = raised()
    assert alert.alert_id == alert_id("belfort-montbeliard-hericourt", "v-1", "n-1")
    assert not decide(alert, raising(H1), SETTINGS).changed


def test_a_command_on_no_alert_is_not_found() -> None:
    """Only a raise can begin an alert."""
    with pytest.raises(NotFound):
        decide(None, fire(H1), SETTINGS)


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
def test_each_command_belongs_to_its_roles(actor: Actor, command: Command) -> None:
    """Whoever has not the role is refused before anything else."""
    with pytest.raises(Forbidden):
        decide(raised(), command.model_copy(update={"actor": actor}), SETTINGS)


def test_a_person_with_several_roles_acts_in_the_one_that_may() -> None:
    """A capteur who is also deputy acknowledges as deputy."""
    assert member("m", ("capteur", "deputy"), Acknowledge).role is Role.DEPUTY
    assert member("m", ("capteur", "deputy"), Cancel).role is Role.DEPUTY
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


def test_nobody_reachable_keeps_the_alert_and_turns_it_red() -> None:
    """With no usable channel for the coordinator the deputy is told; with none at all the alert exists, in red."""
    backed_up = decide(None, raising(), SETTINGS, Context(reachable=frozenset({Role.DEPUTY})))
    assert told(backed_up) == [("deputy", "alert_raised")]
    assert backed_up.alert.is_red(TUESDAY)
    alone = decide(None, raising(), SETTINGS, Context(reachable=frozenset()))
    assert alone.alert.state is State.RAISED
    assert alone.notices == ()
    assert alone.alert.is_red(TUESDAY)
