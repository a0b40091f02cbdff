"""The needs of the visit form: a few blocks of fields of four sorts, each block one need when something is said in it.

    urgent      post, place, rome, quantity, contract, wanted_on     an urgent recruitment: it raises the alert
    poste-n     rome, quantity, contract, wanted_on, description     openings that are no urgency
    risque-n    rome, quantity, horizon_on, cause, confidential, …   jobs at risk
    besoin-n    subject (`theme/subject`), urgent, description       anything else

The first sort keeps its bare field names; those of the others begin with their block: `poste-1-rome`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.visits.form_fields import Fields, date_fields
from services.visits.need import (
    CAUSES,
    CONTRACTS,
    MOST_POSTS,
    Need,
    check_horizon,
    check_wanted_on,
)
from services.visits.need_subjects import SUBJECTS, THEMES
from services.visits.occupations import Occupations
from services.visits.wording import TEXT_LENGTH

URGENT = "urgent"
URGENT_FIELDS = ("post", "place", "rome", "wanted_on-day", "wanted_on-month", "wanted_on-year")
"""What nobody fills in without an urgent need in mind."""
BLOCKS: Mapping[str, int] = {"poste": 2, "risque": 2, "besoin": 3}
"""Blocks of each sort in a form: with the urgent one, fewer than a report may have."""
FILLED: Mapping[str, tuple[str, ...]] = {
    "poste": ("rome", "description", "wanted_on-day", "wanted_on-month", "wanted_on-year"),
    "risque": ("rome", "description", "horizon_on-day", "horizon_on-month", "horizon_on-year"),
    "besoin": ("subject", "description"),
}
"""What says that a block is a need; a number of posts alone does not."""
CONTRACT = "Choisissez le type de contrat."

NeedsRead = list[tuple[str, dict[str, Any]]]
"""Each need with the block that it comes from."""


def block_names(sort: str) -> list[str]:
    """The blocks of a sort: `poste-1`, `poste-2`."""
    return [f"{sort}-{number}" for number in range(1, BLOCKS[sort] + 1)]


def is_filled(values: Mapping[str, str], block: str) -> bool:
    """Whether something is said in a block."""
    return any(values.get(f"{block}-{name}") for name in FILLED[block.partition("-")[0]])


@dataclass(frozen=True)
class NeedReader:
    """Reads the blocks in the order of the page."""

    form: Fields
    today: date
    occupations: Occupations

    def read(self) -> NeedsRead:
        """The needs, as commands are made of; what is wrong is noted beside its field."""
        return [
            *self._urgent(),
            *self._blocks("poste", self._opening),
            *self._blocks("risque", self._at_risk),
            *self._blocks("besoin", self._other),
        ]

    def _blocks(self, sort: str, read: Callable[[str], dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
        for block in block_names(sort):
            if is_filled(self.form.values, block):
                known = {"id": self.form.said(f"{block}-id")} if self.form.said(f"{block}-id") else {}
                yield block, known | read(block)

    def _urgent(self) -> NeedsRead:
        form = self.form
        if not form.checked(URGENT):
            if any(form.said(name) for name in URGENT_FIELDS):
                form.findings.add(URGENT, "Cochez la case pour signaler ce besoin, ou videz les champs qui suivent.")
            return []
        return [(URGENT, {"theme": "recruitment", "urgency": "urgent", "recruitment": self._recruitment()})]

    def _recruitment(self) -> dict[str, Any]:
        form = self.form
        return {
            "post": form.line("post", "Indiquez l’intitulé du poste."),
            "quantity": form.number("quantity", MOST_POSTS),
            "contract": form.choice("contract", CONTRACTS, CONTRACT),
            "place": form.line("place") or form.line("commune"),
            "rome_code": self._rome("rome"),
            "wanted_on": form.day("wanted_on", self._wanted),
        }

    def _opening(self, block: str) -> dict[str, Any]:
        form = self.form
        opening = {
            "rome_code": self._rome(f"{block}-rome"),
            "quantity": form.number(f"{block}-quantity", MOST_POSTS),
            "contract": form.choice(f"{block}-contract", CONTRACTS, CONTRACT),
            "wanted_on": form.day(f"{block}-wanted_on", self._wanted),
        }
        return {"theme": "recruitment", "description": self._description(block), "openings": [opening]}

    def _at_risk(self, block: str) -> dict[str, Any]:
        form = self.form
        job = {
            "rome_code": self._rome(f"{block}-rome"),
            "quantity": form.number(f"{block}-quantity", MOST_POSTS),
            "horizon_on": form.day(f"{block}-horizon_on", lambda day: check_horizon(day, self.today)),
            "cause": form.choice(f"{block}-cause", CAUSES, "Dites si la baisse est passagère ou définitive."),
            "confidential": form.checked(f"{block}-confidential"),
        }
        return {"theme": "jobs_at_risk", "description": self._description(block), "jobs_at_risk": [job]}

    def _other(self, block: str) -> dict[str, Any]:
        form = self.form
        said, _, subject = form.said(f"{block}-subject").partition("/")
        theme = next((theme for theme in THEMES if theme == said), None)
        urgent = form.checked(f"{block}-urgent")
        if theme is None or (subject and subject not in SUBJECTS[theme]):
            form.findings.add(f"{block}-subject", "Choisissez le sujet du besoin.")
        if theme == "recruitment" and urgent:
            form.findings.add(f"{block}-urgent", "Un recrutement urgent se signale plus haut, avec le poste recherché.")
        return {
            "theme": theme,
            "subject": subject or None,
            "urgency": "urgent" if urgent else "ordinary",
            "description": self._description(block),
        }

    def _description(self, block: str) -> str | None:
        return self.form.prose(f"{block}-description", TEXT_LENGTH)

    def _rome(self, name: str) -> str:
        occupation = self.form.occupation(name, self.occupations)
        return occupation.code if occupation else ""

    def _wanted(self, day: date) -> None:
        check_wanted_on(day, self.today)


def need_values(needs: tuple[Need, ...]) -> tuple[dict[str, str], list[Need]]:
    """The fields that say these needs again, and those for which the form has no block."""
    free = {sort: block_names(sort) for sort in BLOCKS}
    values: dict[str, str] = {}
    beyond: list[Need] = []
    for need in needs:
        sort = _sort_of(need)
        if sort is None or not free[sort]:
            beyond.append(need)
        else:
            block = free[sort].pop(0)
            values |= {f"{block}-id": need.id} | _VALUES[sort](need, block)
    return {name: value for name, value in values.items() if value}, beyond


def _sort_of(need: Need) -> str | None:
    """The sort of block that says all of a need, or None."""
    if need.recruitment:
        return None  # It has raised an alert, which is followed elsewhere.
    if need.openings or need.jobs_at_risk:
        whole = len(need.openings) + len(need.jobs_at_risk) == 1 and need.urgency == "ordinary" and not need.subject
        return ("poste" if need.openings else "risque") if whole else None
    return "besoin"


def _opening_values(need: Need, block: str) -> dict[str, str]:
    part = need.openings[0]
    said = {"rome": part.rome_code, "quantity": str(part.quantity), "contract": part.contract}
    return _within(block, said | {"description": need.description or ""} | date_fields("wanted_on", part.wanted_on))


def _risk_values(need: Need, block: str) -> dict[str, str]:
    part = need.jobs_at_risk[0]
    said = {"rome": part.rome_code, "quantity": str(part.quantity), "cause": part.cause}
    more = {"description": need.description or "", "confidential": "oui" if part.confidential else ""}
    return _within(block, said | more | date_fields("horizon_on", part.horizon_on))


def _other_values(need: Need, block: str) -> dict[str, str]:
    subject = f"{need.theme}/{need.subject or ''}"
    urgent = "oui" if need.urgency == "urgent" else ""
    return _within(block, {"subject": subject, "description": need.description or "", "urgent": urgent})


def _within(block: str, values: Mapping[str, str]) -> dict[str, str]:
    return {f"{block}-{name}": value for name, value in values.items()}


_VALUES: Mapping[str, Callable[[Need, str], dict[str, str]]] = {
    "poste": _opening_values,
    "risque": _risk_values,
    "besoin": _other_values,
}
