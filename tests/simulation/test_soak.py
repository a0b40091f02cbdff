"""The long runs, with `--soak`: a month of two thousand alerts in which everything fails, and a hundred thousand seeds."""

from __future__ import annotations

import sys
import time

import pytest

from tests.simulation.machine import HOUR
from tests.simulation.plans import Drawn
from tests.simulation.playing import Play, staged
from tests.simulation.scenarios import month
from tests.simulation.seeds import command, tried

CHUNK = 500
"""Seeds of one test: cores share the tests, and each tells when it is through."""
CHUNKS = [(0.03, first) for first in range(1_000, 101_000, CHUNK)] + [
    (0.1, first) for first in range(200_000, 205_000, CHUNK)
]
"""The share of calls that fail, and the first seed: many as in each test run, some in a worse world."""
CALLS_EACH = 2_000
"""Port calls of one alert at the most, about four times as many as it takes."""
Capture = pytest.CaptureFixture[str]


def _tell(line: str, capfd: Capture) -> None:
    """On the terminal, at once, whatever pytest captures."""
    with capfd.disabled():
        print(f"\n{line}, {time.process_time():.0f} s", file=sys.stderr, flush=True)


@pytest.mark.parametrize(("alerts", "days"), [(12, 3), (2_000, 30)], ids=["three days", "a month"])
def test_many_alerts_at_once_keep_the_rules_at_every_step(
    alerts: int, days: int, request: pytest.FixtureRequest, capfd: Capture
) -> None:
    """In one territory, over one another; every write is looked at as it is written. With `--soak`, a month of them."""
    if alerts > 100 and not request.config.getoption("--soak"):
        pytest.skip("pytest tests/simulation --soak")
    play = staged(month(1, alerts, days), Drawn(1, 0.02), 1)
    play.world.ports.most_calls = alerts * CALLS_EACH
    play.world.ticks["audit"].minutes = 60  # it reads every open alert: each five minutes would be most of the time
    play.told = lambda: _tell_day(play, capfd) if alerts > 100 else None
    assert play.run().broken == []
    assert len({image.alert_id for image in play.world.history.images}) == alerts
    assert len(play.world.ports.faults()) > alerts


def _tell_day(play: Play, capfd: Capture) -> None:
    day = play.world.hub.now / (24 * HOUR)
    _tell(f"jour {day:.1f}, {len(play.world.history.names)} envois, {len(play.world.ports.trace)} appels", capfd)


@pytest.mark.parametrize(("share", "first"), CHUNKS)
def test_a_hundred_thousand_seeds(share: float, first: int, request: pytest.FixtureRequest, capfd: Capture) -> None:
    """None breaks a rule; the first that does is told with the command that plays it again."""
    if not request.config.getoption("--soak"):
        pytest.skip("pytest tests/simulation --soak")
    tally = tried(range(first, first + CHUNK), share)
    line = f"graines {first} à {first + CHUNK - 1}, {tally.deliveries} envois, {tally.faults} pannes"
    _tell(f"{line}, {tally.flagged} marqués", capfd)
    replays = [f"{command(seed, share)}  # {problems[0]}" for seed, problems in tally.broken.items()]
    assert not replays, "\n".join(replays)
    assert tally.runs == CHUNK
