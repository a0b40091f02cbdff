"""What comes of a command: how the alert stands after it, or that it stands otherwise than its author saw."""

from __future__ import annotations

from pydantic import BaseModel

from services.alerts.rules.alert import Alert
from shared.errors import Conflict


class Outcome(BaseModel):
    """What came of a command: the alert's version and state after it, and whether it changed anything."""

    alert_id: str
    version: int
    state: str
    changed: bool


class Moved(Conflict):
    """The alert is not as the author of the command saw it; `alert` is how it stands."""

    def __init__(self, refusal: Conflict, alert: Alert) -> None:
        super().__init__(refusal.message, code=refusal.code, fields=refusal.fields)
        self.alert = alert
