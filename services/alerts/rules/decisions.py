"""The reducer: an alert, a command, the settings of the territory → the next alert and all that must be said of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from services.alerts.rules.alert import Alert, alert_id
from services.alerts.rules.calendar import calendar_of
from services.alerts.rules.change import Change
from services.alerts.rules.commands import Asked, Command, Fire, Raise
from services.alerts.rules.facts import Announcement, AuditEntry, Role, State
from services.alerts.rules.notices import Notice, Purpose, Urgency, routed, to_roles
from services.alerts.rules.reaching import noted, told_at_last
from services.alerts.rules.recalls import ring
from services.alerts.rules.transitions import TABLE
from shared.errors import Conflict, Forbidden, NotFound
from shared.settings import AlertSettings

_TOLERATED_AHEAD = timedelta(minutes=5)


@dataclass(frozen=True)
class Context:
    """What the world is like around the alert."""

    reachable: frozenset[Role] | None = None
    """Roles in which somebody has a usable channel; None when nobody has looked."""


@dataclass(frozen=True)
class Decision:
    """What to write in one transaction. When `changed` is false there is nothing to write and the answer is a success."""

    alert: Alert
    announcements: tuple[Announcement, ...] = ()
    notices: tuple[Notice, ...] = ()
    audit: AuditEntry | None = None

    @property
    def changed(self) -> bool:
        """Whether the command had an effect."""
        return self.audit is not None


def decide(alert: Alert | None, command: Command, settings: AlertSettings, context: Context = Context()) -> Decision:
    """What the command brings about.

    Raises NotFound for a command on no alert, Forbidden by role, Invalid for what breaks a rule, Conflict where the
    state refuses it or its author was looking at an older version. What is already so is no conflict: nothing changes.
    """
    if command.actor.capacity not in command.permitted:
        raise Forbidden("Votre rôle dans ce territoire ne permet pas cette action.")
    if alert is None:
        return _sealed(None, ring(_raised(command, settings)), context)
    begun = Change(alert, command, settings)
    change = TABLE[alert.state, type(command)](begun, command)
    if isinstance(command, Fire) and context.reachable is not None:
        change = told_at_last(change, context.reachable)
    if change is not begun or isinstance(command, Fire):
        change = ring(change)
    if change.alert == alert:
        return Decision(alert)
    _check_version(alert, command)
    return _sealed(alert, change, context)


def _raised(command: Command, settings: AlertSettings) -> Change:
    if not isinstance(command, Raise):
        raise NotFound("Cette alerte n’existe pas.")
    told = to_roles(Purpose.ALERT_RAISED, "alert_raised", Urgency.URGENT, Role.COORDINATOR)
    change = Change(_new_alert(command, settings), command, settings).announcing("raised").telling(*told)
    return change if _is_trusted(command) else change.noting("clock_ahead")


def _new_alert(command: Raise, settings: AlertSettings) -> Alert:
    mode, received_at = settings.clock_mode, command.received_at
    return Alert(
        alert_id=alert_id(command.territory_id, command.origin.visit_id, command.origin.need_id),
        territory_id=command.territory_id,
        version=0,
        state=State.RAISED,
        origin=command.origin,
        enterprise=command.enterprise,
        post=command.post,
        coordinator_id=command.coordinator_id,
        occurred_at=command.occurred_at if _is_trusted(command) else received_at,
        received_at=received_at,
        raised_at=command.at,
        deadline_at=calendar_of(settings).deadline(received_at, mode, settings.alert_hours),
        clock_mode=mode,
    )


def _is_trusted(command: Raise) -> bool:
    """A device whose clock is ahead by more than five minutes is not believed."""
    return command.occurred_at is None or command.occurred_at <= command.received_at + _TOLERATED_AHEAD


def _check_version(alert: Alert, command: Asked) -> None:
    if command.expected_version not in (None, alert.version):
        raise Conflict(
            "Cette alerte a changé depuis que vous l’avez ouverte : relisez-la avant d’agir.", code="version-depassee"
        )


def _sealed(before: Alert | None, change: Change, context: Context) -> Decision:
    """Routes the messages to people who can be reached, gives the version its number and its audit entry."""
    notices = change.notices
    if context.reachable is not None:
        notices, missing = routed(notices, context.reachable)
        change = noted(change, missing, context.reachable)
    entry = _audited(before, change)
    alert = change.alert.model_copy(update={"version": entry.version, "audit_hash": entry.hash})
    return Decision(alert, change.announcements, notices, entry)


def _audited(before: Alert | None, change: Change) -> AuditEntry:
    actor, alert = change.command.actor, change.alert
    return AuditEntry(
        territory_id=alert.territory_id,
        alert_id=alert.alert_id,
        version=change.next_version,
        at=change.at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        role=actor.role,
        command=getattr(change.command, "kind", ""),
        rank_before=before.state.rank if before else None,
        rank_after=alert.state.rank,
        reason=getattr(change.command, "reason", None),
        previous_hash=alert.audit_hash,
    )
