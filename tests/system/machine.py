"""A partner's software that speaks to the JSON API."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

from tests.system.people import Person
from tests.system.world import World

_KEYS = count(1)


@dataclass(frozen=True)
class Reply:
    """What the API answered; `body` is the JSON, None when there is none."""

    status: int
    headers: Mapping[str, str]
    body: Any


class Machine:
    """Software that holds the access token of one person or system."""

    def __init__(self, site: str, token: str) -> None:
        self._site = urlsplit(site)
        self._token = token

    def get(self, path: str, **headers: str) -> Reply:
        """Reads."""
        return self.send("GET", path, b"", headers)

    def post(self, path: str, body: Any, *, key: str = "", **headers: str) -> Reply:
        """Sends a command, with a fresh idempotency key unless one is given."""
        return self.send("POST", path, json.dumps(body).encode(), {"Idempotency-Key": key or fresh_key(), **headers})

    def send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Any request; header names may have `_` for `-`."""
        connection = http.client.HTTPConnection(self._site.hostname or "", self._site.port, timeout=30)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        credentials = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        try:
            connection.request(method, path, body or None, {"Content-Type": "application/json", **credentials, **sent})
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        answered = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, answered, json.loads(text) if text else None)


def machine_of(world: World, person: Person) -> Machine:
    """Software that acts in the name of this person."""
    return Machine(world.api, world.token(person.login))


def software(world: World, client: str) -> Machine:
    """A structure's own software, which asks for its token as `docs/api-visits.md` says."""
    asked = urlencode({"grant_type": "client_credentials", "client_id": client}).encode()
    with urlopen(f"{world.site}/_local/issuer/oauth2/token", asked) as answer:  # noqa: S310 - loopback
        return Machine(world.api, json.load(answer)["access_token"])


def fresh_key() -> str:
    """An idempotency key that no other request of this run has."""
    return f"system-test-{next(_KEYS)}"
