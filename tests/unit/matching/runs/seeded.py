"""Invented territories of declared jobs on the demonstration's reference, and the fakes that a run works with."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from services.matching.jobs.job import CONTRACTS, Job, JobAtRisk, Opening
from services.matching.jobs.store import JobStore, job_put
from services.matching.matches.match import Match
from services.matching.matches.store import MatchStore
from services.matching.reference import shipped
from services.matching.reference.tables import tables_of
from services.matching.runs.desk import RunDesk
from services.matching.runs.gathering import Inputs, gather
from services.matching.runs.record import Order
from services.matching.runs.reference import Reference
from services.matching.runs.store import RunStore
from shared.address_book import AddressBook
from shared.clock import FixedClock
from shared.objects import MemoryBucket
from shared.settings import MatchingSettings
from shared.tables import Item, MemoryTable, Put

TERRITORY = "val-de-test"
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
CONFIRM_DAYS = 90
SETTINGS = MatchingSettings()
CERTIFICATES = ("CACES R489-3", "Permis D")


@cache
def reference() -> Reference:
    """The demonstration, with some passerelles inferred, so that each kind occurs."""
    tables = tables_of(shipped.demonstration())
    dice = random.Random(7)  # noqa: S311 - drawn to be the same each time
    inferred = tables.inferred.copy()
    for _ in range(300):
        inferred[dice.randrange(len(inferred)), dice.randrange(len(inferred))] = dice.randint(800, 1000)
    return Reference(replace(tables, inferred=inferred), shipped.communes(), shipped.declared())


def common(side: str, number: int, rome: str = "H2909", **changes: Any) -> dict[str, Any]:
    """What a job of either side says, changed."""
    usual = {
        "id": f"{side}-{number:03}",
        "territory_id": TERRITORY,
        "version": 1,
        "origin": "page",
        "structure_id": f"{side}-structure",
        "enterprise": f"e:{side}-{number}",
        "rome": rome,
        "rome_label": rome,
        "people": 3,
        "commune": "25388",
        "declared_at": NOW - timedelta(days=10),
        "confirmed_on": TODAY - timedelta(days=10),
    }
    return {**usual, **changes}


def at_risk(number: int, **changes: Any) -> JobAtRisk:
    said = {"horizon_on": TODAY + timedelta(days=60), "cause": "definitive"}
    return JobAtRisk(**common("risk", number, **{**said, **changes}))


def opening(number: int, **changes: Any) -> Opening:
    said = {"wanted_on": TODAY + timedelta(days=90)}
    return Opening(**common("open", number, **{**said, **changes}))


def territory(seed: int, rows: int = 40) -> list[Job]:
    """So many jobs a side: métiers that meet often, some enterprises on both sides, gaps in what is said."""
    dice = random.Random(seed)  # noqa: S311 - drawn to be the same each time
    romes = dice.sample(reference().tables.occupations.codes.tolist(), 25)
    jobs: list[Job] = []
    for number in range(rows):
        jobs.append(at_risk(number, **_drawn(dice, romes), radius_km=dice.choice((10, 30, 60))))
        jobs.append(opening(number, **_drawn(dice, romes), urgent=dice.random() < 0.2))
    return jobs


def _drawn(dice: random.Random, romes: list[str]) -> dict[str, Any]:
    return {
        "rome": dice.choice(romes),
        "enterprise": f"e:{dice.randrange(20)}",
        "people": dice.randint(1, 6),
        "commune": dice.choice([None, *reference().communes.codes.tolist()]),
        "contract": dice.choice([None, *CONTRACTS]),
        "wage_cents": dice.choice([None, 180_000, 210_000, 250_000]),
        "certificates": dice.choice([(), (), (), CERTIFICATES[:1], CERTIFICATES]),
        "state": dice.choice(["declared", "confirmed", "confirmed", "in_match", "lost", "stale"]),
    }


def inputs_of(jobs: list[Job], taken: Mapping[str, int] | None = None) -> Inputs:
    return gather(jobs, reference(), TODAY, CONFIRM_DAYS, taken)


class OneReference:
    """The fake: the same for every territory."""

    def of(self, territory_id: str) -> Reference:
        return reference()


@dataclass
class Scene:
    """A desk on memory, with jobs declared."""

    table: MemoryTable
    bucket: MemoryBucket
    clock: FixedClock
    desk: RunDesk

    def declare(self, *jobs: Job) -> None:
        self.table.put_many([_unconditional(job).item for job in jobs])

    def matches(self) -> dict[str, Match]:
        items = [item for (pk, _), item in self.table.items.items() if pk.endswith("#MATCHES")]
        return {match.id: match for match in map(Match.model_validate, items)}

    def told(self) -> list[str]:
        """The kinds of facts that wait to leave, in the order of their writing."""
        return [event["detail_type"] for item in self._outbox() for event in item["events"]]

    def _outbox(self) -> list[Item]:
        return [item for (pk, _), item in self.table.items.items() if pk.endswith("#OUTBOX")]


def scene(*jobs: Job, settings: Mapping[str, Any] | None = None) -> Scene:
    table, bucket, clock, book = MemoryTable(), MemoryBucket(), FixedClock(NOW), MemoryTable()
    entry = {"id": TERRITORY, "name": "Val de Test", "matching_settings": dict(settings or {})}
    book.write(Put({"pk": f"T#{TERRITORY}", "sk": "TERRITORY", **entry}))
    desk = RunDesk(
        JobStore(table), MatchStore(table), RunStore(table, bucket), OneReference(), AddressBook(book), clock
    )
    made = Scene(table, bucket, clock, desk)
    made.declare(*jobs)
    return made


def order(kind: str = "nightly", key: str = "night-1", **changes: Any) -> Order:
    said = {"territory_id": TERRITORY, "kind": kind, "asked_at": NOW, "asked_by": "start_runs", "key": key}
    return Order.model_validate({**said, **changes})


def _unconditional(job: Job) -> Put:
    return Put(job_put(job, None).item)
