"""Each call of each function is broken, in each way, alone and by twos: nothing is lost, doubled, or left to a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from random import Random

import pytest

from services.alerts.service import SERVICE
from shared.topology import Serves
from tests.simulation.plans import Listed
from tests.simulation.playing import played
from tests.simulation.ports import Fault, Site
from tests.simulation.sites import ERRANDS, every_site, sites_of

KILLED: tuple[Fault, ...] = ("crash before", "crash after")
OTHERS: tuple[Fault, ...] = ("lost", "done", "throttled", "echo", "partial", "stale", "slow")
SOME, PAIRS = 50, 30
"""Faults of the other kinds, and pairs, tried each time; `--soak` tries all."""


@pytest.fixture(scope="module")
def sites() -> dict[Site, tuple[str, int]]:
    """Every call site, in the errand that passes it first."""
    return every_site()


def _problems(name: str, faults: Mapping[int, Fault]) -> list[str]:
    _, findings = played(ERRANDS[name], Listed(faults))
    return [f"{name} {faults}: {problem}" for problem in (*findings.broken, *findings.failed, *findings.flagged)]


def _singles(sites: Mapping[Site, tuple[str, int]], kinds: tuple[Fault, ...]) -> Iterator[tuple[str, dict[int, Fault]]]:
    for site, (name, number) in sites.items():
        for fault in kinds:
            if fault in site.faults:
                yield name, {number: fault}


def test_every_function_is_among_the_call_sites(sites: Mapping[Site, tuple[str, int]]) -> None:
    """Whatever a queue, an event, the stream or the minute wakes; people stand for what answers requests."""
    woken = {function.name for function in SERVICE.functions if not isinstance(function.trigger, Serves)}
    passed = {site.function for site in sites}
    assert woken - passed == set()
    assert {"person prise-en-charge", "person transmission", "person lien", "person annulation"} <= passed


@pytest.mark.parametrize("kinds", [KILLED, OTHERS], ids=["killed", "others"])
def test_one_fault_anywhere_changes_nothing(
    sites: Mapping[Site, tuple[str, int]], kinds: tuple[Fault, ...], request: pytest.FixtureRequest
) -> None:
    """Before a call, after it, or in its place; the provider's word ends every doubt, so that not even a mark remains."""
    runs = list(_singles(sites, kinds))
    if kinds is OTHERS and not request.config.getoption("--soak"):
        runs = Random(3).sample(runs, SOME)  # noqa: S311 - the same ones each time
    problems = [problem for name, faults in runs for problem in _problems(name, faults)]
    assert problems == []
    assert len(runs) >= SOME


def test_two_faults_change_nothing_either(
    sites: Mapping[Site, tuple[str, int]], request: pytest.FixtureRequest
) -> None:
    """Any two calls of raising, transmitting, returning, fanning out and posting, each cut short in some way."""
    chosen = sites_of(ERRANDS["webhook"])
    broken = [
        (number, fault) for site, number in chosen.items() for fault in site.faults if fault in ("crash after", "done")
    ]
    pairs = [dict(pair) for pair in combinations(broken, 2) if pair[0][0] != pair[1][0]]
    if not request.config.getoption("--soak"):
        pairs = Random(4).sample(pairs, PAIRS)  # noqa: S311 - the same pairs each time
    assert [problem for faults in pairs for problem in _problems("webhook", faults)] == []
