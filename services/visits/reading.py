"""Reads visits, as far as the caller may: what is out of sight is answered as if it did not exist."""

from __future__ import annotations

from services.visits.store import VisitFile, VisitPage, VisitStore
from services.visits.visit import REPORTERS, sees, sees_territory
from shared.errors import NotFound
from shared.identity import Caller, require


def visible_visits(caller: Caller, store: VisitStore, limit: int, cursor: str | None) -> VisitPage:
    """The visits that the caller reads, the latest first; raises Forbidden, Invalid for a forged cursor."""
    require(caller, *REPORTERS)
    if sees_territory(caller):
        return store.of_territory(caller.territory_id, limit, cursor)
    return store.of_structure(caller.territory_id, caller.membership.structure_id, limit, cursor)


def open_file(visit_id: str, caller: Caller, store: VisitStore) -> VisitFile:
    """One visit and its needs; raises NotFound when it is unknown or another structure's."""
    file = store.file(caller.territory_id, visit_id)
    if not sees(caller, file.visit.territory_id, file.visit.structure_id):
        raise NotFound("Cette visite n’existe pas, ou vous n’y avez pas accès.")
    return file
