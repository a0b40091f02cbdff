"""Looks at every write, as it is written, and puts what the outside could see of it into the history."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from shared.clock import from_text
from shared.ids import derived_id
from tests.simulation.history import History, Image
from tests.simulation.machine import MINUTE, Hub


class Observer:
    """Tells when a schedule has something to do."""

    def __init__(self, hub: Hub, history: History) -> None:
        self._hub = hub
        self._history = history
        self._fences: dict[str, int] = {}
        self._versions: dict[str, int] = {}
        self._last: dict[str, Image] = {}

    def seen(self, item: Mapping[str, Any]) -> int | None:
        """The instant from which a sweep would find this item, if ever."""
        if item["pk"].endswith("#OUTBOX"):
            self._leaving(item)
            return self._hub.now + 5 * MINUTE
        if item["sk"] == "ALERT":
            self._look(item["alert"])
        elif item.get("kind") == "delivery":
            self._name(item)
            self._check_step(self._fences, f"{item['pk']} {item['sk']}", item["fence"], range(2))
        return self.due_at(item["due_sk"]) if "due_sk" in item else None

    def _look(self, alert: Mapping[str, Any]) -> None:
        """A repair of where the alert stands in an index is no version of it."""
        image = Image(self._hub.now, alert["alert_id"], alert["version"], alert["state"])
        known = self._last.get(image.alert_id)
        self._last[image.alert_id] = image
        if known is None or image != known._replace(at=image.at):
            self._history.images.append(image)
            self._check_step(self._versions, image.alert_id, image.version, range(1, 3))

    def _check_step(self, known: dict[str, int], place: str, number: int, steps: range) -> None:
        """A version grows by one at each write, or two where a return is diffused with it; a fence by one or not at all."""
        before = known.get(place)
        if before is not None and number - before not in steps:
            self._history.missteps.append(f"{place} went from {before} to {number}")
        known[place] = number

    def due_at(self, due_sk: str) -> int:
        """When the item of this place in the index is due."""
        return self.instant(due_sk.partition("#")[0])

    def instant(self, text: str) -> int:
        """A written instant, in virtual time."""
        return self._hub.microseconds(from_text(text))

    def _leaving(self, item: Mapping[str, Any]) -> None:
        for event in item["events"]:
            self._history.written[json.loads(event["detail"])["metadata"]["id"]] = self._hub.now

    def _name(self, item: Mapping[str, Any]) -> None:
        place = f"{item['pk']} {item['sk']}"
        if place not in self._history.names:
            parts = ("territory_id", "alert_id", "key", "recipient_id", "channel")
            self._history.names[place] = derived_id(*(item[part] for part in parts))
