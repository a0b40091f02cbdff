"""The directory's entrances: events leave once, and files come with their cache."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.directory.handlers import static_files
from services.directory.store import DirectoryStore
from shared.aws import Aws
from shared.clock import FixedClock
from shared.errors import Unavailable
from shared.events.directory import DirectoryChanged
from shared.outbox import Outbox, OutboxSweep, StoppedBus
from shared.published import Registry
from shared.tables import MemoryTable
from shared.web.static import static_url
from tests.unit.directory.sign_in_service import request
from tests.unit.directory.territory_examples import NOW, accepted, applied


def _static(path: str) -> dict[str, Any]:
    answer: dict[str, Any] = static_files.build(Aws({}))(request("GET", path), object())
    return answer


def test_a_file_is_kept_for_ever_under_the_hash_of_its_content() -> None:
    """A browser asks once."""
    answer = _static(static_url("vigie.css"))
    assert answer["statusCode"] == 200
    assert "immutable" in answer["headers"]["Cache-Control"]


@pytest.mark.parametrize("path", ["/static/0/unknown.css", "/static/0/..%2f..%2fpyproject.toml", "/static/vigie.css"])
def test_no_other_file_can_be_had(path: str) -> None:
    """Only the files that pages load exist."""
    assert _static(path)["statusCode"] == 404


def test_a_change_leaves_with_the_stream() -> None:
    """The relay publishes the outbox item, forgets it, and leaves every other item alone."""
    table, bus = MemoryTable(), StoppedBus()
    applied(accepted(), DirectoryStore(table))
    for item in list(table.items.values()):
        Outbox(table, bus).follow(item)
    assert [name for _, name, _ in bus.published] == [DirectoryChanged.detail_type]
    assert not [key for key in table.items if key[0].endswith("#OUTBOX")]


def test_a_change_that_the_bus_refused_leaves_with_a_later_sweep() -> None:
    """A bus that is down delays the event and loses nothing."""
    table, bus, clock = MemoryTable(), StoppedBus(), FixedClock(NOW)
    applied(accepted(), DirectoryStore(table))
    sweeping = OutboxSweep(Outbox(table, bus), Registry(table), clock)
    bus.stopped = True
    clock.now_is += timedelta(hours=30)
    with pytest.raises(Unavailable):
        sweeping.run()
    bus.stopped = False
    assert (sweeping.run(), sweeping.run()) == ({"OutboxSwept": 1}, {"OutboxSwept": 0})
