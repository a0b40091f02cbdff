"""None lost, none doubled without a mark: every single fault, then random ones, and protocols known to be wrong."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from services.alerts.alert import Alert
from services.alerts.delivering import Courier, Prepared
from services.alerts.delivery import Delivery, claimed, settled
from shared.errors import Unavailable
from tests.simulation.checker import Findings, examine
from tests.simulation.world import FAULTS, Crash, Fault, World, no_fault, one_fault, random_faults
from tests.unit.alerts.delivery_scene import ALERT_ID, TERRITORY

SIZE = 3


def found(world: World) -> Findings:
    """What the finished world's history shows."""
    world.run()
    items = [item for (_, sk), item in world.table.items.items() if sk.startswith("DELIVERY#")]
    world.ports.plan = no_fault
    ids = {one.sk: one.id for one in world.store.of_alert(TERRITORY, ALERT_ID)}
    return examine(len(world.book.partners), items, world.providers.accepted, ids)


def test_without_faults_everybody_gets_one() -> None:
    """Even then hints are lost and doubled."""
    world = World(60, no_fault)
    assert found(world) == Findings()
    assert len(world.providers.accepted) == 60


def calls_of_a_run() -> list[str]:
    """The calls of one run without faults."""
    world = World(SIZE, no_fault)
    world.run()
    return world.ports.calls


@pytest.mark.parametrize("fault", FAULTS)
def test_every_single_fault_loses_nothing_and_doubles_nothing_unmarked(fault: Fault) -> None:
    """At each call of each worker: before its effect, after it, or instead of it."""
    for place in range(len(calls_of_a_run())):
        findings = found(World(SIZE, one_fault(place, fault)))
        assert (findings.lost, findings.doubled, findings.restless, findings.failed) == ([], [], [], []), place


def test_every_port_of_the_workers_was_broken() -> None:
    """The exhaustive run above would prove little if it left a port out."""
    assert set(calls_of_a_run()) >= {"get", "write", "alert", "book", "decrypt", "email", "sms", "webhook"}


@pytest.mark.parametrize("seed", range(40))
def test_random_faults_lose_nothing_unseen(seed: int) -> None:
    """Five calls in a hundred fail: each recipient has the message, or a person is shown why not.

    Two unknown ends of the same delivery in a row are the only way to fail here: no third message leaves by itself.
    """
    findings = found(World(21, random_faults(seed, 0.05), seed))
    assert (findings.lost, findings.doubled, findings.restless) == ([], [], [])
    assert len(findings.failed) <= 2


def test_the_same_seed_gives_the_same_history() -> None:
    """A failing seed can be replayed."""
    first, second = (World(9, random_faults(7, 0.1), 7) for _ in range(2))
    assert found(first) == found(second)
    assert first.ports.calls == second.ports.calls


@dataclass(frozen=True)
class SendsThenRecords(Courier):
    """Wrong: nothing is written before the message leaves."""

    def _send(self, found: Delivery, current: Delivery, alert: Alert, prepared: Prepared) -> None:
        begun = self.clock.now()
        report = prepared.send()
        held = claimed(current, begun, self.channel.patience, alert.version, prepared.proof)
        end = settled(held, report, self.channel.patience, begun=begun, ended=begun, jitter=0.5)
        self.store.replace(found, end)


@dataclass(frozen=True)
class FreesItsClaim(Courier):
    """Wrong: whatever goes wrong in the send frees the delivery for another try."""

    def _send(self, found: Delivery, current: Delivery, alert: Alert, prepared: Prepared) -> None:
        try:
            super()._send(found, current, alert, prepared)
        except (Crash, Unavailable):
            taken = self.store.get(found.territory_id, found.alert_id, found.sk)
            if taken:
                self.store.replace(taken, found.becoming(fence=taken.fence))
            raise


@dataclass(frozen=True)
class ForgetsItsClaim(Courier):
    """Wrong: claims once, never tries again."""

    def _send(self, found: Delivery, current: Delivery, alert: Alert, prepared: Prepared) -> None:
        if not found.fence:
            super()._send(found, current, alert, prepared)


@pytest.mark.parametrize("wrong", [SendsThenRecords, FreesItsClaim])
def test_the_simulation_sees_protocols_that_double(wrong: type[Courier]) -> None:
    """Each is caught by one fault alone."""
    runs = (World(SIZE, one_fault(place, "crash after"), courier=wrong) for place in range(len(calls_of_a_run())))
    assert any(found(world).doubled for world in runs)


def test_the_simulation_sees_a_protocol_that_loses() -> None:
    """A delivery that stays claimed for ever is still due after a month."""
    place = calls_of_a_run().index("email")
    world = World(SIZE, one_fault(place, "crash before"), courier=ForgetsItsClaim)
    findings = found(world)
    assert (len(findings.lost), len(findings.restless)) == (1, 1)
