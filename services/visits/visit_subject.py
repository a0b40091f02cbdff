"""Which enterprise a form is about: a planned visit's, one of the register, or one that is typed on the spot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from services.visits.visibility import require_reads
from shared.errors import Invalid, NotFound

if TYPE_CHECKING:
    from services.visits.desk import VisitDesk
    from services.visits.register.enterprise import Enterprise
    from services.visits.visit import Visit
    from shared.identity import Caller

CHOICE = "enterprise_choice"
"""An enterprise of the register, among those proposed for what is typed."""
PROPOSED = 8
LEAST_LETTERS = 2


class Subject(NamedTuple):
    """What a form shows of an enterprise that is known."""

    enterprise_id: str
    name: str
    commune: str
    siret: str | None = None
    visit: Visit | None = None


def subject_of(fields: Mapping[str, str], caller: Caller, desk: VisitDesk) -> Subject | None:
    """The enterprise that the fields name by an id, or None; raises NotFound for a visit out of sight."""
    if fields.get("visit_id"):
        visit = desk.store.visit(caller.territory_id, fields["visit_id"])
        require_reads(caller, visit)
        place = visit.establishment
        return Subject(visit.enterprise_id, place.name, place.commune, place.siret, visit)
    enterprise_id = fields.get(CHOICE) or fields.get("enterprise_id")
    if not enterprise_id:
        return None
    try:
        known = desk.register.get(caller.territory_id, enterprise_id)
    except NotFound:
        return None
    return Subject(known.id, known.shown_name, known.commune, known.siret)


def propose(typed: str, caller: Caller, desk: VisitDesk) -> list[tuple[str, str, str]]:
    """The enterprises of the register whose name or number begins as typed: id, name, what tells them apart."""
    from services.visits.register.criteria import Criteria, read_criteria  # noqa: PLC0415 - with the first search

    if len(typed) < LEAST_LETTERS:
        return []
    try:
        criteria: Criteria = read_criteria(typed)
        found = desk.register.search(caller.territory_id, criteria, PROPOSED).enterprises
    except Invalid:
        return []
    return [(known.id, known.shown_name, _apart(known)) for known in found]


def _apart(known: Enterprise) -> str:
    place = " ".join(filter(None, [known.address, known.postcode, known.commune]))
    return ", ".join(filter(None, [place, f"SIRET {known.siret}" if known.siret else "sans SIRET"]))
