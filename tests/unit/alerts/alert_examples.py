"""An alert and the commands that act on it, for the tests of the domain."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from services.alerts.rules.alert import Alert, Enterprise, Occurrence, Origin, Place, Post, Proof, Rome
from services.alerts.rules.commands import (
    AGENCY,
    Absorb,
    Acknowledge,
    Broadcast,
    Cancel,
    Close,
    Command,
    Fill,
    Fire,
    KeepApart,
    Merge,
    Raise,
    RejectAlert,
    Reopen,
    ReturnOffer,
    RevokeLink,
    Transmit,
    machine,
)
from services.alerts.rules.decisions import Context, Decision, decide
from services.alerts.rules.facts import Actor, Reason, Role, State
from services.alerts.rules.notices import Notice, Purpose
from shared.clock import PARIS
from shared.settings import AlertSettings

SETTINGS = AlertSettings()
COORDINATOR = Actor(kind="human", id="m-coordinator", role=Role.COORDINATOR)
DEPUTY = Actor(kind="human", id="m-deputy", role=Role.DEPUTY)
CAPTEUR = Actor(kind="human", id="m-capteur", role=Role.CAPTEUR)
SWEEP = machine("sweep")
PROOF = Proof(sha256="a" * 64, key="transmissions/1.eml")


def paris(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A time on the clocks of Paris, in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=PARIS).astimezone(UTC)


TUESDAY = paris(2026, 6, 2, 10)
"""A Tuesday at 10:00: the 48 hours end on Thursday at 10:00, with no holiday near."""


def hours(count: float) -> timedelta:
    """That many elapsed hours."""
    return timedelta(hours=count)


def raising(at: datetime = TUESDAY, **changes: Any) -> Raise:
    """A capteur's alert for three fitters, received at that instant."""
    return Raise(
        **{
            "actor": machine("open_alert"),
            "at": at,
            "territory_id": "belfort-montbeliard-hericourt",
            "origin": Origin(visit_id="v-1", need_id="n-1", structure_id="s-1", member_id=CAPTEUR.id),
            "enterprise": Enterprise(name="Ateliers du Lion", siret="12345678200002", commune="Belfort"),
            "post": Post(
                title="Ajusteur-monteur",
                quantity=3,
                contract="CDI",
                place=Place(commune="Héricourt", insee="70285"),
                rome=Rome(code="H2909", label="Montage-assemblage mécanique"),
            ),
            "received_at": at,
            **changes,
        }
    )


def raised(at: datetime = TUESDAY, settings: AlertSettings = SETTINGS) -> Alert:
    """An alert just raised."""
    return decide(None, raising(at), settings).alert


def acknowledge(at: datetime, actor: Actor = COORDINATOR) -> Acknowledge:
    """“I take charge.”"""
    return Acknowledge(actor=actor, at=at)


def transmit(at: datetime, to: str = "agence@exemple.fr") -> Transmit:
    """Handed over by e-mail."""
    return Transmit(actor=COORDINATOR, at=at, channel="mail", to=to, proof=PROOF)


def give_back(at: datetime, reference: str | None = "048KLTP", contact: str | None = "Mme Test") -> ReturnOffer:
    """The agency's return."""
    return ReturnOffer(actor=AGENCY, at=at, reference=reference, contact=contact)


def broadcast(at: datetime, key: str = "everyone", count: int = 12) -> Broadcast:
    """The diffusion that follows a return by itself."""
    return Broadcast(actor=machine("broadcast_offer"), at=at, audience_key=key, count=count)


def fill(at: datetime) -> Fill:
    """The post is filled."""
    return Fill(actor=COORDINATOR, at=at)


def close(at: datetime) -> Close:
    """It ends without outcome."""
    return Close(actor=COORDINATOR, at=at, reason=Reason.NO_CANDIDATE)


