"""What the rest of Vigie is told of a visit: the facts, in the order in which they are to be understood."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.visits.need import Need, Recruitment
from services.visits.visit import Visit
from shared.events import Event, Metadata, Recorded
from shared.events.visits import UrgentRecruitmentReported, VisitReported
from shared.ids import NewId


def facts_of(visit: Visit, needs: Sequence[Need], cause: str, new_id: NewId) -> list[Recorded[Any]]:
    """The visit, then each urgent recruitment that came out of it. `cause` is the request's idempotency key."""
    reported = _recorded(visit, _visit_reported(visit), cause, new_id)
    urgent = [_urgent(visit, need, need.recruitment) for need in needs if need.recruitment]
    return [reported, *(_recorded(visit, fact, reported.metadata.id, new_id) for fact in urgent)]


def _recorded(visit: Visit, fact: Event, cause: str, new_id: NewId) -> Recorded[Any]:
    """Both instants are the server's: the device's own time is in the fact, for whom it interests."""
    metadata = Metadata(
        id=new_id(visit.recorded_at),
        occurred_at=visit.recorded_at,
        recorded_at=visit.recorded_at,
        territory_id=visit.territory_id,
        actor=visit.member_id,
        correlation_id=visit.id,
        causation_id=cause,
        sequence=visit.version,
    )
    return Recorded(metadata, fact)


def _visit_reported(visit: Visit) -> VisitReported:
    return VisitReported(
        visit_id=visit.id,
        structure_id=visit.structure_id,
        member_id=visit.member_id,
        siret=visit.establishment.siret,
        enterprise_name=visit.establishment.name,
        naf=visit.establishment.naf,
        commune=visit.establishment.commune,
        visited_on=visit.visited_on,
        needs=visit.needs_count,
    )


def _urgent(visit: Visit, need: Need, recruitment: Recruitment) -> UrgentRecruitmentReported:
    return UrgentRecruitmentReported(
        visit_id=visit.id,
        need_id=need.id,
        structure_id=visit.structure_id,
        structure_name=visit.structure_name,
        member_id=visit.member_id,
        siret=visit.establishment.siret,
        enterprise_name=visit.establishment.name,
        commune=visit.establishment.commune,
        post=recruitment.post,
        quantity=recruitment.quantity,
        contract=recruitment.contract,
        contract_label=recruitment.contract_label,
        place=recruitment.place,
        rome_code=recruitment.rome_code,
        rome_label=recruitment.rome_label,
        wanted_on=recruitment.wanted_on,
        occurred_at=visit.occurred_at,
        received_at=visit.recorded_at,
    )
