"""Whether an alert is what its audit trail says that it is."""

from __future__ import annotations

from collections.abc import Sequence

from services.alerts.rules.alert import Alert
from services.alerts.rules.facts import AuditEntry, is_unbroken


def is_vouched_for(alert: Alert, entries: Sequence[AuditEntry]) -> bool:
    """The trail, oldest first, is whole and untouched, and its newest entry is the one that the alert stands on.

    An entry that was changed, removed or added afterwards shows here; so does an alert written without an entry.
    """
    newest = entries[-1].hash if entries else ""
    return is_unbroken(list(entries)) and (len(entries), newest) == (alert.version, alert.audit_hash)
