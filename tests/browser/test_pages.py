"""Every other page of the running system in a browser: what is late, what is over, what is refused, what is local."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checking import assert_accessible, assert_reflow, assert_sound
from tests.browser.conftest import OpenPage
from tests.browser.running import enter
from tests.browser.scene import ASKED, LATE, Alert, reported, told
from tests.system.local_world import LocalWorld
from tests.system.people import CAPTEUR, COORDINATOR, ELSEWHERE_COORDINATOR, Person, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.system]
OTHER_CAPTEUR = Person("thierry-lavocat", "thierry.lavocat@uimm-lion.example")
TWO_DAYS = timedelta(hours=48, minutes=30)
MAIL_WIDTHS = (320, 640)


@pytest.fixture(scope="module")
def old_session(world: LocalWorld) -> dict[str, str]:
    """The cookies of the coordinator, who signed in on Tuesday."""
    return signed_in(world, COORDINATOR).cookies


@pytest.fixture(scope="module")
def missed(world: LocalWorld, old_session: dict[str, str]) -> Alert:
    """An alert of Tuesday that nobody transmitted; it is now Thursday."""
    alert = reported(world, LATE)
    world.system.advance(TWO_DAYS)
    return alert


@pytest.fixture(scope="module")
def half_answered(world: LocalWorld, missed: Alert) -> Alert:
    """An alert of Thursday, transmitted by telephone, of which the agency gave the reference only."""
    transmitted = told(world, reported(world, ASKED), "transmit", channel="phone")
    return told(world, transmitted, "return", reference="048KLTP")


def _page_of(alert: Alert) -> str:
    return str(alert["url"]).replace("/api/v1/alerts/", "/alertes/")


def _as(page: Page, world: LocalWorld, person: Person, path: str) -> Page:
    enter(page, world, person)
    page.goto(world.site + path)
    return page


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("/accessibilite", 200, "Accessibilité"),
        ("/donnees-personnelles", 200, "Données personnelles"),
        ("/retour/forged.link", 404, "Ce lien n’est pas valable"),
        ("/connexion/retour", 403, "Connexion"),
    ],
)
def test_pages_for_everybody(open_page: OpenPage, world: LocalWorld, path: str, status: int, title: str) -> None:
    """What needs no session, and what is refused to those without one, is as readable as the rest."""
    page = open_page()
    answer = page.goto(world.site + path)
    assert answer is not None
    assert answer.status == status
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    assert_sound(page)


def test_empty_territory_says_what_will_come(open_page: OpenPage, world: LocalWorld) -> None:
    """A board and a list without anything tell what fills them."""
    page = _as(open_page(), world, ELSEWHERE_COORDINATOR, "/alertes")
    expect(page.get_by_role("heading", name="Aucune alerte ouverte")).to_be_visible()
    assert_sound(page)
    page.get_by_role("link", name="Closes").click()
    expect(page.get_by_role("heading", name="Aucune alerte close")).to_be_visible()
    page.get_by_role("link", name="Visites").click()
    expect(page.get_by_role("heading", name="Aucune visite pour le moment")).to_be_visible()
    assert_sound(page)


def test_what_is_late_stands_first_and_apart(
    open_page: OpenPage, world: LocalWorld, missed: Alert, half_answered: Alert
) -> None:
    """The board separates the breach from what is transmitted; its page offers the transmission at once."""
    page = _as(open_page(), world, COORDINATOR, "/alertes")
    expect(page.get_by_role("heading", level=2)).to_have_text(
        ["À traiter d’abord", "Transmises, la suite est en cours"]
    )
    assert_sound(page)
    page.get_by_role("link", name="Régleur sur commande numérique").click()
    expect(page.get_by_role("heading", name="Délai dépassé")).to_be_visible()
    expect(page.get_by_role("button", name="Transmettre à France Travail")).to_be_visible()
    assert_sound(page)


def test_every_action_has_a_sound_form(
    open_page: OpenPage, world: LocalWorld, missed: Alert, half_answered: Alert
) -> None:
    """Each action that a page offers opens a form of its own, with the need beside it."""
    page = open_page()
    enter(page, world, COORDINATOR)
    forms: dict[str, str] = {}
    for alert in (missed, half_answered):
        page.goto(world.site + _page_of(alert))
        paths = [str(link.get_attribute("href")) for link in page.locator(".actions-list a").all()]
        forms.update({path.rpartition("/")[2]: path for path in paths})
    assert len(forms) >= 9
    for path in forms.values():
        page.goto(world.site + path)
        expect(page.get_by_role("heading", name="Le besoin", exact=True)).to_be_visible()
        assert_accessible(page)
        assert_reflow(page)


def test_refused_action_explains_itself(open_page: OpenPage, world: LocalWorld, half_answered: Alert) -> None:
    """An alert is not closed without a reason: the form comes back with the focus on what is missing."""
    page = _as(open_page(), world, COORDINATOR, f"{_page_of(half_answered)}/cloture")
    page.get_by_role("button", name="Clore sans suite").click()
    expect(page.locator(".summary")).to_be_focused()
    page.get_by_role("link", name="Choisissez un motif").click()
    expect(page.locator("#reason")).to_be_focused()
    assert_sound(page)


def test_a_capteur_follows_but_does_not_act(open_page: OpenPage, world: LocalWorld, missed: Alert) -> None:
    """The capteur's structure sees its alert and its delay, without the coordinator's buttons; others see nothing."""
    page = _as(open_page(), world, CAPTEUR, _page_of(missed))
    expect(page.locator(".clock")).to_contain_text("dépassé depuis")
    expect(page.get_by_role("button", name="Transmettre à France Travail")).to_have_count(0)
    assert_sound(page)
    page.goto(f"{world.site}{_page_of(missed)}/transmission")
    expect(page.get_by_role("heading", level=1)).to_have_text("Page introuvable")
    assert_sound(page)
    stranger = _as(open_page(), world, OTHER_CAPTEUR, _page_of(missed))
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Page introuvable")


def test_session_that_is_over_leads_back_where_one_was_going(
    open_page: OpenPage, world: LocalWorld, old_session: dict[str, str], missed: Alert
) -> None:
    """Whoever comes back two days later signs in again and lands on the page that was asked for."""
    page = open_page()
    page.context.add_cookies([{"name": n, "value": v, "url": world.site} for n, v in old_session.items()])
    page.goto(world.site + _page_of(missed))
    expect(page.get_by_role("heading", level=1)).to_have_text("Connexion")
    page.get_by_role("link", name="Se connecter").click()
    page.locator(f"button[value='{COORDINATOR.login}']").click()
    expect(page).to_have_url(world.site + _page_of(missed))


def test_two_people_at_once_and_the_second_learns_what_the_first_did(
    open_page: OpenPage, world: LocalWorld, half_answered: Alert
) -> None:
    """A form of an older version changes nothing and says what happened meanwhile; the closed alert is kept on its shelf."""
    page = _as(open_page(), world, COORDINATOR, f"{_page_of(half_answered)}/annulation")
    told(world, half_answered, "close", reason="no_candidate")
    page.get_by_label("Motif").select_option("enterprise_withdrew")
    page.get_by_role("button", name=re.compile("Annuler")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("L’alerte a changé entre-temps")
    expect(page.get_by_text("Alerte close sans suite")).to_be_visible()
    assert_sound(page)
    page.get_by_role("link", name="Voir l’alerte comme elle est").click()
    expect(page.get_by_role("button", name="Rouvrir l’alerte")).to_be_visible()
    assert_sound(page)
    page.goto(f"{world.site}/alertes?etat=closes")
    expect(page.locator(".row")).to_contain_text("Aucun candidat")
    assert_sound(page)


def test_outbox_shows_every_kind_of_message(open_page: OpenPage, world: LocalWorld, missed: Alert) -> None:
    """The local outbox filters by kind; each e-mail can be read from 320 px up."""
    page = open_page()
    page.goto(f"{world.site}/_local/outbox")
    assert_sound(page)
    page.get_by_label("Type").select_option("sms")
    page.get_by_role("button", name="Filtrer").click()
    expect(page.locator(".bubble").first).to_contain_text("Vigie : ")
    expect(page.locator("iframe")).to_have_count(0)
    reader = open_page()
    for mail in {sent.subject: sent for sent in world.system.outbox("email") if sent.html}.values():
        reader.set_content(mail.html)
        assert_reflow(reader, *MAIL_WIDTHS)


def test_clock_page_moves_the_clock(open_page: OpenPage, world: LocalWorld, missed: Alert) -> None:
    """One button moves the whole system forward by an hour."""
    page = open_page()
    page.goto(f"{world.site}/_local/clock")
    assert_sound(page)
    before = world.now()
    page.get_by_role("button", name="+ 1 heure").click()
    expect(page.locator(".clock")).to_be_visible()
    assert world.now() - before >= timedelta(hours=1)
