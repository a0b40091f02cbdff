"""Commits a structure to a programme, changes the number of visits, closes: each a decision that is kept as it was."""

from __future__ import annotations

from datetime import date, datetime

from services.visits.programmes import telling
from services.visits.programmes.commands import CloseProgramme, CommitProgramme, ReviseQuota
from services.visits.programmes.desk import Desk
from services.visits.programmes.drafting import require_draft
from services.visits.programmes.months import read_month
from services.visits.programmes.performing import open_decision, perform, require_version
from services.visits.programmes.population import resolve
from services.visits.programmes.programme import Programme, Quota
from services.visits.programmes.store import list_put, programme_put, quota_put
from shared.clock import PARIS
from shared.errors import Conflict, Invalid
from shared.idempotency import Request
from shared.identity import Caller

FIRST_REASON = "Engagement initial."


def commit_programme(
    command: CommitProgramme,
    programme_id: str,
    request: Request,
    caller: Caller,
    desk: Desk,
) -> None:
    """Freezes the list of enterprises as the register has them now; raises Forbidden, Conflict, or Invalid as `resolve`."""
    draft = open_decision(programme_id, caller, desk.store)
    if desk.store.answer_to(request) is not None:
        return
    require_version(draft, command.expected_version)
    require_draft(draft)
    now = desk.clock.now()
    enterprise_ids = [enterprise.id for enterprise in resolve(caller.territory_id, draft.population, desk.register)]
    programme = _committed(draft, len(enterprise_ids), caller, now)
    told = telling.Teller(caller.member_id, request.key, now, desk.new_id).of_programme(
        programme, telling.committed(programme)
    )
    frozen = (programme_put(programme, draft.version), quota_put(programme), list_put(programme, enterprise_ids))
    perform(request, {"id": programme.id}, desk.store, now, *frozen, told)


def revise_quota(
    command: ReviseQuota,
    programme_id: str,
    request: Request,
    caller: Caller,
    desk: Desk,
) -> None:
    """Adds a version to the commitment, none is rewritten; raises Forbidden, Conflict, Invalid."""
    programme = open_decision(programme_id, caller, desk.store)
    if desk.store.answer_to(request) is not None:
        return
    require_version(programme, command.expected_version)
    _require_running(programme)
    now = desk.clock.now()
    _check_revision(command, programme, now.astimezone(PARIS).date())
    revised = _revised(programme, command, caller, now)
    told = telling.Teller(caller.member_id, request.key, now, desk.new_id).of_programme(
        revised, telling.revised(revised)
    )
    perform(
        request,
        {"id": programme.id},
        desk.store,
        now,
        programme_put(revised, programme.version),
        quota_put(revised),
        told,
    )


def close_programme(
    command: CloseProgramme,
    programme_id: str,
    request: Request,
    caller: Caller,
    desk: Desk,
) -> None:
    """Ends a programme: its targets can be claimed no more. Raises Forbidden, Conflict."""
    programme = open_decision(programme_id, caller, desk.store)
    if desk.store.answer_to(request) is not None:
        return
    require_version(programme, command.expected_version)
    _require_running(programme)
    now = desk.clock.now()
    ended = {"closed_on": now.astimezone(PARIS).date(), "closing_reason": command.reason}
    over = programme.model_copy(update={**ended, "state": "closed", "version": programme.version + 1})
    told = telling.Teller(caller.member_id, request.key, now, desk.new_id).of_programme(over, telling.closed(over, now))
    perform(request, {"id": programme.id}, desk.store, now, programme_put(over, programme.version), told)


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
    today = now.astimezone(PARIS).date()
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
