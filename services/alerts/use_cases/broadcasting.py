"""The coordinator broadcasts by hand: what had nobody to go to, or what cannot wait for the agency's answer."""

from __future__ import annotations

from services.alerts.deliveries.recipients import AUDIENCE, partners_to_reach
from services.alerts.rules.commands import Broadcast
from services.alerts.rules.facts import Reason
from services.alerts.use_cases.commanding import Ask, carry_out
from services.alerts.use_cases.desk import Desk
from services.alerts.use_cases.outcome import Outcome


def broadcast_now(desk: Desk, ask: Ask, reason: Reason | None = None) -> Outcome:
    """Tells every partner who can be reached; with a reason, even before an offer is registered.

    Raises Moved when there is nothing to broadcast in this state.
    """
    count = partners_to_reach(desk.book.directory(ask.territory_id))
    command = ask.command(Broadcast, audience_key=AUDIENCE, count=count, override=reason is not None, reason=reason)
    return carry_out(desk, ask.order(command))
