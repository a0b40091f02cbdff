"""Which alerts may be the same need: shown to the coordination, never acted upon by itself.

Apart from the commands, which a page that is only read does without.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from services.alerts.rules.alert import Alert
from services.alerts.store import AlertStore

LIKELY_WITHIN = timedelta(days=14)


def alike(store: AlertStore, alert: Alert) -> list[Alert]:
    """The other open alerts that may be the same need, the newest first."""
    key = alert.duplicate_key
    found: Iterable[Alert] = store.of_key(alert.territory_id, key) if key and not alert.state.is_terminal else ()
    return [other for other in found if are_alike(alert, other)]


def are_alike(one: Alert, other: Alert) -> bool:
    """Both open, same establishment, métier and place, received within 14 days; and nobody has said that they are two."""
    same = one.duplicate_key is not None and one.duplicate_key == other.duplicate_key
    near = abs(one.received_at - other.received_at) <= LIKELY_WITHIN
    both_open = not (one.state.is_terminal or other.state.is_terminal)
    return same and near and both_open and one.alert_id != other.alert_id and not _kept_apart(one, other)


def _kept_apart(one: Alert, other: Alert) -> bool:
    said = {(fact.kind, fact.detail) for fact in one.facts} | {(fact.kind, fact.detail) for fact in other.facts}
    return bool(said & {("kept_apart", one.alert_id), ("kept_apart", other.alert_id)})
