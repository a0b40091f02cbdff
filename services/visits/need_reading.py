"""Reads needs and what became of them, as far as the caller may."""

from __future__ import annotations

from services.visits.lifecycle import COORDINATION, REPORTERS
from services.visits.need import Need
from services.visits.need_store import UNKNOWN, NeedFile, NeedKey, NeedPage, NeedShelf, NeedStore
from shared.errors import NotFound
from shared.identity import Caller, require


def open_need(key: NeedKey, caller: Caller, store: NeedStore) -> NeedFile:
    """One need with its actions; raises NotFound when it is unknown or another structure's."""
    file = store.file(caller.territory_id, key)
    if not follows(caller, file.need):
        raise NotFound(UNKNOWN)
    return file


def follows(caller: Caller, need: Need) -> bool:
    """Whether what is done about a need is the caller's business: their structure's, or all of them for the coordination.

    Another structure, with the enterprise's consent, reads the need with its visit, and not what became of it.
    """
    if caller.territory_id != need.territory_id:
        return False
    return caller.has(*COORDINATION) or (caller.has(*REPORTERS) and caller.membership.structure_id == need.structure_id)


def visible_needs(
    caller: Caller, store: NeedStore, shelf: NeedShelf, limit: int, cursor: str | None = None
) -> NeedPage:
    """The needs in one state that the caller follows; raises Forbidden, Invalid for a forged cursor."""
    require(caller, *REPORTERS)
    if caller.has(*COORDINATION):
        return store.of_territory(caller.territory_id, shelf, limit, cursor)
    return store.of_structure(caller, shelf, limit, cursor)
