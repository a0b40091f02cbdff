"""Plays one seed again: `python -m tests.simulation.replay --seed 123 --scenario chain`."""

from __future__ import annotations

import argparse

from tests.simulation.machine import SECOND
from tests.simulation.playing import SHARE, Play, seeded
from tests.simulation.scenarios import SCENARIOS
from tests.simulation.seeds import needed


def main() -> int:
    """Prints the trace around each fault, what the checker found, and the faults that it takes; 1 when a rule breaks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--scenario", choices=list(SCENARIOS), required=True)
    parser.add_argument("--share", type=float, default=SHARE, help="of the calls, how many fail")
    parser.add_argument("--whole", action="store_true", help="every call, not only those that something befell")
    given = parser.parse_args()
    play, findings = seeded(given.scenario, given.seed, share=given.share)
    _print_trace(play, whole=given.whole)
    print(f"\n{len(play.world.ports.trace)} appels, empreinte {play.world.ports.digest():08x}")
    for kind in ("failed", "flagged"):
        print(f"{kind}: {getattr(findings, kind)}")
    if not findings.broken:
        print("Aucune règle enfreinte.")
        return 0
    faults = needed(given.scenario, given.seed, given.share)
    fewest, broken = seeded(given.scenario, given.seed, faults)
    print(f"\nAvec ces {len(faults)} pannes seulement : {faults}")
    _print_trace(fewest, whole=True)
    print("\n".join(broken.broken))
    return 1


def _print_trace(play: Play, *, whole: bool) -> None:
    for number, (at, who, port, fault) in enumerate(play.world.ports.trace):
        if fault or whole:
            print(f"{number:6} {at / SECOND:14.6f} s  {who:24} {port:24} {fault}")


if __name__ == "__main__":
    raise SystemExit(main())
