"""The form « Suite donnée »: from what was typed to the command, and from a refusal back to its fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from services.visits.findings import Findings
from services.visits.form_fields import Fields
from services.visits.need_action_given import RecordNeedAction
from services.visits.need_state import ACTION_KINDS
from services.visits.wording import TEXT_LENGTH
from shared.errors import Invalid
from shared.typed import clean

WRONG = "La suite n’est pas encore enregistrée : des informations sont à corriger."
WITHDRAWN = "withdrawn"


def read_action(fields: Mapping[str, str]) -> RecordNeedAction:
    """The command that the fields make; raises Invalid with a message for each field to correct."""
    findings = Findings(WRONG)
    form = Fields(fields, findings)
    given: dict[str, Any] = {"kind": form.choice("kind", ACTION_KINDS, "Choisissez la suite donnée.")}
    if given["kind"] == WITHDRAWN:
        given["withdraws"] = form.said("withdraws") or None
    else:
        given["acted_on"] = form.day("acted_on", lambda _day: None)
    given["note"] = str(clean(form.said("note")))
    if len(given["note"]) > TEXT_LENGTH:
        findings.add("note", f"Trop long : au plus {TEXT_LENGTH} caractères.")
    findings.conclude()
    return RecordNeedAction.model_validate(given)


@contextmanager
def beside() -> Iterator[None]:
    """What is refused at a JSON pointer is told at the field of that name."""
    try:
        yield
    except Invalid as error:
        if not error.fields:
            raise
        fields = {place.removeprefix("/"): message for place, message in error.fields.items()}
        raise Invalid(WRONG, code=error.code, fields=fields) from None
