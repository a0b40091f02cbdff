"""Drafts a programme: who commits, for how long, to how many visits a month, to whom."""

from __future__ import annotations

from datetime import datetime

from services.visits.findings import Findings
from services.visits.programmes.commands import DraftProgramme, RedraftProgramme
from services.visits.programmes.desk import Desk
from services.visits.programmes.months import later, month_of, read_month
from services.visits.programmes.performing import open_decision, perform, require_version
from services.visits.programmes.population import Register, read_population, resolve
from services.visits.programmes.programme import DECIDERS, Population, Programme, decides
from services.visits.programmes.store import programme_put
from shared.address_book import AddressBook, Structure
from shared.clock import day_in_paris
from shared.errors import Conflict, Forbidden, Invalid
from shared.idempotency import Request
from shared.identity import Caller, require

FURTHEST = 24
"""Months ahead, or behind, that a programme may begin."""
MESSAGE = "Le programme contient des données à corriger."


def draft_programme(
    command: DraftProgramme,
    request: Request,
    caller: Caller,
    desk: Desk,
) -> str:
    """Keeps a draft and returns its id; raises Forbidden, or Invalid with a message for each JSON pointer."""
    require(caller, *DECIDERS)
    earlier = desk.store.answer_to(request)
    if earlier is not None:
        return str(earlier["id"])
    now = desk.clock.now()
    structure = _structure(command, caller, desk.book)
    population, count = _population(command, caller.territory_id, desk.register, now)
    programme = _draft(
        command, caller, structure, population=population, count=count, programme_id=desk.new_id(now), now=now
    )
    answer = perform(request, {"id": programme.id}, desk.store, now, programme_put(programme, None))
    return str(answer["id"])


def redraft_programme(
    command: RedraftProgramme,
    programme_id: str,
    request: Request,
    caller: Caller,
    desk: Desk,
) -> str:
    """Changes a draft; its structure stays. Raises as `draft_programme`, and Conflict when it is no longer a draft."""
    programme = open_decision(programme_id, caller, desk.store)
    earlier = desk.store.answer_to(request)
    if earlier is not None:
        return str(earlier["id"])
    require_version(programme, command.expected_version)
    require_draft(programme)
    now = desk.clock.now()
    population, count = _population(command, caller.territory_id, desk.register, now)
    changed = programme.model_copy(
        update={
            **_told(command),
            "population": population,
            "targets_count": count,
            "version": programme.version + 1,
        }
    )
    perform(request, {"id": programme.id}, desk.store, now, programme_put(changed, programme.version))
    return programme.id


def require_draft(programme: Programme) -> None:
    """Raises Conflict when the programme binds somebody already."""
    if programme.state != "draft":
        raise Conflict("Ce programme est déjà engagé : sa liste est figée.", code="deja-engage")


def _structure(command: DraftProgramme, caller: Caller, book: AddressBook) -> Structure:
    wanted = command.structure_id or caller.membership.structure_id
    if not decides(caller, wanted):
        raise Forbidden("Vous ne pouvez engager que votre structure.")
    found = book.directory(caller.territory_id).structure(wanted)
    if found is None:
        message = "Cette structure n’est pas dans l’annuaire du territoire."
        raise Invalid(message, fields={"/structure_id": message})
    return found


def _population(
    command: DraftProgramme, territory_id: str, register: Register, now: datetime
) -> tuple[Population, int]:
    findings = Findings(MESSAGE)
    with findings.at("/first_month"):
        _check_first_month(read_month(command.first_month), now)
    population = read_population(command.population, findings)
    findings.conclude()
    if population is None:
        raise Invalid(MESSAGE)
    return population, len(resolve(territory_id, population, register))


def _check_first_month(month: str, now: datetime) -> None:
    current = month_of(day_in_paris(now))
    if not later(current, -FURTHEST) <= month <= later(current, FURTHEST):
        raise Invalid("Un programme commence à deux ans d’aujourd’hui au plus : vérifiez l’année.")


def _told(command: DraftProgramme) -> dict[str, object]:
    return {
        "title": command.title,
        "first_month": read_month(command.first_month),
        "months": command.months,
        "per_month": command.per_month,
    }


def _draft(
    command: DraftProgramme,
    caller: Caller,
    structure: Structure,
    *,
    population: Population,
    count: int,
    programme_id: str,
    now: datetime,
) -> Programme:
    return Programme.model_validate(
        {
            **_told(command),
            "id": programme_id,
            "territory_id": caller.territory_id,
            "version": 1,
            "state": "draft",
            "structure_id": structure.id,
            "structure_name": structure.name,
            "population": population,
            "targets_count": count,
            "created_at": now,
            "created_by": caller.member_id,
        }
    )
