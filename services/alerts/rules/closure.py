"""The ends of an alert, what comes after an end, and a new start."""

from __future__ import annotations

from collections.abc import Mapping

from services.alerts.rules.alert import Alert, Closure
from services.alerts.rules.change import Change
from services.alerts.rules.commands import Acknowledge, Asked, Cancel, Close, Fill, Merge, RejectAlert, Reopen, Transmit
from services.alerts.rules.diffusion import correct_reached
from services.alerts.rules.facts import Role, State
from services.alerts.rules.notices import Notice, Purpose, Urgency, to_roles
from services.alerts.rules.offers import has_registered, revived
from shared.errors import Conflict, Forbidden

Ending = Fill | Close | Cancel | RejectAlert | Merge

_ENDS: Mapping[type[Asked], State] = {
    Fill: State.FILLED,
    Close: State.CLOSED_NO_OUTCOME,
    Cancel: State.CANCELLED,
    RejectAlert: State.REJECTED,
    Merge: State.REJECTED,
}


def end(change: Change, command: Ending) -> Change:
    """Nothing more leaves; whoever was reached gets one correction."""
    _check_own(change.alert, command)
    reason = None if isinstance(command, Fill) else command.reason
    into = command.into if isinstance(command, Merge) else None
    closure = Closure(at=change.at, by=change.by, reason=reason, into=into)
    ended = change.becoming(state=_ENDS[type(command)], closure=closure)
    return _corrected(ended).announcing("closed")


def note_late(change: Change, command: Acknowledge | Transmit | Ending) -> Change:
    """It came after the end: noted once, without effect."""
    return change.noting_once("late_fact", command.kind)


def reopen(change: Change, command: Reopen) -> Change:
    """The alert stands again where what is known of it says; what it had to broadcast is to be broadcast again."""
    offers = revived(change.alert.offers)
    living = change.becoming(closure=None, offers=offers)
    opened = living.becoming(state=_evident_state(living.alert)).noting("reopened", command.reason)
    return correct_reached(opened).announcing("reopened")


def not_ended(_: Change, __: Reopen) -> Change:
    """It has not ended."""
    raise Conflict("Cette alerte n’est pas close.", code="alerte-ouverte")


def _check_own(alert: Alert, command: Ending) -> None:
    if command.actor.role is Role.CAPTEUR and command.actor.id != alert.origin.member_id:
        raise Forbidden("Seul le capteur qui a signalé ce besoin peut annuler l’alerte.")


def _evident_state(alert: Alert) -> State:
    if alert.transmission:
        return State.OFFER_REGISTERED if has_registered(alert.offers) else State.TRANSMITTED
    return State.ACKNOWLEDGED if alert.acknowledgement else State.RAISED


def _corrected(change: Change) -> Change:
    sent, key = change.alert.transmission, f"end_{change.next_version}"
    told = correct_reached(change)
    if sent and sent.channel == "mail":
        told = told.telling(Notice(purpose=Purpose.CORRECTION, key=key, role=Role.AGENCY, addressee=sent.to))
    if change.command.actor.role is Role.CAPTEUR:
        told = told.telling(*to_roles(Purpose.CORRECTION, key, Urgency.NORMAL, Role.COORDINATOR))
    return told
