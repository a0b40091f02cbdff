"""Random faults: every seed ends with nothing lost, nothing doubled without a mark, every rule held."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation import checker, history
from tests.simulation.plans import NoFaults, minimal
from tests.simulation.playing import seeded, staged, undisturbed
from tests.simulation.ports import Endless, Fault
from tests.simulation.scenarios import SCENARIOS, drawn
from tests.simulation.seeds import command, tried

SEEDS = 1_000
BLOCK = 125
"""Seeds of one test: a core's share stays small."""


@pytest.mark.parametrize("first", range(0, SEEDS, BLOCK))
def test_no_seed_breaks_a_rule(first: int) -> None:
    """Three calls in a hundred fail, three messages in ten come twice; the failures that remain are shown to a person."""
    tally = tried(range(first, first + BLOCK))
    replays = [f"{command(seed)}  # {problems[0]}" for seed, problems in tally.broken.items()]
    assert not replays, "\n".join(replays)
    assert tally.runs == BLOCK
    assert tally.faults > BLOCK
    assert tally.failed <= tally.deliveries // 200


@pytest.mark.parametrize("name", SCENARIOS)
def test_without_faults_everything_arrives_once(name: str) -> None:
    """No failure, no mark: a world in which nothing goes wrong leaves nothing to a person."""
    play, findings = undisturbed(drawn(name, 3), 3)
    assert (findings.broken, findings.failed, findings.flagged) == ([], [], [])
    assert play.world.history.accepted


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_seed_plays_the_same_history_again(name: str) -> None:
    """Call by call, fault by fault; and so does the list of its faults."""
    first, _ = seeded(name, 7)
    again, _ = seeded(name, 7)
    listed, _ = seeded(name, 7, first.world.ports.faults())
    assert first.world.ports.digest() == again.world.ports.digest() == listed.world.ports.digest()
    assert first.world.history.accepted == again.world.history.accepted == listed.world.history.accepted


def test_a_world_that_never_rests_ends_with_an_error() -> None:
    """At the number of calls that it was given, whatever the functions make of their failures."""
    play = staged(drawn("rush", 3), NoFaults(), 3)
    play.world.ports.most_calls = 20
    with pytest.raises(Endless):
        play.run()


def test_the_checker_knows_nothing_of_the_code() -> None:
    """It reads what happened: a rule misunderstood in the services is not misunderstood in it."""
    sources = [Path(str(module.__file__)).read_text(encoding="utf-8") for module in (checker, history)]
    assert not any(word in source for source in sources for word in ("from services", "from shared", "import services"))


def test_a_failure_is_told_with_the_faults_that_it_takes() -> None:
    """Of ten faults, the two that matter together."""
    faults: dict[int, Fault] = dict.fromkeys(range(10), "lost")
    assert minimal(faults, lambda some: {3, 8} <= set(some)) == {3: "lost", 8: "lost"}
