"""Where deliveries and rounds live: beside their alert, found again by the sweep as long as something is to be done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from services.alerts.deliveries.delivery import WAITING, Delivery
from services.alerts.deliveries.rounds import Round
from services.alerts.deliveries.waiting_room import let_out
from services.alerts.rules.notices import TO_PARTNERS
from services.alerts.store import alert_pk, pages_of
from shared.clock import to_text
from shared.tables import (
    Absent,
    ConditionFailed,
    Contended,
    Equals,
    Item,
    Page,
    Put,
    TableClient,
    Update,
    encode_cursor,
)

SWEPT_AFTER = timedelta(minutes=2)
"""What the stream and the queues have not moved by then, the sweep moves."""

MOST_WAITING = 1000
"""Looked at to count what waits for each partner; beyond, nobody counts any more."""

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

    def rounds(self, territory_id: str, alert_id: str) -> list[Round]:
        """The rounds of an alert that are not done."""
        items = pages_of(self._table, alert_pk(territory_id, alert_id), "BROADCAST#")
        return [Round.model_validate(_attributes(Round, item)) for item in items if not item["done"]]

    def of_alert(self, territory_id: str, alert_id: str) -> tuple[Delivery, ...]:
        """All the deliveries of an alert, in the order of their keys."""
        return tuple(map(_delivery, pages_of(self._table, alert_pk(territory_id, alert_id), "DELIVERY#")))

    def page_of_alert(
        self, territory_id: str, alert_id: str, limit: int, cursor: str | None = None
    ) -> tuple[list[Delivery], str | None]:
        """A page of an alert's deliveries in the order of their keys, and the next page's cursor."""
        page = self._table.query(alert_pk(territory_id, alert_id), begins="DELIVERY#", limit=limit, cursor=cursor)
        return [_delivery(item) for item in page.items], page.cursor

    def first_of_alert(self, territory_id: str, alert_id: str, most: int) -> tuple[list[Delivery], bool]:
        """An alert's deliveries, of each message to many the first ones only; whether some were left out.

        A page that holds nothing but one message's deliveries is followed by another message.
        """
        found, cursor, left_out = list[Delivery](), None, False
        while True:
            page, cursor = self.page_of_alert(territory_id, alert_id, most, cursor)
            found += page
            if cursor is None:
                return found, left_out
            if page[0].key == page[-1].key:
                end = f"DELIVERY#{page[-1].key}#~"
                cursor, left_out = encode_cursor({"pk": alert_pk(territory_id, alert_id), "sk": end}), True

    def having_key(
        self, territory_id: str, alert_id: str, key: str, limit: int, cursor: str | None
    ) -> tuple[list[Delivery], str | None]:
        """A page of the deliveries of one key, and the next page's cursor."""
        pk = alert_pk(territory_id, alert_id)
        page: Page = self._table.query(pk, begins=f"DELIVERY#{key}#", limit=limit, cursor=cursor)
        return [_delivery(item) for item in page.items], page.cursor

    def of_recipient(
        self, territory_id: str, recipient_id: str, limit: int, cursor: str | None = None, up_to: datetime | None = None
    ) -> tuple[list[Delivery], str | None]:
        """A page of what was meant for a partner, whatever the alert, the newest first, created by `up_to` at the latest."""
        last = None if up_to is None else f"{to_text(up_to)}~"
        page: Page = self._table.query(
            recipient_pk(territory_id, recipient_id),
            index="recipient",
            up_to=last,
            limit=limit,
            cursor=cursor,
            newest_first=True,
        )
        found = self._table.get_many([(item["pk"], item["sk"]) for item in page.items])
        return list(map(_delivery, found)), page.cursor

    def waiting(self, territory_id: str) -> list[Delivery]:
        """What is to leave yet, of all alerts: as many as one page of what is due holds, the most pressing first."""
        page: Page = self._table.query(f"T#{territory_id}", index="due", limit=MOST_WAITING)
        return [_delivery(item) for item in page.items if item["kind"] == "delivery"]

    def in_room(self, territory_id: str, recipient_id: str, limit: int) -> list[Delivery]:
        """What waits until its recipient takes something again, the oldest first."""
        page = self._table.query(room_pk(territory_id, recipient_id), index="due", limit=limit)
        return [delivery for delivery in map(_delivery, page.items) if delivery.parked]

    def replace(self, before: Delivery, after: Delivery, *beside: Delivery) -> bool:
        """Writes the delivery, and what its change calls for `beside`; deliveries that exist already are left alone.

        False, and nothing written, when another worker has moved it since `before` was read.
        """
        unmoved = Equals({"fence": before.fence, "state": str(before.state)})
        return self._put(Put(_delivery_item(after), (unmoved,)), beside)

    def advance(self, before: Round, after: Round, deliveries: Iterable[Delivery]) -> None:
        """Writes one page of a round and its progress, all or nothing; deliveries that exist already are left alone.

        Does nothing when another worker has advanced the round since `before` was read.
        """
        unmoved = Equals({"cursor": before.cursor, "done": False})
        self._put(Put(_round_item(after), (unmoved,)), deliveries)

    def _put(self, change: Put, deliveries: Iterable[Delivery]) -> bool:
        """The change, and those of the deliveries that do not exist yet; False when the change's condition does not hold."""
        creations = [creation(delivery) for delivery in deliveries]
        while True:
            try:
                self._table.write(change, *creations)
            except ConditionFailed as refusal:
                if 0 in refusal.failed:
                    return False
                creations = [put for place, put in enumerate(creations, 1) if place not in refusal.failed]
            else:
                return True

    def mend(self, territory_id: str, alert_id: str) -> int:
        """Puts back among what is due what an alert has to send and is not there; returns how many, 0 as a rule."""
        pk = alert_pk(territory_id, alert_id)
        strayed = [item for item in pages_of(self._table, pk, "DELIVERY#") if "due_sk" not in item]
        waiting = [(delivery, _found_again(delivery)) for delivery in map(_delivery, strayed)]
        rounds = [item for item in pages_of(self._table, pk, "BROADCAST#") if not (item["done"] or "due_sk" in item)]
        for work in (Round.model_validate(_attributes(Round, item)) for item in rounds):
            self.advance(work, work, ())
        return sum(self.replace(lost, found) for lost, found in waiting if found.looked_at) + len(rounds)

    def postpone(self, item: Item, now: datetime) -> None:
        """Makes the sweep look at an item later, and later each time: a hint that leads nowhere must not flood a queue."""
        count = item.get("reminders", 0)
        wait = min(_FIRST_REMINDER * 2 ** min(count, _DOUBLINGS), _LAST_REMINDER)
        changes = {"due_sk": _due_sk(now + wait, item["kind"], item), "reminders": count + 1}
        try:
            self._table.write(Update(item["pk"], item["sk"], changes, (), (Equals({"due_sk": item["due_sk"]}),)))
        except (ConditionFailed, Contended):
            return


