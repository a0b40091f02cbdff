"""The simulation is worth what it sees: every protocol known to be wrong is caught within a few seeds."""

from __future__ import annotations

import pytest

from tests.simulation.plans import Drawn
from tests.simulation.playing import played
from tests.simulation.ports import Fault
from tests.simulation.scenarios import drawn
from tests.simulation.variants import HASTY, VARIANTS
from tests.simulation.world import Names

WITHIN = 12
"""Seeds of each scenario."""


class LateWords(Drawn):
    """Every second send fails in some way, and every provider speaks, a quarter of an hour later at the most."""

    def fate(self, number: int, port: str, faults: tuple[Fault, ...]) -> Fault:
        return "late" if port == "word" else super().fate(number, port, faults)


@pytest.mark.parametrize("name", VARIANTS)
def test_a_wrong_protocol_is_caught(name: str) -> None:
    """By the very rule that it breaks."""
    names, rule, scenarios = VARIANTS[name]
    found = (
        getattr(played(drawn(scenario, seed), Drawn(seed, 0.1), seed, names)[1], rule)
        for seed in range(WITHIN)
        for scenario in scenarios
    )
    assert any(found)


def _repeated(names: Names | None) -> int:
    """Messages that were accepted twice though the provider said in time that it had them."""
    runs = (
        played(drawn("chain", seed), LateWords(seed, 0, {"email": 0.5, "sms": 0.5}), seed, names)[1]
        for seed in range(6)
    )
    return sum(len(findings.flagged) + len(findings.doubled) for findings in runs)


def test_impatience_is_caught() -> None:
    """Who sends again before the provider has spoken sends twice what had arrived; who waits for it never does."""
    assert _repeated(None) == 0
    assert _repeated(HASTY) > 0
