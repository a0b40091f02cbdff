"""Commits a structure to a programme, changes the number of visits, closes: each a decision that is kept as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from services.visits.programmes import telling
from services.visits.programmes.commands import CloseProgramme, CommitProgramme, ReviseQuota
from services.visits.programmes.desk import Desk
from services.visits.programmes.drafting import require_draft
from services.visits.programmes.months import read_month
from services.visits.programmes.performing import open_decision, perform, require_version
from services.visits.programmes.population import resolve
from services.visits.programmes.programme import Programme, Quota
from services.visits.programmes.store import list_put, programme_put, quota_put
from shared.clock import day_in_paris
from shared.errors import Conflict, Invalid
from shared.idempotency import Request
from shared.identity import Caller
from shared.tables import Write

if TYPE_CHECKING:
    from shared.events import Event

FIRST_REASON = "Engagement initial."
Change = tuple[Programme, "Event", tuple[Write, ...]]
"""A programme as it becomes, what is told of it, what is written with it."""


class Asked(NamedTuple):
    """Who decides of which programme, as they read it."""

    programme_id: str
    expected_version: int
    request: Request
    caller: Caller


def commit_programme(command: CommitProgramme, programme_id: str, request: Request, caller: Caller, desk: Desk) -> None:
    """Freezes the list of enterprises as the register has them now; raises Forbidden, Conflict, or Invalid as `resolve`."""

    def commit(draft: Programme, now: datetime) -> Change:
        require_draft(draft)
        enterprise_ids = [each.id for each in resolve(draft.territory_id, draft.population, desk.register)]
        programme = _committed(draft, len(enterprise_ids), caller, now)
        return programme, telling.committed(programme), (quota_put(programme), list_put(programme, enterprise_ids))

    _decide(commit, Asked(programme_id, command.expected_version, request, caller), desk)


def revise_quota(command: ReviseQuota, programme_id: str, request: Request, caller: Caller, desk: Desk) -> None:
    """Adds a version to the commitment, none is rewritten; raises Forbidden, Conflict, Invalid."""

    def revise(programme: Programme, now: datetime) -> Change:
        _require_running(programme)
        _check_revision(command, programme, day_in_paris(now))
        revised = _revised(programme, command, caller, now)
        return revised, telling.revised(revised), (quota_put(revised),)

    _decide(revise, Asked(programme_id, command.expected_version, request, caller), desk)


def close_programme(command: CloseProgramme, programme_id: str, request: Request, caller: Caller, desk: Desk) -> None:
    """Ends a programme: its targets can be claimed no more. Raises Forbidden, Conflict."""

    def close(programme: Programme, now: datetime) -> Change:
        _require_running(programme)
        ended = {"closed_on": day_in_paris(now), "closing_reason": command.reason, "state": "closed"}
        over = programme.model_copy(update={**ended, "version": programme.version + 1})
        return over, telling.closed(over, now), ()

    _decide(close, Asked(programme_id, command.expected_version, request, caller), desk)


def _decide(change: Callable[[Programme, datetime], Change], asked: Asked, desk: Desk) -> None:
    """One decision: the programme as it becomes, what goes with it, its fact and its answer, in one transaction."""
    programme = open_decision(asked.programme_id, asked.caller, desk.store)
    if desk.store.answer_to(asked.request) is not None:
        return
    require_version(programme, asked.expected_version)
    now = desk.clock.now()
    changed, fact, writes = change(programme, now)
    teller = telling.Teller(asked.caller.member_id, asked.request.key, now, desk.new_id)
    put = programme_put(changed, programme.version)
    perform(asked.request, {"id": programme.id}, desk.store, now, put, *writes, teller.of_programme(changed, fact))


def _require_running(programme: Programme) -> None:
    if programme.state == "draft":
        raise Conflict("Ce programme n’est pas encore engagé.", code="pas-engage")
    if programme.state == "closed":
        raise Conflict("Ce programme est clos.", code="clos")


def _check_revision(command: ReviseQuota, programme: Programme, today: date) -> None:
    month = read_month(command.from_month)
    fields = {}
    if not programme.first_month <= month <= programme.last_month:
        fields["/from_month"] = "Ce mois est hors de la période du programme."
    elif month < programme.quotas[-1].from_month:
        fields["/from_month"] = f"La version précédente vaut depuis {programme.quotas[-1].from_month} : pas avant."
    if command.decided_on > today:
        fields["/decided_on"] = "Une décision se saisit quand elle est prise : cette date est dans le futur."
    if fields:
        raise Invalid("La révision contient des données à corriger.", fields=fields)


def _committed(draft: Programme, targets: int, caller: Caller, now: datetime) -> Programme:
    today = day_in_paris(now)
    first = Quota(
        number=1,
        per_month=draft.per_month,
        from_month=draft.first_month,
        decided_on=today,
        reason=FIRST_REASON,
        member_id=caller.member_id,
        recorded_at=now,
    )
    state = {"state": "committed", "committed_on": today, "version": draft.version + 1}
    return draft.model_copy(update={**state, "quotas": (first,), "targets_count": targets})


def _revised(programme: Programme, command: ReviseQuota, caller: Caller, now: datetime) -> Programme:
    quota = Quota(
        number=programme.quotas[-1].number + 1,
        per_month=command.per_month,
        from_month=read_month(command.from_month),
        decided_on=command.decided_on,
        reason=command.reason,
        member_id=caller.member_id,
        recorded_at=now,
    )
    quotas = (*programme.quotas, quota)
    return programme.model_copy(
        update={"quotas": quotas, "per_month": quota.per_month, "version": programme.version + 1}
    )
