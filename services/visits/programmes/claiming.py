"""Claims a target, gives it up, withdraws it: two capteurs at once, one wins and the other is told who."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from services.visits.programmes import target_rules, telling
from services.visits.programmes.commands import WithdrawTarget
from services.visits.programmes.desk import Desk
from services.visits.programmes.performing import open_programme, perform
from services.visits.programmes.programme import VISITORS, Programme
from services.visits.programmes.store import ProgrammeStore, active_check, target_check, target_put
from services.visits.programmes.target import Claim, Target
from shared.errors import NotFound
from shared.idempotency import Request
from shared.identity import Caller, require
from shared.tables import ConditionFailed, Contended, Item, Write

if TYPE_CHECKING:
    from shared.events import Event

TRIES = 4
"""Writes of a command whose target is being written by somebody else at the same instant."""

Decision = tuple[Target, "Event", tuple[Write, ...]]
"""What becomes of a target, what is told of it, what must still hold beside it."""


@dataclass(frozen=True)
class TargetCommand:
    """A command on one target: who asks what, for which enterprise of which programme."""

    programme_id: str
    enterprise_id: str
    request: Request
    caller: Caller


def claim_target(asked: TargetCommand, desk: Desk) -> Claim:
    """Reserves an enterprise for the caller, for the territory's delay. Raises Taken, Conflict, Forbidden, NotFound."""
    programme = _open(asked, desk.store)
    earlier = desk.store.answer_to(asked.request)
    if earlier is not None:
        return Claim.model_validate(earlier["claim"])
    target_rules.require_active(programme)
    now = desk.clock.now()
    claim = target_rules.claim_of(asked.caller, now, desk.settings(programme.territory_id).claim_days)

    def decide(target: Target, rivals: Sequence[Target]) -> Decision:
        changed = target_rules.claimed(target, rivals, claim)
        fact = telling.claimed(changed, claim.member_id, claim.until)
        return changed, fact, (active_check(programme), *map(target_check, rivals))

    answer = {"claim": claim.model_dump(mode="json")}
    return Claim.model_validate(_insist(decide, asked, answer, desk, now)["claim"])


def release_target(asked: TargetCommand, desk: Desk) -> None:
    """Gives a claim up. Raises Conflict, Forbidden, NotFound."""
    _open(asked, desk.store)
    if desk.store.answer_to(asked.request) is not None:
        return
    now = desk.clock.now()

    def decide(target: Target, _: Sequence[Target]) -> Decision:
        return target_rules.released(target, asked.caller, now), telling.released(target), ()

    _insist(decide, asked, {}, desk, now)


def withdraw_target(command: WithdrawTarget, asked: TargetCommand, desk: Desk) -> None:
    """Takes an enterprise off the list, with a reason. Raises Taken, Conflict, NotFound."""
    _open(asked, desk.store)
    if desk.store.answer_to(asked.request) is not None:
        return
    now = desk.clock.now()

    def decide(target: Target, _: Sequence[Target]) -> Decision:
        return target_rules.withdrawn(target, asked.caller, command.reason, now), telling.withdrawn(target), ()

    _insist(decide, asked, {}, desk, now)


def _open(asked: TargetCommand, store: ProgrammeStore) -> Programme:
    require(asked.caller, *VISITORS)
    return open_programme(asked.programme_id, asked.caller, store)


def _insist(
    decide: Callable[[Target, Sequence[Target]], Decision],
    asked: TargetCommand,
    answer: Item,
    desk: Desk,
    now: datetime,
) -> Item:
    """Writes what is decided from what is read; when it has moved meanwhile, reads and decides again."""
    teller = telling.Teller(asked.caller.member_id, asked.request.key, now, desk.new_id)
    for tries_left in reversed(range(TRIES)):
        target, rivals = _read(asked, desk.store)
        changed, fact, guards = decide(target, rivals)
        writes = (target_put(changed, target.version), *guards, teller.of_target(changed, fact))
        try:
            return perform(asked.request, answer, desk.store, now, *writes)
        except (ConditionFailed, Contended):
            if not tries_left:
                raise
    raise AssertionError("the last try returns or raises")


def _read(asked: TargetCommand, store: ProgrammeStore) -> tuple[Target, list[Target]]:
    """The target, and those of the same enterprise in other programmes."""
    found = store.rivals(asked.caller.territory_id, asked.enterprise_id)
    mine = [target for target in found if target.programme_id == asked.programme_id]
    if not mine:
        raise NotFound("Cette entreprise n’est pas dans la liste de ce programme.")
    return mine[0], [target for target in found if target.programme_id != asked.programme_id]
