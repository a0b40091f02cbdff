"""Who makes a visit: the structure and those of its members who go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from services.visits.desk import VisitDesk
from services.visits.findings import Findings
from services.visits.lifecycle import REPORTERS
from shared.address_book import Member
from shared.errors import Invalid
from shared.identity import Caller

UNKNOWN_MEMBER = "Cette personne ne fait pas de visites dans cette structure : choisissez-la dans l’annuaire."
UNKNOWN_STRUCTURE = "Cette structure n’est pas dans l’annuaire du territoire."


class Structure(NamedTuple):
    """The structure that makes a visit."""

    id: str
    name: str


def structure_of(caller: Caller, structure_id: str | None, desk: VisitDesk) -> Structure:
    """The caller's own structure unless another one is named; raises Invalid for one that nobody knows."""
    own = Structure(caller.membership.structure_id, caller.membership.structure_name)
    if structure_id in (None, own.id):
        return own
    named = desk.book.directory(caller.territory_id).structure(str(structure_id))
    if named is None:
        raise Invalid(UNKNOWN_STRUCTURE, fields={"/structure_id": UNKNOWN_STRUCTURE})
    return Structure(named.id, named.name)


def colleagues(territory_id: str, structure_id: str, desk: VisitDesk) -> tuple[Member, ...]:
    """The members of a structure who can be named as capteurs of a visit."""
    members = desk.book.directory(territory_id).having(*REPORTERS)
    return tuple(member for member in members if member.structure_id == structure_id)


def check_capteurs(
    named: Sequence[str], structure_id: str, caller: Caller, desk: VisitDesk, findings: Findings
) -> None:
    """Notes those who do not make visits for the structure. Whoever names only themselves costs no reading."""
    own = {caller.member_id} if caller.membership.structure_id == structure_id else set()
    if set(named) <= own:
        return
    known = {member.id for member in colleagues(caller.territory_id, structure_id, desk)} | own
    for position, member_id in enumerate(named):
        if member_id not in known:
            findings.add(f"/capteurs/{position}", UNKNOWN_MEMBER)
