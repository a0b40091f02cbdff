"""Records what was done about a need: until the committee tells it by its own events, people say it here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pydantic import BaseModel, ConfigDict

from services.visits.findings import Findings
from services.visits.need import Need
from services.visits.need_action_given import RecordNeedAction
from services.visits.need_reading import open_need
from services.visits.need_state import ACTION_KINDS, NeedAction, NeedState, standing, state_of
from services.visits.need_store import MOST_ACTIONS, NeedFile, NeedKey, NeedStore
from services.visits.need_telling import action_fact
from shared import outbox
from shared.clock import Clock, day_in_paris
from shared.errors import Conflict
from shared.events import Metadata, Recorded
from shared.idempotency import Request
from shared.identity import Caller
from shared.ids import NewId, new_id
from shared.tables import ConditionFailed, Contended, Put

TRIES = 4
"""Writes of an action while others are being recorded: their order does not matter, so each is simply tried again."""
OLDEST = timedelta(days=366)
TO_COME = "Cette date est à venir : une suite se note quand elle a eu lieu."
TOO_OLD = "Cette date a plus d’un an : vérifiez l’année."
NOT_THERE = "Cette suite n’existe pas, ou elle a déjà été retirée."
NOT_ASKED = "Ne se dit que pour retirer une suite saisie par erreur."
TOO_MANY = "Ce besoin a déjà cent suites : ouvrez-en un autre à la prochaine visite."


class ActionRecorded(BaseModel):
    """The answer to the command, the same each time that it is sent again."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    action_id: str
    state: NeedState


@dataclass(frozen=True)
class NeedRecorder:
    """What the command needs around it."""

    store: NeedStore
    clock: Clock
    new_id: NewId = new_id


def record_need_action(
    key: NeedKey, command: RecordNeedAction, request: Request, caller: Caller, recorder: NeedRecorder
) -> ActionRecorded:
    """Records an action and the state that it leads to; raises NotFound, Invalid at a JSON pointer, Contended.

    Nobody says which version they had read: actions may come in any order, so two at once are both recorded.
    """
    store = recorder.store
    for tries_left in reversed(range(TRIES)):
        file = open_need(key, caller, store)
        earlier = store.answer_to(request)
        if earlier is not None:
            return ActionRecorded.model_validate(earlier)
        try:
            return _record(file, command, request, caller, recorder)
        except (ConditionFailed, Contended):
            if not tries_left:
                raise
    raise AssertionError("the last try returns or raises")


def _record(
    file: NeedFile, command: RecordNeedAction, request: Request, caller: Caller, recorder: NeedRecorder
) -> ActionRecorded:
    now, make_id = recorder.clock.now(), recorder.new_id
    _refuse_broken_rules(command, file, day_in_paris(now))
    action = _action(command, file.need.id, caller, make_id(now), now)
    need = _after(file, action)
    answer = ActionRecorded(action_id=action.id, state=need.state)
    entry = _entry(need, action, request.key, make_id)
    recorder.store.record(need, action, entry, request.claim(answer.model_dump(mode="json"), now))
    return answer


def _refuse_broken_rules(command: RecordNeedAction, file: NeedFile, today: date) -> None:
    if len(file.actions) >= MOST_ACTIONS:
        raise Conflict(TOO_MANY, code="trop-de-suites")
    findings = Findings("La suite donnée contient des données à corriger.")
    if command.acted_on is not None and command.acted_on > today:
        findings.add("/acted_on", TO_COME)
    if command.acted_on is not None and command.acted_on < today - OLDEST:
        findings.add("/acted_on", TOO_OLD)
    known = {action.id for action in standing(file.actions)}
    if command.kind == "withdrawn" and command.withdraws not in known:
        findings.add("/withdraws", NOT_THERE)
    if command.kind != "withdrawn" and command.withdraws is not None:
        findings.add("/withdraws", NOT_ASKED)
    findings.conclude()


def _action(command: RecordNeedAction, need_id: str, caller: Caller, action_id: str, now: datetime) -> NeedAction:
    return NeedAction(
        id=action_id,
        need_id=need_id,
        kind=command.kind,
        kind_label=ACTION_KINDS[command.kind],
        acted_on=command.acted_on or day_in_paris(now),
        note=command.note,
        withdraws=command.withdraws,
        member_id=caller.member_id,
        structure_name=caller.membership.structure_name,
        recorded_at=now,
    )


def _after(file: NeedFile, action: NeedAction) -> Need:
    state = state_of((*file.actions, action))
    return file.need.model_copy(update={"state": state, "actions": file.need.actions + 1})


def _entry(need: Need, action: NeedAction, cause: str, new_id: NewId) -> Put:
    now = action.recorded_at
    metadata = Metadata(
        id=new_id(now),
        occurred_at=now,
        recorded_at=now,
        territory_id=need.territory_id,
        actor=action.member_id,
        correlation_id=need.visit_id,
        causation_id=cause,
        sequence=need.actions,
    )
    return outbox.entry(new_id(now), need.territory_id, [Recorded(metadata, action_fact(need, action))], now)
