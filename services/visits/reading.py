"""Reads visits, as far as the caller may: what is out of sight is answered as if it did not exist."""

from __future__ import annotations

from dataclasses import dataclass

from services.visits.lifecycle import REPORTERS, VisitState
from services.visits.store import EVER, Days, Shelf, VisitFile, VisitPage, VisitStore
from services.visits.visibility import reads, sees_territory, visible, visible_visit
from services.visits.visit import Visit
from shared.identity import Caller, require


@dataclass(frozen=True)
class Criteria:
    """Which visits: all that is said must hold. Without a structure or an enterprise, those of the caller's structure,
    or of all the territory for the coordination."""

    states: tuple[VisitState, ...] = ()
    days: Days = EVER
    structure_id: str | None = None
    enterprise_id: str | None = None

    def hold(self, visit: Visit) -> bool:
        """Whether the visit is one of them."""
        return (
            (not self.states or visit.state in self.states)
            and self.structure_id in (None, visit.structure_id)
            and self.enterprise_id in (None, visit.enterprise_id)
        )


ALL = Criteria()


def visible_visits(
    caller: Caller, store: VisitStore, limit: int, cursor: str | None, criteria: Criteria = ALL
) -> VisitPage:
    """The visits that the caller reads, the latest first; raises Forbidden, Invalid for a forged cursor."""
    require(caller, *REPORTERS)
    shelf = _shelf(caller, criteria)
    page = store.listed(
        shelf, lambda visit: criteria.hold(visit) and reads(caller, visit), criteria.days, limit, cursor
    )
    return VisitPage(tuple(visible_visit(caller, visit) for visit in page.visits), page.cursor)


def open_file(visit_id: str, caller: Caller, store: VisitStore) -> VisitFile:
    """What the caller reads of one visit; raises NotFound when it is unknown or not theirs to read."""
    return visible(caller, store.file(caller.territory_id, visit_id))


def _shelf(caller: Caller, criteria: Criteria) -> Shelf:
    """The shortest list that has all of them."""
    territory_id = caller.territory_id
    if criteria.enterprise_id:
        return Shelf.of_enterprise(territory_id, criteria.enterprise_id)
    if criteria.structure_id:
        return Shelf.of_structure(territory_id, criteria.structure_id)
    if sees_territory(caller):
        return Shelf.of_territory(territory_id)
    return Shelf.of_structure(territory_id, caller.membership.structure_id)
