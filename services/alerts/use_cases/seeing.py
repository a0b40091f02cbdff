"""Which alerts a person may see: the one rule, for pages and API alike; and which one a signed link shows."""

from __future__ import annotations

from services.alerts.messages.links import Link, refusal, serial_of
from services.alerts.rules.alert import Alert
from services.alerts.store import AlertStore
from shared.address_book import Role
from shared.errors import NotFound
from shared.identity import Caller, require

READERS: tuple[Role, ...] = ("coordinator", "deputy", "manager", "capteur", "steering")
COORDINATION: tuple[Role, ...] = ("coordinator", "deputy")


def require_reader(caller: Caller) -> None:
    """Raises Forbidden for whoever sees no alert at all: a diffusion partner, the agency (it has its signed link)."""
    require(caller, *READERS)


def may_see(caller: Caller, alert: Alert) -> bool:
    """Coordination and managers: every alert. A capteur: those of their structure. Steering: those that were late."""
    if caller.has("coordinator", "deputy", "manager"):
        return True
    own = caller.has("capteur") and alert.origin.structure_id == caller.membership.structure_id
    return own or (caller.has("steering") and alert.breach is not None)


def seen(store: AlertStore, caller: Caller, alert_id: str) -> Alert:
    """The alert, if the caller may see it; raises NotFound otherwise, as for an alert of another territory."""
    require_reader(caller)
    alert = store.find(caller.territory_id, alert_id)
    if alert is None or not may_see(caller, alert):
        raise NotFound("Cette alerte n’existe pas, ou vous n’y avez pas accès.")
    return alert


def answered_alert(store: AlertStore, link: Link) -> Alert:
    """The alert that a signed link answers; raises the links' own NotFound when the link was revoked since."""
    alert = store.find(link.territory_id, link.alert_id)
    if alert is None or serial_of(alert) != link.serial:
        raise refusal()
    return alert
