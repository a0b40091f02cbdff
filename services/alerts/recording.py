"""Writes what was decided: the alert, its audit entries and its events in one transaction.

Apart from the store, so that who only reads alerts does not load what tells of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.alerts.alert import Alert
from services.alerts.announcing import told
from services.alerts.decisions import Decision
from services.alerts.facts import Actor
from services.alerts.store import AlertStore
from shared import outbox
from shared.tables import Write


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
    alert = steps[-1].decision.alert
    trail = [step.decision.audit for step in steps if step.decision.audit]
    events = [event for step in steps for event in told(step.decision, step.actor, cause.at, cause.id)]
    leaving = [outbox.entry(cause.outbox_id, alert.territory_id, events, cause.at)] if events else []
    store.save(before, alert, trail, (*beside, *leaving))
