"""The register of the small territory, asked through its pages and its API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.visits.register.api import resolver as api_resolver
from services.visits.register.desk import RegisterDesk
from services.visits.register.enterprise import Enterprise
from services.visits.register.pages import resolver as pages_resolver
from shared.idempotency import Request
from tests.unit.visits.territory import AUDIENCE, ISSUER, KEY, SITE, Answer, Territory


@dataclass
class Office(Territory):
    """The same territory, whose pages and API are those of the register."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.office = RegisterDesk.over(self.register, self.table, self.clock)
        self._pages = pages_resolver(self.office, self.identity, SITE)
        self._api = api_resolver(self.office, self.identity, ISSUER, AUDIENCE)

    def knows(self, *enterprises: Enterprise) -> None:
        """Puts enterprises in the register."""
        for enterprise in enterprises:
            self.office.store.add(enterprise)

    def request(self, who: str, key: str = KEY, body: str = "") -> Request:
        """A command's request, in the name of a member."""
        caller = self.caller(who)
        return Request.of(caller.territory_id, caller.member_id, f"register-{key}", body)

    def read(self, path: str, who: str = "colleague") -> str:
        """The words of a page, with plain spaces."""
        return (
            self.open(path, who=who).text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
        )

    def search(self, asked: Mapping[str, str]) -> Answer:
        """The page of a search."""
        return self.open("/entreprises", headers=None, **asked)

    def send(self, path: str, who: str = "colleague", key: str = KEY, **fields: str) -> Answer:
        """Posts a form with its key."""
        sent: Mapping[str, str] = {"idempotency_key": key, **fields}
        return self.post(path, sent, who=who)
