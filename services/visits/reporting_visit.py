"""Reports a visit: one transaction for the visit, its needs, the facts to tell and the answer to repeat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from services.visits.commands import EnterpriseGiven, NeedGiven, RecruitmentGiven, ReportVisit
from services.visits.establishment import Establishment, read_insee, read_naf, read_siret
from services.visits.findings import Findings
from services.visits.need import (
    CONTRACTS,
    THEMES,
    Need,
    Recruitment,
    calls_for_recruitment,
    check_wanted_on,
)
from services.visits.occupations import Occupations
from services.visits.store import VisitStore
from services.visits.telling import facts_of
from services.visits.visit import REPORTERS, Visit, check_visited_on
from shared import outbox
from shared.clock import PARIS, Clock
from shared.errors import Unavailable
from shared.idempotency import Request
from shared.identity import Caller, require
from shared.ids import NewId
from shared.tables import ConditionFailed, Contended

TRIES = 4
"""Writes of a report whose twin is being written at the same instant."""


class Reported(BaseModel):
    """The answer to a report, the same each time that it is sent again."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    visit_id: str
    alert_ids: tuple[str, ...] = ()


def report_visit(
    command: ReportVisit, request: Request, caller: Caller, *, store: VisitStore, clock: Clock, new_id: NewId
) -> Reported:
    """Records a visit that took place; raises Forbidden, or Invalid with a message for each JSON pointer."""
    require(caller, *REPORTERS)
    now = clock.now()
    earlier = store.answer_to(request)
    if earlier is not None:
        return Reported.model_validate(earlier)
    occupations = store.occupations(now)
    refuse_broken_rules(command, now.astimezone(PARIS).date(), occupations)
    visit = _visit(command, caller, new_id(now), now)
    needs = [_need(given, visit, new_id(now), occupations) for given in command.needs]
    return _record(visit, needs, request, store, new_id)


def refuse_broken_rules(command: ReportVisit, today: date, occupations: Occupations) -> None:
    """Raises Invalid with all that shapes cannot say: check digits, dates, métiers, what goes with what."""
    findings = Findings("La visite contient des données à corriger.")
    with findings.at("/visited_on"):
        check_visited_on(command.visited_on, today)
    enterprise = command.enterprise
    with findings.at("/enterprise/siret"):
        _optional(read_siret, enterprise.siret)
    with findings.at("/enterprise/insee"):
        _optional(read_insee, enterprise.insee)
    with findings.at("/enterprise/naf"):
        _optional(read_naf, enterprise.naf)
    for position, given in enumerate(command.needs):
        _inspect(given, f"/needs/{position}/recruitment", today, occupations, findings)
    findings.conclude()


def _inspect(given: NeedGiven, place: str, today: date, occupations: Occupations, findings: Findings) -> None:
    asked = calls_for_recruitment(given.theme, given.urgency)
    if asked and given.recruitment is None:
        findings.add(place, "Un recrutement urgent doit dire quel poste est recherché.")
    if not asked and given.recruitment is not None:
        findings.add(place, "Le poste ne se dit que pour un recrutement urgent.")
    if asked and given.recruitment is not None:
        with findings.at(f"{place}/rome_code"):
            occupations.require(given.recruitment.rome_code)
        with findings.at(f"{place}/wanted_on"):
            check_wanted_on(given.recruitment.wanted_on, today)


def _visit(command: ReportVisit, caller: Caller, visit_id: str, now: datetime) -> Visit:
    membership = caller.membership
    return Visit(
        id=visit_id,
        territory_id=caller.territory_id,
        version=1,
        state="reported",
        structure_id=membership.structure_id,
        structure_name=membership.structure_name,
        member_id=caller.member_id,
        establishment=_establishment(command.enterprise),
        visited_on=command.visited_on,
        mode=command.mode,
        person_function=command.person_function,
        needs_count=len(command.needs),
        alerts_count=sum(given.recruitment is not None for given in command.needs),
        occurred_at=command.occurred_at,
        recorded_at=now,
    )


def _establishment(given: EnterpriseGiven) -> Establishment:
    return Establishment(
        siret=_optional(read_siret, given.siret),
        name=given.name,
        commune=given.commune,
        insee=_optional(read_insee, given.insee),
        naf=_optional(read_naf, given.naf),
    )


def _need(given: NeedGiven, visit: Visit, need_id: str, occupations: Occupations) -> Need:
    return Need(
        id=need_id,
        territory_id=visit.territory_id,
        visit_id=visit.id,
        theme=given.theme,
        theme_label=THEMES[given.theme],
        urgency=given.urgency,
        description=given.description,
        recruitment=_recruitment(given.recruitment, occupations) if given.recruitment else None,
        recorded_at=visit.recorded_at,
    )


def _recruitment(given: RecruitmentGiven, occupations: Occupations) -> Recruitment:
    return Recruitment(
        post=given.post,
        quantity=given.quantity,
        contract=given.contract,
        contract_label=CONTRACTS[given.contract],
        place=given.place,
        rome_code=given.rome_code,
        rome_label=occupations.require(given.rome_code).title,
        wanted_on=given.wanted_on,
    )


def _record(visit: Visit, needs: list[Need], request: Request, store: VisitStore, new_id: NewId) -> Reported:
    now = visit.recorded_at
    answer = Reported(visit_id=visit.id, alert_ids=tuple(need.alert_id for need in needs if need.alert_id))
    facts = facts_of(visit, needs, request.key, new_id)
    entry = outbox.entry(new_id(now), visit.territory_id, facts, now)
    claim = request.claim(answer.model_dump(mode="json"), now)
    for tries_left in reversed(range(TRIES)):
        try:
            store.record(visit, needs, entry, claim)
        except (ConditionFailed, Unavailable) as failure:
            # The same report, sent twice at once: one of the two writes wins, and both tell its answer.
            earlier = store.answer_to(request)
            if earlier is not None:
                return Reported.model_validate(earlier)
            if not (tries_left and isinstance(failure, Contended)):
                raise
        else:
            break
    return answer


def _optional(read: Callable[[str], str], text: str | None) -> str | None:
    return None if text is None else read(text)
