"""Searches the register as people do, and counts CPU and read units page by page."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from benchmarks.importing import TERRITORY, Works
from services.visits.register.criteria import Criteria
from services.visits.register.enterprise import SIZE_BANDS, Enterprise

Found = TypeVar("Found")
PER_PAGE = 20
PAGES = 5
"""Pages that somebody turns at most."""
SEARCHES = 150
"""Of each kind."""
KINDS: dict[str, Callable[[Enterprise, random.Random], Criteria]] = {
    "SIRET": lambda one, _: Criteria(siret_or_siren=one.siret),
    "SIREN": lambda one, _: Criteria(siret_or_siren=one.siren),
    "two letters of a name": lambda one, _: Criteria(name=one.name[:2]),
    "a name": lambda one, _: Criteria(name=one.name),
    "a commune": lambda one, _: Criteria(insee=one.insee),
    "a commune and an activity": lambda one, draw: Criteria(
        insee=one.insee, naf=(one.naf or "")[: draw.choice((2, 6))]
    ),
    "a commune and two letters": lambda one, _: Criteria(insee=one.insee, name=one.name[:2]),
    "an activity": lambda one, draw: Criteria(naf=(one.naf or "")[: draw.choice((2, 4, 6))]),
    "a size": lambda _, draw: Criteria(size_bands=(draw.choice(tuple(SIZE_BANDS)),)),
    "an activity that is nowhere": lambda one, draw: Criteria(insee=one.insee, naf=f"0{draw.randrange(1, 4)}"),
    "everybody": lambda _one, _draw: Criteria(),
}


@dataclass(frozen=True)
class PageCost:
    """One page: CPU seconds, read units."""

    cpu_s: float
    read_units: float


def searched(works: Works, sample: list[Enterprise], kind: str, seed: int = 7) -> list[PageCost]:
    """Each page of many searches of a kind."""
    draw = random.Random(seed)  # noqa: S311 - a seed is the point
    criteria = [KINDS[kind](draw.choice(sample), draw) for _ in range(SEARCHES)]
    return [page for each in criteria for page in _pages(works, each)]


def opened(works: Works, sample: list[Enterprise]) -> list[PageCost]:
    """Records read by their id."""
    return [_metered(works, partial(works.register.get, TERRITORY, one.id))[0] for one in sample]


def sampled(works: Works, count: int) -> list[Enterprise]:
    """Enterprises from all over the register, the same ones each time."""
    draw, found = random.Random(11), []  # noqa: S311 - a seed is the point
    for insee in sorted(works.register.communes(TERRITORY)):
        page = works.register.search(TERRITORY, Criteria(insee=insee), 20)
        found += [one for one in page.enterprises if one.siret and one.diffusible and one.naf]
    draw.shuffle(found)
    return found[:count]


def _pages(works: Works, criteria: Criteria) -> Iterator[PageCost]:
    cursor: str | None = None
    for _ in range(PAGES):
        cost, page = _metered(works, partial(works.register.search, TERRITORY, criteria, PER_PAGE, cursor))
        yield cost
        cursor = page.cursor
        if cursor is None:
            return


def _metered(works: Works, read: Callable[[], Found]) -> tuple[PageCost, Found]:
    works.register_table.bill.reset()
    start = time.process_time()
    found = read()
    return PageCost(time.process_time() - start, works.register_table.bill.reads), found
