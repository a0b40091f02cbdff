"""Many seeds, one after the other: what they come to, and how a failing one is told."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.simulation.checker import Findings
from tests.simulation.plans import minimal
from tests.simulation.playing import SHARE, seeded
from tests.simulation.ports import Fault
from tests.simulation.scenarios import name_of

COLLECTED_EVERY = 25
"""Runs: a world is a knot of cycles, and looking for them at every allocation costs a tenth of the time."""


@dataclass
class Tally:
    """What many runs came to."""

    runs: int = 0
    deliveries: int = 0
    faults: int = 0
    failed: int = 0
    flagged: int = 0
    broken: dict[int, list[str]] = field(default_factory=dict)

    def add(self, seed: int, findings: Findings, deliveries: int, faults: int) -> None:
        """One more run."""
        self.runs += 1
        self.deliveries += deliveries
        self.faults += faults
        self.failed += len(findings.failed)
        self.flagged += len(findings.flagged)
        if findings.broken:
            self.broken[seed] = findings.broken


def tried(seeds: Iterable[int], share: float = SHARE) -> Tally:
    """Plays each seed's scenario with the faults that it draws; stops at the third that breaks a rule."""
    tally = Tally()
    with _sparing_the_collector():
        for seed in seeds:
            play, findings = seeded(name_of(seed), seed, share=share)
            tally.add(seed, findings, len(play.world.history.names), len(play.world.ports.faults()))
            if tally.runs % COLLECTED_EVERY == 0:
                gc.collect()
            if len(tally.broken) == 3:
                break
    return tally


@contextmanager
def _sparing_the_collector() -> Iterator[None]:
    """It comes when called, and passes over what was there before: modules, which are more than all worlds together."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def command(seed: int, share: float = SHARE) -> str:
    """What plays a seed again, with its trace and the faults that it needs."""
    unusual = "" if share == SHARE else f" --share {share}"
    return f".venv/bin/python -m tests.simulation.replay --seed {seed} --scenario {name_of(seed)}{unusual}"


def needed(name: str, seed: int, share: float = SHARE) -> dict[int, Fault]:
    """The faults without which the seed breaks no rule."""
    play, _ = seeded(name, seed, share=share)

    def fails(faults: Mapping[int, Fault]) -> bool:
        return bool(seeded(name, seed, faults)[1].broken)

    return minimal(play.world.ports.faults(), fails)
