"""`make bench`: prints every figure the README claims, each with its target."""

from __future__ import annotations

import sys

from benchmarks import (
    cold_start,
    cost,
    deliveries,
    isolation,
    matching_assignment,
    matching_scores,
    passerelles,
    register,
)

BENCHMARKS = {
    "cost": cost.main,
    "cold-start": cold_start.main,
    "register": register.main,
    "deliveries": deliveries.main,
    "isolation": isolation.main,
    "matching-scores": matching_scores.main,
    "matching-assignment": matching_assignment.main,
    "passerelles": passerelles.main,
}


def main(names: list[str]) -> int:
    """Runs the benchmarks named, or all; the status is 1 when a target is missed."""
    unknown = set(names) - set(BENCHMARKS)
    if unknown:
        print(f"Unknown: {', '.join(sorted(unknown))}. Known: {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    met = [run() for name, run in BENCHMARKS.items() if not names or name in names]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
