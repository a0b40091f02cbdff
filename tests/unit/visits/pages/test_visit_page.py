"""The page of one visit and the lists: each reader sees the parts that are theirs, and where each part goes."""

from __future__ import annotations

import pytest

from tests.unit.visits.pages.scene import FORGES, NEW, planned, registered, reported, short_form, typed
from tests.unit.visits.territory import Territory

PRIVATE, SHARED = "La gérante prévoit de transmettre.", "Carnet plein, deux postes à pourvoir."
TEXTS = {"private_text": PRIVATE, "shared_text": SHARED, "q-first_customer_share": "60"}


@pytest.fixture
def territory() -> Territory:
    """A territory with an enterprise."""
    made = Territory()
    registered(made)
    return made


@pytest.mark.parametrize(
    ("who", "consent", "seen"),
    [
        ("capteur", "", {PRIVATE, SHARED, "Part du premier client"}),
        ("colleague", "", {PRIVATE, SHARED, "Part du premier client"}),
        ("coordinator", "", {SHARED}),
        ("rival", "oui", {SHARED}),
        ("rival", "", set()),
        ("neighbour", "oui", set()),
    ],
)
def test_each_reader_sees_their_parts(territory: Territory, who: str, consent: str, seen: set[str]) -> None:
    """The private text and answers never leave the structure."""
    visit_id = reported(territory, consent_to_share=consent, **TEXTS)

    shown = territory.open(f"/visites/{visit_id}", who=who)

    assert shown.status == (200 if seen else 404)
    assert {words for words in (PRIVATE, SHARED, "Part du premier client") if words in shown.text} == seen
    assert ("Réservé à votre structure" in shown.text) is (PRIVATE in seen)
    assert ("Partagé avec le comité" in shown.text) is (SHARED in seen)


def test_another_structure_sees_neither_people_nor_history(territory: Territory) -> None:
    """Even with the enterprise's consent: who went and whom they met is the structure's business."""
    visit_id = reported(territory, consent_to_share="oui", **TEXTS)

    shown = territory.open(f"/visites/{visit_id}", who="rival").text

    for words in ("Gérante", "Historique", "Pièces jointes", "Actions", "Capteurs"):
        assert words not in shown.partition("<main")[2]


def test_the_buttons_are_those_that_work(territory: Territory) -> None:
    """The structure corrects, the coordination concludes."""
    visit_id = reported(territory)
    own, coordination = (territory.open(f"/visites/{visit_id}", who=who).text for who in ("capteur", "coordinator"))

    assert f"/visites/{visit_id}/correction" in own
    assert f"/visites/{visit_id}/correction" not in coordination
    assert f"/visites/{visit_id}/comite" in coordination
    assert f"/visites/{visit_id}/reporter" not in own


def test_the_form_of_a_planned_visit_says_which_enterprise(territory: Territory) -> None:
    """Coming from the visit, nothing has to be typed of the enterprise; its report closes the visit."""
    visit_id = planned(territory, more={"avec-colleague": "oui"})
    shown = territory.open(NEW, visite=visit_id)

    assert "FORGES DU DOUBS" in shown.text
    assert typed(shown, "visit_id") == visit_id
    assert 'id="siret"' not in shown.text
    assert reported(territory, visit_id=visit_id, enterprise_name="", siret="", commune="") == visit_id


def test_the_form_from_the_register_names_the_enterprise(territory: Territory) -> None:
    """Coming from the page of an enterprise."""
    assert "FORGES DU DOUBS" in territory.open(NEW, entreprise=FORGES).text
    visit_id = reported(territory, enterprise_id=FORGES, enterprise_name="", siret="", commune="")
    assert territory.store.visit("belfort-montbeliard-hericourt", visit_id).enterprise_id == FORGES


def test_a_choice_among_those_proposed_wins_over_what_is_typed(territory: Territory) -> None:
    """The proposal is a radio button; « aucune » leaves what is typed."""
    chosen = reported(territory, enterprise_name="forges", enterprise_choice=FORGES, siret="", commune="")
    refused = territory.post(NEW, short_form(enterprise_name="forges", enterprise_choice="", siret="", commune=""))

    assert territory.store.visit("belfort-montbeliard-hericourt", chosen).enterprise_id == FORGES
    assert refused.status == 422


def test_a_planned_visit_of_another_structure_opens_no_form(territory: Territory) -> None:
    """It does not exist."""
    assert territory.open(NEW, visite=planned(territory), who="rival").status == 404


def test_the_enterprises_proposed_are_a_fragment(territory: Territory) -> None:
    """htmx gets the choices alone, escaped; too little typed proposes nothing."""
    found = territory.open("/visites/entreprises", enterprise_name="forg")
    nothing = territory.open("/visites/entreprises", enterprise_name="<b>zz")

    assert f'value="{FORGES}"' in found.text
    assert "<html" not in found.text
    assert "<b>" not in nothing.text
    assert territory.open("/visites/entreprises", enterprise_name="f").text.strip() == ""


def test_the_urgent_button_opens_the_urgent_part(territory: Territory) -> None:
    """One tap from the page of the day."""
    assert '<details class="section fold" id="urgence" open>' in territory.open(NEW, urgent="oui").text


@pytest.mark.parametrize(
    ("tab", "names"),
    [("a-venir", {"FORGES DU DOUBS"}), ("a-rendre", set()), ("rendues", {"Horlogerie du Lion"})],
)
def test_the_tabs_of_the_list(territory: Territory, tab: str, names: set[str]) -> None:
    """To come, to report, reported."""
    planned(territory)
    reported(territory)

    shown = territory.open("/visites", etat=tab).text

    assert {name for name in ("FORGES DU DOUBS", "Horlogerie du Lion") if name in shown} == names


def test_the_coordinator_chooses_a_structure(territory: Territory) -> None:
    """Everybody else has their own."""
    reported(territory)

    assert "Horlogerie" in territory.open("/visites", who="coordinator", structure="cci").text
    assert "Horlogerie" not in territory.open("/visites", who="coordinator", structure="opco").text
    assert 'name="structure"' not in territory.open("/visites").text
