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


class ProgrammeCommitted(Event, version=1):
    """A structure has committed to visits: its list of enterprises is frozen. Heard by whoever measures the programme."""

    programme_id: str
    structure_id: str
    structure_name: str
    title: str
    first_month: str
    """`2026-11`."""
    months: int
    per_month: int
    """Visits a month."""
    targets: int
    """Enterprises of the frozen list."""


class ProgrammeActivated(Event, version=1):
    """The targets of a committed programme are there to be taken."""

    programme_id: str
    structure_id: str
    targets: int


class ProgrammeRevised(Event, version=1):
    """A structure has changed its number of visits from a month on; the earlier versions still hold for earlier months."""

    programme_id: str
    structure_id: str
    number: int
    """Of the version, from 1."""
    per_month: int
    from_month: str
    decided_on: date


class ProgrammeClosed(Event, version=1):
    """A programme is over: nothing is committed after the month of its closing."""

    programme_id: str
    structure_id: str
    closed_on: date


class TargetClaimed(Event, version=1):
    """A capteur has reserved an enterprise for some days; the claim lapses by itself."""

    programme_id: str
    enterprise_id: str
    structure_id: str
    member_id: str
    until: AwareDatetime


class TargetReleased(Event, version=1):
    """A claim was given up before its time."""

    programme_id: str
    enterprise_id: str
    structure_id: str


class TargetWithdrawn(Event, version=1):
    """An enterprise has left the list of those to be visited."""

    programme_id: str
    enterprise_id: str
    structure_id: str