def _found_again(delivery: Delivery) -> Delivery:
    """Let out, if it strayed from its room, which nobody may look at any more: its worker parks it anew where it must wait."""
    is_parked = delivery.parked and delivery.state in WAITING
    return let_out(delivery, delivery.next_attempt_at) if is_parked else delivery


def creation(thing: Delivery | Round) -> Put:
    """The write that brings a delivery or a round into being, once."""
    return Put(_delivery_item(thing) if isinstance(thing, Delivery) else _round_item(thing), (Absent(),))


def _delivery_item(delivery: Delivery) -> Item:
    item = _keyed("delivery", delivery) | {"state": str(delivery.state), "fence": delivery.fence} | _told(delivery)
    if delivery.parked and delivery.state in WAITING:
        return {**item, "due_pk": room_pk(delivery.territory_id, delivery.recipient_id), "due_sk": _room_sk(delivery)}
    instant = delivery.looked_at
    if instant is None:
        return item
    carried = delivery.state in WAITING
    return _due(item, instant + SWEPT_AFTER if carried else instant)


def _told(delivery: Delivery) -> Item:
    """What finds a partner's deliveries again, across alerts; those of people are read with their alert."""
    if delivery.purpose not in TO_PARTNERS:
        return {}
    placed = f"{to_text(delivery.created_at)}#{delivery.alert_id}#{delivery.sk}"
    return {"recipient_pk": recipient_pk(delivery.territory_id, delivery.recipient_id), "recipient_sk": placed}


def recipient_pk(territory_id: str, recipient_id: str) -> str:
    """The partition of the index `recipient` that holds everything that was meant for one partner."""
    return f"T#{territory_id}#TO#{recipient_id}"


def room_pk(territory_id: str, recipient_id: str) -> str:
    """The partition of the index `due` where what waits for one recipient stands, out of the sweep's way."""
    return f"T#{territory_id}#ROOM#{recipient_id}"


def _room_sk(delivery: Delivery) -> str:
    return f"{to_text(delivery.created_at)}#{delivery.alert_id}#{delivery.sk}"


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
