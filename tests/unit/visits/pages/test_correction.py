"""Correcting a report: the form as it was, a reason, a revision more; what was written stays to be read."""

from __future__ import annotations

import pytest

from services.visits.need import Need
from tests.unit.visits.pages.scene import filled, refusals, reported
from tests.unit.visits.pages.test_needs_in_the_form import AT_RISK, OPENING, OTHER
from tests.unit.visits.territory import HERE, Answer, Territory, form

SAID = {
    "shared_text": "Première synthèse.",
    "private_text": "Note pour nous.\n\nSur deux paragraphes.",
    "consent_to_share": "oui",
    "avec-colleague": "oui",
    "q-headcount": "42",
}


def correct(territory: Territory, visit_id: str, **changes: str) -> Answer:
    """Opens the correction, changes some fields and sends it."""
    shown = territory.open(f"/visites/{visit_id}/correction")
    assert shown.status == 200
    return territory.post(f"/visites/{visit_id}/correction", {**filled(shown), "reason": "Erreur de saisie", **changes})


def needs_of(territory: Territory, visit_id: str) -> dict[str, Need]:
    return {need.id: need for need in territory.store.file(HERE, visit_id).needs}


def test_a_correction_that_changes_nothing_says_the_same(territory: Territory) -> None:
    """The form holds all that was said: sent as it comes, the new revision equals the first."""
    visit_id = reported(territory, **SAID, **form(), **OPENING, **AT_RISK, **OTHER)
    before = needs_of(territory, visit_id)

    sent = correct(territory, visit_id)

    assert sent.status == 303, refusals(sent)
    file = territory.store.file(HERE, visit_id)
    assert len(file.reports) == 2
    said = {"revision", "reason", "recorded_at", "needs_before", "occurred_at"}
    assert file.reports[0].model_dump(exclude=said) == file.reports[1].model_dump(exclude=said)
    assert needs_of(territory, visit_id) == before


def test_a_correction_is_a_revision_with_its_author_and_reason(territory: Territory) -> None:
    """The page of revisions shows what was and what is."""
    visit_id = reported(territory, **SAID)
    correct(territory, visit_id, shared_text="Synthèse corrigée.", **{"q-activity_trend": "down"})

    shown = territory.open(f"/visites/{visit_id}/revisions").text

    for words in ("Première synthèse.", "Synthèse corrigée.", "En hausse", "En baisse", "Erreur de saisie", "Capteur"):
        assert words in shown
    assert "Note pour nous." not in shown
    assert "Compte rendu corrigé (révision 2)" in territory.open(f"/visites/{visit_id}").text


def test_a_need_is_changed_added_and_taken_away(territory: Territory) -> None:
    """What keeps its block keeps its id; what is emptied is gone; what is new is told."""
    visit_id = reported(territory, **OPENING, **OTHER)
    (opening,) = [need for need in needs_of(territory, visit_id).values() if need.openings]

    emptied = dict.fromkeys((name for name in OTHER), "")
    sent = correct(territory, visit_id, **{"poste-1-quantity": "5"}, **emptied, **AT_RISK)

    assert sent.status == 303, refusals(sent)
    after = needs_of(territory, visit_id)
    assert after[opening.id].openings[0].quantity == 5
    assert {need.theme for need in after.values()} == {"recruitment", "jobs_at_risk"}


def test_a_need_that_has_alerted_stays(territory: Territory) -> None:
    """It is followed on the page of its alert: the form has no field for it and keeps it."""
    visit_id = reported(territory, **form())
    shown = territory.open(f"/visites/{visit_id}/correction").text

    assert "Ouvrir l’alerte" in shown
    assert correct(territory, visit_id).status == 303
    assert [need.alert_id is not None for need in needs_of(territory, visit_id).values()] == [True]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"visited_on-day": "28"}, "visited_on"),
        ({"q-headcount": "beaucoup"}, "q-headcount"),
        ({"avec-capteur": "", "avec-colleague": ""}, "capteurs"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(territory: Territory, change: dict[str, str], field: str) -> None:
    """422, and no revision is written."""
    visit_id = reported(territory, **SAID)

    refused = correct(territory, visit_id, **change)

    assert refused.status == 422
    assert list(refusals(refused)) == [field]
    assert len(territory.store.file(HERE, visit_id).reports) == 1


def test_two_corrections_at_once_and_the_second_is_told(territory: Territory) -> None:
    """409 with what the first one did."""
    visit_id = reported(territory)
    stale = filled(territory.open(f"/visites/{visit_id}/correction"))
    correct(territory, visit_id, shared_text="Plus vite.")

    crossed = territory.post(f"/visites/{visit_id}/correction", {**stale, "reason": "Trop tard"})

    assert crossed.status == 409
    assert "Compte rendu corrigé (révision 2)" in crossed.text


@pytest.mark.parametrize("who", ["coordinator", "rival", "neighbour"])
def test_only_the_structure_corrects(territory: Territory, who: str) -> None:
    """For everybody else there is no such page."""
    visit_id = reported(territory, consent_to_share="oui")

    assert territory.open(f"/visites/{visit_id}/correction", who=who).status == 404


def test_the_coordination_compares_what_is_shared(territory: Territory) -> None:
    """The private text of a revision is as private as the first one."""
    visit_id = reported(territory, **SAID)
    correct(territory, visit_id, private_text="Secret changé.", shared_text="Autre synthèse.")

    shown = territory.open(f"/visites/{visit_id}/revisions", who="coordinator").text

    assert "Autre synthèse." in shown
    assert "Secret" not in shown
    assert territory.open(f"/visites/{visit_id}/revisions", who="rival").status == 404
