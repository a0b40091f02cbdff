"""What may be asked of an alert: a closed union of commands, and who may ask each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StringConstraints

from services.alerts.rules.alert import Code, Enterprise, Frozen, Instant, Occurrence, Origin, Post, Proof
from services.alerts.rules.facts import Actor, Channel, Reason, Role
from services.alerts.rules.rights import COORDINATION, Capacities, permitted, reasons

Reference = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, min_length=1, max_length=40)]
"""An offer's reference; usually like `048KLTP`, but partners' references differ and none is refused for its form."""
Contact = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
"""Whom a candidate calls or writes to, as one line."""
Link = Annotated[str, StringConstraints(max_length=500, pattern=r"^https://[^\s]+$")]


class Asked(Frozen):
    """What every command says: by whom, when by the server's clock, and which version its author was looking at."""

    permitted: ClassVar[Capacities]
    reasons: ClassVar[tuple[Reason, ...]]
    """Both by `services.alerts.rules.rights`."""

    actor: Actor
    at: Instant
    expected_version: int | None = None

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        kind = cls.model_fields["kind"].default
        cls.permitted, cls.reasons = permitted(kind), reasons(kind)


class Raise(Asked):
    """A capteur has met an urgent recruitment need. The delay counts from `received_at`, the server's receipt."""

    kind: Literal["raise"] = "raise"
    territory_id: Code
    origin: Origin
    enterprise: Enterprise
    post: Post
    occurred_at: Instant | None = None
    received_at: Instant
    coordinator_id: str | None = None


class Acknowledge(Asked):
    """“I take charge.” It never stops the 48 hours."""

    kind: Literal["acknowledge"] = "acknowledge"


class Transmit(Asked):
    """The alert was handed to France Travail; by `mail`, the platform sends it to `to`."""

    kind: Literal["transmit"] = "transmit"
    channel: Channel
    to: str | None = Field(default=None, min_length=1, max_length=200)
    proof: Proof | None = None


class ReturnOffer(Asked):
    """France Travail returns the reference and the contact of the registered offer; one may come before the other."""

    kind: Literal["return"] = "return"
    reference: Reference | None = None
    contact: Contact | None = None
    url: Link | None = None


class Broadcast(Asked):
    """The offer leaves for the partners. Which ones is decided elsewhere: `audience_key` names the list.

    `reason` is asked only to broadcast before an offer is registered.
    """

    kind: Literal["broadcast"] = "broadcast"
    audience_key: Code
    count: int = Field(ge=0)
    override: bool = False
    reason: Reason | None = None


class Fill(Asked):
    """The post is filled."""

    kind: Literal["fill"] = "fill"


class Close(Asked):
    """It ends without outcome."""

    kind: Literal["close"] = "close"
    reason: Reason


class Cancel(Asked):
    """The need is withdrawn; the capteur who reported it may say so too."""

    kind: Literal["cancel"] = "cancel"
    reason: Reason


class RejectAlert(Asked):
    """It should not have been an alert."""

    kind: Literal["reject"] = "reject"
    reason: Reason


class Reopen(Asked):
    """An ended alert lives again, where what is known of it says."""

    kind: Literal["reopen"] = "reopen"
    reason: Reason


class CorrectTransmission(Asked):
    """The transmission was at another time or by another way than recorded; also confirms an inferred one."""

    kind: Literal["correct_transmission"] = "correct_transmission"
    transmitted_at: Instant
    channel: Channel
    to: str | None = Field(default=None, min_length=1, max_length=200)
    proof: Proof | None = None
    reason: Reason


class CorrectOffer(Asked):
    """The coordinator settles what an offer says: `reference` is the one recorded, partial and conflicting included.

    A `reference` that is not there yet completes the partial return that has none.
    """

    kind: Literal["correct_offer"] = "correct_offer"
    reference: Reference
    contact: Contact
    url: Link | None = None
    reason: Reason


class WithdrawOffer(Asked):
    """An offer with this reference does not stand: typed wrongly, or for another need."""

    kind: Literal["withdraw_offer"] = "withdraw_offer"
    reference: Reference
    reason: Reason


class Merge(Asked):
    """It is the same need as another alert, which a person says: this one ends, its report is kept with the other."""

    kind: Literal["merge"] = "merge"
    into: Code
    reason: Reason


class Absorb(Asked):
    """Another report of the same need is kept with this alert."""

    kind: Literal["absorb"] = "absorb"
    occurrence: Occurrence


class KeepApart(Asked):
    """It is not the same need as that other alert, however much they look alike."""

    kind: Literal["keep_apart"] = "keep_apart"
    other: Code


class RevokeLink(Asked):
    """The links that the agency was sent are void; the next message bears a new one."""

    kind: Literal["revoke_link"] = "revoke_link"


class Fire(Asked):
    """The sweeper's visit: whatever is due at `at` happens."""

    kind: Literal["fire"] = "fire"


Command = Annotated[
    Raise
    | Acknowledge
    | Transmit
    | ReturnOffer
    | Broadcast
    | Fill
    | Close
    | Cancel
    | RejectAlert
    | Reopen
    | CorrectTransmission
    | CorrectOffer
    | WithdrawOffer
    | Merge
    | Absorb
    | KeepApart
    | RevokeLink
    | Fire,
    Field(discriminator="kind"),
]
"""Every command; `TypeAdapter(Command)` reads one by its `kind`."""


def member(member_id: str, roles: Iterable[str], command: type[Asked]) -> Actor:
    """That person, in the widest of their roles that may give the command (else in their first one, and be refused).

    Somebody who coordinates and visits enterprises too is not held to the rules of a capteur.
    """
    held: Mapping[str, Role] = {str(role): Role(role) for role in roles}
    widest_first = sorted(held, key=lambda name: name not in COORDINATION)
    chosen = next((held[name] for name in widest_first if name in command.permitted), None)
    return Actor(kind="human", id=member_id, role=chosen or next(iter(held.values()), None))


AGENCY = Actor(kind="agency", id="agency", role=Role.AGENCY)
"""Whoever holds the agency's signed link."""


def machine(name: str) -> Actor:
    """A function of the platform or a partner's system, by its name."""
    return Actor(kind="machine", id=name)
