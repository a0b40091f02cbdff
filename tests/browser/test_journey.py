"""The 48-hour chain by hand in a browser, page after page: from the capteur's visit to what became of each message."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checking import assert_sound
from tests.browser.conftest import OpenPage
from tests.browser.running import enter
from tests.system.local_world import LocalWorld
from tests.system.people import AGENCY, ANSWERED, CAPTEUR, COORDINATOR, Person, typed_visit

pytestmark = [pytest.mark.browser, pytest.mark.system]
FORM = "/visites/nouvelle"
SAVE = "Enregistrer la visite"
FOCUSED = r"document.activeElement.id || document.activeElement.innerText.trim().replace(/\s+/g, ' ')"
MOST_STOPS = 40
LEFT = re.compile("Envoyé|Reçu")
ANSWERED_FIRST = ("q-activity_trend", "q-headcount_trend", "q-issues")
"""The first choice of each question that has to be answered."""


def _sign_in(page: Page, world: LocalWorld, person: Person) -> None:
    page.goto(f"{world.site}/")
    assert_sound(page)
    page.get_by_role("link", name="Se connecter").click()
    assert_sound(page)
    page.locator(f"button[value='{person.login}']").click()


def _fill(page: Page, typed: dict[str, str]) -> None:
    page.locator("summary").filter(has_text="recrutement urgent").click()
    for name, value in typed.items():
        field = page.locator(f"[name='{name}']")
        if name == "contract":
            field.select_option(value)
        elif name == "urgent" or name in ANSWERED:
            field.and_(page.locator(f"[value='{value}']")).check()
        else:
            field.fill(value)


def _press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).last.click()


def _open_alert(page: Page, world: LocalWorld, post: str) -> None:
    page.goto(f"{world.site}/alertes")
    page.get_by_role("link", name=post).first.click()


def _alerts(world: LocalWorld, page: Page, post: str) -> int:
    world.settle()
    page.goto(f"{world.site}/alertes")
    return page.get_by_role("link", name=post).count()


def test_a_capteur_reports_a_visit_with_an_urgent_need(open_page: OpenPage, world: LocalWorld) -> None:
    """Step 1: from the sign-in page to the alert, on a telephone; the métier is found while one types."""
    page = open_page(360)
    _sign_in(page, world, CAPTEUR)
    assert page.url == f"{world.site}/journee"
    assert_sound(page)
    page.get_by_role("link", name="Saisir une visite").click()
    assert_sound(page)
    _fill(page, typed_visit(world, rome="soud"))
    page.get_by_label("H2913 Soudeur / Soudeuse").check()
    assert_sound(page)
    _press(page, SAVE)
    expect(page.get_by_role("status")).to_have_text("La visite est enregistrée et le coordinateur est prévenu.")
    assert_sound(page)
    world.settle()
    page.get_by_role("link", name="Suivre l’alerte").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 postes : Soudeur TIG")
    expect(page.get_by_role("status")).to_have_count(0)


def test_the_coordinator_takes_it_and_transmits_it(open_page: OpenPage, world: LocalWorld) -> None:
    """Steps 2 and 3: the e-mail leads to the alert; two buttons, and it has left for France Travail."""
    page = open_page()
    enter(page, world, COORDINATOR)
    page.goto(f"{world.site}/alertes")
    expect(page.locator(".row")).to_contain_text("il reste 47 h 5")
    assert_sound(page)
    page.goto(world.mails_to(COORDINATOR.email)[0].link("/alertes/"))
    assert_sound(page)
    _press(page, "Prendre en charge")
    expect(page.get_by_role("status")).to_contain_text("L’alerte est prise en charge.")
    assert_sound(page)
    _press(page, "Transmettre à France Travail")
    expect(page.get_by_role("status")).to_have_text("La transmission est consignée.")
    world.settle()
    page.reload()
    expect(page.get_by_text("France Travail : 1 message parti sur 1")).to_be_visible()
    assert_sound(page)


def test_the_agency_answers_from_its_mail(open_page: OpenPage, world: LocalWorld) -> None:
    """Step 4: the link in the e-mail, as the local outbox shows it, opens a page without account; half is not enough."""
    page = open_page(360)
    page.goto(f"{world.site}/_local/outbox?kind=email&to={AGENCY.email}")
    mail = page.frame_locator("iframe").first
    with page.context.expect_page() as opened:
        mail.get_by_role("link", name="Rendre la référence et le contact").click()
    answer = opened.value
    answer.set_viewport_size({"width": 360, "height": 800})
    assert_sound(answer)
    answer.get_by_label("Référence de l’offre").fill("048kltp")
    _press(answer, "Confirmer la référence")
    expect(answer.locator(".summary")).to_be_focused()
    assert_sound(answer)
    answer.get_by_label("Contact pour cette offre").fill("Service entreprises, 03 53 01 10 07")
    _press(answer, "Confirmer la référence")
    expect(answer.get_by_role("status")).to_have_text("Merci. Votre réponse est enregistrée.")
    assert_sound(answer)


def test_the_board_shows_what_became_of_each_message(open_page: OpenPage, world: LocalWorld) -> None:
    """Step 5: eight partners by name, each with its channel and its state; the outbox shows what they read."""
    world.settle()
    page = open_page()
    enter(page, world, COORDINATOR)
    _open_alert(page, world, "Soudeur TIG")
    expect(page.get_by_text("Partenaires de la diffusion : 8 messages partis sur 8")).to_be_visible()
    table = page.get_by_role("table", name="Partenaires de la diffusion")
    expect(table.get_by_role("row").filter(has_text=LEFT)).to_have_count(8)
    assert_sound(page)
    page.goto(f"{world.site}/_local/outbox")
    expect(page.get_by_text("signature vérifiée").first).to_be_visible()
    expect(page.get_by_text("048KLTP").first).to_be_visible()


def test_keyboard_alone_is_enough_without_javascript(open_page: OpenPage, world: LocalWorld) -> None:
    """From the sign-in page to the alert taken in charge: Tab, Enter and the letters, in the order of the page."""
    capteur = open_page(java_script_enabled=False)
    capteur.goto(f"{world.site}/connexion")
    _go(capteur, "Se connecter")
    _go(capteur, CAPTEUR.login, "document.activeElement.value")
    _go(capteur, "Saisir une visite")
    typed = typed_visit(world, post="Ajusteur")
    for field in ("enterprise_name", "siret", "commune", "persons_met"):
        _type(capteur, field, typed[field])
    _walk_to(capteur, "Un besoin de recrutement urgent ?")
    capteur.keyboard.press("Enter")
    _walk_to(capteur, "urgent")
    capteur.keyboard.press("Space")
    for field in ("post", "rome"):
        _type(capteur, field, typed[field])
    _type(capteur, "contract", "CDI")
    for part, field in (("day", "wanted_on"), ("month", "wanted_on-month"), ("year", "wanted_on-year")):
        _type(capteur, field, typed[f"wanted_on-{part}"])
    for field in ANSWERED_FIRST:
        _walk_to(capteur, field)
        capteur.keyboard.press("Space")
    capteur.keyboard.press("Enter")
    expect(capteur.get_by_role("status")).to_contain_text("le coordinateur est prévenu")
    world.settle()
    coordinator = open_page(java_script_enabled=False)
    enter(coordinator, world, COORDINATOR)
    coordinator.goto(f"{world.site}/alertes")
    _go(coordinator, "1 poste : Ajusteur")
    _go(coordinator, "Prendre en charge")
    expect(coordinator.get_by_role("status")).to_contain_text("L’alerte est prise en charge.")


def _walk_to(page: Page, name: str, asked: str = FOCUSED) -> None:
    """Presses Tab until the focus is there; never backwards, so that fields come in the order they are filled in."""
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate(asked) == name:
            return
    raise AssertionError(f"Tab does not reach {name}")


def _go(page: Page, name: str, asked: str = FOCUSED) -> None:
    """Walks to a link or a button, and through it."""
    _walk_to(page, name, asked)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def _type(page: Page, field: str, text: str) -> None:
    _walk_to(page, field)
    page.keyboard.type(text)


def test_mistakes_are_listed_beside_their_fields_and_nothing_typed_is_lost(
    open_page: OpenPage, world: LocalWorld
) -> None:
    """A wrong SIRET, a day that is over, an unknown métier: each leads to its field; corrected, the visit is recorded."""
    page = open_page()
    enter(page, world, CAPTEUR)
    page.goto(world.site + FORM)
    wrong = {"siret": "732 829 320 00075", "wanted_on-year": "2020", "rome": "Z9999"}
    _fill(page, typed_visit(world, post="Fraiseur", **wrong))
    _press(page, SAVE)
    expect(page).to_have_title(re.compile(r"^À corriger\s: saisir une visite – Vigie$"))
    expect(page.locator(".summary")).to_be_focused()
    expect(page.locator(".summary a")).to_have_count(3)
    assert_sound(page)
    page.get_by_role("link", name="Ce SIRET n’existe pas").click()
    expect(page.locator("#siret")).to_be_focused()
    expect(page.locator("#siret")).to_have_value(wrong["siret"])
    expect(page.locator("#post")).to_have_value("Fraiseur")
    right = typed_visit(world)
    for name in wrong:
        page.locator(f"[name='{name}']").fill(right[name])
    _press(page, SAVE)
    expect(page.get_by_role("status")).to_contain_text("La visite est enregistrée")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_double_click_raises_one_alert(open_page: OpenPage, world: LocalWorld, script: bool) -> None:
    """However the second click is stopped, by the page or by the server, there is one visit and one alert."""
    post = f"Monteur {'avec' if script else 'sans'} script"
    page = open_page(java_script_enabled=script)
    enter(page, world, CAPTEUR)
    page.goto(world.site + FORM)
    _fill(page, typed_visit(world, post=post))
    page.get_by_role("button", name=SAVE).last.dblclick()
    expect(page.get_by_role("status")).to_contain_text("le coordinateur est prévenu")
    assert _alerts(world, page, post) == 1
