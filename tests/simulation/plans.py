"""What befalls the calls of a run: nothing, what was listed, or what the seed draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from tests.simulation.ports import Fault


class NoFaults:
    """Everything works."""

    def fate(self, number: int, port: str, faults: tuple[Fault, ...]) -> Fault:
        return ""


@dataclass(frozen=True)
class Listed:
    """These numbers fail, in these ways, and no others: one, a pair, or a whole run that is played again."""

    faults: Mapping[int, Fault]

    def fate(self, number: int, port: str, faults: tuple[Fault, ...]) -> Fault:
        wanted = self.faults.get(number, "")
        return wanted if wanted in faults else ""


class Drawn:
    """Each call fails with a probability that depends on what it is, in any way that is possible there."""

    def __init__(self, seed: int, share: float = 0.03, shares: Mapping[str, float] | None = None) -> None:
        self._dice = Random(f"faults {seed}")  # noqa: S311 - a seeded history, not a secret
        self._share = share
        self._shares = {"deliver": 0.3, "record": 0.2, "tick": 0.1, "event": 0.2, "word": 0.1, **(shares or {})}

    def fate(self, number: int, port: str, faults: tuple[Fault, ...]) -> Fault:
        share = self._shares.get(port, self._share)
        return self._dice.choice(faults) if self._dice.random() < share else ""


@dataclass
class During:
    """One fault, between two instants, to the calls whose name begins so; a share of them, as the seed draws."""

    fault: Fault
    port: str = ""
    begins: int = 0
    ends: int = 0
    share: float = 1
    now: Callable[[], int] = lambda: 0
    dice: Random = field(default_factory=lambda: Random(7))  # noqa: S311 - a seeded history, not a secret

    def fate(self, number: int, port: str, faults: tuple[Fault, ...]) -> Fault:
        befalls = port.startswith(self.port) and self.begins <= self.now() < self.ends and self.fault in faults
        return self.fault if befalls and self.dice.random() < self.share else ""


def minimal(faults: Mapping[int, Fault], fails: Callable[[Mapping[int, Fault]], bool]) -> dict[int, Fault]:
    """The faults without those that the failure does not need: halves first, then one by one."""
    kept = dict(faults)
    size = len(kept) // 2
    while size:
        kept = _without(kept, size, fails)
        size //= 2
    return kept


def _without(faults: dict[int, Fault], size: int, fails: Callable[[Mapping[int, Fault]], bool]) -> dict[int, Fault]:
    """Drops groups of that size which are not needed."""
    for start in range(0, len(faults), size):
        dropped = set(sorted(faults)[start : start + size])
        fewer = {number: fault for number, fault in faults.items() if number not in dropped}
        if dropped and fails(fewer):
            return _without(fewer, size, fails)
    return faults
