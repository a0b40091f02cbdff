"""The figures of deliveries: the large run in small, the judge that would see a loss, and the queue that serves by turns."""

from __future__ import annotations

from random import Random

import pytest

from benchmarks.crowded_queue import CrowdedQueue
from benchmarks.deliveries import CHANNELS, cost, judged, run
from benchmarks.diffusion_scene import NOON, directory
from benchmarks.diffusion_world import World
from benchmarks.failing import Outside
from benchmarks.quick_table import QuickTable
from benchmarks.virtual_time import Hub
from services.alerts.resources import LEDGER

SIZE = 60


def finished() -> World:
    """A small diffusion without faults."""
    dice = Random(1)  # noqa: S311 - a seeded history, not a secret
    world = World(directory(SIZE, CHANNELS), QuickTable(LEDGER), Outside(dice), dice)
    world.run()
    return world


def test_a_small_run_loses_and_doubles_nothing() -> None:
    """One call in fifty fails, three messages in ten come twice, as in the large one."""
    found = run(SIZE, 0.02, 0.30)
    assert (found.lost, found.doubled) == (0, 0)
    assert found.calls > 5 * SIZE


def test_the_judge_sees_what_was_never_accepted() -> None:
    """A provider that forgets a message makes it lost."""
    world = finished()
    world.providers.accepted.pop()
    assert judged(world, SIZE, 0.0).lost == 1


def test_the_judge_sees_what_was_accepted_twice() -> None:
    """Without a mark it is a double; a webhook's receiver knows it again."""
    world = finished()
    world.providers.accepted += world.providers.accepted[:3]
    found = judged(world, SIZE, 0.0)
    channels = [channel for channel, _ in world.providers.accepted[:3]]
    assert (found.doubled, found.flagged) == (3 - channels.count("webhook"), 0)


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_delivery_is_claimed_sent_and_recorded(channel: str) -> None:
    """What one more recipient costs: two writes of its own at the least, one send, one message."""
    found = cost(channel, sample=10)  # type: ignore[arg-type]
    send = {"email": "SendEmail", "sms": "SendTextMessage", "webhook": "POST"}[channel]
    assert found.calls[send] == 1
    assert found.calls["PutItem"] >= 2
    assert found.units["dynamodb-write"] > 0


@pytest.mark.parametrize(("fair", "served_at"), [(False, 10.0), (True, 4.0)])
def test_a_fair_queue_serves_the_quiet_before_the_noisy(fair: bool, served_at: float) -> None:
    """Two workers, eight messages of a slow recipient, then one of another."""
    hub, served = Hub(NOON), {}

    def handle(body: str) -> None:
        hub.sleep(2.0)
        served[body] = hub.elapsed

    queue = CrowdedQueue(hub, handle, 2, fair=fair)
    for number in range(8):
        queue.send(f"noisy-{number}", group="noisy")
    hub.run(1.0)
    queue.send("quiet", group="quiet")
    hub.run(60.0)
    assert len(served) == 9
    assert served["quiet"] == served_at
