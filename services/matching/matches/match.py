"""The match: a job at risk and an opening that may fit, by one way, as far as people have taken it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Mode = Literal["reconversion", "loan", "passerelle", "hire", "immersion"]
State = Literal[
    "suggested",
    "shortlisted",
    "one_side_agreed",
    "introduced",
    "in_setup",
    "concluded",
    "reviewed",
    "declined",
    "expired",
    "broken",
]
Side = Literal["at_risk", "opening"]
Outcome = Literal["kept", "left", "unknown"]

STATES: Mapping[State, str] = {
    "suggested": "Proposé",
    "shortlisted": "Retenu",
    "one_side_agreed": "Un accord sur deux",
    "introduced": "Mis en relation",
    "in_setup": "En montage",
    "concluded": "Conclu",
    "reviewed": "Suivi",
    "declined": "Décliné",
    "expired": "Expiré",
    "broken": "Rompu",
}
MODES: Mapping[Mode, str] = {
    "reconversion": "Reconversion",
    "loan": "Prêt de main-d’œuvre",
    "passerelle": "Passerelle",
    "hire": "Embauche",
    "immersion": "Immersion",
}
SIDES: Mapping[Side, str] = {
    "at_risk": "l’entreprise aux emplois fragilisés",
    "opening": "l’entreprise qui recrute",
}
OUTCOMES: Mapping[Outcome, str] = {
    "kept": "Toujours en poste",
    "left": "Partis depuis",
    "unknown": "Non connu",
}
ENDED: frozenset[State] = frozenset({"reviewed", "declined", "expired", "broken"})
REVEALED: frozenset[State] = frozenset({"introduced", "in_setup", "concluded", "reviewed", "broken"})
"""Both enterprises have agreed to meet: each is known to the other from then on."""

Points = Annotated[int, Field(ge=0, le=1000)]


class Entry(BaseModel):
    """What is kept frozen, and read by code that may be older or newer."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")


class Consent(Entry):
    """An enterprise has agreed to be put in touch, by somebody who answers for it here."""

    side: Side
    member_id: str
    """Who put it on record."""
    given_at: AwareDatetime
    given_by: str
    """Whose word it is, as a function: `la direction`, `les ressources humaines`. Never a name."""


class Tick(Entry):
    """An item of the checklist that somebody has seen to."""

    code: str
    done_on: date
    member_id: str


class Match(Entry):
    """A proposal and its life. Who the enterprises are stands with the two jobs."""

    id: str
    territory_id: str
    version: int
    state: State = "suggested"
    job_id: str
    opening_id: str
    job_structure_id: str
    opening_structure_id: str
    """The two referents' structures: who answers for which enterprise."""
    mode: Mode
    people: int = Field(ge=1, le=999)
    score: Points
    components: Mapping[str, int] = Field(default_factory=dict)
    """Points by component; they add up to the score."""
    passerelle: Literal["same", "official", "declared", "inferred"]
    origin_rome: str
    origin_label: str
    target_rome: str
    target_label: str
    run_id: str
    """The run, or the shortlist, that proposed it."""
    reference: str = ""
    """Version of the reference tables that it was computed with."""
    suggested_at: AwareDatetime
    expires_on: date
    """The last day on which a proposal, or the answer of the second side, is waited for."""
    consents: tuple[Consent, ...] = ()
    ticks: tuple[Tick, ...] = ()
    concluded_on: date | None = None
    people_moved: int | None = None
    outcome: Outcome | None = None
    people_still: int | None = None
    reason: str | None = None
    """Code of why it ended."""

    @property
    def state_label(self) -> str:
        return STATES[self.state]

    @property
    def mode_label(self) -> str:
        return MODES[self.mode]

    def has_agreed(self, side: Side) -> bool:
        return any(consent.side == side for consent in self.consents)

    @property
    def is_revealed(self) -> bool:
        """Whether each enterprise may know who the other is: both have agreed, whatever came after."""
        return self.state in REVEALED and self.has_agreed("at_risk") and self.has_agreed("opening")
