"""What one decision calls for at once: a registered offer is broadcast in the very transaction that registers it.

The source text has the agency return the reference and the contact "pour diffusion auprès des différents partenaires".
The coordinator is informed, not asked. An offer that comes incomplete, or that contradicts another, waits for them.
"""

from __future__ import annotations

from datetime import datetime

from services.alerts.deliveries.recipients import AUDIENCE, partners_to_reach
from services.alerts.rules.commands import Broadcast, machine
from services.alerts.rules.decisions import Context, decide
from services.alerts.use_cases.recording import Step
from shared.address_book import Directory

BROADCASTER = machine("broadcast_offer")


def followed_up(step: Step, at: datetime, directory: Directory, context: Context) -> list[Step]:
    """The step, then the broadcast that it calls for if it registers an offer."""
    if not any(said.kind == "offer_registered" for said in step.decision.announcements):
        return [step]
    command = Broadcast(actor=BROADCASTER, at=at, audience_key=AUDIENCE, count=partners_to_reach(directory))
    decision = decide(step.decision.alert, command, directory.territory.settings, context)
    return [step, Step(decision, BROADCASTER)] if decision.changed else [step]
