"""The alert: an enterprise's urgent recruitment need, on its way to France Travail and back to every partner."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from services.alerts.rules.facts import Actor, Channel, Fact, Reason, State
from shared.ids import derived_id
from shared.settings import ClockMode


def _in_utc(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise ValueError("outside the calendar") from None


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""Aware, kept in UTC."""
Code = Annotated[str, Field(min_length=1, max_length=80)]
Label = Annotated[str, Field(min_length=1, max_length=200)]

NOBODY = "no_recipient"
"""The fact that a message found nobody in the role, or in the list, that `detail` names."""
PARTNERS = "partners"
"""How that fact names the whole list of a broadcast."""

_SHOWN_DEVICE_LAG = timedelta(days=7)


class Frozen(BaseModel):
    """A value: never changed, only replaced; unknown attributes are refused."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid", str_strip_whitespace=True)


class Place(Frozen):
    """Where the post is: the commune's label and, when known, its INSEE code."""

    commune: Label
    insee: str | None = Field(default=None, pattern=r"^(\d{2}|2[AB])\d{3}$")


class Rome(Frozen):
    """The métier, by its ROME code and the label that it had that day."""

    code: str = Field(pattern=r"^[A-N]\d{4}$")
    label: Label


class Enterprise(Frozen):
    """Who recruits; a firm being created has no SIRET yet."""

    name: Label
    commune: Label | None = None
    siret: str | None = Field(default=None, pattern=r"^\d{14}$")


class Post(Frozen):
    """What is sought: several identical posts are one alert with a quantity."""

    title: Label
    quantity: int = Field(default=1, ge=1, le=999)
    contract: Label
    place: Place
    rome: Rome
    wanted_on: date | None = None


class Origin(Frozen):
    """Which visit reported it, and which capteur."""

    visit_id: Code
    need_id: Code
    structure_id: Code
    member_id: Code


class Acknowledgement(Frozen):
    """Somebody took charge; `lapsed_at` is set if nothing was transmitted in time."""

    at: Instant
    by: str
    inferred: bool = False
    lapsed_at: Instant | None = None


