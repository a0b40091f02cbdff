"""A diffusion to many while its workers die: everybody has it once, and the work goes on from where it stood."""

from __future__ import annotations

from random import Random

import pytest

from tests.simulation.plans import Listed
from tests.simulation.playing import Play, staged
from tests.simulation.ports import Fault
from tests.simulation.scenarios import diffusion
from tests.simulation.territory import partner

KILLED = 50
CALLS_EACH = 11
"""Port calls of one recipient, about: deaths fall somewhere among them."""


def crowd(size: int, seed: int) -> Play:
    """That many partners, of the three channels in turn, and fifty deaths before and after calls."""
    dice = Random(seed)  # noqa: S311 - a seeded history, not a secret
    kinds: tuple[Fault, ...] = ("crash before", "crash after")
    faults = {dice.randrange(size * CALLS_EACH): dice.choice(kinds) for _ in range(4 * KILLED)}
    return staged(diffusion([partner(number) for number in range(size)]), Listed(faults), seed)


def check(size: int, seed: int) -> None:
    """Nobody forgotten, nobody told twice, no page written twice."""
    play = crowd(size, seed)
    findings = play.run()
    trace = play.world.ports.trace
    assert (findings.broken, findings.failed, findings.flagged) == ([], [], [])
    assert sum(fault.startswith("crash") for _, _, _, fault in trace) >= KILLED
    told = {one.to for one in play.world.history.accepted if "partenaire" in one.to or one.channel != "email"}
    assert len(told) >= size
    pages = sum((who, port) == ("fan_out", "ledger write") for _, who, port, _ in trace)
    assert pages <= 3 * (size // 50 + 1)


def test_five_hundred_are_told_once_though_workers_die_fifty_times() -> None:
    """The size at which it can be run each time."""
    check(500, 1)


def test_ten_thousand_are_told_once_though_workers_die_fifty_times(request: pytest.FixtureRequest) -> None:
    """The size of a large region, with `--soak`."""
    if not request.config.getoption("--soak"):
        pytest.skip("pytest tests/simulation --soak")
    check(10_000, 1)
