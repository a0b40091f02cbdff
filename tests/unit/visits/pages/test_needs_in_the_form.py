"""The needs of the visit form: openings, jobs at risk, anything else, each in a block of its own."""

from __future__ import annotations

import pytest

from tests.unit.visits.pages.scene import FORGES, NEW, refusals, registered, reported, short_form
from tests.unit.visits.territory import HERE, Territory, form

OPENING = {
    "poste-1-rome": "H2913",
    "poste-1-quantity": "3",
    "poste-1-contract": "cdd",
    "poste-1-wanted_on-day": "1",
    "poste-1-wanted_on-month": "3",
    "poste-1-wanted_on-year": "2027",
}
AT_RISK = {
    "risque-1-rome": "H2903",
    "risque-1-quantity": "4",
    "risque-1-horizon_on-day": "30",
    "risque-1-horizon_on-month": "4",
    "risque-1-horizon_on-year": "2027",
    "risque-1-cause": "definitive",
    "risque-1-confidential": "oui",
    "risque-1-description": "Un atelier ferme au printemps.",
}
OTHER = {"besoin-1-subject": "skills/tutoring", "besoin-1-description": "Former deux tuteurs."}


def test_every_sort_of_need_is_recorded(territory: Territory) -> None:
    """Four needs in one form, each with its theme."""
    visit_id = reported(territory, **{**form(), **OPENING, **AT_RISK, **OTHER})
    needs = territory.store.file(HERE, visit_id).needs

    assert {need.theme for need in needs} == {"recruitment", "jobs_at_risk", "skills"}
    assert len(needs) == 4
    (job,) = next(need.jobs_at_risk for need in needs if need.jobs_at_risk)
    assert (job.rome_code, job.quantity, job.cause, job.confidential) == ("H2903", 4, "definitive", True)
    (opening,) = next(need.openings for need in needs if need.openings)
    assert (opening.rome_code, opening.quantity, opening.contract) == ("H2913", 3, "cdd")
    assert next(need.subject_label for need in needs if need.theme == "skills") == "Former des tuteurs"


def test_a_number_alone_is_no_need(territory: Territory) -> None:
    """An empty block says nothing, whatever it proposes."""
    visit_id = reported(territory, **{"poste-1-quantity": "1", "risque-1-quantity": "1"})

    assert territory.store.file(HERE, visit_id).needs == ()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        (OPENING | {"poste-1-rome": ""}, "poste-1-rome"),
        (OPENING | {"poste-1-rome": "soudr"}, "poste-1-rome"),
        (OPENING | {"poste-1-quantity": "0"}, "poste-1-quantity"),
        (OPENING | {"poste-1-contract": ""}, "poste-1-contract"),
        (OPENING | {"poste-1-wanted_on-year": "2025"}, "poste-1-wanted_on"),
        (AT_RISK | {"risque-1-cause": ""}, "risque-1-cause"),
        (AT_RISK | {"risque-1-horizon_on-year": "2040"}, "risque-1-horizon_on"),
        (AT_RISK | {"risque-1-description": "x" * 1001}, "risque-1-description"),
        ({"besoin-1-description": "Sans sujet"}, "besoin-1-subject"),
        ({"besoin-1-subject": "skills/inconnu"}, "besoin-1-subject"),
        ({"besoin-2-subject": "recruitment/sourcing", "besoin-2-urgent": "oui"}, "besoin-2-urgent"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(territory: Territory, fields: dict[str, str], field: str) -> None:
    """The block is open, the message beside the field, nothing is written."""
    refused = territory.post(NEW, short_form(**fields))

    assert refused.status == 422
    assert list(refusals(refused)) == [field]
    assert f'id="{field}-error"' in refused.text
    assert territory.kept("/VISIT") == []


def test_blocks_are_folded_until_something_is_said(territory: Territory) -> None:
    """A telephone shows a short page."""
    folded = territory.open(NEW).text
    open_ = territory.post(NEW, short_form(**{**OPENING, "chercher": "oui"})).text

    assert '<details class="section fold">\n<summary class="section-title">Des postes à pourvoir' in folded
    assert '<details class="section fold" open>\n<summary class="section-title">Des postes à pourvoir' in open_


def test_the_search_of_a_block_fills_that_block(territory: Territory) -> None:
    """Each métier field has its own choices; a field that does not exist has none."""
    found = territory.open("/visites/occupations", headers={}, **{"champ": "risque-2-rome", "risque-2-rome": "soud"})

    assert 'name="risque-2-rome_code"' in found.text
    assert territory.open("/visites/occupations", champ="<b>").status == 404


def test_the_place_of_an_urgent_post_is_the_enterprise_s_unless_said(territory: Territory) -> None:
    """Nobody types a commune that the register knows."""
    registered(territory)
    visit_id = reported(territory, **{**form(), "enterprise_id": FORGES, "commune": ""})

    (need,) = territory.store.file(HERE, visit_id).needs
    assert need.recruitment
    assert need.recruitment.place == "Mandeure"
