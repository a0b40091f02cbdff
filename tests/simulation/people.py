"""What people do, in one world: requests that are sent again, with the same key, until somebody answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from services.alerts.inbound.admitting import Admitted
from services.alerts.inbound.hearing import hear
from services.alerts.inbound.system import System
from services.alerts.messages.links import Link, serial_of
from services.alerts.rules.alert import Alert
from services.alerts.site.acting import action_of
from services.alerts.site.doing import do
from services.alerts.use_cases.commanding import Ask
from services.alerts.use_cases.desk import Desk
from services.alerts.use_cases.outcome import Outcome
from services.alerts.use_cases.returning import Answer, return_by_link
from shared.errors import NotFound, Reject, Retry
from shared.idempotency import Request
from tests.simulation.history import Answered
from tests.simulation.machine import SECOND, Crash, Hub

COORDINATOR = "m-coordinatrice"
AGENT = "m-agente"
ANOTHER_TRY = 30
"""Tries of a request whose answer does not come."""


@dataclass(frozen=True)
class Act:
    """Somebody does something at an instant: the address of a page's action, `lien` on the agency's, `systeme` by webhook."""

    at: int
    slug: str
    fields: Mapping[str, str] = field(default_factory=dict)
    roles: tuple[str, ...] = ("coordinator",)


@dataclass
class Person:
    """One act, tried until it is answered."""

    hub: Hub
    desk: Desk
    act: Act
    key: str
    alert: tuple[str, str]
    answered: Callable[[Answered], None]
    tries: int = 0

    def begin(self) -> None:
        """Sends the request, as a function of its own."""
        self.tries += 1
        self.hub.start(f"person {self.act.slug}", self._try, lives=29 * SECOND)

    def _try(self) -> None:
        try:
            outcome = self._do()
        except (Crash, Retry, NotFound):
            if self.tries < ANOTHER_TRY:
                self.hub.at(self.hub.now + int(self.hub.dice.uniform(1, 90) * SECOND), self.begin)
                return
            self._answer("")
        except Reject as refusal:
            moved = refusal.code == "version-depassee" and self.tries < ANOTHER_TRY
            if moved:
                self.hub.at(self.hub.now + int(self.hub.dice.uniform(5, 20) * SECOND), self.begin)
            else:
                self._answer(f"refused {refusal.code}")
        else:
            self._answer(outcome.state)

    def _answer(self, answer: str) -> None:
        self.answered(Answered(self.hub.now, self.key, self.act.slug, answer, self.tries))

    def _do(self) -> Outcome:
        territory_id, alert_id = self.alert
        seen = self.desk.store.get(territory_id, alert_id)
        if self.act.slug == "lien":
            return self._return(seen)
        if self.act.slug == "systeme":
            return self._hear(seen)
        request = Request.of(territory_id, COORDINATOR, self.key, self.act.slug)
        now = self.desk.clock.now()
        ask = Ask(territory_id, alert_id, COORDINATOR, self.act.roles, now, request, seen.version)
        return do(action_of(self.act.slug), self.desk, ask, self.act.fields)

    def _return(self, seen: Alert) -> Outcome:
        link = Link(seen.territory_id, seen.alert_id, AGENT, 2**40, serial_of(seen))
        answer = Answer(self.act.fields.get("reference", ""), self.act.fields.get("contact", ""))
        return return_by_link(self.desk, link, answer, self.key)

    def _hear(self, seen: Alert) -> Outcome:
        """A partner's system says it, and says it again with the same id until it is answered."""
        data = {**self.act.fields, "alert_id": seen.alert_id}
        body = json.dumps({"type": "offer.registered.v1", "data": data}).encode()
        system = System(
            territory_id=seen.territory_id, id="agence", name="Agence", keys=(), created_at=self.desk.clock.now()
        )
        return hear(self.desk, Admitted(system, self.key, body))
