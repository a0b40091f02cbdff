"""What one revision of a report changed: each thing as it was and as it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from services.visits.report import Report
from services.visits.visit import MODES
from services.visits.visit_history import name_of
from shared.address_book import Directory
from shared.web.formats import day, listing

NOTHING = "Rien"


class Difference(NamedTuple):
    """One thing that is different, in words."""

    label: str
    before: str
    after: str


def differences(before: Report, after: Report, directory: Directory) -> list[Difference]:
    """All that a reader of both can see change, in the order of the report."""
    was, became = dict(_words(before, directory)), dict(_words(after, directory))
    labels = dict.fromkeys([*became, *was])
    found = [Difference(label, was.get(label) or NOTHING, became.get(label) or NOTHING) for label in labels]
    return [one for one in found if one.before != one.after] + [
        Difference(
            f"Besoin : {need.theme_label}",
            need.description or need.subject_label or "Sans précision",
            "Changé ou retiré",
        )
        for need in after.needs_before
    ]


def _words(report: Report, directory: Directory) -> Iterator[tuple[str, str]]:
    yield "Date de la visite", day(report.visited_on)
    yield "Rencontre", MODES[report.mode]
    yield "Capteurs", listing([name_of(member_id, directory) for member_id in report.capteurs])
    yield "Personnes rencontrées", listing(report.persons_met)
    yield "Accord de partage", "Oui" if report.consent_to_share else "Non"
    yield "Synthèse partagée", report.shared_text or ""
    yield "Notes de la structure", report.private_text or ""
    for answer in report.answers:
        yield answer.label, ", ".join(answer.value_labels) + (f" {answer.unit}" if answer.unit else "")
