"""What the agreement of the territory says, sentence by sentence, lived by the people it names."""

from __future__ import annotations

from datetime import timedelta

from shared.clock import PARIS
from tests.system.people import COORDINATOR, report_urgent_need
from tests.system.world import World


def test_first_slice(world: World) -> None:
    """x."""
    visit = report_urgent_need(world)
    world.settle()
    print(visit.text)
    for m in world.mails_to(COORDINATOR.email): print(m)
    for m in world.texts_to(COORDINATOR.phone): print(m)
    print(world.dead_letters())
    print(world.system.errors())
    1/0
