"""The register at the size of a department: reading a file, importing it, searching; and that none of it costs more there.

Reading is held to csv, pydantic and python-stdnum on the same file in the same run. Units are counted by `SqliteTable`; CPU
is this machine's, with SQLite in the place of DynamoDB's client.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.establishments import write_file
from benchmarks.file_reading import Took, took
from benchmarks.importing import Imported, Works
from benchmarks.metering import Price, largest_first, read_prices
from benchmarks.searching import KINDS, PER_PAGE, PageCost, opened, sampled, searched
from benchmarks.visiting import VisitCost, visited
from infra.local.progress import step
from services.visits.register.searching import READ_UNITS

SMALL, MIDDLE, LARGE = 1_000, 10_000, 467_000
READING_TARGET = 1.0
"""Of the reference's CPU."""
MEMORY_TARGET_MB = 200
PAGE_TARGET_S = 0.050
GROWTH_TARGET = 1.5
"""What an operation may cost at the large size, for one at the small: a full page reads what it shows at both."""
IMPORTS = ("first", "again", "2 % changed")


@dataclass(frozen=True)
class Measured:
    """All that is told of one size."""

    rows: int
    ours: Took
    reference: Took
    imports: Sequence[Imported]
    pages: dict[str, list[PageCost]]
    records: list[PageCost]
    visits: list[VisitCost]

    @property
    def all_pages(self) -> list[PageCost]:
        return [page for pages in self.pages.values() for page in pages]


def main() -> bool:
    """Prints the tables; True when every target is met."""
    prices = read_prices()
    found = [_measured(rows) for rows in (SMALL, MIDDLE, LARGE)]
    small, large = found[0], found[-1]
    met = [_told_reading(found), _told_imports(found, prices), _told_searches(small, large)]
    return all([*met, _told_growth(small, large, prices)])


def _measured(rows: int) -> Measured:
    """One size, from an empty register on."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="vigie-register-"))
        stack.callback(shutil.rmtree, folder)
        now, later = folder / "now.csv", folder / "later.csv"
        write_file(now, rows)
        write_file(later, rows, changed=True)
        with step(f"Reading {rows:,} rows, twice each way", sys.stderr):
            ours, reference = _best("ours", now), _best("reference", now)
        works = Works(folder)
        stack.callback(works.close)
        imports = [works.run(file, rows) for file in (now, now, later)]
        with step(f"Searching among {rows:,}", sys.stderr):
            sample = sampled(works, 200)
            pages = {kind: searched(works, sample, kind) for kind in KINDS}
        records, visits = opened(works, sample), visited(works, sample)
        return Measured(rows, ours, reference, imports, pages, records, visits)


def _best(way: str, file: Path) -> Took:
    """The better of two: what a busy machine adds is nobody's doing."""
    return min((took(way, file) for _ in range(2)), key=lambda one: one.cpu_s)


def _told_reading(found: Sequence[Measured]) -> bool:
    print("Reading and checking a file of establishments: CPU seconds and memory, each way in a process of its own")
    print(f"{'rows':>9} {'ours':>9} {'csv+pydantic+stdnum':>21} {'ratio':>7} {'ours, MB':>10} {'reference, MB':>14}")
    for one in found:
        ratio = one.ours.cpu_s / one.reference.cpu_s
        print(
            f"{one.rows:>9,} {one.ours.cpu_s:>8.2f}s {one.reference.cpu_s:>20.2f}s {ratio:>7.2f}"
            f" {one.ours.peak_mb:>10.0f} {one.reference.peak_mb:>14.0f}"
        )
    last = found[-1]
    ratio, same = last.ours.cpu_s / last.reference.cpu_s, last.ours.sound == last.reference.sound
    print(f"  {last.ours.sound:,} sound rows at {last.rows:,}: {'the same' if same else 'NOT THE SAME'} by both")
    met = ratio <= READING_TARGET and last.ours.peak_mb < MEMORY_TARGET_MB and same
    print(f"  target: ratio ≤ {READING_TARGET:.0f} and under {MEMORY_TARGET_MB} MB at {last.rows:,}: {_word(met)}")
    return met


