"""What each timer does when it rings: the fact that is noted and who is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from services.alerts.rules.alert import Breach
from services.alerts.rules.change import Change
from services.alerts.rules.facts import Role
from services.alerts.rules.notices import Notice, Purpose, Urgency, coalesced, to_roles
from services.alerts.rules.timers import Timer, TimerKind, due, next_due_at


def ring(change: Change) -> Change:
    """Everything that is due at the command's instant happens, once; then the next instant is derived."""
    for timer in due(change.alert, change.at, change.settings):
        fired = tuple(sorted({*change.alert.fired, timer.id}))
        change = _EFFECTS[timer.kind](change.becoming(fired=fired), timer)
    change = replace(change, notices=coalesced(change.notices))
    return change.becoming(next_due_at=next_due_at(change.alert, change.settings))


def _chase(change: Change, timer: Timer) -> Change:
    last = timer.mark >= change.settings.ack_chase_hours[-1]
    roles = (Role.COORDINATOR, Role.DEPUTY) if last else (Role.COORDINATOR,)
    notices = to_roles(Purpose.ACK_CHASE, timer.id, Urgency.URGENT, *roles)
    return change.noting("ack_chased", timer.id).telling(*notices)


def _lapse(change: Change, timer: Timer) -> Change:
    # By e-mail only: it may fall in the night, and the notice of the same hour has already rung the phones.
    told = to_roles(Purpose.ACK_LAPSED, timer.id, Urgency.NORMAL, Role.COORDINATOR, Role.DEPUTY)
    taken = change.alert.acknowledgement
    lapsed = taken and taken.model_copy(update={"lapsed_at": change.at})
    return change.becoming(acknowledgement=lapsed).noting("ack_lapsed").telling(*told)


def _notice(change: Change, timer: Timer) -> Change:
    nudged = change.noting(f"nudged_{timer.mark}h")
    lapse = change.settings.ack_lapse_hours
    if timer.mark == lapse:
        told = to_roles(Purpose.ESCALATION, timer.id, Urgency.URGENT, Role.COORDINATOR, Role.DEPUTY, Role.MANAGER)
        return nudged.noting("escalated").telling(*told)
    roles = (Role.COORDINATOR, Role.DEPUTY) if timer.mark > lapse else (Role.COORDINATOR,)
    return nudged.telling(*to_roles(Purpose.NUDGE, timer.id, Urgency.URGENT, *roles))


def _pre_notice(change: Change, timer: Timer) -> Change:
    told = to_roles(Purpose.PRE_NOTICE, timer.id, Urgency.URGENT, Role.COORDINATOR, Role.DEPUTY)
    return change.noting("pre_noticed").telling(*told)


def _breach(change: Change, timer: Timer) -> Change:
    deadline = change.alert.deadline_at
    roles = (Role.COORDINATOR, Role.DEPUTY, Role.MANAGER, Role.STEERING)
    return (
        change.becoming(breach=Breach(deadline_at=deadline, recorded_at=change.at))
        .noting(f"breached_{change.settings.alert_hours}h")
        .announcing("deadline_breached")
        .telling(*to_roles(Purpose.BREACH, timer.id, Urgency.CRITICAL, *roles))
    )


def _offer_nudge(change: Change, timer: Timer) -> Change:
    sent = change.alert.transmission
    nudge = Notice(
        purpose=Purpose.OFFER_NUDGE,
        key=timer.id,
        role=Role.AGENCY,
        addressee=sent.to if sent and sent.channel == "mail" else None,
    )
    return change.noting("offer_nudged", str(timer.mark)).telling(nudge)


_EFFECTS: Mapping[TimerKind, Callable[[Change, Timer], Change]] = {
    TimerKind.ACK_CHASE: _chase,
    TimerKind.ACK_LAPSE: _lapse,
    TimerKind.NOTICE: _notice,
    TimerKind.PRE_NOTICE: _pre_notice,
    TimerKind.BREACH: _breach,
    TimerKind.OFFER_NUDGE: _offer_nudge,
}
