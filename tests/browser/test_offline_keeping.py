"""What is typed is never lost, and what is kept is shown to nobody else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.offline_phone import FORM, REQUIRED, phone_of
from tests.browser.offline_site import Site, served
from tests.unit.visits.territory import SIRET

pytestmark = pytest.mark.browser
VISIT = re.compile(r"/visites/[0-9a-f-]{36}$")
CACHES = "caches.keys().then((names) => names.sort())"
NEWER_DATABASE = """new Promise((resolve, reject) => {
  const request = indexedDB.open("vigie", 99);
  request.onsuccess = () => { request.result.close(); resolve("opened"); };
  request.onblocked = () => reject(new Error("blocked"));
})"""


@pytest.fixture
def site() -> Iterator[Site]:
    """A server that holds no visit."""
    with served() as started:
        yield started


def test_a_draft_survives_a_reload_without_network(open_page: OpenPage, site: Site) -> None:
    """Nothing was pressed: what was typed is there again, choices and fold included, and the page says that it is a copy."""
    phone = phone_of(open_page, site)
    phone.type()
    phone.page.get_by_label("Par téléphone").check()
    phone.page.locator("#urgence > summary").click()
    phone.page.locator("#post").fill("Soudeur TIG")
    phone.wait_for_draft()
    site.unplugged = True
    phone.reload()
    expect(phone.page.locator("#offline-copy")).to_contain_text("Sans réseau")
    expect(phone.page.locator("#enterprise_name")).to_have_value("Horlogerie du Lion")
    expect(phone.page.get_by_label("Par téléphone")).to_be_checked()
    expect(phone.page.locator("#post")).to_have_value("Soudeur TIG")


def test_what_was_typed_last_survives_too(open_page: OpenPage, site: Site) -> None:
    """The page is left in the same breath, before the pause after which drafts are kept."""
    site.delays["debounce"] = 60_000
    phone = phone_of(open_page, site)
    phone.type()
    phone.page.goto(f"{site.url}/connexion")
    phone.open()
    phone.expect_counts("1 brouillon")
    phone.kept()
    phone.bar.get_by_role("link", name="Reprendre").click()
    phone.wait_until_ready()
    expect(phone.page.locator("#commune")).to_have_value("Montbéliard")


def test_a_draft_survives_the_death_of_its_tab(open_page: OpenPage, site: Site) -> None:
    """The list of drafts offers to take it up again; deleting it asks first."""
    phone = phone_of(open_page, site)
    phone.type()
    phone.wait_for_draft()
    phone.kill_tab()
    phone.open()
    expect(phone.page.locator("#enterprise_name")).to_have_value("")
    phone.expect_counts("1 brouillon")
    phone.kept()
    phone.bar.get_by_role("link", name="Reprendre : Horlogerie du Lion").click()
    phone.wait_until_ready()
    expect(phone.page.locator("#siret")).to_have_value(SIRET)
    phone.kept()
    phone.bar.get_by_role("button", name="Supprimer").click()
    phone.page.get_by_role("dialog").get_by_role("button", name="Supprimer").click()
    expect(phone.bar.locator("[data-part=drafts]")).to_be_hidden()


def test_a_planned_visit_is_filled_in_without_network(open_page: OpenPage, site: Site) -> None:
    """The page of the day was opened in the morning: its enterprises are known in the cellar; a second opening resumes."""
    planned = site.plan("Horlogerie du Lion")
    phone = phone_of(open_page, site)
    phone.open("/journee")
    site.unplugged = True
    phone.open("/journee")
    expect(phone.page.locator("#offline-copy")).to_contain_text("Sans réseau")
    phone.open(f"{FORM}?visite={planned}")
    expect(phone.page.locator("#enterprise_name")).to_have_value("Horlogerie du Lion")
    expect(phone.page.locator("#enterprise_name")).not_to_be_editable()
    phone.answer()
    phone.wait_for_draft()
    phone.open(f"{FORM}?visite={planned}")
    expect(phone.page.locator("#q-activity_trend")).to_be_checked()
    phone.save()
    phone.expect_said("gardée")
    expect(phone.page.locator("#enterprise_name")).to_have_value("")
    expect(phone.page.locator("#enterprise_name")).to_be_editable()
    phone.open(f"{FORM}?visite={planned}")
    phone.expect_said("Cette visite est déjà saisie")
    phone.network_is_back()
    phone.expect_said("Tout est envoyé.")
    assert site.visits() == ["Horlogerie du Lion"]
    assert [fields["visit_id"] for fields in site.posted] == [planned]


def test_a_page_that_does_not_come_is_replaced_by_its_copy(open_page: OpenPage, site: Site) -> None:
    """One bar of network is worse than none: after the time that one may wait, the kept form is there."""
    phone = phone_of(open_page, site)
    site.mute = True
    phone.open()
    expect(phone.page.locator("#offline-copy")).to_be_visible()


def test_a_new_version_loses_nothing(open_page: OpenPage, site: Site) -> None:
    """A release arrives while a visit waits and another is a draft: the new worker rules, old caches are gone, both stay."""
    phone = phone_of(open_page, site)
    site.unplugged = True
    phone.record()
    phone.type("Atelier du Doubs")
    phone.wait_for_draft()
    before = phone.page.evaluate(CACHES)
    site.faults.extend(["busy"] * 9)
    site.unplugged = False
    site.worker_patience_ms += 1
    phone.page.evaluate("navigator.serviceWorker.ready.then((registration) => registration.update())")
    phone.page.wait_for_function(
        f"(before) => {CACHES}.then((names) => names.length === 2 && names[0] !== before)", arg=before[0]
    )
    phone.reload()
    phone.expect_counts("1 visite en attente")
    expect(phone.page.locator("#enterprise_name")).to_have_value("Atelier du Doubs")
    site.unplugged = True
    phone.reload()
    phone.expect_counts("1 visite en attente")
    expect(phone.page.locator("#enterprise_name")).to_have_value("Atelier du Doubs")


def test_an_open_tab_does_not_keep_a_newer_page_from_its_database(open_page: OpenPage, site: Site) -> None:
    """The page of the release before lets go of the database when a later one wants to change its shape."""
    phone = phone_of(open_page, site)
    assert phone.page.evaluate(NEWER_DATABASE) == "opened"


def test_signing_out_with_a_queue_asks_first(open_page: OpenPage, site: Site) -> None:
    """Plain words, the focus on staying, Escape stays; leaving keeps the queue and forgets the pages."""
    phone = phone_of(open_page, site)
    site.unplugged = True
    phone.record()
    site.unplugged = False
    leave = phone.page.get_by_role("button", name="Se déconnecter", exact=True)
    leave.focus()
    phone.page.keyboard.press("Enter")
    dialog = phone.page.get_by_role("dialog", name="1 visite n’est pas encore envoyée")
    expect(dialog.get_by_role("button", name="Rester connecté")).to_be_focused()
    phone.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(leave).to_be_focused()
    leave.click()
    phone.page.get_by_role("button", name="Se déconnecter quand même").click()
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("Connexion")
    site.unplugged = True
    phone.page.goto(site.url + FORM)
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("Pas de réseau")
    site.unplugged = False
    phone.sign_in("capteur")
    phone.open()
    phone.expect_counts("Aucune visite en attente")
    assert site.visits() == ["Horlogerie du Lion"]


def test_signing_out_with_all_sent_leaves_nothing(open_page: OpenPage, site: Site) -> None:
    """A draft is said to be erased; then neither drafts, nor names of what was sent, nor caches are left."""
    phone = phone_of(open_page, site)
    phone.type()
    phone.save()
    phone.page.wait_for_url(VISIT)
    phone.open()
    phone.type("Atelier du Doubs")
    phone.wait_for_draft()
    phone.page.get_by_role("button", name="Se déconnecter", exact=True).click()
    expect(phone.page.get_by_role("dialog", name="1 brouillon sera effacé")).to_be_visible()
    phone.page.get_by_role("button", name="Se déconnecter quand même").click()
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("Connexion")
    assert phone.page.evaluate(CACHES) == []
    phone.sign_in("capteur")
    phone.open()
    expect(phone.bar.locator(".offline-lists")).to_be_hidden()


def test_a_visit_that_is_sent_does_not_come_back(open_page: OpenPage, site: Site) -> None:
    """Saved in the same breath as typed, before a draft was kept: leaving for its page keeps no copy to be sent again."""
    site.delays["debounce"] = 60_000
    phone = phone_of(open_page, site)
    phone.type()
    phone.save()
    phone.page.wait_for_url(VISIT)
    phone.open()
    phone.expect_counts("Aucune visite en attente")
    assert len(site.posted) == 1


def test_a_queue_waits_for_its_owner(open_page: OpenPage, site: Site) -> None:
    """A colleague who signs in on the same telephone sees how many wait, not what, and sends none of it."""
    phone = phone_of(open_page, site)
    site.unplugged = True
    phone.record()
    site.unplugged = False
    phone.sign_in("colleague")
    phone.send()
    expect(phone.bar).to_contain_text("Quelqu’un d’autre est connecté.")
    phone.expect_counts("1 visite en attente")
    phone.open()
    phone.expect_counts("Aucune visite en attente")
    expect(phone.bar).to_contain_text("1 visite d’une autre personne")
    expect(phone.page.locator("body")).not_to_contain_text("Horlogerie")
    assert site.visits() == []
    phone.sign_in("capteur")
    phone.open()
    phone.expect_counts("Aucune visite en attente")
    assert site.visits() == ["Horlogerie du Lion"]


def test_a_session_that_is_over_keeps_the_queue(open_page: OpenPage, site: Site) -> None:
    """Told to sign in again, with the way to it; the visit waits."""
    phone = phone_of(open_page, site)
    phone.type()
    phone.wait_for_draft()
    phone.context.clear_cookies()
    phone.save()
    expect(phone.bar).to_contain_text("Votre session est terminée.")
    expect(phone.bar.get_by_role("link", name="Se reconnecter")).to_be_visible()
    phone.sign_in("capteur")
    phone.send()
    phone.expect_said("Tout est envoyé.")
    assert site.visits() == ["Horlogerie du Lion"]


def test_what_waits_is_exported_as_a_readable_file(open_page: OpenPage, site: Site) -> None:
    """The last resort: the questions as the form words them, each with its answer, and what sending it again needs."""
    phone = phone_of(open_page, site)
    site.unplugged = True
    phone.record()
    with phone.page.expect_download() as started:
        phone.page.get_by_role("button", name="Exporter mes visites en attente").click()
    assert re.fullmatch(r"vigie-visites-en-attente-\d{4}-\d\d-\d\d\.json", started.value.suggested_filename)
    [visit] = json.loads(Path(started.value.path()).read_text(encoding="utf-8"))["visites"]
    assert (visit["entreprise"], visit["état"]) == ("Horlogerie du Lion", "en attente")
    assert visit["réponses"]["Nom de l’entreprise"] == "Horlogerie du Lion"
    assert ["siret", SIRET] in visit["technique"]["champs"]


def test_without_script_the_form_is_posted(open_page: OpenPage, site: Site) -> None:
    """No queue, no strip that promises one: the visit is recorded as by any form."""
    page = open_page(360, java_script_enabled=False)
    page.context.add_cookies([{"name": "vigie_session", "value": "capteur", "url": site.url}])
    page.goto(site.url + FORM)
    expect(page.locator("#offline")).to_be_hidden()
    page.locator("#enterprise_name").fill("Horlogerie du Lion")
    page.locator("#siret").fill(SIRET)
    page.locator("#commune").fill("Montbéliard")
    for question in REQUIRED:
        page.locator(f"#{question}").check()
    page.get_by_role("button", name="Enregistrer la visite").last.click()
    page.wait_for_url(VISIT)
    assert site.visits() == ["Horlogerie du Lion"]
