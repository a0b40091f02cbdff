"""The facts of visits leave once, whatever the bus does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.errors import Unavailable
from shared.outbox import Outbox, OutboxSweep, StoppedBus
from shared.published import Registry
from shared.tables import MemoryTable
from tests.unit.visits.territory import FRIDAY, HERE, Territory, report


@pytest.fixture
def bus() -> StoppedBus:
    """A bus that can be stopped."""
    return StoppedBus()


def follow(territory: Territory, bus: StoppedBus) -> None:
    """The table's stream: each item, in turn."""
    for item in list(territory.table.items.values()):
        Outbox(territory.table, bus).follow(item)


def test_only_the_outbox_is_told_and_then_forgotten(territory: Territory, bus: StoppedBus) -> None:
    """A visit, a need or an answer is no message; what has left no longer waits."""
    territory.report(report())

    follow(territory, bus)

    assert [name for _, name, _ in bus.published] == [
        "VisitReported.v1",
        "NeedReported.v1",
        "UrgentRecruitmentReported.v1",
    ]
    assert not territory.kept("#OUTBOX")
    assert len(territory.kept("/VISIT")) == 1


def test_what_the_stream_could_not_tell_the_sweep_tells(territory: Territory, bus: StoppedBus) -> None:
    """A bus that is down for a day delays the facts and loses none."""
    territory.report(report())
    bus.stopped = True
    with pytest.raises(Unavailable):
        follow(territory, bus)

    bus.stopped = False
    territory.clock.now_is = FRIDAY + timedelta(hours=30)
    book = MemoryTable()
    book.items[("TERRITORIES", HERE)] = {"pk": "TERRITORIES", "sk": HERE}

    swept = OutboxSweep(Outbox(territory.table, bus), Registry(book), territory.clock).run()

    assert swept == {"OutboxSwept": 1}
    assert len(bus.published) == 3