class Proof(Frozen):
    """What was sent, kept as an object: its digest and its key in the bucket."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    key: str = Field(min_length=1, max_length=300)


class Measures(Frozen):
    """From receipt to transmission, both ways of counting, in seconds; both are always kept."""

    elapsed_seconds: int
    open_seconds: int


class Transmission(Frozen):
    """The alert reached France Travail. `inferred`: it answered before anybody recorded a sending."""

    at: Instant
    by: str
    channel: Channel
    to: str | None = Field(default=None, max_length=200)
    proof: Proof | None = None
    inferred: bool = False
    measures: Measures

    @property
    def key(self) -> tuple[str, str | None, str | None]:
        """The same sending, said twice, has the same key."""
        return self.channel, self.to, self.proof.sha256 if self.proof else None


class Standing(StrEnum):
    """What an offer is worth: only a `registered` one may be broadcast."""

    REGISTERED = "registered"
    PARTIAL = "partial"
    CONFLICTING = "conflicting"
    LATE = "late"


class Offer(Frozen):
    """What France Travail returned, whole or not; nothing that it said is ever dropped or overwritten."""

    ft_reference: str | None = Field(default=None, min_length=1, max_length=40)
    contact: str | None = Field(default=None, min_length=1, max_length=300)
    url: str | None = Field(default=None, max_length=500)
    registered_at: Instant
    returned_by: str
    standing: Standing

    @property
    def is_whole(self) -> bool:
        """Both the reference and the contact are there."""
        return bool(self.ft_reference and self.contact)


class Diffusion(Frozen):
    """One list of partners that was told; the list itself is kept where it is sent from."""

    version: int
    at: Instant
    by: str
    audience_key: str
    count: int
    overridden: Reason | None = None


class Breach(Frozen):
    """The deadline passed without transmission: written once, never edited."""

    deadline_at: Instant
    recorded_at: Instant


class Closure(Frozen):
    """How and when it ended."""

    at: Instant
    by: str
    reason: Reason | None = None
    into: str | None = None
    """The alert that a duplicate was merged into."""


class Occurrence(Frozen):
    """The same need, reported another time: an alert that was merged into this one."""

    alert_id: str
    origin: Origin
    received_at: Instant
    at: Instant
    """When somebody said that it is the same."""


class Alert(Frozen):
    """The whole truth about one alert; `version` grows by one at each effective command."""

    # Whoever loads this reads alerts: made ready at init, where time is cheaper.
    model_config = ConfigDict(defer_build=False)

    alert_id: str
    territory_id: str
    version: int
    state: State
    origin: Origin
    enterprise: Enterprise
    post: Post
    coordinator_id: str | None = None

    occurred_at: Instant | None = None
    """The device's word, untrusted; a future one is brought back to the receipt."""
    received_at: Instant
    """The server's clock: everything counts from here."""
    raised_at: Instant
    deadline_at: Instant
    clock_mode: ClockMode

    acknowledgement: Acknowledgement | None = None
    transmission: Transmission | None = None
    sent_again: tuple[Transmission, ...] = ()
    """Later sendings to France Travail; the first one is what counts."""
    offers: tuple[Offer, ...] = ()
    broadcast_version: int = 0
    """0: nothing was broadcast yet; grows when what was broadcast must be corrected."""
    broadcasts: tuple[Diffusion, ...] = ()
    breach: Breach | None = None
    closure: Closure | None = None
    occurrences: tuple[Occurrence, ...] = ()

    facts: tuple[Fact, ...] = ()
    fired: tuple[str, ...] = ()
    """Ids of the timers that will not fire again, sorted."""
    next_due_at: Instant | None = None
    audit_hash: str = ""
    """Hash of the newest audit entry."""

    @property
    def offer(self) -> Offer | None:
        """The first registered offer: the one that is broadcast."""
        return next((offer for offer in self.offers if offer.standing is Standing.REGISTERED), None)

    @property
    def references(self) -> frozenset[str]:
        """Every reference ever returned and not withdrawn, whatever its standing."""
        return frozenset(offer.ft_reference for offer in self.offers if offer.ft_reference)

    @property
    def shows_both_times(self) -> bool:
        """The device said an earlier time, by at most 7 days: people see it beside the receipt."""
        return self.occurred_at is not None and timedelta() < self.received_at - self.occurred_at <= _SHOWN_DEVICE_LAG

    @property
    def duplicate_key(self) -> str | None:
        """Same establishment, métier and place: perhaps the same need. None without a SIRET, never a key to merge on."""
        return duplicate_key(self.enterprise, self.post)

    def has_fact(self, kind: str) -> bool:
        """Whether that fact was ever noted."""
        return any(fact.kind == kind for fact in self.facts)

    @property
    def unreached(self) -> frozenset[str]:
        """The roles, or the partners, for whom a message found nobody and who have not been reached since."""
        latest = {fact.detail: fact.kind for fact in self.facts if fact.kind in (NOBODY, "recipient_found")}
        return frozenset(detail for detail, kind in latest.items() if kind == NOBODY)

    def is_red(self, now: datetime) -> bool:
        """What the board shows in red: late, breached, or somebody is still to be reached."""
        late = self.transmission is None and now > self.deadline_at
        return not self.state.is_terminal and (late or self.breach is not None or bool(self.unreached))


def duplicate_key(enterprise: Enterprise, post: Post) -> str | None:
    """What two reports of one need have in common; None for a firm that has no SIRET yet."""
    if enterprise.siret is None:
        return None
    return "|".join((enterprise.siret, post.rome.code, post.place.insee or post.place.commune))


def alert_id(territory_id: str, visit_id: str, need_id: str) -> str:
    """The same need of the same visit is the same alert, however often it is reported."""
    return derived_id(territory_id, visit_id, need_id)


__all__ = ["Actor", "Alert", "Channel", "Fact", "Reason", "State", "alert_id"]
