"""Pauses of partners who receive e-mails or texts: what is meant for them waits; an endpoint of webhooks has its own."""

from __future__ import annotations

from collections.abc import Sequence

from services.alerts.deliveries.delivering import Withheld
from services.alerts.deliveries.delivery import Delivery, DeliveryState
from services.alerts.deliveries.waiting_room import IN_PAUSE, parked
from services.alerts.rules.alert import Frozen, Instant
from services.alerts.rules.facts import Actor
from services.alerts.rules.notices import TO_PARTNERS
from services.alerts.store import pages_of
from shared.clock import to_text
from shared.idempotency import Request
from shared.tables import Absent, ConditionFailed, Contended, Equals, Item, Put, TableClient, Write

_PREFIX = "PAUSE#"


class Pause(Frozen):
    """The last pause of one partner: begun and, when `paused` is false, over."""

    territory_id: str
    partner_id: str
    paused: bool
    by: Actor
    at: Instant
    look_at: Instant | None = None
    """When the sweep must look at the deliveries that wait; None once nobody can be waiting any more."""
    room_until: Instant | None = None
    """Until then the sweep looks again even if it finds nobody waiting."""
    revision: int = 0
    """Raised by each write; 0 means that there is no record yet."""

    def becoming(self, **attributes: object) -> Pause:
        """The pause with these attributes."""
        return self.model_copy(update=attributes)


class PauseStore:
    """Reads and writes pauses; each write holds only if nobody has changed the pause since it was read."""

    def __init__(self, table: TableClient) -> None:
        self._table = table

    def get(self, territory_id: str, partner_id: str) -> Pause | None:
        """The last pause of that partner, or None when there never was one."""
        item = self._table.get(f"T#{territory_id}", f"{_PREFIX}{partner_id}")
        return _pause(item) if item else None

    def of_territory(self, territory_id: str) -> dict[str, Pause]:
        """All the pauses that are on record, by partner id."""
        return {one.partner_id: one for one in map(_pause, pages_of(self._table, f"T#{territory_id}", _PREFIX))}

    def replace(self, before: Pause | None, after: Pause, beside: Sequence[Write] = ()) -> bool:
        """Writes the pause, and what goes `beside`; False, and nothing written, when somebody else has written first."""
        revision = before.revision if before else 0
        unmoved = Equals({"revision": revision}) if revision else Absent()
        try:
            self._table.write(Put(_item(after.becoming(revision=revision + 1)), (unmoved,)), *beside)
        except (ConditionFailed, Contended):
            return False
        return True

    def answered(self, request: Request) -> Item | None:
        """What the same request was answered before, or None; raises Invalid when its content was another."""
        return request.answered(self._table)


def wait_for(pauses: PauseStore, delivery: Delivery) -> None:
    """Raises Withheld for what is meant for a partner in pause; whoever acts on alerts is never kept waiting, nor looked up."""
    if delivery.purpose not in TO_PARTNERS:
        return
    pause = pauses.get(delivery.territory_id, delivery.recipient_id)
    if pause and pause.paused:
        raise Withheld(parked(delivery, DeliveryState.PAUSED, IN_PAUSE))


def _item(pause: Pause) -> Item:
    keys: Item = {"pk": f"T#{pause.territory_id}", "sk": f"{_PREFIX}{pause.partner_id}", "kind": "pause"}
    if pause.look_at:
        keys["due_pk"] = f"T#{pause.territory_id}"
        keys["due_sk"] = f"{to_text(pause.look_at)}#P#{pause.partner_id}"
    return {**pause.model_dump(mode="json", exclude_defaults=True), "revision": pause.revision, **keys}


def _pause(item: Item) -> Pause:
    return Pause.model_validate({name: item[name] for name in Pause.model_fields if name in item})
