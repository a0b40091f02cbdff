"""The pages of programmes, asked as a browser without JavaScript asks."""

from __future__ import annotations

import re

import pytest

from services.visits.programmes.claiming import claim_target
from tests.unit.visits.programmes.world import SIRETS, World, enterprise

NEW = "/programmes/nouveau"
KEY = "3f1d0c1e-6f0b-4a59-9d2c-6a3d6cf5a1b2"


def form(**changes: str) -> dict[str, str]:
    """The fields of a draft by criteria; `changes` replace them."""
    return {
        "idempotency_key": KEY,
        "title": "Sous-traitants",
        "first_month": "2026-12",
        "months": "12",
        "per_month": "10",
        "kind": "criteres",
        "communes": "belfort",
        "naf": "29",
        "size-31": "oui",
        "size-21": "oui",
        "sirets": "",
    } | changes


def typed(text: str, name: str) -> str | None:
    """What a hidden field of the page holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    return found.group(1) if found else None


def test_a_form_leads_from_a_draft_to_a_commitment(world: World) -> None:
    """Communes by name, bands by box; the draft says how many, then the button freezes them."""
    sent = world.post(NEW, form(), who="marie")
    place = sent.headers["Location"]
    shown = world.open(place, who="marie").text
    fields = {name: typed(shown, name) or "" for name in ("idempotency_key", "expected_version")}
    committed = world.post(f"{place}/engager", fields, who="marie")

    assert (sent.status, committed.status) == (303, 303)
    assert "2\xa0entreprises répondent" in shown
    assert "La liste se prépare" in world.open(place, who="marie").text


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"title": ""}, "title", "intitulé"),
        ({"months": "40"}, "months", "entre 1 et 36"),
        ({"per_month": "dix"}, "per_month", "entre 1 et 500"),
        ({"first_month": ""}, "first_month", "premier mois"),
        ({"kind": ""}, "kind", "des critères, ou une liste"),
        ({"communes": "Atlantide"}, "communes", "Atlantide"),
        ({"naf": "auto"}, "naf", "deux chiffres"),
        ({"naf": "01"}, "kind", "Aucune entreprise"),
        ({"naf": ",".join(map(str, range(10, 40)))}, "naf", "au plus 20"),
        ({"communes": "", "naf": "", "size-31": "", "size-21": ""}, "kind", "au moins un critère"),
    ],
)
def test_a_wrong_field_is_told_beside_it(world: World, change: dict[str, str], field: str, words: str) -> None:
    """422, a link to the field, its message, all that was typed kept."""
    refused = world.post(NEW, form(**change), who="marie")

    assert refused.status == 422
    assert f'href="#{field}"' in refused.text
    assert f'id="{field}-error"' in refused.text
    assert words in refused.text
    assert 'name="months" type="text" value="12"' in refused.text or "months" in change


def test_a_wrong_line_of_a_list_is_named_by_its_number(world: World) -> None:
    """Empty lines count as lines: the person looks for the number in their own list."""
    pasted = f"{SIRETS[0]}\n\n73282932000079\n{SIRETS[0]}"
    refused = world.post(NEW, form(kind="liste", sirets=pasted), who="marie")
    unknown = world.post(NEW, form(kind="liste", sirets=f"{SIRETS[0]}\n{SIRETS[5]}"), who="marie")

    assert "2 lignes sont à corriger" in refused.text
    assert re.search("Ligne 3.: Ce SIRET n’existe pas", refused.text)
    assert re.search("Ligne 4.: Déjà donné", refused.text)
    assert re.search("Ligne 2.: 78945610000013 n’est pas dans le registre", unknown.text)
    assert refused.text.count(SIRETS[0]) == 2


def test_the_coordination_drafts_for_a_structure(world: World) -> None:
    """It chooses which; a manager does not."""
    sent = world.post(NEW, form(structure_id="opco"), who="carole")

    assert "OPCO 2i" in world.open(sent.headers["Location"], who="carole").text
    assert 'name="structure_id"' in world.open(NEW, who="carole").text
    assert 'name="structure_id"' not in world.open(NEW, who="marie").text
    assert world.open(NEW, who="claire").status == 403


def test_a_draft_is_changed_and_an_old_form_is_told(world: World) -> None:
    """The second of two who change it reads that it moved."""
    programme = world.draft()
    path = f"/programmes/{programme.id}/modifier"
    shown = world.open(path, who="marie").text
    assert 'value="Sous-traitants de l’automobile"' in shown

    fields = form(expected_version="1", title="Autre")
    first = world.post(path, fields, who="marie")
    second = world.post(path, fields | {"idempotency_key": KEY[::-1]}, who="marie")
    assert (first.status, second.status) == (303, 303)
    assert world.programme(programme.id).version == 2


def test_a_form_that_has_served_asks_before_it_serves_again(world: World) -> None:
    """Back, change, send: the person is told in their words and gets a new key."""
    world.post(NEW, form(), who="marie")
    again = world.post(NEW, form(title="Autre"), who="marie")

    assert again.status == 422
    assert "déjà servi" in again.text
    assert typed(again.text, "idempotency_key") not in {KEY, ""}


def test_the_ranked_list_shows_each_weight(world: World) -> None:
    """Score, reasons, points, and the rule with the territory's weights."""
    programme = world.active()
    shown = world.open(f"/programmes/{programme.id}").text

    order = [shown.index(name) for name in ("Zénith Mécanique", "Mécabel", "Alpha Découpe")]
    assert order == sorted(order)
    assert "Aucune visite connue <strong>+40</strong>" in shown
    assert "200 à 249 salariés <strong>+20</strong>" in shown
    assert "Poids du classement" in shown