def _told_imports(found: Sequence[Measured], prices: dict[str, Price]) -> bool:
    print("\nImporting it: checked, then applied; write units of the register, those of its three indexes apart")
    print(
        f"{'rows':>9} {'file':<12} {'changes':>9} {'written':>9} {'indexes':>9} {'communes':>9} {'read':>11} {'$':>9}"
    )
    for one in found:
        for name, done in zip(IMPORTS, one.imports, strict=True):
            print(
                f"{one.rows:>9,} {name:<12} {done.changes:>9,} {done.register_writes:>9,} {done.index_writes:>9,}"
                f" {done.commune_writes:>9,} {done.units['dynamodb-read']:>11,.0f} {_dollars(done, prices):>9.4f}"
            )
    met = all(done.register_writes == done.changes for one in found for done in one.imports)
    print(f"  target: as many write units as rows that change the register, none for the same file again: {_word(met)}")
    _told_bill(found[-1], prices)
    return met


def _told_bill(one: Measured, prices: dict[str, Price]) -> None:
    first = one.imports[0]
    dollars = {unit: prices[unit].of(amount) for unit, amount in first.units.items()}
    parts = ", ".join(f"{unit} {first.units[unit]:,.0f} (${amount:.3f})" for unit, amount in largest_first(dollars))
    print(f"  first import of {one.rows:,} rows: {parts}")
    print(f"  CPU of the whole pipeline: {1000 * first.cpu_s / one.rows:.2f} ms a row, billed as 1,769 MB a processor")


def _told_searches(small: Measured, large: Measured) -> bool:
    print(f"\nSearching: one page of {PER_PAGE}, CPU at the 95th percentile, read units at most")
    print(
        f"{'search by':<30} {'pages':>6} {'at ' + f'{small.rows:,}':>12} {'at ' + f'{large.rows:,}':>12} {'units':>12}"
    )
    for kind in KINDS:
        before, after = small.pages[kind], large.pages[kind]
        units = f"{_most(before):.1f} / {_most(after):.1f}"
        print(f"{kind:<30} {len(after):>6} {1000 * _p95(before):>9.2f} ms {1000 * _p95(after):>9.2f} ms {units:>12}")
    worst = max(_p95(pages) for pages in large.pages.values())
    most = max(_most(small.all_pages), _most(large.all_pages))
    met = worst < PAGE_TARGET_S and most <= READ_UNITS
    print(
        f"  target: under {1000 * PAGE_TARGET_S:.0f} ms, at most {READ_UNITS} read units whatever the size: {_word(met)}"
    )
    return met


def _told_growth(small: Measured, large: Measured, prices: dict[str, Price]) -> bool:
    print(f"\nOne operation at {large.rows:,} establishments, for one at {small.rows:,}: what is billed")
    ratios = {
        "a record opened": _mean(large.records) / _mean(small.records),
        "a page of a search, on average": _mean(large.all_pages) / _mean(small.all_pages),
        "a visit reported": _a_visit(large, prices) / _a_visit(small, prices),
        "a row imported first": _a_row(large, 0, prices) / _a_row(small, 0, prices),
        "a row imported again": _a_row(large, 1, prices) / _a_row(small, 1, prices),
    }
    for name, ratio in ratios.items():
        print(f"  {name:<32} {ratio:>5.2f}")
    visit = large.visits[len(large.visits) // 2]
    print(
        f"  a visit writes {visit.write_units} units and {visit.index_units} of indexes, reads {visit.read_units:.1f}"
    )
    met = max(ratios.values()) <= GROWTH_TARGET
    print(f"  target: at most {GROWTH_TARGET}: {_word(met)}")
    return met


def _a_row(one: Measured, which: int, prices: dict[str, Price]) -> float:
    return _dollars(one.imports[which], prices) / one.rows


def _a_visit(one: Measured, prices: dict[str, Price]) -> float:
    written = sum(visit.write_units + visit.index_units for visit in one.visits)
    read = sum(visit.read_units for visit in one.visits)
    return (prices["dynamodb-write"].of(written) + prices["dynamodb-read"].of(read)) / len(one.visits)


def _dollars(done: Imported, prices: dict[str, Price]) -> float:
    return sum(prices[unit].of(amount) for unit, amount in done.units.items())


def _p95(pages: Sequence[PageCost]) -> float:
    ordered = sorted(page.cpu_s for page in pages)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


def _most(pages: Sequence[PageCost]) -> float:
    return max(page.read_units for page in pages)


def _mean(pages: Sequence[PageCost]) -> float:
    return sum(page.read_units for page in pages) / len(pages)


def _word(met: bool) -> str:
    return "met" if met else "MISSED"
