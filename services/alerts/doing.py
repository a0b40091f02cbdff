"""Doing what an alert's form asks: from what was typed to the use case.

Apart from `services.alerts.acting`, which pages need in order to show what may be done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time

from services.alerts.acting import MEANS, Action
from services.alerts.broadcasting import broadcast_now
from services.alerts.commanding import Ask, Outcome, act
from services.alerts.commands import Broadcast, CorrectOffer, CorrectTransmission, WithdrawOffer
from services.alerts.desk import Desk
from services.alerts.returning import Answer, return_by_hand
from services.alerts.transmitting import transmit
from services.alerts.typed import line
from shared.clock import PARIS
from shared.errors import Invalid
from shared.web.forms import read_date

Fields = Mapping[str, str]
Run = Callable[[Desk, Ask, Fields], Outcome]


def do(action: Action, desk: Desk, ask: Ask, fields: Fields) -> Outcome:
    """Carries the action out; raises Invalid beside the fields, Moved, Forbidden."""
    run = _RUNS.get(action.slug)
    if run is not None:
        return run(desk, ask, fields)
    reason = {"reason": fields.get("reason", "")} if action.command.reasons else {}
    return act(desk, ask, action.command, **reason)


def _transmit(desk: Desk, ask: Ask, fields: Fields) -> Outcome:
    channel = next((known for known in MEANS if known == fields.get("channel")), None)
    if channel is None:
        raise Invalid("Choisissez un moyen.", fields={"channel": "Dites comment l’alerte est transmise."})
    return transmit(desk, ask, channel, fields.get("note", ""))


def _give_back(desk: Desk, ask: Ask, fields: Fields) -> Outcome:
    return return_by_hand(desk, ask, _typed_answer(fields))


def _typed_answer(fields: Fields) -> Answer:
    """The offer as it was typed in a form."""
    return Answer(fields.get("reference", ""), fields.get("contact", ""), fields.get("url", ""))


def _broadcast(desk: Desk, ask: Ask, fields: Fields) -> Outcome:
    reason = next((known for known in Broadcast.reasons if known == fields.get("reason")), None)
    return broadcast_now(desk, ask, reason)


def _correct_transmission(desk: Desk, ask: Ask, fields: Fields) -> Outcome:
    return act(
        desk,
        ask,
        CorrectTransmission,
        transmitted_at=_typed_instant(fields),
        channel=fields.get("channel", ""),
        reason=fields.get("reason", ""),
    )


def _typed_instant(fields: Fields) -> datetime:
    """The day and hour typed, on the clocks of Paris."""
    day = read_date(fields, "day")
    try:
        hour = time.fromisoformat(fields.get("hour", "").replace("h", ":").replace(" ", "").zfill(5))
    except ValueError:
        raise Invalid("L’heure est à corriger.", fields={"hour": "Écrivez l’heure ainsi : 14:05."}) from None
    return datetime.combine(day, hour, PARIS)


def _correct_offer(desk: Desk, ask: Ask, fields: Fields) -> Outcome:
    typed = _typed_answer(fields).fields()
    return act(desk, ask, CorrectOffer, **typed, reason=fields.get("reason", ""))


def _withdraw_offer(desk: Desk, ask: Ask, fields: Fields) -> Outcome:
    reference = line(fields.get("reference", "")).upper()
    return act(desk, ask, WithdrawOffer, reference=reference, reason=fields.get("reason", ""))


_RUNS: Mapping[str, Run] = {
    "transmission": _transmit,
    "retour": _give_back,
    "diffusion": _broadcast,
    "rectification-transmission": _correct_transmission,
    "rectification-offre": _correct_offer,
    "retrait-offre": _withdraw_offer,
}
"""The actions that take more than a reason, by their address."""
