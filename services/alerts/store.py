"""Where alerts live: one item an alert, its audit trail beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

from pydantic import ValidationError

from services.alerts.rules.alert import Alert
from services.alerts.rules.facts import AuditEntry
from shared.clock import to_text
from shared.errors import NotFound, Unreadable
from shared.idempotency import Request
from shared.tables import Absent, ConditionFailed, Contended, Equals, Item, Put, TableClient, Update, Write

Shelf = Literal["OPEN", "CLOSED"]

_ALERT = "ALERT"
_AUDIT = "AUDIT#"
_NOTE = "NOTE#"
_STANDING_PAGE = 100


@dataclass(frozen=True)
class Page:
    """Some alerts, by deadline, and the cursor of the next ones, or None."""

    alerts: list[Alert]
    cursor: str | None


@dataclass(frozen=True)
class Standing:
    """An alert as an index or the table has it, whole or not."""

    item: Item

    @property
    def alert_id(self) -> str:
        """Its id, even where nothing else can be read."""
        return str(self.item["pk"]).rpartition("#")[2]

    @cached_property
    def alert(self) -> Alert:
        """The alert; raises Unreadable."""
        return _alert(self.item)

    def is_due_at(self, instant: datetime | None) -> bool:
        """Whether the alert says so, and stands there among what is due."""
        expected = _due(self.alert.model_copy(update={"next_due_at": instant}))
        held = {name: value for name, value in self.item.items() if name.startswith("due_")}
        return self.alert.next_due_at == instant and held == expected


class AlertStore:
    """Reads and writes the alerts of every territory; another territory's alert does not exist here."""

    def __init__(self, table: TableClient) -> None:
        self._table = table
        self._last: tuple[Item, Alert] | None = None

    @property
    def table(self) -> TableClient:
        """What the alerts are kept in, with everything else of the service."""
        return self._table

    def find(self, territory_id: str, alert_id: str) -> Alert | None:
        """The alert as last written, or None."""
        item = self._table.get(alert_pk(territory_id, alert_id), _ALERT)
        return self._read(item) if item else None

    def _read(self, item: Item) -> Alert:
        """Made anew only when the item is another than last time: a broadcast asks for one alert thousands of times."""
        if self._last is None or self._last[0] != item:
            self._last = item, _alert(item)
        return self._last[1]

    def get(self, territory_id: str, alert_id: str) -> Alert:
        """The alert as last written; raises NotFound."""
        alert = self.find(territory_id, alert_id)
        if alert is None:
            raise NotFound("Cette alerte n’existe pas, ou vous n’y avez pas accès.")
        return alert

    def board(self, territory_id: str, shelf: Shelf, *, limit: int = 100, cursor: str | None = None) -> Page:
        """Open alerts, the nearest deadline first; or closed ones, the latest first. Raises Invalid for a bad cursor."""
        page = self._table.query(
            f"T#{territory_id}#{shelf}",
            index="board",
            limit=limit,
            cursor=cursor,
            newest_first=shelf == "CLOSED",
        )
        return Page([_alert(item) for item in page.items], page.cursor)

    def standing(self, territory_id: str) -> Iterator[Standing]:
        """Every open alert of a territory as the board has it, page after page, readable or not."""
        cursor: str | None = None
        while True:
            page = self._table.query(f"T#{territory_id}#OPEN", index="board", limit=_STANDING_PAGE, cursor=cursor)
            yield from map(Standing, page.items)
            cursor = page.cursor
            if cursor is None:
                return

    def as_it_stands(self, territory_id: str, alert_id: str) -> Standing:
        """The alert as last written, with its place among what is due; raises NotFound."""
        item = self._table.get(alert_pk(territory_id, alert_id), _ALERT)
        if item is None:
            raise NotFound("Cette alerte n’existe pas.")
        return Standing(item)

    def reschedule(self, alert: Alert, due_at: datetime | None) -> bool:
        """Puts the alert where it belongs among what is due; False when it has changed meanwhile, which mends it too."""
        mended = alert.model_copy(update={"next_due_at": due_at})
        try:
            self._table.write(_state(alert, mended))
        except (ConditionFailed, Contended):
            return False
        return True

    def of_enterprise(self, territory_id: str, enterprise_id: str, limit: int = 20) -> list[Alert]:
        """The latest alerts of an enterprise, as they now stand, the newest first."""
        marks = self._table.query(_enterprise_pk(territory_id, enterprise_id), limit=limit, newest_first=True)
        found = (self.find(territory_id, mark["alert_id"]) for mark in marks.items)
        return [alert for alert in found if alert is not None]

    def trail(self, territory_id: str, alert_id: str) -> list[AuditEntry]:
        """The audit entries of an alert, oldest first."""
        pk = alert_pk(territory_id, alert_id)
        return [AuditEntry.model_validate(item["entry"]) for item in pages_of(self._table, pk, _AUDIT)]

    def note(self, territory_id: str, alert_id: str, key: str) -> str | None:
        """The words that somebody left as a proof, or None when they are no more."""
        item = self._table.get(alert_pk(territory_id, alert_id), key)
        return str(item["text"]) if item else None

    def answered(self, request: Request) -> Item | None:
        """What the same request was answered before, or None; raises Invalid when its content was another."""
        return request.answered(self._table)

    def remember(self, claim: Put) -> None:
        """Keeps the answer of a request that changed nothing; raises ConditionFailed when it was answered meanwhile."""
        self._table.write(claim)

    def save(
        self, before: Alert | None, alert: Alert, trail: Iterable[AuditEntry], beside: Sequence[Write] = ()
    ) -> None:
        """Writes the alert, its new audit entries and what goes `beside`: all or nothing.

        Raises ConditionFailed when the alert is no longer the one that was decided upon.
        """
        self._table.write(*written(before, alert, trail), *beside)

    def of_key(self, territory_id: str, key: str, limit: int = 20) -> list[Alert]:
        """The latest alerts that have this duplicate key, as they now stand, the newest first."""
        marks = self._table.query(_alike_pk(territory_id, key), limit=limit, newest_first=True)
        found = (self.find(territory_id, mark["alert_id"]) for mark in marks.items)
        return [alert for alert in found if alert is not None]


