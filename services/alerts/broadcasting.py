"""The offer leaves for the partners: at once when it is registered, or when the coordinator asks.

The source text has the agency return the reference and the contact "pour diffusion auprès des différents partenaires": a
registered offer is therefore broadcast in the very transaction that registers it, and the coordinator is informed. An
offer that comes incomplete, or that contradicts another, waits for the coordinator.
"""

from __future__ import annotations

from datetime import datetime

from services.alerts.commands import Broadcast, machine
from services.alerts.decisions import Context, decide
from services.alerts.facts import Actor, Reason
from services.alerts.recipients import AUDIENCE, partners_to_reach, reachable
from services.alerts.store import Step
from shared.address_book import Directory

BROADCASTER = machine("broadcast_offer")


def followed_up(step: Step, at: datetime, directory: Directory) -> list[Step]:
    """The step, then the broadcast that it calls for if it registers an offer."""
    if not any(said.kind == "offer_registered" for said in step.decision.announcements):
        return [step]
    command = to_partners(BROADCASTER, at, directory)
    context = Context(reachable(directory))
    decision = decide(step.decision.alert, command, directory.territory.settings, context)
    return [step, Step(decision, BROADCASTER)] if decision.changed else [step]


def to_partners(
    actor: Actor, at: datetime, directory: Directory, *, version: int | None = None, reason: Reason | None = None
) -> Broadcast:
    """The command that tells every partner who can be reached; with a reason, even before an offer is registered."""
    return Broadcast(
        actor=actor,
        at=at,
        expected_version=version,
        audience_key=AUDIENCE,
        count=partners_to_reach(directory),
        override=reason is not None,
        reason=reason,
    )
