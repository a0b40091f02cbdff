"""For whom a message found nobody, who was told instead, and who was reached since: facts of the alert."""

from __future__ import annotations

from collections.abc import Collection

from services.alerts.rules.alert import NOBODY, Alert
from services.alerts.rules.change import Change
from services.alerts.rules.commands import Asked, ReturnOffer, Transmit
from services.alerts.rules.facts import Role, State
from services.alerts.rules.notices import Purpose, Urgency, stand_in, to_roles

COORDINATION = frozenset({Role.COORDINATOR, Role.DEPUTY})


def noted(change: Change, missing: Collection[Role], reachable: Collection[Role]) -> Change:
    """The change with what its messages show: roles without anybody, their back-ups, and roles that are there again."""
    asked = {notice.role for notice in change.notices if notice.role}
    there = (asked | _showing_up(change.command)) - set(missing)
    for role in sorted(change.alert.unreached & there):
        change = change.noting("recipient_found", role)
    for role in sorted(set(missing) - change.alert.unreached):
        change = change.noting(NOBODY, role)
    for role in sorted({instead for role in missing if (instead := stand_in(role, reachable))}):
        change = change.noting_once("backed_up", role)
    return change


def is_owed_a_word(alert: Alert, reachable: Collection[Role]) -> bool:
    """An alert waits, and its coordination can be told at last; or it was told at an address that is no good."""
    return _is_lost(alert, reachable) or bool(_found_again(alert, reachable))


def told_at_last(change: Change, reachable: Collection[Role]) -> Change:
    """Whoever could not be told is told once there is a way; for whoever can be told no more, the back-up is."""
    if _is_lost(change.alert, reachable):
        lost = to_roles(Purpose.ALERT_RAISED, f"lost_{change.next_version}", Urgency.URGENT, Role.COORDINATOR)
        return change.noting(NOBODY, Role.COORDINATOR).telling(*lost)
    key = f"found_again_{change.next_version}"
    roles = sorted(_found_again(change.alert, reachable))
    for role in roles:
        change = change.noting("recipient_found", role)
    return change.telling(*to_roles(Purpose.ALERT_RAISED, key, Urgency.URGENT, *roles))


def _is_lost(alert: Alert, reachable: Collection[Role]) -> bool:
    """Nobody has taken the alert, and the coordinators who were told of it are away since, or their addresses bounced."""
    known = Role.COORDINATOR in alert.unreached
    return alert.state is State.RAISED and Role.COORDINATOR not in reachable and not known


def _found_again(alert: Alert, reachable: Collection[Role]) -> frozenset[Role]:
    if alert.transmission or alert.state.is_terminal:
        return frozenset()
    return frozenset(role for role in COORDINATION if role in alert.unreached and role in reachable)


def _showing_up(command: Asked) -> frozenset[Role]:
    """Who acts, or is spoken to by other means, has been reached."""
    if isinstance(command, ReturnOffer) or (isinstance(command, Transmit) and command.channel != "mail"):
        return frozenset({Role.AGENCY})
    return COORDINATION if command.actor.kind == "human" and command.actor.role in COORDINATION else frozenset()
