"""Who is told what: the messages that an alert calls for, before anybody looks up an address."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable
from enum import IntEnum, StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.alerts.rules.facts import Role


class Purpose(StrEnum):
    """What a message is for; each has its own template."""

    ALERT_RAISED = "alert_raised"
    ACK_CHASE = "ack_chase"
    ACK_LAPSED = "ack_lapsed"
    NUDGE = "nudge"
    ESCALATION = "escalation"
    PRE_NOTICE = "pre_notice"
    BREACH = "breach"
    TRANSMISSION = "transmission"
    CONFIRM_TRANSMISSION = "confirm_transmission"
    OFFER_NUDGE = "offer_nudge"
    PARTIAL_RETURN = "partial_return"
    REF_CONFLICT = "ref_conflict"
    OFFER_RETURNED = "offer_returned"
    LATE_RETURN = "late_return"
    BROADCAST = "broadcast"
    CORRECTION = "correction"
    NO_RECIPIENT = "no_recipient"
    UNDELIVERED = "undelivered"
    ENDPOINT_DISABLED = "endpoint_disabled"


class Urgency(IntEnum):
    """`NORMAL` by e-mail; `URGENT` and above by e-mail and text message; the highest wins when two coincide."""

    NORMAL = 0
    URGENT = 1
    CRITICAL = 2


CHASES = frozenset({Purpose.ACK_CHASE, Purpose.ACK_LAPSED})
RECALLS = CHASES | {Purpose.ALERT_RAISED, Purpose.NUDGE, Purpose.ESCALATION, Purpose.PRE_NOTICE}
"""Pointless once the alert is transmitted: what of them is not yet sent is superseded."""
TO_PARTNERS = frozenset({Purpose.BROADCAST, Purpose.CORRECTION})

Audience = Literal["role", "member", "partners", "reached"]


class Notice(BaseModel):
    """One message to create for each recipient and channel.

    `key` is unique within the alert: (alert, key, recipient, channel) is one delivery, for ever. `audience` says who:
    everyone in `role`; the one `member`; the `partners` of the broadcast list; those `reached` by an earlier broadcast.
    """

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")

    purpose: Purpose
    key: str
    audience: Audience = "role"
    role: Role | None = None
    member: str | None = None
    addressee: str | None = None
    """The member of `role` whom the message is meant for, by id; everyone in the role when it names nobody there."""
    urgency: Urgency = Urgency.NORMAL
    instead_of: str | None = None
    """The member who is absent, by id, when `member` is told in their place."""

    @property
    def channels(self) -> tuple[Literal["email", "sms"], ...]:
        """How a person is told; a partner chose its own channel."""
        return ("email", "sms") if self.urgency >= Urgency.URGENT else ("email",)


def to_roles(purpose: Purpose, key: str, urgency: Urgency, *roles: Role) -> tuple[Notice, ...]:
    """The same message to everyone in these roles."""
    return tuple(Notice(purpose=purpose, key=key, role=role, urgency=urgency) for role in roles)


_BY_WEIGHT = (
    Purpose.OFFER_NUDGE,
    Purpose.PRE_NOTICE,
    Purpose.ACK_CHASE,
    Purpose.NUDGE,
    Purpose.ESCALATION,
    Purpose.ACK_LAPSED,
    Purpose.ALERT_RAISED,
    Purpose.BREACH,
)
"""The recalls of one alert, lightest first: of several at once to one person only the heaviest leaves."""


def _weight(notice: Notice) -> tuple[int, int]:
    return int(notice.urgency), _BY_WEIGHT.index(notice.purpose) if notice.purpose in _BY_WEIGHT else -1


def coalesced(
    notices: Iterable[Notice], recipient_of: Callable[[Notice], Hashable] = lambda notice: (notice.role, notice.member)
) -> tuple[Notice, ...]:
    """One recall for each recipient, the most urgent; other messages pass untouched.

    The reducer does it by role; whoever resolves roles into people does it again by person.
    """
    heaviest: dict[Hashable, Notice] = {}
    for notice in notices:
        place = recipient_of(notice) if notice.purpose in _BY_WEIGHT else (notice.key, notice.role, notice.member)
        if place not in heaviest or _weight(notice) > _weight(heaviest[place]):
            heaviest[place] = notice
    return tuple(heaviest.values())


_BACK_UP = {
    Role.AGENCY: Role.COORDINATOR,
    Role.COORDINATOR: Role.DEPUTY,
    Role.DEPUTY: Role.MANAGER,
    Role.MANAGER: Role.STEERING,
}


def stand_in(role: Role, reachable: Collection[Role]) -> Role | None:
    """The role itself if somebody there can be reached, else the first of its back-ups; None when there is nobody."""
    candidate: Role | None = role
    while candidate is not None and candidate not in reachable:
        candidate = _BACK_UP.get(candidate)
    return candidate


def routed(notices: Iterable[Notice], reachable: Collection[Role]) -> tuple[tuple[Notice, ...], frozenset[Role]]:
    """The notices, each sent to its role's back-up where nobody in the role can be reached; and those unreachable roles.

    A notice that nobody at all can receive is dropped here: its alert turns red on the board instead.
    """
    sent: list[Notice] = []
    missing: set[Role] = set()
    for notice in notices:
        role = notice.role
        if role is None or role in reachable:
            sent.append(notice)
            continue
        missing.add(role)
        instead = stand_in(role, reachable)
        if instead:
            sent.append(notice.model_copy(update={"role": instead}))
    return coalesced(sent), frozenset(missing)
