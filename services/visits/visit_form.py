"""The visit form: from what was typed to the command, with a message of its own for each field."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.visits.commands import LONGEST_ID, MOST_CAPTEURS, MOST_PERSONS
from services.visits.establishment import read_siret
from services.visits.findings import Findings
from services.visits.form_fields import CHECKED, Fields, date_fields
from services.visits.need_form import NeedReader
from services.visits.occupations import Occupations
from services.visits.questionnaire.answers import check_answers
from services.visits.questionnaire.definition import Questionnaire
from services.visits.questionnaire.form import PREFIX, read_answers
from services.visits.visit import MODES, check_visited_on
from services.visits.visit_subject import CHOICE
from services.visits.wording import PROSE_LENGTH
from shared.errors import Invalid

MESSAGE = "La visite n’est pas encore enregistrée : des informations sont à corriger."
WITH = "avec-"
"""Begins the name of the box of each colleague who came too: `avec-<member>`."""
_NEED = re.compile(r"/needs/(\d+)(?:/(?:recruitment|openings/\d+|jobs_at_risk/\d+))?(?:/(\w+))?")
_NAMES: Mapping[str, str] = {
    "/enterprise/name": "enterprise_name",
    "/enterprise/siret": "siret",
    "/enterprise/commune": "commune",
    "/enterprise_id": "enterprise_name",
    "/enterprise": "enterprise_name",
}


@dataclass(frozen=True)
class VisitForm:
    """A form that was read: the attributes of the command, and the block of fields of each need."""

    report: dict[str, Any]
    blocks: tuple[str, ...]

    def beside(self, error: Invalid) -> Invalid:
        """The same refusal with the names of the form's fields instead of JSON pointers."""
        fields = {self._field(place): message for place, message in error.fields.items()}
        return Invalid(error.message, code=error.code, fields=fields)

    def _field(self, pointer: str) -> str:
        place = pointer.removeprefix("/report")
        if place.startswith("/answers/"):
            return PREFIX + place.removeprefix("/answers/")
        if place.startswith("/capteurs"):
            return "capteurs"
        found = _NEED.fullmatch(place)
        if found is None:
            return _NAMES.get(place, place.removeprefix("/"))
        position = int(found[1])
        block = self.blocks[position] if position < len(self.blocks) else "urgent"
        name = "rome" if found[2] == "rome_code" else found[2]
        if block == "urgent":
            return name or "urgent"
        return f"{block}-{name or 'description'}"


def read_visit_form(
    fields: Mapping[str, str],
    today: date,
    occupations: Occupations,
    questionnaire: Questionnaire,
    *,
    me: str,
    needs_from: date | None = None,
) -> VisitForm:
    """What the fields say of a visit; raises Invalid with a message for each field to correct.

    `me` is the member who was there for certain; `needs_from` the day on which the needs were first told, if not today.
    """
    findings = Findings(MESSAGE)
    form = Fields(fields, findings)
    report = _meeting(form, today, me) | _words(form, questionnaire)
    needs = NeedReader(form, needs_from or today, occupations).read()
    findings.conclude()
    return VisitForm(report | {"needs": [need for _, need in needs]}, tuple(block for block, _ in needs))


def _meeting(form: Fields, today: date, me: str) -> dict[str, Any]:
    return {
        **enterprise_of(form),
        "visited_on": form.day("visited_on", lambda day: check_visited_on(day, today)),
        "mode": form.choice("mode", MODES, "Dites comment la rencontre a eu lieu."),
        "capteurs": capteurs_of(form, me),
        "persons_met": form.lines("persons_met", MOST_PERSONS),
        "occurred_at": _device_time(form.said("occurred_at")),
    }


def _words(form: Fields, questionnaire: Questionnaire) -> dict[str, Any]:
    """The answers and the texts; what is wrong with an answer is noted beside its own field."""
    answers = read_answers(form.values, questionnaire)
    check_answers(answers, questionnaire, form.findings, place=PREFIX)
    return {
        "questionnaire_version": questionnaire.version,
        "answers": answers,
        "private_text": form.prose("private_text", PROSE_LENGTH),
        "shared_text": form.prose("shared_text", PROSE_LENGTH),
        "consent_to_share": form.checked("consent_to_share"),
    }


def fingerprint_text(fields: Mapping[str, str]) -> str:
    """What makes two sends of the form the same: all that was typed, in any order."""
    return json.dumps(sorted(fields.items()), ensure_ascii=False)


def first_values(today: date) -> dict[str, str]:
    """What a new form proposes: today, on site, one post."""
    return {**date_fields("visited_on", today), "mode": "on_site", "quantity": "1"}


def with_colleagues(member_ids: Sequence[str]) -> dict[str, str]:
    """The boxes of those who came too."""
    return {WITH + member_id: CHECKED for member_id in member_ids}


def enterprise_of(form: Fields) -> dict[str, Any]:
    """The planned visit's, one of the register, or what is typed of it."""
    visit_id, chosen = form.said("visit_id"), form.said(CHOICE) or form.said("enterprise_id")
    if visit_id:
        return {"visit_id": visit_id[:LONGEST_ID]}
    if chosen:
        return {"enterprise_id": chosen[:LONGEST_ID]}
    typed = {
        "name": form.line("enterprise_name", "Indiquez le nom de l’entreprise."),
        "siret": _siret(form),
        "commune": form.line("commune", "Indiquez la commune de l’entreprise."),
    }
    return {"enterprise": typed}


def _siret(form: Fields) -> str | None:
    typed = form.said("siret")
    if form.checked("creation"):
        if typed:
            form.findings.add("siret", "Videz le SIRET, ou décochez « en cours de création ».")
        return None
    with form.findings.at("siret"):
        if not typed:
            raise Invalid("Indiquez le SIRET, ou cochez « en cours de création ».")
        return read_siret(typed)
    return None


def capteurs_of(form: Fields, me: str) -> tuple[str, ...]:
    """The ids of who goes or went: the member `me`, and the colleagues whose boxes are ticked."""
    others = [name.removeprefix(WITH) for name in form.values if name.startswith(WITH) and form.checked(name)]
    everybody = tuple(dict.fromkeys([me, *others]))
    if len(everybody) > MOST_CAPTEURS:
        form.findings.add("capteurs", f"Au plus {MOST_CAPTEURS} personnes de la structure.")
    return everybody


def _device_time(text: str) -> datetime | None:
    """What the device says, or None: a clock that says nonsense spoils no visit."""
    try:
        instant = datetime.fromisoformat(text)
        return instant if instant.utcoffset() is not None else None
    except ValueError:
        return None
