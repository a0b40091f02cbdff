"""The programme: so many visits a month, over some months, to a population that is frozen when it is committed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from services.visits.programmes.months import later, span
from shared.address_book import Role
from shared.identity import Caller

ProgrammeState = Literal["draft", "committed", "active", "closed"]
"""draft → committed (its list is frozen, its targets are being written) → active → closed."""
STATES: Mapping[ProgrammeState, str] = {
    "draft": "Brouillon",
    "committed": "Engagé",
    "active": "En cours",
    "closed": "Clos",
}
LONGEST_PROGRAMME = 36
"""Months."""
MOST_VISITS = 500
"""Visits a month."""
MOST_TARGETS = 2000
"""Enterprises of a frozen list: what one structure can know by name, and what one page can rank."""


class Population(BaseModel):
    """Who is to be visited: criteria over the register, all of which hold; or a list of SIRETs, and no criteria."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    communes: tuple[str, ...] = ()
    """INSEE codes, any of them."""
    naf: tuple[str, ...] = ()
    """Beginnings of activity codes, any of them: `29` is the whole division."""
    size_bands: tuple[str, ...] = ()
    """INSEE's size bands, any of them."""
    sirets: tuple[str, ...] = ()

    @property
    def is_list(self) -> bool:
        """Whether the enterprises are named one by one."""
        return bool(self.sirets)

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing, which would be the whole register."""
        return not (self.communes or self.naf or self.size_bands or self.sirets)


class Quota(BaseModel):
    """A version of the commitment: it holds from its month on, until the next version's. Never rewritten."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    number: int
    per_month: int
    from_month: str
    decided_on: date
    reason: str
    member_id: str
    recorded_at: AwareDatetime


class Programme(BaseModel):
    """A programme as it stands. `version` counts its changes; `quotas` are all the versions of its commitment."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    id: str
    territory_id: str
    version: int
    state: ProgrammeState
    structure_id: str
    structure_name: str
    title: str
    first_month: str
    months: int
    population: Population
    per_month: int
    """Visits a month, as proposed by a draft, then as the latest version says."""
    quotas: tuple[Quota, ...] = ()
    targets_count: int = 0
    """Enterprises of the frozen list; for a draft, those that it would freeze on the day it was written."""
    created_at: AwareDatetime
    created_by: str
    committed_on: date | None = None
    closed_on: date | None = None
    closing_reason: str | None = None

    @property
    def last_month(self) -> str:
        """The last month of the period."""
        return later(self.first_month, self.months - 1)

    @property
    def period(self) -> tuple[str, ...]:
        """The months of the period, in order."""
        return span(self.first_month, self.months)

    def committed_in(self, month: str) -> int:
        """Visits committed for a month, by the version in force then: none outside the period, nor after the closing."""
        if self.state == "draft" or not self.first_month <= month <= self.last_month:
            return 0
        if self.closed_on is not None and month > f"{self.closed_on:%Y-%m}":
            return 0
        return next((quota.per_month for quota in reversed(self.quotas) if quota.from_month <= month), 0)


DECIDERS: tuple[Role, ...] = ("manager", "coordinator", "deputy")
"""Who commits a structure: its manager; the coordination for any structure."""
VISITORS: tuple[Role, ...] = ("capteur", "manager", "coordinator", "deputy")
"""Who works on the targets of a programme."""


def sees_programme(caller: Caller, territory_id: str, structure_id: str) -> bool:
    """A structure reads its own programmes; the coordination reads them all."""
    if caller.territory_id != territory_id:
        return False
    if sees_all(caller):
        return True
    return caller.has("capteur", "manager") and caller.membership.structure_id == structure_id


def sees_all(caller: Caller) -> bool:
    """Whether the programmes of every structure, by name, are open to the caller."""
    return caller.has("coordinator", "deputy")


def decides(caller: Caller, structure_id: str) -> bool:
    """Whether the caller may commit this structure."""
    return sees_all(caller) or (caller.has("manager") and caller.membership.structure_id == structure_id)
