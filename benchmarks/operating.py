"""Does operations on a running system, over its API and its pages, while meters look on."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any
from urllib.parse import urlencode, urlsplit

from benchmarks.metering import Meter
from benchmarks.territory import Territory, need, visit
from infra.local.system import LocalSystem

REPEATED = 10
"""Operations measured, after one that warms everything up."""
_DONE = {200, 201, 303}


class Bench:
    """One running system and its meters."""

    def __init__(self, system: LocalSystem, meters: Sequence[Meter]) -> None:
        self._system = system
        self._meters = meters
        self._site = urlsplit(system.url)
        self._numbers = count(1)
        for meter in meters:
            system.watch(meter.call, meter.invocation)

    def metered(self, operation: Callable[[], Any]) -> list[tuple[dict[str, float], dict[str, float]]]:
        """By each meter, units and calls of one operation, on average, by processes that are warm."""
        operation()
        before = self._logs()
        for meter in self._meters:
            meter.reset()
        for _ in range(REPEATED):
            operation()
        for name, text in self._logs().items():
            for meter in self._meters:
                meter.logged(text[len(before.get(name, b"")) :])
        return [(_average(meter.units), _average(meter.calls)) for meter in self._meters]

    def report(self, territory: Territory, *needs: Mapping[str, Any]) -> Any:
        """A capteur's software reports a visit; everything that follows is done."""
        reported = self._send(territory.capteur, "/api/v1/visits", visit(self._system.now().date(), needs))
        self._system.settle()
        return reported

    def alert(self, territory: Territory) -> None:
        """From the visit to the broadcast: acknowledged and transmitted by software, returned on the agency's page."""
        (url,) = self.report(territory, need(self._system.now().date()))["alert_urls"]
        orders: list[tuple[str, dict[str, Any]]] = [("acknowledge", {}), ("transmit", {"channel": "mail"})]
        for version, (command, order) in enumerate(orders, start=1):
            self._send(territory.coordinator, f"{url}/{command}", {"expected_version": version, **order})
        self._system.settle()
        self._return_offer(territory)
        self._system.settle()

    def _return_offer(self, territory: Territory) -> None:
        link = re.search(r"/retour/\S+", self._system.outbox("email", territory.agency)[-1].text)
        if link is None:
            raise RuntimeError("the agency's e-mail has no link")
        answer = {"idempotency_key": self._key(), "reference": "048KLTP", "contact": "03 53 01 10 07"}
        self._exchange(link.group(), urlencode(answer), {"Content-Type": "application/x-www-form-urlencoded"})

    def _send(self, subject: str, path: str, body: Mapping[str, Any]) -> Any:
        token = self._system.issuer.person_tokens(subject, f"{subject}@mesure.example")["access_token"]
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {token}",
            "Idempotency-Key": self._key(),
        }
        return json.loads(self._exchange(path, json.dumps(body), headers))

    def _key(self) -> str:
        return f"benchmark-{next(self._numbers)}"

    def _exchange(self, path: str, body: str, headers: Mapping[str, str]) -> bytes:
        connection = http.client.HTTPConnection(self._site.hostname or "", self._site.port, timeout=60)
        try:
            connection.request("POST", path, body.encode(), dict(headers))
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        if response.status not in _DONE:
            raise RuntimeError(f"{path}: {response.status} {content[:500]!r}")
        return content

    def _logs(self) -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in (self._system.folder / "logs").glob("*.log")}


def _average(sums: Mapping[str, float]) -> dict[str, float]:
    return {name: amount / REPEATED for name, amount in sums.items()}
