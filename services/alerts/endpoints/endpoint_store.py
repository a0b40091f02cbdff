"""Where endpoints live: one item a partner, beside its territory's other things."""

from __future__ import annotations

from collections.abc import Sequence

from services.alerts.endpoints.endpoint import Endpoint
from services.alerts.store import pages_of
from shared.clock import to_text
from shared.idempotency import Request
from shared.tables import Absent, ConditionFailed, Contended, Equals, Item, Put, TableClient, Write

_PREFIX = "ENDPOINT#"


class EndpointStore:
    """Reads and writes endpoints; each write holds only if nobody has changed the endpoint since it was read."""

    def __init__(self, table: TableClient) -> None:
        self._table = table

    def get(self, territory_id: str, partner_id: str) -> Endpoint | None:
        """The endpoint as last written, or None when nothing was ever sent to that partner."""
        item = self._table.get(f"T#{territory_id}", f"{_PREFIX}{partner_id}")
        return _endpoint(item) if item else None

    def of_territory(self, territory_id: str) -> tuple[Endpoint, ...]:
        """All the endpoints that have a record, by partner id."""
        return tuple(map(_endpoint, pages_of(self._table, f"T#{territory_id}", _PREFIX)))

    def replace(self, before: Endpoint | None, after: Endpoint, beside: Sequence[Write] = ()) -> bool:
        """Writes the endpoint, and what goes `beside`; False, and nothing written, when somebody else has written first.

        `before` is what was read: None, or a `born` endpoint, when there was no record. Raises Unavailable.
        """
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


def _item(endpoint: Endpoint) -> Item:
    keys: Item = {"pk": f"T#{endpoint.territory_id}", "sk": f"{_PREFIX}{endpoint.partner_id}", "kind": "endpoint"}
    if endpoint.look_at:
        keys["due_pk"] = f"T#{endpoint.territory_id}"
        keys["due_sk"] = f"{to_text(endpoint.look_at)}#E#{endpoint.partner_id}"
    return {**endpoint.model_dump(mode="json", exclude_defaults=True), "revision": endpoint.revision, **keys}


def _endpoint(item: Item) -> Endpoint:
    return Endpoint.model_validate({name: item[name] for name in Endpoint.model_fields if name in item})