def written(before: Alert | None, alert: Alert, trail: Iterable[AuditEntry]) -> list[Write]:
    """What saves an alert with its new audit entries, to be written all or nothing."""
    return [_state(before, alert), *map(_audit, trail)]


def alert_pk(territory_id: str, alert_id: str) -> str:
    """The partition that holds everything of one alert."""
    return f"T#{territory_id}#ALERT#{alert_id}"


def enterprise_mark(alert_id: str, territory_id: str, enterprise_id: str, received_at: datetime) -> Put:
    """What finds the alert again from its enterprise's page, written once.

    An index would be written again, whole, at every change of the alert.
    """
    pk, sk = _enterprise_pk(territory_id, enterprise_id), f"{to_text(received_at)}#{alert_id}"
    return Put({"pk": pk, "sk": sk, "alert_id": alert_id})


def alike_mark(alert_id: str, territory_id: str, key: str, received_at: datetime) -> Put:
    """What finds the alert again from another one that may be the same need, written once."""
    sk = f"{to_text(received_at)}#{alert_id}"
    return Put({"pk": _alike_pk(territory_id, key), "sk": sk, "alert_id": alert_id})


def _alike_pk(territory_id: str, key: str) -> str:
    return f"T#{territory_id}#ALIKE#{key}"


def _enterprise_pk(territory_id: str, enterprise_id: str) -> str:
    return f"T#{territory_id}#ENTERPRISE#{enterprise_id}"


def kept_note(territory_id: str, alert_id: str, key: str, text: str) -> Put:
    """Words kept beside the audit trail, which holds none: they can be erased, their digest stays."""
    return Put({"pk": alert_pk(territory_id, alert_id), "sk": key, "text": text})


def note_key(digest: str) -> str:
    """The key of the words with this digest."""
    return f"{_NOTE}{digest}"


def pages_of(table: TableClient, pk: str, begins: str) -> Iterator[Item]:
    """Every item of a partition whose sort key begins so, page after page."""
    cursor: str | None = None
    while True:
        page = table.query(pk, begins=begins, limit=500, cursor=cursor)
        yield from page.items
        cursor = page.cursor
        if cursor is None:
            return


def _alert(item: Item) -> Alert:
    try:
        return Alert.model_validate(item["alert"])
    except ValidationError as error:
        places = ", ".join(".".join(map(str, problem["loc"])) for problem in error.errors()[:5])
        raise Unreadable(f"Alerte illisible : {places}.", code="alerte-illisible") from None


def _state(before: Alert | None, alert: Alert) -> Write:
    pk = alert_pk(alert.territory_id, alert.alert_id)
    attributes = _attributes(alert)
    if before is None:
        return Put({"pk": pk, "sk": _ALERT, "kind": "alert", **attributes}, (Absent(),))
    gone = () if alert.next_due_at else ("due_pk", "due_sk")
    return Update(pk, _ALERT, attributes, gone, (Equals({"version": before.version}),))


def _attributes(alert: Alert) -> Item:
    shelf: Shelf = "CLOSED" if alert.state.is_terminal else "OPEN"
    attributes: Item = {
        "alert": alert.model_dump(mode="json"),
        "version": alert.version,
        "board_pk": f"T#{alert.territory_id}#{shelf}",
        "board_sk": f"{to_text(alert.deadline_at)}#{alert.alert_id}",
    }
    return attributes | _due(alert)


def _due(alert: Alert) -> Item:
    """The alert's place among what is due, if it has one."""
    if alert.next_due_at is None:
        return {}
    return {"due_pk": f"T#{alert.territory_id}", "due_sk": f"{to_text(alert.next_due_at)}#A#{alert.alert_id}"}


def _audit(entry: AuditEntry) -> Put:
    item: Item = {
        "pk": alert_pk(entry.territory_id, entry.alert_id),
        "sk": f"{_AUDIT}{entry.version:08}",
        "entry": entry.model_dump(mode="json"),
        "hash": entry.hash,
    }
    return Put(item, (Absent(),))
