"""Any commands in any order at any instants: the rules of the state machine hold after each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from services.alerts.rules.alert import Alert
from services.alerts.rules.commands import Command
from services.alerts.rules.decisions import Decision, decide
from services.alerts.rules.facts import Actor
from shared.errors import Conflict, Forbidden, Invalid
from tests.unit.alerts import alert_examples as said

LOWERING = {"reopen", "correct_transmission", "correct_offer", "withdraw_offer"}
DEADLINE = timedelta(hours=48)


class AlertMachine(RuleBasedStateMachine):
    """One alert, and what the world remembers of it."""

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = said.TUESDAY
        self.alert: Alert = said.raised()
        self.keys: set[tuple[str, str | None, str | None]] = set()
        self.references: frozenset[str] = frozenset()

    def _give(self, command: Command) -> None:
        """Gives it twice: what is already so is no news."""
        before = self.alert
        try:
            decision = decide(before, command, said.SETTINGS)
        except (Conflict, Forbidden, Invalid):
            return
        self._check(before, command, decision)
        self.alert = decision.alert
        again = decide(self.alert, command, said.SETTINGS) if command.kind in ("fire", "acknowledge", "fill") else None
        assert again is None or again.alert.state is self.alert.state

    def _check(self, before: Alert, command: Command, decision: Decision) -> None:
        after = decision.alert
        assert after.version == before.version + decision.changed
        assert after.state.rank >= before.state.rank or command.kind in LOWERING
        assert set(before.fired) <= set(after.fired)
        assert len(set(after.fired)) == len(after.fired)
        assert after.facts[: len(before.facts)] == before.facts
        told = [(notice.key, notice.role and str(notice.role), notice.member) for notice in decision.notices]
        assert len(set(told)) == len(told)
        assert self.keys.isdisjoint(told)
        self.keys.update(key for key in told if not key[0].startswith("broadcast"))

    @rule(wait=st.integers(min_value=1, max_value=20 * 60))
    def time_passes(self, wait: int) -> None:
        self.now += timedelta(minutes=wait)

    @rule()
    def the_sweep_passes(self) -> None:
        self._give(said.fire(self.now))

    @rule(actor=st.sampled_from([said.COORDINATOR, said.DEPUTY, said.CAPTEUR]))
    def somebody_takes_charge(self, actor: Actor) -> None:
        self._give(said.acknowledge(self.now, actor))

    @rule(to=st.sampled_from(["agence@exemple.fr", "autre@exemple.fr"]))
    def somebody_transmits(self, to: str) -> None:
        self._give(said.transmit(self.now, to))

    @rule(
        reference=st.sampled_from(["048KLTP", "051MNRS", None]), contact=st.sampled_from(["Mme Test", "M. Essai", None])
    )
    def the_agency_answers(self, reference: str | None, contact: str | None) -> None:
        self._give(said.give_back(self.now, reference, contact))

    @rule(count=st.integers(min_value=0, max_value=2))
    def the_offer_is_diffused(self, count: int) -> None:
        self._give(said.broadcast(self.now, count=count))

    @rule(end=st.sampled_from([said.fill, said.close, said.cancel, said.reject, said.reopen]))
    def it_ends_or_begins_again(self, end: Callable[[datetime], Command]) -> None:
        self._give(end(self.now))

    @invariant()
    def the_deadline_stays(self) -> None:
        assert self.alert.deadline_at - self.alert.received_at == DEADLINE

    @invariant()
    def an_open_alert_is_looked_at_again(self) -> None:
        waiting = self.alert.transmission is None and not self.alert.state.is_terminal and self.alert.breach is None
        assert not waiting or self.alert.next_due_at is not None

    @invariant()
    def a_breach_follows_from_the_instants(self) -> None:
        if self.alert.breach:
            assert self.alert.breach.recorded_at > self.alert.deadline_at

    @invariant()
    def what_the_agency_said_stays_known(self) -> None:
        assert self.references <= self.alert.references
        self.references = self.alert.references


@pytest.mark.parametrize("soaked", [False, True], ids=["quick", "long"])
def test_the_rules_hold_after_any_commands(soaked: bool, request: pytest.FixtureRequest) -> None:
    """A few lives each time; with `--soak`, a thousand lives of fifty steps."""
    if soaked and not request.config.getoption("--soak"):
        pytest.skip("pytest tests/simulation --soak")
    lives, steps = (1000, 50) if soaked else (15, 25)
    run_state_machine_as_test(AlertMachine, settings=settings(max_examples=lives, stateful_step_count=steps))
