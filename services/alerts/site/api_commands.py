"""Doing what a command of the API asks: from what was sent to the use case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.alerts.rules.commands import (
    Acknowledge,
    Asked,
    Cancel,
    Close,
    Fill,
    KeepApart,
    RejectAlert,
    Reopen,
    RevokeLink,
)
from services.alerts.rules.rights import Kind
from services.alerts.site.orders import BroadcastGiven, Given, KeepApartGiven, MergeGiven, ReturnGiven, TransmitGiven
from services.alerts.use_cases.broadcasting import broadcast_now
from services.alerts.use_cases.commanding import Ask, act
from services.alerts.use_cases.desk import Desk
from services.alerts.use_cases.merging import merge
from services.alerts.use_cases.outcome import Outcome
from services.alerts.use_cases.returning import Answer, return_by_hand
from services.alerts.use_cases.transmitting import transmit
from shared.idempotency import Request
from shared.identity import Caller

Run = Callable[[Desk, Ask, Any], Outcome]


def obey(desk: Desk, kind: Kind, given: Given, *, caller: Caller, alert_id: str, request: Request) -> Outcome:
    """Carries out the caller's command; raises Invalid beside the fields, Moved, Forbidden."""
    ask = Ask(
        territory_id=caller.territory_id,
        alert_id=alert_id,
        member_id=caller.member_id,
        roles=caller.membership.roles,
        at=desk.clock.now(),
        request=request,
        expected_version=given.expected_version,
    )
    return _RUNS[kind](desk, ask, given)


def _plainly(command: type[Asked]) -> Run:
    return lambda desk, ask, _: act(desk, ask, command)


def _with_reason(command: type[Asked]) -> Run:
    return lambda desk, ask, given: act(desk, ask, command, reason=given.reason)


def _transmit(desk: Desk, ask: Ask, given: TransmitGiven) -> Outcome:
    return transmit(desk, ask, given.channel, given.note)


def _give_back(desk: Desk, ask: Ask, given: ReturnGiven) -> Outcome:
    return return_by_hand(desk, ask, Answer(given.reference, given.contact, given.url))


def _broadcast(desk: Desk, ask: Ask, given: BroadcastGiven) -> Outcome:
    return broadcast_now(desk, ask, given.reason)


def _merge(desk: Desk, ask: Ask, given: MergeGiven) -> Outcome:
    return merge(desk, ask, given.into)


def _keep_apart(desk: Desk, ask: Ask, given: KeepApartGiven) -> Outcome:
    return act(desk, ask, KeepApart, other=given.other)


_RUNS: Mapping[Kind, Run] = {
    "acknowledge": _plainly(Acknowledge),
    "transmit": _transmit,
    "return": _give_back,
    "broadcast": _broadcast,
    "fill": _plainly(Fill),
    "merge": _merge,
    "keep_apart": _keep_apart,
    "revoke_link": _plainly(RevokeLink),
    "close": _with_reason(Close),
    "cancel": _with_reason(Cancel),
    "reject": _with_reason(RejectAlert),
    "reopen": _with_reason(Reopen),
}
