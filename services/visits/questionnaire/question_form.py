"""The form of one question: from what was typed to the question, and back."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from services.visits.findings import Findings
from services.visits.questionnaire.definition import ISSUE, KINDS, NUMERIC, WITH_OPTIONS, Kind, Question
from services.visits.questionnaire.editing import free_name, options_text, read_options
from shared.typed import clean

YES = "oui"
SHARED, PRIVATE = "shared", "private"
READERS = (
    (SHARED, "Le comité technique", "Et la coordination, dans le dossier de l’entreprise."),
    (PRIVATE, "La structure seulement", "Ses capteurs et ses responsables."),
)
BOUND = "Indiquez un nombre entier, ou laissez vide."
_WHOLE = re.compile(r"-?[0-9]{1,9}")


def first_fields(question: Question | None, section_id: str) -> dict[str, str]:
    """What the form shows first: the question as it is, or a new one's choices."""
    if question is None:
        return {"section": section_id, "kind": "choice", "reader": SHARED}
    return {
        "section": section_id,
        "label": question.label,
        "help": question.help,
        "kind": question.kind,
        "options": options_text(question.options),
        "unit": question.unit,
        "minimum": _text(question.minimum),
        "maximum": _text(question.maximum),
        "required": YES if question.required else "",
        "reader": SHARED if question.shared else PRIVATE,
        "indicator_tag": YES if question.indicator_tag == ISSUE else "",
    }


def read_question(
    fields: Mapping[str, str], known: Question | None, published: bool, taken: Collection[str], findings: Findings
) -> Question:
    """The question that the fields make, whatever is wrong with it: only what cannot be read is noted here.

    A published one keeps what its id means: kind, unit and indicator.
    """
    kept = known if known and published else None
    label = str(clean(fields.get("label", "")))
    kind = kept.kind if kept else _kind(fields, findings)
    tag = kept.indicator_tag if kept else (ISSUE if fields.get("indicator_tag") == YES else "")
    return Question(
        id=known.id if known else free_name(label, taken, "question"),
        label=label,
        help=str(clean(fields.get("help", ""))),
        kind=kind,
        options=read_options(fields.get("options", "")) if kind in WITH_OPTIONS else (),
        required=fields.get("required") == YES,
        shared=fields.get("reader") != PRIVATE,
        unit=kept.unit if kept else _if_number(kind, str(clean(fields.get("unit", "")))),
        minimum=_bound(fields, "minimum", kind, findings),
        maximum=_bound(fields, "maximum", kind, findings),
        indicator_tag=tag,
    )


def _kind(fields: Mapping[str, str], findings: Findings) -> Kind:
    for kind in KINDS:
        if fields.get("kind") == kind:
            return kind
    findings.add("kind", "Choisissez un type de réponse.")
    return "text"


def _if_number(kind: Kind, text: str) -> str:
    return text if kind in NUMERIC else ""


def _bound(fields: Mapping[str, str], name: str, kind: Kind, findings: Findings) -> int | None:
    typed = "".join(_if_number(kind, fields.get(name, "")).split())
    if not typed:
        return None
    if not _WHOLE.fullmatch(typed):
        findings.add(name, BOUND)
        return None
    return int(typed)


def _text(number: int | None) -> str:
    return "" if number is None else str(number)
