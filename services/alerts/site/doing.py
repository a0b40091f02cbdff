"""Doing what an alert's form asks: from what was typed to the use case.

Apart from `services.alerts.site.acting`, which pages need in order to show what may be done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time

from services.alerts.rules.commands import (
    Acknowledge,
    Asked,
    Broadcast,
    Cancel,
    Close,
    CorrectOffer,
    CorrectTransmission,
    Fill,
    KeepApart,
    RejectAlert,
    Reopen,
    RevokeLink,
    WithdrawOffer,
)
from services.alerts.rules.rights import Kind
from services.alerts.site.acting import MEANS, Action
from services.alerts.typed import line
from services.alerts.use_cases.broadcasting import broadcast_now
from services.alerts.use_cases.commanding import Ask, act
from services.alerts.use_cases.desk import Desk
from services.alerts.use_cases.merging import merge
from services.alerts.use_cases.outcome import Outcome
from services.alerts.use_cases.returning import Answer, return_by_hand
from services.alerts.use_cases.transmitting import transmit
from shared.clock import PARIS
from shared.errors import Invalid
from shared.web.forms import read_date

Fields = Mapping[str, str]
Run = Callable[[Desk, Ask, Fields], Outcome]


def do(action: Action, desk: Desk, ask: Ask, fields: Fields) -> Outcome:
    """Carries the action out; raises Invalid beside the fields, Moved, Forbidden."""
    return _RUNS[action.kind](desk, ask, fields)


def _plainly(command: type[Asked]) -> Run:
    return lambda desk, ask, _: act(desk, ask, command)


def _with_reason(command: type[Asked]) -> Run:
    return lambda desk, ask, fields: act(desk, ask, command, reason=fields.get("reason", ""))


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


def _merge(desk: Desk, ask: Ask, fields: Fields) -> Outcome:
    return merge(desk, ask, _chosen(fields))


def _keep_apart(desk: Desk, ask: Ask, fields: Fields) -> Outcome:
    return act(desk, ask, KeepApart, other=_chosen(fields))


def _chosen(fields: Fields) -> str:
    """The other alert."""
    if not fields.get("into"):
        raise Invalid("Choisissez l’autre alerte.", fields={"into": "Choisissez une alerte."})
    return fields["into"]


_RUNS: Mapping[Kind, Run] = {
    "acknowledge": _plainly(Acknowledge),
    "transmit": _transmit,
    "return": _give_back,
    "broadcast": _broadcast,
    "fill": _plainly(Fill),
    "correct_transmission": _correct_transmission,
    "correct_offer": _correct_offer,
    "withdraw_offer": _withdraw_offer,
    "merge": _merge,
    "keep_apart": _keep_apart,
    "revoke_link": _plainly(RevokeLink),
    "close": _with_reason(Close),
    "cancel": _with_reason(Cancel),
    "reject": _with_reason(RejectAlert),
    "reopen": _with_reason(Reopen),
}
