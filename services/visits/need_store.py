"""Where needs and what was done about them are kept: in the partition of their visit.

    pk                    sk                      what
    T#<t>#VISIT#<visit>   NEED#<need>             the need, with the state that its actions make
    T#<t>#VISIT#<visit>   ACTION#<need>#<action>  something done about it, never changed

Indexes `territory` (T#<t>#NEEDS#<state>) and `structure` (T#<t>#STRUCTURE#<s>#NEEDS#<state>) by <theme>#<day>#<need>: a list
is one Query of one state, of one theme or of all, however many needs the territory has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from services.visits.need import Need
from services.visits.need_state import NeedAction, NeedState
from services.visits.need_subjects import Theme
from shared.errors import NotFound
from shared.idempotency import Request
from shared.identity import Caller
from shared.tables import Absent, Equals, Item, Put, TableClient, Update, can_exist

MOST_ACTIONS = 100
"""Of one need: beyond that, something writes in a loop."""
UNKNOWN = "Ce besoin n’existe pas, ou vous n’y avez pas accès."


class NeedKey(NamedTuple):
    """Which need: one has no meaning without its visit."""

    visit_id: str
    need_id: str


@dataclass(frozen=True)
class NeedFile:
    """A need with what was done about it, in the order in which it was recorded."""

    need: Need
    actions: tuple[NeedAction, ...]


@dataclass(frozen=True)
class NeedShelf:
    """The needs in one state, of one theme or of all."""

    state: NeedState = "reported"
    theme: Theme | None = None


@dataclass(frozen=True)
class NeedPage:
    """Some needs, theme by theme, the oldest first in each, and the cursor of the next ones."""

    needs: tuple[Need, ...]
    cursor: str | None


class NeedStore:
    """Needs, one by one and in lists."""

    def __init__(self, table: TableClient) -> None:
        self._table = table

    def file(self, territory_id: str, key: NeedKey) -> NeedFile:
        """One need with its actions; raises NotFound."""
        pk, sk = _pk(territory_id, key.visit_id), _sk(key.need_id)
        item = self._table.get(pk, sk) if can_exist(pk, sk) else None
        if item is None:
            raise NotFound(UNKNOWN)
        actions = self._table.query(pk, begins=_actions(key.need_id), limit=MOST_ACTIONS).items
        return NeedFile(Need.model_validate(item), tuple(map(NeedAction.model_validate, actions)))

    def of_territory(self, territory_id: str, shelf: NeedShelf, limit: int, cursor: str | None = None) -> NeedPage:
        """The needs of all structures; raises Invalid for a cursor of another list."""
        return self._list("territory", _territory_pk(territory_id, shelf.state), shelf, limit, cursor)

    def of_structure(self, caller: Caller, shelf: NeedShelf, limit: int, cursor: str | None = None) -> NeedPage:
        """The needs that the caller's structure reported; raises Invalid for a cursor of another list."""
        pk = _structure_pk(caller.territory_id, caller.membership.structure_id, shelf.state)
        return self._list("structure", pk, shelf, limit, cursor)

    def answer_to(self, request: Request) -> dict[str, Any] | None:
        """What this very request was answered before, or None; raises Invalid for a key used otherwise."""
        return request.answered(self._table)

    def record(self, need: Need, action: NeedAction, entry: Put, claim: Put) -> None:
        """The action, the need as it leaves it, the fact and the answer together.

        Raises ConditionFailed when another action came between: read again, for the state is of all of them.
        """
        pk = _pk(need.territory_id, need.visit_id)
        item: Item = action.model_dump(mode="json", exclude_none=True)
        item |= {"pk": pk, "sk": f"{_actions(need.id)}{action.id}"}
        changes = {"state": need.state, "actions": need.actions, **_lists(need)}
        before = Equals({"actions": need.actions - 1})
        self._table.write(claim, Put(item, (Absent(),)), Update(pk, _sk(need.id), changes, when=(before,)), entry)

    def _list(self, index: str, pk: str, shelf: NeedShelf, limit: int, cursor: str | None) -> NeedPage:
        begins = f"{shelf.theme}#" if shelf.theme else ""
        page = self._table.query(pk, index=index, begins=begins, limit=limit, cursor=cursor)
        return NeedPage(tuple(map(Need.model_validate, page.items)), page.cursor)


def need_item(need: Need) -> Item:
    """The need as it is written: with its keys, and in the lists of its state."""
    key = {"pk": _pk(need.territory_id, need.visit_id), "sk": _sk(need.id)}
    standing = {"state": need.state, "actions": need.actions}
    return need.model_dump(mode="json", exclude_defaults=True) | standing | key | _lists(need)


def need_put(need: Need) -> Put:
    """The write of a need that comes with its visit's report."""
    return Put(need_item(need))


def _lists(need: Need) -> Item:
    order = f"{need.theme}#{need.recorded_at.date().isoformat()}#{need.id}"
    return {
        "territory_pk": _territory_pk(need.territory_id, need.state),
        "territory_sk": order,
        "structure_pk": _structure_pk(need.territory_id, need.structure_id, need.state),
        "structure_sk": order,
    }


def _pk(territory_id: str, visit_id: str) -> str:
    return f"T#{territory_id}#VISIT#{visit_id}"


def _sk(need_id: str) -> str:
    return f"NEED#{need_id}"


def _actions(need_id: str) -> str:
    return f"ACTION#{need_id}#"


def _territory_pk(territory_id: str, state: NeedState) -> str:
    return f"T#{territory_id}#NEEDS#{state}"


def _structure_pk(territory_id: str, structure_id: str, state: NeedState) -> str:
    return f"T#{territory_id}#STRUCTURE#{structure_id}#NEEDS#{state}"
