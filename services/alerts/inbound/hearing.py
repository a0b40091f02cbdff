"""A verified message becomes a command: what the agency's link and the coordinator's form do, by a machine."""

from __future__ import annotations

import hashlib
from datetime import datetime

from services.alerts.inbound import AUTHOR
from services.alerts.inbound.admitting import Admitted
from services.alerts.inbound.messages import Message, OfferFilled, OfferRegistered, OfferWithdrawn, read
from services.alerts.rules.commands import Fill, ReturnOffer, WithdrawOffer, machine
from services.alerts.rules.facts import Actor, Reason
from services.alerts.use_cases.commanding import Order, carry_out, filled_in
from services.alerts.use_cases.desk import Desk
from services.alerts.use_cases.outcome import Outcome
from shared.errors import Conflict, Invalid
from shared.idempotency import SPENT, Request


def hear(desk: Desk, admitted: Admitted) -> Outcome:
    """What came of the message. The same id again gets the same answer and has no second effect.

    Raises Invalid and Conflict as the reducer does, NotFound for an alert that the territory does not have.
    """
    message = read(admitted.body)
    system, alert_id = admitted.system, message.data.alert_id
    author = f"{AUTHOR}{system.id}"
    content = f"{message.type}\n{message.data.model_dump_json()}"
    request = Request(system.territory_id, author, admitted.message_id, hashlib.sha256(content.encode()).hexdigest())
    command = _command(message, machine(author), desk.clock.now())
    try:
        return carry_out(desk, Order(system.territory_id, alert_id, command, admitted.message_id, request))
    except Invalid as refusal:
        raise _spent() if refusal.code == SPENT else refusal from None


def _command(message: Message, actor: Actor, at: datetime) -> ReturnOffer | Fill | WithdrawOffer:
    match message:
        case OfferRegistered(data=data):
            return filled_in(ReturnOffer, actor=actor, at=at, **data.model_dump(exclude={"alert_id"}))
        case OfferWithdrawn(data=data):
            reason = Reason.AGENCY_CORRECTED
            return filled_in(WithdrawOffer, actor=actor, at=at, reference=data.reference, reason=reason)
        case OfferFilled():
            return filled_in(Fill, actor=actor, at=at)


def _spent() -> Conflict:
    return Conflict("Cet identifiant (webhook-id) a déjà servi pour un autre message.", code="identifiant-reutilise")
