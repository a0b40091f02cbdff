"""The long run, with `--soak`: a hundred thousand seeds, and a month of two thousand alerts in which everything fails."""

from __future__ import annotations

import sys
import time

import pytest

from tests.simulation.plans import Drawn
from tests.simulation.playing import staged
from tests.simulation.scenarios import month
from tests.simulation.seeds import Tally, command, tried

SEEDS = {0.03: range(1_000, 101_000), 0.1: range(200_000, 205_000)}
"""By the share of calls that fail: many seeds as in each test run, some in a worse world."""
TOLD_EVERY = 1_000


def _told(tally: Tally) -> None:
    """A line on the terminal, whatever pytest captures."""
    if tally.runs % TOLD_EVERY == 0 and sys.__stderr__:
        done = f"{tally.runs:7} graines, {tally.deliveries} envois, {tally.faults} pannes"
        line = f"{done}, {tally.flagged} marqués, {time.process_time():.0f} s"
        print(line, file=sys.__stderr__, flush=True)


@pytest.mark.parametrize("share", SEEDS)
def test_a_hundred_thousand_seeds(share: float, request: pytest.FixtureRequest) -> None:
    """None breaks a rule; the first that does is told with the command that plays it again."""
    if not request.config.getoption("--soak"):
        pytest.skip("pytest tests/simulation --soak")
    tally = tried(SEEDS[share], _told, share)
    replays = [f"{command(seed, share)}  # {problems[0]}" for seed, problems in tally.broken.items()]
    assert not replays, "\n".join(replays)
    assert tally.runs == len(SEEDS[share])


@pytest.mark.parametrize(("alerts", "days"), [(12, 3), (2_000, 30)], ids=["three days", "a month"])
def test_many_alerts_at_once_keep_the_rules_at_every_step(
    alerts: int, days: int, request: pytest.FixtureRequest
) -> None:
    """In one territory, over one another; every write is looked at as it is written. With `--soak`, a month of them."""
    if alerts > 100 and not request.config.getoption("--soak"):
        pytest.skip("pytest tests/simulation --soak")
    play = staged(month(1, alerts, days), Drawn(1, 0.02), 1)
    play.world.ticks["audit"].minutes = 60  # it reads every open alert: each five minutes would be most of the time
    assert play.run().broken == []
    assert len({image.alert_id for image in play.world.history.images}) == alerts
