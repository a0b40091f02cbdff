"""AWS calls, billed units and dollars of a visit and of an e-mail alert, measured on the local system.

The e-mail alert is one e-mail to one recipient, from the delivery that is created to the message that has left: what one
more partner adds to an alert. What a whole alert costs, from the visit that raises it to its broadcast, is printed beside.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.metering import BATCH, BILLED_S, Meter, Price, largest_first, read_deployment, read_prices
from benchmarks.operating import Bench
from benchmarks.territory import LARGE, SMALL, Territory
from infra.assembly import ensure, templates
from infra.local.demonstration import load_demonstration
from infra.local.system import LocalSystem
from infra.packaging import services
from shared.topology import Drains, Hears, On

VISIT_TARGET, MAIL_TARGET = 0.018, 0.11
"""Dollars for a thousand."""
ALONE = 1
"""The batch of a quiet day: each message has an invocation to itself."""
SWEEPS = 43_200 + 2 * 8_640
"""Invocations in a month: one function every minute, two every five minutes."""
IDLE_POLLS = 648_000
"""How often in a month Lambda asks a queue that is empty."""
VISITS = 100 * 8 * 10
"""Of a month: a hundred territories, eight structures each, ten visits a structure."""


@dataclass(frozen=True)
class Cost:
    """Of one operation: units, and calls to AWS, by name."""

    units: Mapping[str, float]
    calls: Mapping[str, float]

    def dollars(self, prices: Mapping[str, Price]) -> dict[str, float]:
        """For a thousand of them, by unit."""
        return {unit: 1000 * prices[unit].of(amount) for unit, amount in self.units.items()}

    def less(self, other: Cost, parts: float) -> Cost:
        """One of so many equal parts of what this costs more than the other."""
        return Cost(_difference(self.units, other.units, parts), _difference(self.calls, other.calls, parts))


def _difference(mine: Mapping[str, float], theirs: Mapping[str, float], parts: float) -> dict[str, float]:
    return {name: (amount - theirs.get(name, 0)) / parts for name, amount in mine.items()}


@dataclass(frozen=True)
class Costs:
    """What is told of, by one meter."""

    visit: Cost
    mail: Cost
    alert: Cost


def main() -> bool:
    """Prints the tables; True when both targets are met."""
    prices = read_prices()
    busy, quiet = _measured()
    print(f"Cost, at prices read 2026-09; {BATCH} messages a batch, {BILLED_S * 1000:.0f} ms an invocation (assumed)")
    met = [
        _told("visit", busy.visit, quiet.visit, prices, VISIT_TARGET),
        _told("e-mail alert", busy.mail, quiet.mail, prices, MAIL_TARGET),
        _told(f"whole alert, {busy.alert.units['email']:.0f} e-mails", busy.alert, quiet.alert, prices),
    ]
    visits = VISITS * sum(busy.visit.dollars(prices).values()) / 1000
    print(f"\n{VISITS:,} visits a month (100 territories, 8 structures each, 10 visits a structure): ${visits:.2f}")
    queues = _queues()
    fixed = {"scheduler-invocation": SWEEPS, "lambda-request": SWEEPS, "sqs-request": queues * IDLE_POLLS}
    month = sum(prices[unit].of(amount) for unit, amount in fixed.items())
    print(f"Fixed, whatever the traffic: ${month:.2f} a month for the sweeps and for polling {queues} idle queues")
    return all(met)


def _queues() -> int:
    """How many queues Lambda polls."""
    triggers = [function.trigger for service in services().values() for function in service.functions]
    return sum(isinstance(trigger, On | Drains | Hears) for trigger in triggers)


def _measured() -> list[Costs]:
    """By a meter of busy days, and by one of quiet days."""
    assembly, small, large = ensure("local"), Territory(SMALL), Territory(LARGE)
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="vigie-cost-"))
        stack.callback(shutil.rmtree, folder)
        for territory in (small, large):
            territory.write(folder)
        system = stack.enter_context(LocalSystem(assembly, folder / "state"))
        load_demonstration(system, folder)
        bench = Bench(system, [Meter(read_deployment(templates(assembly)), batch) for batch in (BATCH, ALONE)])
        visits = [Cost(*found) for found in bench.metered(lambda: bench.report(small))]
        alerts = [Cost(*found) for found in bench.metered(lambda: bench.alert(small))]
        larger = [Cost(*found) for found in bench.metered(lambda: bench.alert(large))]
    mails = [more.less(some, LARGE - SMALL) for more, some in zip(larger, alerts, strict=True)]
    return [Costs(*found) for found in zip(visits, mails, alerts, strict=True)]


def _told(name: str, busy: Cost, quiet: Cost, prices: Mapping[str, Price], target: float | None = None) -> bool:
    """Prints one operation; whether it meets its target, if it has one."""
    dollars, alone = busy.dollars(prices), sum(quiet.dollars(prices).values())
    total = sum(dollars.values())
    met = target is None or total <= target
    aim = "" if target is None else f"; target ${target}: {'met' if met else 'MISSED'}"
    print(f"\n{name}: ${total:.4f} per 1,000{aim}; ${alone:.4f} when each message has an invocation to itself")
    for unit, amount in largest_first(dollars):
        print(f"  {unit:<18} {busy.units[unit]:>9.2f}  ${amount:.5f}  {amount / total:>4.0%}")
    print("  calls: " + ", ".join(f"{call} {number:.1f}" for call, number in largest_first(busy.calls)))
    return met
