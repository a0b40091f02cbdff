"""A change in the making: the alert as it becomes, and what must be said of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.alerts.rules.alert import Alert
from services.alerts.rules.calendar import Calendar, calendar_of
from services.alerts.rules.commands import Asked
from services.alerts.rules.facts import Announced, Announcement, Fact
from services.alerts.rules.notices import Notice
from shared.settings import AlertSettings


@dataclass(frozen=True)
class Change:
    """What a command has brought about so far; every method returns the next one."""

    alert: Alert
    command: Asked
    settings: AlertSettings
    announcements: tuple[Announcement, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def at(self) -> datetime:
        """The server's clock when the command was given."""
        return self.command.at

    @property
    def by(self) -> str:
        """Who gave it."""
        return self.command.actor.id

    @property
    def calendar(self) -> Calendar:
        """The territory's."""
        return calendar_of(self.settings)

    @property
    def next_version(self) -> int:
        """The version that the alert will have: makes the keys of messages unique."""
        return self.alert.version + 1

    def becoming(self, **attributes: Any) -> Change:
        """The alert with these attributes."""
        return replace(self, alert=self.alert.model_copy(update=attributes))

    def noting(self, kind: str, detail: str = "") -> Change:
        """One more fact."""
        fact = Fact(kind=kind, at=self.at, by=self.by, detail=detail)
        return self.becoming(facts=(*self.alert.facts, fact))

    def noting_once(self, kind: str, detail: str) -> Change:
        """One more fact, unless that very one is noted already."""
        known = any((fact.kind, fact.detail) == (kind, detail) for fact in self.alert.facts)
        return self if known else self.noting(kind, detail)

    def announcing(self, kind: Announced, *, inferred: bool = False) -> Change:
        """One more event for the rest of the platform."""
        announcement = Announcement(kind=kind, inferred=inferred)
        return replace(self, announcements=(*self.announcements, announcement))

    def telling(self, *notices: Notice) -> Change:
        """More messages to create."""
        return replace(self, notices=(*self.notices, *notices))