def test_a_claim_by_button_and_by_the_one_who_comes_second(world: World) -> None:
    """The winner's page says until when; the other's says who."""
    programme = world.active()
    path = f"/programmes/{programme.id}/cibles/{SIRETS[0]}/reserver"
    won = world.post(path, {"idempotency_key": KEY})
    lost = world.post(path, {"idempotency_key": KEY}, who="karim")

    assert won.headers["Location"] == f"/programmes/{programme.id}?liste=claimed#entreprises"
    assert lost.headers["Location"] == f"/programmes/{programme.id}?liste=pending#entreprises"
    claimed = world.open(f"/programmes/{programme.id}", who="karim", liste="claimed").text
    assert "Réservée par Claire Martin (CCI du Doubs) jusqu’au dimanche" in claimed
    assert "Libérer" not in claimed
    assert "Libérer" in world.open(f"/programmes/{programme.id}", liste="claimed").text


def test_a_release_and_a_withdrawal_by_button(world: World) -> None:
    """Free again, then off the list with a reason that must be given."""
    programme = world.active()
    claim_target(world.asked("claire", programme, SIRETS[0]), world.desk)
    one = f"/programmes/{programme.id}/cibles/{SIRETS[0]}"
    world.post(f"{one}/liberer", {"idempotency_key": KEY})
    refused = world.post(f"{one}/retrait", {"idempotency_key": KEY[::-1], "reason": " "})
    done = world.post(f"{one}/retrait", {"idempotency_key": KEY[::-1], "reason": "Établissement fermé"})

    assert world.open(f"{one}/retrait").status == 200
    assert (refused.status, done.status) == (422, 303)
    assert "Établissement fermé" in world.open(f"/programmes/{programme.id}", liste="withdrawn").text


def test_the_revision_and_the_closing_by_form(world: World) -> None:
    """Both versions are shown; the closing says why."""
    programme = world.active()
    one = f"/programmes/{programme.id}"
    revision = {
        "idempotency_key": KEY,
        "expected_version": str(programme.version),
        "per_month": "5",
        "from_month": "2027-01",
        "decided_on-day": "20",
        "decided_on-month": "11",
        "decided_on-year": "2026",
        "reason": "Un capteur de moins",
    }
    wrong = {"per_month": "", "decided_on-day": "45", "reason": "", "from_month": ""}
    refused = world.post(f"{one}/revision", revision | wrong, who="marie")
    assert refused.text.count('<li><a href="#') == 4
    assert world.post(f"{one}/revision", revision, who="marie").status == 303
    assert "Un capteur de moins" in world.open(one).text

    closing = {"idempotency_key": KEY[::-1], "expected_version": "4", "reason": "Fin de la convention"}
    assert world.post(f"{one}/cloture", closing | {"reason": ""}, who="marie").status == 422
    assert world.post(f"{one}/cloture", closing, who="marie").status == 303
    assert "Fin de la convention" in world.open(one).text


@pytest.mark.parametrize("form_page", ["revision", "cloture"])
def test_only_who_decides_sees_the_forms_of_a_decision(world: World, form_page: str) -> None:
    """A capteur reads the programme and decides nothing of it."""
    programme = world.active()

    assert world.open(f"/programmes/{programme.id}/{form_page}", who="marie").status == 200
    assert world.open(f"/programmes/{programme.id}/{form_page}").status == 403


def test_a_programme_of_another_structure_is_not_found(world: World) -> None:
    """As one of another territory, and one that never was."""
    theirs = world.active("oscar")

    assert [world.open(f"/programmes/{each}").status for each in (theirs.id, "inconnu", "0")] == [404, 404, 404]
    assert world.open(f"/programmes/{theirs.id}", who="carole").status == 200
    assert world.open(f"/programmes/{theirs.id}", who=None).status == 303


def test_the_months_are_a_picture_and_a_table(world: World) -> None:
    """The same numbers in both, in words; six months at a time."""
    world.active()
    world.visit("2026-11-02")
    shown = world.open("/programmes", who="carole").text
    earlier = world.open("/programmes", who="carole", mois="2026-03").text

    assert "1\xa0faite, 0\xa0planifiée, 50\xa0engagées" in shown
    assert "1 sur 10" in shown
    assert '<svg class="months-drawing"' in shown
    assert "Aucune visite n’est engagée" in earlier
    assert world.open("/programmes", mois="n’importe quoi").status == 200


def test_long_lists_come_page_by_page(world: World) -> None:
    """Ten at a time, and a page that is not a number is the first."""
    world.keep(*(enterprise(f"{number:014}") for number in range(15)))
    programme = world.active()
    path = f"/programmes/{programme.id}"

    assert world.open(path).text.count('class="target"') == 10
    assert world.open(path, page="2").text.count('class="target"') == 8
    assert world.open(path, page="abc").text.count('class="target"') == 10
