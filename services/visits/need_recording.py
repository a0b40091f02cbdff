"""Records what was done about a need: until the committee tells it by its own events, people say it here."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from services.visits.findings import Findings
from services.visits.given import Given
from services.visits.need import Need
from services.visits.need_state import ACTION_KINDS, ActionKind, NeedAction, NeedState, standing, state_of
from services.visits.need_store import MOST_ACTIONS, UNKNOWN, NeedFile, NeedStore
from services.visits.need_telling import action_fact
from services.visits.visit import sees
from services.visits.wording import OptionalText
from shared import outbox
from shared.clock import PARIS, Clock
from shared.errors import Conflict, NotFound
from shared.events import Metadata, Recorded
from shared.idempotency import Request
from shared.identity import Caller
from shared.ids import NewId
from shared.tables import ConditionFailed, Contended, Put

TRIES = 4
"""Writes of an action while others are being recorded: their order does not matter, so each is simply tried again."""
OLDEST = timedelta(days=366)
TO_COME = "Cette date est à venir : une suite se note quand elle a eu lieu."
TOO_OLD = "Cette date a plus d’un an : vérifiez l’année."
NOT_THERE = "Cette suite n’existe pas, ou elle a déjà été retirée."
NOT_ASKED = "Ne se dit que pour retirer une suite saisie par erreur."
TOO_MANY = "Ce besoin a déjà cent suites : ouvrez-en un autre à la prochaine visite."


class RecordNeedAction(Given):
    """Ce qui a été fait d’un besoin."""

    kind: ActionKind = Field(description="La suite donnée.", examples=["in_progress"])
    acted_on: date | None = Field(default=None, description="Le jour ; aujourd’hui par défaut.", examples=["2026-11-26"])
    note: OptionalText = Field(default=None, description="Par qui et comment, en quelques phrases. Aucun nom de personne.")
    withdraws: str | None = Field(
        default=None, max_length=64, description="Avec `withdrawn` : l’identifiant de la suite saisie par erreur."
    )


class ActionRecorded(BaseModel):
    """The answer to the command, the same each time that it is sent again."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    action_id: str
    state: NeedState


def open_need(visit_id: str, need_id: str, caller: Caller, store: NeedStore) -> NeedFile:
    """One need with its actions; raises NotFound when it is unknown or another structure's."""
    file = store.file(caller.territory_id, visit_id, need_id)
    if not sees(caller, file.need.territory_id, file.need.structure_id):
        raise NotFound(UNKNOWN)
    return file


def record_need_action(
    visit_id: str,
    need_id: str,
    command: RecordNeedAction,
    request: Request,
    caller: Caller,
    *,
    store: NeedStore,
    clock: Clock,
    new_id: NewId,
) -> ActionRecorded:
    """Records an action and the state that it leads to; raises NotFound, Invalid at a JSON pointer, Contended."""
    now = clock.now()
    for tries_left in reversed(range(TRIES)):
        file = open_need(visit_id, need_id, caller, store)
        earlier = store.answer_to(request)
        if earlier is not None:
            return ActionRecorded.model_validate(earlier)
        _refuse_broken_rules(command, file, now.astimezone(PARIS).date())
        action = _action(command, need_id, caller, new_id(now), now)
        need = _after(file, action)
        try:
            return _write(need, action, request, store, new_id)
        except (ConditionFailed, Contended):
            if not tries_left:
                raise
    raise AssertionError("the last try returns or raises")


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
        acted_on=command.acted_on or now.astimezone(PARIS).date(),
        note=command.note,
        withdraws=command.withdraws,
        member_id=caller.member_id,
        structure_name=caller.membership.structure_name,
        recorded_at=now,
    )


def _after(file: NeedFile, action: NeedAction) -> Need:
    state = state_of((*file.actions, action))
    return file.need.model_copy(update={"state": state, "actions": file.need.actions + 1})


def _write(need: Need, action: NeedAction, request: Request, store: NeedStore, new_id: NewId) -> ActionRecorded:
    answer = ActionRecorded(action_id=action.id, state=need.state)
    store.record(need, action, _entry(need, action, request.key, new_id), request.claim(dict(answer), action.recorded_at))
    return answer


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
