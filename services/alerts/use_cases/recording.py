"""Writes what was decided: the alert, its audit entries and its events in one transaction.

Apart from the store, so that who only reads alerts does not load what tells of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.alerts.rules.alert import Alert
from services.alerts.rules.announcing import told
from services.alerts.rules.decisions import Decision
from services.alerts.rules.facts import Actor
from services.alerts.store import AlertStore, written
from shared import outbox
from shared.tables import Put, Write


@dataclass(frozen=True)
class Step:
    """One decision and who made it happen; several steps are written as one."""

    decision: Decision
    actor: Actor


@dataclass(frozen=True)
class Cause:
    """When it happens by our clock, the event or request that it answers, and the id under which its events wait."""

    at: datetime
    id: str
    outbox_id: str


def record(
    store: AlertStore, before: Alert | None, steps: Sequence[Step], cause: Cause, beside: Sequence[Write] = ()
) -> None:
    """Writes the steps, their audit entries, their events and what goes `beside`: all or nothing.

    Raises ConditionFailed when the alert is no longer the one that was decided upon.
    """
    trail = [step.decision.audit for step in steps if step.decision.audit]
    store.save(before, steps[-1].decision.alert, trail, (*beside, *_leaving(steps, cause)))


def recorded(before: Alert, steps: Sequence[Step], cause: Cause) -> list[Write]:
    """The same, to be written with what another alert becomes."""
    trail = [step.decision.audit for step in steps if step.decision.audit]
    return [*written(before, steps[-1].decision.alert, trail), *_leaving(steps, cause)]


def _leaving(steps: Sequence[Step], cause: Cause) -> list[Put]:
    events = [event for step in steps for event in told(step.decision, step.actor, cause.at, cause.id)]
    territory_id = steps[-1].decision.alert.territory_id
    return [outbox.entry(cause.outbox_id, territory_id, events, cause.at)] if events else []
