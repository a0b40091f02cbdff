"""The visit form: from what was typed to the command, with a message of its own for each field."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.visits.commands import ReportVisit
from services.visits.establishment import read_siret
from services.visits.findings import Findings
from services.visits.need import CONTRACTS, MOST_POSTS, check_wanted_on
from services.visits.occupations import Occupation, Occupations
from services.visits.visit import MODES, check_visited_on
from services.visits.wording import LINE_LENGTH, clean
from shared.errors import Invalid
from shared.web.forms import read_date

CHECKED = "oui"
KEY = "idempotency_key"
URGENT_FIELDS = ("post", "place", "rome", "wanted_on-day", "wanted_on-month", "wanted_on-year")
"""What nobody fills in without an urgent need in mind."""
MESSAGE = "La visite n’est pas encore enregistrée : des informations sont à corriger."


def read_visit_form(fields: Mapping[str, str], today: date, occupations: Occupations) -> ReportVisit:
    """The command that the fields make; raises Invalid with a message for each field to correct."""
    findings = Findings(MESSAGE)
    form = _Fields(fields, findings)
    visit: dict[str, Any] = {
        "enterprise": _enterprise(form),
        "visited_on": form.day("visited_on", lambda day: check_visited_on(day, today)),
        "mode": form.choice("mode", MODES, "Dites comment la rencontre a eu lieu."),
        "person_function": form.line("person_function"),
        "needs": _needs(form, today, occupations),
    }
    findings.conclude()
    return ReportVisit.model_validate(visit)


def fingerprint_text(fields: Mapping[str, str]) -> str:
    """What makes two sends of the form the same: all that was typed, in any order."""
    return json.dumps(sorted(fields.items()), ensure_ascii=False)


def first_values(today: date) -> dict[str, str]:
    """What a new form proposes: today, on site, one post."""
    return {
        "visited_on-day": str(today.day),
        "visited_on-month": str(today.month),
        "visited_on-year": str(today.year),
        "mode": "on_site",
        "quantity": "1",
    }


@dataclass(frozen=True)
class _Fields:
    """Reads one field at a time; a refusal is noted and reading goes on."""

    values: Mapping[str, str]
    findings: Findings

    def checked(self, name: str) -> bool:
        return self.values.get(name) == CHECKED

    def line(self, name: str, missing: str = "") -> str:
        """A short text; with a message for when it is missing, it is required."""
        text = str(clean(self.values.get(name, "")))
        if not text and missing:
            self.findings.add(name, missing)
        if len(text) > LINE_LENGTH:
            self.findings.add(name, f"Trop long : au plus {LINE_LENGTH} caractères.")
        return text

    def choice(self, name: str, options: Collection[str], missing: str) -> str:
        value = self.values.get(name, "")
        if value not in options:
            self.findings.add(name, missing)
        return value

    def number(self, name: str, most: int) -> int | None:
        text = self.values.get(name, "")
        if text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and 1 <= int(text) <= most:
            return int(text)
        self.findings.add(name, f"Indiquez un nombre entre 1 et {most}.")
        return None

    def day(self, name: str, check: Callable[[date], None]) -> date | None:
        with self.findings.at(name):
            try:
                day = read_date(self.values, name)
            except Invalid as error:
                raise Invalid(error.fields[name]) from None
            check(day)
            return day
        return None


def _enterprise(form: _Fields) -> dict[str, Any]:
    return {
        "name": form.line("enterprise_name", "Indiquez le nom de l’entreprise."),
        "siret": _siret(form),
        "commune": form.line("commune", "Indiquez la commune de l’entreprise."),
    }


def _siret(form: _Fields) -> str | None:
    typed = form.values.get("siret", "")
    if form.checked("creation"):
        if typed:
            form.findings.add("siret", "Videz le SIRET, ou décochez « en cours de création ».")
        return None
    with form.findings.at("siret"):
        if not typed:
            raise Invalid("Indiquez le SIRET, ou cochez « en cours de création ».")
        return read_siret(typed)
    return None


def _needs(form: _Fields, today: date, occupations: Occupations) -> list[dict[str, Any]]:
    if not form.checked("urgent"):
        if any(form.values.get(name) for name in URGENT_FIELDS):
            form.findings.add("urgent", "Cochez la case pour signaler ce besoin, ou videz les champs qui suivent.")
        return []
    return [{"theme": "recruitment", "urgency": "urgent", "recruitment": _recruitment(form, today, occupations)}]


def _recruitment(form: _Fields, today: date, occupations: Occupations) -> dict[str, Any]:
    occupation = _occupation(form, occupations)
    return {
        "post": form.line("post", "Indiquez l’intitulé du poste."),
        "quantity": form.number("quantity", MOST_POSTS),
        "contract": form.choice("contract", CONTRACTS, "Choisissez le type de contrat."),
        "place": form.line("place") or form.line("commune"),
        "rome_code": occupation.code if occupation else "",
        "wanted_on": form.day("wanted_on", lambda day: check_wanted_on(day, today)),
    }


def _occupation(form: _Fields, occupations: Occupations) -> Occupation | None:
    """The métier chosen among those proposed for what is typed now, else the one that is typed in full."""
    typed, chosen = form.values.get("rome", ""), form.values.get("rome_code", "")
    with form.findings.at("rome"):
        if not typed:
            raise Invalid("Indiquez le métier : un code ROME ou un intitulé.")
        proposed = {known.code: known for known in occupations.propose(typed)}
        return proposed.get(chosen) or occupations.find(typed)
    return None
