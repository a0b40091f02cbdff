"""What the visits service tells."""

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime, Field

from shared.events import Event
from shared.events.parts import AnswerTold, IssueTold, MotiveTold, VisitTold


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
    structure_name: str | None = None
    enterprise_id: str | None = None
    """The SIRET, or the id that the register gave."""
    insee: str | None = None
    naf_nomenclature: str | None = None
    size_band: str | None = None
    size_band_label: str | None = None
    mode: str | None = None
    """`on_site`, `video` or `phone`."""
    capteurs: int | None = None
    """How many members went."""
    planned: bool | None = None
    """Whether the visit was planned before it was reported."""
    planned_on: date | None = None
    programme_id: str | None = None
    previous_visit_on: date | None = None
    """The enterprise's last visit before this one, by any structure; null for a first one."""
    consent_to_share: bool | None = None
    questionnaire_version: int | None = None
    required: int | None = None
    """Questions that had to be answered in that version; all of them were."""
    answers: tuple[AnswerTold, ...] = ()
    """Those shared with the committee, without what was typed freely."""
    issues: tuple[IssueTold, ...] = ()
    """The issues perceived, apart from the other answers."""
    need_ids: tuple[str, ...] = ()
    """A need that a correction does not list any more is no need."""
    alerts: int | None = None
    """How many of the needs are urgent recruitments."""
    revision: int | None = None
    """Of the report: 1, more in a correction."""


class VisitCorrected(VisitReported, version=1):
    """A report was corrected: the facts as they should have been told, complete. The highest `revision` is true."""


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
    enterprise_id: str | None = None
    insee: str | None = None
    naf: str | None = None
    naf_nomenclature: str | None = None
    size_band: str | None = None
    size_band_label: str | None = None


class VisitPlanned(VisitTold, Event, version=1):
    """A structure means to visit an enterprise on a day."""

    siret: str | None
    enterprise_name: str
    naf: str | None
    naf_nomenclature: str | None
    size_band: str | None
    size_band_label: str | None
    commune: str
    insee: str | None
    planned_on: date
    capteurs: int
    programme_id: str | None


class VisitRescheduled(VisitTold, MotiveTold, Event, version=1):
    """A visit was put off."""

    previously_on: date | None
    planned_on: date | None
    """Null while the new day is not known."""


class VisitDeclined(VisitTold, MotiveTold, Event, version=1):
    """The enterprise does not want to be visited."""

    planned_on: date | None


class VisitCancelled(VisitTold, MotiveTold, Event, version=1):
    """The structure gives a visit up."""

    planned_on: date | None


class VisitDone(VisitTold, Event, version=1):
    """A visit took place; its report is to come."""

    planned_on: date | None
    visited_on: date


class VisitReferred(VisitTold, Event, version=1):
    """A visit goes to the committee. Heard by whoever prepares its agenda."""

    siret: str | None
    enterprise_name: str
    visited_on: date
    needs: int
    alerts: int


class VisitClosed(VisitTold, Event, version=1):
    """Nothing follows from a visit."""

    visited_on: date
    needs: int


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


class EnterprisesMerged(Event, version=1):
    """Somebody has decided that two records are one enterprise: what is counted for one counts for the other."""

    merge_id: str
    absorbed_id: str
    """It has no SIRET."""
    survivor_id: str
    survivor_siret: str | None


class EnterpriseMergeUndone(Event, version=1):
    """A merge was a mistake: both records stand for themselves again."""

    merge_id: str
    absorbed_id: str
    survivor_id: str


class EnterprisesImported(Event, version=1):
    """A file of enterprises was applied to a territory's register. Counts only: the register itself is not told."""

    import_id: str
    structure_id: str
    member_id: str
    kind: str
    """`sirene`: INSEE's file of establishments; `file`: the territory's own."""
    rows: int
    """Of the file, its header apart."""
    new: int
    changed: int
    closed: int
    """Known establishments that are closed from now on."""
    unchanged: int
    rejected: int
    outside: int
    """Rows for communes that are not the territory's."""
