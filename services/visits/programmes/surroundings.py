"""What programmes read of the visits around them: when an enterprise was last seen, alerted sectors, a day's route.

pk                        sk                  what                                   index
T#<t>#ENTERPRISE#<e>      SUMMARY             when it was last visited
T#<t>#SIGNALS             <NAF division>      the last urgent recruitment of a sector
T#<t>#VISIT#<v>           VISIT               by day: T#<t>#VISITS                   territory
                                              T#<t>#STRUCTURE#<s>#VISITS             structure
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict

from services.visits.programmes.store import all_items
from services.visits.visit_keys import enterprise_partition, said_by_keys
from shared.tables import Item, TableClient

DONE = frozenset({"done", "reported", "referred", "no_follow_up"})
PLANNED = frozenset({"planned", "rescheduled"})


class Signal(BaseModel):
    """What makes a sector alerted."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    last_alert_on: date
    count: int = 1


class VisitMark(BaseModel):
    """What programmes need of a visit. `day` is the planned one, then the one of the visit."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    id: str
    day: date
    state: str
    structure_id: str
    structure_name: str
    member_ids: frozenset[str]
    """Who goes."""
    enterprise_id: str
    planned_on: date | None = None
    programme_id: str | None = None
    insee: str | None = None
    commune: str = ""

    @property
    def is_done(self) -> bool:
        """Whether it took place."""
        return self.state in DONE

    @property
    def is_planned(self) -> bool:
        """Whether it is to take place on a known day: what is put off without a date is in no plan."""
        return self.state in PLANNED and self.planned_on is not None


class Surroundings:
    """Reads the table of visits for programmes, and writes nothing."""

    def __init__(self, table: TableClient) -> None:
        self._table = table

    def last_visits(self, territory_id: str, enterprise_ids: Sequence[str]) -> dict[str, date]:
        """When these enterprises were last visited, those that ever were."""
        keys = [(enterprise_partition(territory_id, each), "SUMMARY") for each in enterprise_ids]
        items = self._table.get_many(keys)
        return {str(item["enterprise_id"]): date.fromisoformat(item["last_visited_on"]) for item in items}

    def signals(self, territory_id: str) -> dict[str, Signal]:
        """The sectors where a recruitment was urgent, by NAF division."""
        items = all_items(self._table, f"T#{territory_id}#SIGNALS")
        return {str(item["sk"]): Signal.model_validate(item) for item in items}

    def of_month(self, territory_id: str, month: str) -> list[VisitMark]:
        """The visits of a month, of all structures: one Query."""
        return self._marks(f"T#{territory_id}#VISITS", "territory", month)

    def of_day(self, territory_id: str, structure_id: str, day: date) -> list[VisitMark]:
        """The visits of a structure on a day."""
        return self._marks(f"T#{territory_id}#STRUCTURE#{structure_id}#VISITS", "structure", day.isoformat())

    def _marks(self, pk: str, index: str, begins: str) -> list[VisitMark]:
        items = all_items(self._table, pk, index=index, begins=begins)
        return [_mark(item) for item in items if item["sk"] == "VISIT"]


def _mark(item: Item) -> VisitMark:
    place = item.get("establishment") or {}
    return VisitMark.model_validate(
        {
            **item,
            **said_by_keys(item),
            "member_ids": frozenset(item.get("capteurs") or (item["member_id"],)),
            "insee": place.get("insee"),
            "commune": place.get("commune", ""),
        }
    )