def cancel(at: datetime, actor: Actor = COORDINATOR) -> Cancel:
    """The enterprise has changed its mind."""
    return Cancel(actor=actor, at=at, reason=Reason.ENTERPRISE_WITHDREW)


def reject(at: datetime) -> RejectAlert:
    """It should not have been an alert."""
    return RejectAlert(actor=COORDINATOR, at=at, reason=Reason.NOT_URGENT)


def reopen(at: datetime) -> Reopen:
    """It was closed by mistake."""
    return Reopen(actor=COORDINATOR, at=at, reason=Reason.CLOSED_BY_MISTAKE)


def merge(at: datetime) -> Merge:
    """It is the same need as another alert."""
    return Merge(actor=COORDINATOR, at=at, into="another", reason=Reason.DUPLICATE)


def absorb(at: datetime) -> Absorb:
    """Another alert was the same need."""
    origin = Origin(visit_id="v-1", need_id="n-2", structure_id="s-1", member_id=CAPTEUR.id)
    report = Occurrence(alert_id="another", origin=origin, received_at=TUESDAY, at=at)
    return Absorb(actor=COORDINATOR, at=at, occurrence=report)


def keep_apart(at: datetime) -> KeepApart:
    """It is not the same need as another alert."""
    return KeepApart(actor=COORDINATOR, at=at, other="another")


def revoke_link(at: datetime) -> RevokeLink:
    """A link was passed on to somebody else."""
    return RevokeLink(actor=COORDINATOR, at=at)


def fire(at: datetime) -> Fire:
    """The sweeper passes."""
    return Fire(actor=SWEEP, at=at)


def after(alert: Alert | None, *commands: Command, settings: AlertSettings = SETTINGS) -> Alert:
    """The alert once these commands have been given in this order."""
    for command in commands:
        alert = decide(alert, command, settings).alert
    assert alert is not None
    return alert


def told(decision: Decision) -> list[tuple[str, str]]:
    """Who is told what: (role or audience, purpose), sorted."""
    return sorted((notice.role or notice.audience, str(notice.purpose)) for notice in decision.notices)


def noted(decision: Decision) -> tuple[str, str]:
    """The last fact: its kind and its detail."""
    fact = decision.alert.facts[-1]
    return fact.kind, fact.detail


def said(decision: Decision, purpose: Purpose) -> Notice:
    """The only message of that purpose."""
    (notice,) = (each for each in decision.notices if each.purpose is purpose)
    return notice


def announced(decision: Decision) -> list[tuple[str, bool]]:
    """What the rest of the platform hears, and whether it is inferred."""
    return [(event.kind, event.inferred) for event in decision.announcements]


def journey(*commands: Command, settings: AlertSettings = SETTINGS, context: Context | None = None) -> list[Decision]:
    """The decisions of a whole life, from its first command on."""
    decisions: list[Decision] = []
    alert: Alert | None = None
    for command in commands:
        decision = decide(alert, command, settings, context or Context())
        decisions.append(decision)
        alert = decision.alert
    return decisions


H1, H2, H3, H4, H5, H6 = (TUESDAY + hours(count) for count in range(1, 7))

ALIVE: dict[State, tuple[Command, ...]] = {
    State.RAISED: (),
    State.ACKNOWLEDGED: (acknowledge(H1),),
    State.TRANSMITTED: (transmit(H1),),
    State.OFFER_REGISTERED: (transmit(H1), give_back(H2)),
    State.BROADCAST: (transmit(H1), give_back(H2), broadcast(H3)),
}
ENDED: dict[State, tuple[Command, ...]] = {
    State.FILLED: (fill(H4),),
    State.CLOSED_NO_OUTCOME: (close(H4),),
    State.REJECTED: (reject(H4),),
    State.CANCELLED: (cancel(H4),),
}


def standing_in(state: State) -> Alert:
    """An alert in that state, by the shortest way."""
    alert = after(raised(), *{**ALIVE, **ENDED}[state])
    assert alert.state is state
    return alert
