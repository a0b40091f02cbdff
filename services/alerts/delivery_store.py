"""Where deliveries and rounds live: beside their alert, found again by the sweep as long as something is to be done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from services.alerts.delivery import WAITING, Delivery
from services.alerts.rounds import Round
from services.alerts.store import alert_pk, pages_of
from shared.clock import to_text
from shared.tables import Absent, ConditionFailed, Contended, Equals, Item, Page, Put, TableClient, Update

SWEPT_AFTER = timedelta(minutes=2)
"""What the stream and the queues have not moved by then, the sweep moves."""

_FIRST_REMINDER = timedelta(minutes=5)
_LAST_REMINDER = timedelta(hours=6)
_DOUBLINGS = 7


class DeliveryStore:
    """Reads and writes deliveries and rounds; each write holds only if nobody has changed them since they were read."""

    def __init__(self, table: TableClient) -> None:
        self._table = table

    def get(self, territory_id: str, alert_id: str, sk: str) -> Delivery | None:
        """The delivery as last written, or None."""
        item = self._table.get(alert_pk(territory_id, alert_id), sk)
        return _delivery(item) if item else None

    def round(self, territory_id: str, alert_id: str, sk: str) -> Round | None:
        """The round as last written, or None."""
        item = self._table.get(alert_pk(territory_id, alert_id), sk)
        return Round.model_validate(_attributes(Round, item)) if item else None

    def of_alert(self, territory_id: str, alert_id: str) -> tuple[Delivery, ...]:
        """All the deliveries of an alert, in the order of their keys."""
        return tuple(map(_delivery, pages_of(self._table, alert_pk(territory_id, alert_id), "DELIVERY#")))

    def having_key(
        self, territory_id: str, alert_id: str, key: str, limit: int, cursor: str | None
    ) -> tuple[list[Delivery], str | None]:
        """A page of the deliveries of one key, and the next page's cursor."""
        pk = alert_pk(territory_id, alert_id)
        page: Page = self._table.query(pk, begins=f"DELIVERY#{key}#", limit=limit, cursor=cursor)
        return [_delivery(item) for item in page.items], page.cursor

    def replace(self, before: Delivery, after: Delivery) -> bool:
        """Writes the delivery; False, and nothing written, when another worker has moved it since `before` was read."""
        unmoved = Equals({"fence": before.fence, "state": str(before.state)})
        try:
            self._table.write(Put(_delivery_item(after), (unmoved,)))
        except ConditionFailed:
            return False
        return True

    def advance(self, before: Round, after: Round, deliveries: Iterable[Delivery]) -> None:
        """Writes one page of a round and its progress, all or nothing; deliveries that exist already are left alone.

        Does nothing when another worker has advanced the round since `before` was read.
        """
        unmoved = Equals({"cursor": before.cursor, "done": False})
        creations = [creation(delivery) for delivery in deliveries]
        while True:
            try:
                return self._table.write(Put(_round_item(after), (unmoved,)), *creations)
            except ConditionFailed as refusal:
                if 0 in refusal.failed:
                    return None
                creations = [put for place, put in enumerate(creations, 1) if place not in refusal.failed]

    def postpone(self, item: Item, now: datetime) -> None:
        """Makes the sweep look at an item later, and later each time: a hint that leads nowhere must not flood a queue."""
        count = item.get("reminders", 0)
        wait = min(_FIRST_REMINDER * 2 ** min(count, _DOUBLINGS), _LAST_REMINDER)
        changes = {"due_sk": _due_sk(now + wait, item["kind"], item), "reminders": count + 1}
        try:
            self._table.write(Update(item["pk"], item["sk"], changes, (), (Equals({"due_sk": item["due_sk"]}),)))
        except (ConditionFailed, Contended):
            return


def creation(thing: Delivery | Round) -> Put:
    """The write that brings a delivery or a round into being, once."""
    return Put(_delivery_item(thing) if isinstance(thing, Delivery) else _round_item(thing), (Absent(),))


def _delivery_item(delivery: Delivery) -> Item:
    item = _keyed("delivery", delivery) | {"state": str(delivery.state), "fence": delivery.fence}
    instant = delivery.looked_at
    if instant is None:
        return item
    carried = delivery.state in WAITING
    return _due(item, instant + SWEPT_AFTER if carried else instant)


def _round_item(work: Round) -> Item:
    item = _keyed("round", work) | {"cursor": work.cursor, "done": work.done}
    return item if work.done else _due(item, work.moved_at + SWEPT_AFTER)


def _keyed(kind: str, thing: Delivery | Round) -> Item:
    keys = {"pk": alert_pk(thing.territory_id, thing.alert_id), "sk": thing.sk, "kind": kind}
    return {**thing.model_dump(mode="json", exclude_defaults=True), **keys}


def _due(item: Item, instant: datetime) -> Item:
    return {**item, "due_pk": f"T#{item['territory_id']}", "due_sk": _due_sk(instant, item["kind"], item)}


def _due_sk(instant: datetime, kind: str, item: Item) -> str:
    return f"{to_text(instant)}#{kind[0].upper()}#{item['alert_id']}#{item['sk']}"


def _delivery(item: Item) -> Delivery:
    return Delivery.model_validate(_attributes(Delivery, item))


def _attributes(model: type[Delivery] | type[Round], item: Item) -> Item:
    return {name: item[name] for name in model.model_fields if name in item}
