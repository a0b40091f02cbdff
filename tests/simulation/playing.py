"""Plays a scenario to its end: the faults, then a time in which nothing fails, then the checker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from services.alerts.resources import LEDGER
from services.alerts.store import AlertStore
from services.alerts.use_cases.desk import Desk
from shared.published import ADDRESS_BOOK
from tests.simulation.checker import NOTHING_ELSE, Expected, Findings, examine
from tests.simulation.history import Buried
from tests.simulation.machine import HOUR
from tests.simulation.people import Act, Person
from tests.simulation.plans import Drawn, During, Listed, NoFaults
from tests.simulation.ports import Fault, Plan
from tests.simulation.quick import QuickAddressBook
from tests.simulation.scenarios import Scenario, drawn
from tests.simulation.territory import TERRITORY, alert_of, report
from tests.simulation.world import Names, World

HEALING = 80
"""Hours without a fault before everything must be at rest."""
SHARE = 0.03
"""Of all calls: those that fail in a random history."""
HALF_A_DAY = 12 * HOUR
SETTLING = 24
"""More hours, at the most, for what began at the very end of them."""


@dataclass
class Play:
    """One run of a scenario."""

    scenario: Scenario
    world: World
    expected: Expected = NOTHING_ELSE
    told: Callable[[], object] = lambda: None
    """Hears of each half day that is over."""

    def run(self) -> Findings:
        """To the end, and what the checker finds."""
        world, last = self.world, self.scenario.last
        self.prepare()
        self._run(last)
        world.ports.healed = True
        self._run(last + HEALING * HOUR)
        for _ in range(SETTLING):
            if world.is_at_rest():
                break
            world.hub.run(world.hub.now + HOUR)
        return self.findings()

    def _run(self, until: int) -> None:
        hub = self.world.hub
        while hub.now < until:
            hub.run(min(hub.now + HALF_A_DAY, until))
            self.told()

    def prepare(self) -> None:
        """Everything that people will do, at its time."""
        for number, (at, acts) in self.scenario.alerts.items():
            self.world.hub.at(at, partial(self._report, number))
            for place, act in enumerate(acts):
                self._expect(number, place, act)

    def _report(self, number: int) -> None:
        self.world.publish(report(number, self.world.hub.instant(self.world.hub.now)))

    def findings(self) -> Findings:
        """What the checker says of what happened so far."""
        history = self.world.history
        history.ended = self.world.hub.instant(self.world.hub.now)
        dead = [queue for name, queue in self.world.cloud.queues.items() if name.endswith("-dead")]
        history.buried = [Buried(queue.name, m.body, m.attributes) for queue in dead for m in queue.messages.values()]
        return examine(history, list(self.world.items()), self.expected)

    def _expect(self, number: int, place: int, act: Act) -> None:
        world = self.world
        aws = world.aws(world.workers["pages"].function)
        store = world.names.get("*", {}).get("AlertStore", AlertStore)
        desk = Desk(store(aws.table(LEDGER)), QuickAddressBook(aws.table(ADDRESS_BOOK)), world.watch, world.new_id)
        alert = (TERRITORY, alert_of(number))
        person = Person(world.hub, desk, act, f"request-{number}-{place}", alert, world.history.answered.append)
        world.hub.at(act.at, person.begin)


def staged(scenario: Scenario, plan: Plan, seed: int = 0, names: Names | None = None) -> Play:
    """A scenario, ready to begin."""
    world = World(scenario.book, plan, seed, names=names, begins=scenario.begins)
    if isinstance(plan, During):
        plan.now = lambda: world.hub.now
    return Play(scenario, world)


def played(scenario: Scenario, plan: Plan, seed: int = 0, names: Names | None = None) -> tuple[Play, Findings]:
    """Runs a scenario once."""
    play = staged(scenario, plan, seed, names)
    return play, play.run()


def seeded(
    name: str, seed: int, faults: Mapping[int, Fault] | None = None, share: float = SHARE
) -> tuple[Play, Findings]:
    """The run of a seed; with `faults`, the same world in which only these befall it."""
    plan: Plan = Drawn(seed, share) if faults is None else Listed(faults)
    return played(drawn(name, seed), plan, seed)


def undisturbed(scenario: Scenario, seed: int = 0) -> tuple[Play, Findings]:
    """Nothing fails, nothing comes twice."""
    return played(scenario, NoFaults(), seed)
