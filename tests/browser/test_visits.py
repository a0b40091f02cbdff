"""The pages of visits in the running system: plan, put off, report, correct, attach; sound on a telephone and in the dark."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.checking import assert_sound
from tests.browser.conftest import OpenPage
from tests.browser.running import enter
from tests.system.local_world import LocalWorld
from tests.system.people import CAPTEUR, COORDINATOR, SIRET, today

pytestmark = [pytest.mark.browser, pytest.mark.system]
PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n"
FIRST_CHOICES = ("q-activity_trend", "q-headcount_trend", "q-issues")


@pytest.fixture(scope="module")
def planned(browser: Browser, world: LocalWorld) -> str:
    """The address of a visit that a capteur planned for today, without JavaScript."""
    page = browser.new_context(java_script_enabled=False).new_page()
    enter(page, world, CAPTEUR)
    page.goto(f"{world.site}/visites/planifier")
    page.get_by_label("Nom de l’entreprise").fill("Horlogerie du Lion")
    page.get_by_label("SIRET de l’établissement visité").fill(SIRET)
    page.get_by_label("Commune").fill("Montbéliard")
    day = today(world)
    for part in ("day", "month", "year"):
        page.locator(f"[name='planned_on-{part}']").fill(str(getattr(day, part)))
    page.get_by_label("Heure").fill("14 h 30")
    page.get_by_role("button", name="Planifier la visite").last.click()
    expect(page.get_by_role("status")).to_have_text("La visite est planifiée.")
    return page.url


def _as_capteur(page: Page, world: LocalWorld, url: str) -> Page:
    enter(page, world, CAPTEUR)
    page.goto(url if url.startswith("http") else world.site + url)
    return page


def test_the_day_shows_what_is_planned(open_page: OpenPage, world: LocalWorld, planned: str) -> None:
    """Hour, enterprise and what to do about it, sound on every screen; the button of the row is above its link."""
    page = _as_capteur(open_page(360), world, "/journee")
    expect(page.get_by_role("link", name="Horlogerie du Lion")).to_be_visible()
    expect(page.get_by_text(re.compile(r"14\sh\s30"))).to_be_visible()
    assert_sound(page)
    page.get_by_role("link", name="Reporter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reporter la visite")
    assert_sound(page)


@pytest.mark.parametrize("path", ["/visites/planifier", "/visites?etat=a-venir", "/visites/nouvelle?avec=collegues"])
def test_lists_and_forms_are_sound(open_page: OpenPage, world: LocalWorld, planned: str, path: str) -> None:
    """No violation, no sideways scrolling, nothing too small to touch."""
    assert_sound(_as_capteur(open_page(), world, path))


def test_a_refused_planning_is_sound(open_page: OpenPage, world: LocalWorld) -> None:
    """The mistakes take the focus and lead to their fields."""
    page = _as_capteur(open_page(), world, "/visites/planifier")
    page.get_by_role("button", name="Planifier la visite").last.click()
    expect(page.locator(".summary")).to_be_focused()
    page.get_by_role("link", name="Indiquez le nom de l’entreprise.").click()
    expect(page.locator("#enterprise_name")).to_be_focused()
    assert_sound(page)


def test_a_planned_visit_is_reported_corrected_and_referred(
    open_page: OpenPage, world: LocalWorld, planned: str
) -> None:
    """From its page: the report knows the enterprise; the correction shows what changed; the coordination concludes."""
    page = _as_capteur(open_page(), world, planned)
    assert_sound(page)
    page.get_by_role("link", name="Saisir le compte rendu").click()
    for choice in FIRST_CHOICES:
        page.locator(f"#{choice}").check()
    page.get_by_label("Synthèse partagée avec le comité").fill("Carnet de commandes plein.")
    page.get_by_role("button", name="Enregistrer la visite").last.click()
    expect(page.get_by_text("Partagé avec le comité")).to_be_visible()
    assert_sound(page)
    page.get_by_role("link", name="Corriger le compte rendu").click()
    page.get_by_label("Ce qui était faux").fill("Synthèse incomplète")
    page.get_by_label("Synthèse partagée avec le comité").fill("Carnet plein, un atelier à moderniser.")
    assert_sound(page)
    page.get_by_role("button", name="Enregistrer la correction").last.click()
    page.get_by_role("link", name="Comparer les révisions").click()
    expect(page.get_by_role("cell", name="Carnet plein, un atelier à moderniser.")).to_be_visible()
    assert_sound(page)
    enter(page, world, COORDINATOR)
    page.goto(f"{planned}/comite")
    page.get_by_label("Pourquoi, en quelques mots").fill("À présenter en décembre")
    page.get_by_role("button", name="Orienter vers le comité").click()
    expect(page.get_by_text("Soumise au comité").first).to_be_visible()


def test_a_document_is_attached_without_javascript(
    open_page: OpenPage, world: LocalWorld, planned: str, tmp_path: Path
) -> None:
    """Described, sent straight to the bucket, checked on the way back, read by a short-lived link."""
    file = tmp_path / "plan.pdf"
    file.write_bytes(PDF)
    page = _as_capteur(open_page(360, java_script_enabled=False), world, f"{planned}/pieces/nouvelle")
    page.get_by_label("Titre").fill("Plan de formation")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Fichier au format PDF").set_input_files(file)
    page.get_by_role("button", name="Envoyer le fichier").click()
    expect(page.get_by_role("status")).to_have_text("La pièce est jointe à la visite.")
    with page.expect_download() as download:
        page.get_by_role("link", name="Plan de formation", exact=True).click()
    assert download.value.path().read_bytes() == PDF
    assert download.value.suggested_filename == "Plan de formation.pdf"
    page.get_by_role("link", name="Retirer « Plan de formation »").click()
    page.get_by_label("Motif").fill("Doublon")
    page.get_by_role("button", name="Retirer la pièce").click()
    expect(page.get_by_text("a été retirée le")).to_be_visible()


def test_what_was_not_reported_waits_the_next_day(open_page: OpenPage, world: LocalWorld) -> None:
    """The page of the day empties by itself."""
    world.system.advance(timedelta(days=1))
    page = _as_capteur(open_page(360, dark=True), world, "/journee")
    expect(page.get_by_text("Aucune visite planifiée.").first).to_be_visible()
    assert_sound(page)
