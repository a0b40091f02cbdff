"""What the visits service tells."""

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime, Field

from shared.events import Event


class VisitReported(Event, version=1):
    """A capteur has reported a visit to an enterprise. Heard by whoever counts visits or follows an enterprise."""

    visit_id: str
    structure_id: str
    member_id: str
    siret: str | None
    """Null for a firm that is being created; never a key to merge on."""
    enterprise_name: str
    naf: str | None = None
    commune: str
    visited_on: date
    needs: int
    """How many needs came out of the visit."""


class UrgentRecruitmentReported(Event, version=1):
    """A capteur has met an urgent recruitment need: the 48 hours begin when it is received."""

    visit_id: str
    need_id: str
    structure_id: str
    structure_name: str
    member_id: str
    siret: str | None
    enterprise_name: str
    commune: str | None = None
    """Where the establishment is; `place` is where the work is."""
    post: str
    quantity: int = Field(ge=1, le=999)
    contract: str
    """`cdi`, `cdd`, `interim`, `apprentissage`, `professionnalisation`, `saisonnier` or `autre`."""
    contract_label: str
    place: str
    """The commune where the work is, as a label."""
    rome_code: str
    rome_label: str
    wanted_on: date
    occurred_at: AwareDatetime | None
    """The device's clock, not trusted."""
    received_at: AwareDatetime
    """The server's clock: the delay counts from here."""
