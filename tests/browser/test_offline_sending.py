"""However the network fails, the server holds each visit once, and the telephone none of them when all is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.offline_phone import NETWORK_IS_BACK, Phone, phone_of
from tests.browser.offline_site import Fault, Site, served

pytestmark = pytest.mark.browser
QUICK = 50
"""Milliseconds before the first new attempt, for the tests that wait for it."""
VISIT = re.compile(r"/visites/[0-9a-f-]{36}$")
NAMES = ["Atelier du Doubs", "Chaudronnerie du Lion", "Horlogerie de l’Allan"]


@pytest.fixture
def site() -> Iterator[Site]:
    """A server that holds no visit."""
    with served() as started:
        yield started


def test_with_a_network_a_visit_is_sent_at_once(open_page: OpenPage, site: Site) -> None:
    """Typed, saved, shown: the queue is not in the way of somebody who has a network."""
    phone = phone_of(open_page, site)
    phone.type()
    phone.save()
    phone.page.wait_for_url(VISIT)
    assert site.visits() == ["Horlogerie du Lion"]
    phone.open()
    phone.expect_counts("Aucune visite en attente")


def test_visits_typed_without_network_leave_when_it_is_back(open_page: OpenPage, site: Site) -> None:
    """Three visits in the cellar of a factory, then the network: three visits at the server."""
    phone = phone_of(open_page, site)
    site.unplugged = True
    phone.open()
    for name in NAMES:
        phone.record(name)
    phone.expect_counts("3 visites en attente")
    assert site.visits() == []
    phone.network_is_back()
    phone.expect_said("Tout est envoyé.")
    phone.expect_counts("Aucune visite en attente")
    assert site.visits() == NAMES
    assert len(set(site.keys())) == len(site.keys()) == 3


def test_a_queue_survives_the_death_of_its_tab(open_page: OpenPage, site: Site) -> None:
    """Whoever opens the site again, even without network, finds what waits; opened with one, it leaves."""
    phone = phone_of(open_page, site)
    site.unplugged = True
    phone.record()
    phone.kill_tab()
    phone.open()
    phone.expect_counts("1 visite en attente")
    phone.kill_tab()
    site.unplugged = False
    phone.open()
    phone.expect_counts("Aucune visite en attente")
    assert site.visits() == ["Horlogerie du Lion"]


@pytest.mark.parametrize("fault", ["busy", "lost", "silent"])
def test_a_send_that_fails_is_tried_again_with_the_same_key(open_page: OpenPage, site: Site, fault: Fault) -> None:
    """A 503, an acknowledgement that is lost, a connection that never answers: one visit, and nobody had to act."""
    site.delays["pause"] = QUICK
    site.faults.append(fault)
    phone = phone_of(open_page, site)
    phone.type()
    phone.save()
    phone.expect_said("Tout est envoyé.")
    assert site.visits() == ["Horlogerie du Lion"]
    assert len(site.keys()) == 2
    assert len(set(site.keys())) == 1


def test_a_connection_that_never_answers_does_not_hold_the_others(open_page: OpenPage, site: Site) -> None:
    """The first of three visits meets silence: the time-out frees the queue, and all three arrive."""
    phone = phone_of(open_page, site)
    site.unplugged = True
    for name in NAMES:
        phone.record(name)
    site.faults.append("silent")
    phone.network_is_back()
    expect(phone.bar).to_contain_text("Le réseau ne répond pas.")
    phone.expect_counts("3 visites en attente")
    phone.send()
    phone.expect_said("Tout est envoyé.")
    assert site.visits() == NAMES


def test_two_tabs_that_send_at_once_send_each_visit_once(open_page: OpenPage, site: Site) -> None:
    """The network comes back to both tabs in the same instant: one sends, the other sees it done."""
    phone = phone_of(open_page, site)
    other = phone.new_tab()
    other.open()
    site.unplugged = True
    for name in NAMES[:2]:
        phone.record(name)
    other.record(NAMES[2])
    site.unplugged = False
    for tab in (phone, other):
        tab.page.evaluate(f"setTimeout(() => {NETWORK_IS_BACK})")
    for tab in (phone, other):
        tab.expect_said("Tout est envoyé.")
    assert site.visits() == NAMES
    assert len(site.keys()) == 3


def test_two_tabs_with_the_same_draft_make_one_visit(open_page: OpenPage, site: Site) -> None:
    """A draft that was sent from one tab is not sent again, nor kept again, from the other."""
    phone = phone_of(open_page, site)
    phone.type()
    phone.wait_for_draft()
    other = phone.new_tab()
    other.page.goto(phone.page.url)
    other.wait_until_ready()
    phone.save()
    phone.page.wait_for_url(VISIT)
    other.type("Un autre nom")
    other.expect_said("dans un autre onglet")
    other.save()
    other.expect_said("dans un autre onglet")
    assert site.visits() == ["Horlogerie du Lion"]
    other.reload()
    other.expect_counts("Aucune visite en attente")


def test_the_last_visits_sent_can_be_opened(open_page: OpenPage, site: Site) -> None:
    """What left by itself is found again: the list leads to the page of the visit."""
    phone = phone_of(open_page, site)
    site.unplugged = True
    phone.record()
    phone.network_is_back()
    phone.expect_said("Tout est envoyé.")
    phone.kept()
    phone.bar.get_by_role("link", name="Horlogerie du Lion").click()
    phone.page.wait_for_url(VISIT)


def _correct(phone: Phone) -> None:
    phone.kept()
    phone.bar.get_by_role("link", name="Corriger").click()
    phone.wait_until_ready()


def test_a_refused_visit_is_corrected_and_sent(open_page: OpenPage, site: Site) -> None:
    """A wrong SIRET typed without network: told beside its field, kept with the rest, corrected, sent once."""
    phone = phone_of(open_page, site)
    site.unplugged = True
    phone.type(siret="73282932000075")
    phone.save()
    phone.expect_said("gardée")
    phone.network_is_back()
    phone.expect_counts("1 visite à corriger")
    phone.reload()
    phone.expect_counts("1 visite à corriger")
    _correct(phone)
    expect(phone.page.locator(".summary")).to_be_focused()
    expect(phone.page.locator("#siret")).to_have_accessible_description(re.compile("Ce SIRET n’existe pas"))
    expect(phone.page.locator("#enterprise_name")).to_have_value("Horlogerie du Lion")
    phone.type()
    phone.save()
    phone.page.wait_for_url(VISIT)
    assert site.visits() == ["Horlogerie du Lion"]
    assert len(set(site.keys())) == 1


def test_a_refusal_with_a_network_stays_in_the_form(open_page: OpenPage, site: Site) -> None:
    """Nothing to look for in a list: the messages are there, the focus on them, and the second send passes."""
    phone = phone_of(open_page, site)
    phone.type(siret="73282932000075")
    phone.save()
    expect(phone.page.locator(".summary")).to_be_focused()
    phone.page.get_by_role("link", name="Ce SIRET n’existe pas").click()
    expect(phone.page.locator("#siret")).to_be_focused()
    phone.type()
    phone.save()
    phone.page.wait_for_url(VISIT)
    assert site.visits() == ["Horlogerie du Lion"]


def test_a_key_that_is_spent_is_replaced_only_when_the_person_sends_again(open_page: OpenPage, site: Site) -> None:
    """The visit arrived, its answer was lost, and it was changed since: the server's doubt is shown, not swallowed."""
    phone = phone_of(open_page, site)
    phone.type()
    phone.wait_for_draft()
    site.faults.append("lost")
    phone.page.evaluate(
        "(async () => fetch('/visites/nouvelle', {method: 'POST', body: new URLSearchParams("
        "new FormData(document.getElementById('visit-form')))}))().catch(() => 0)"
    )
    phone.type("Horlogerie du Lion bis")
    phone.save()
    expect(phone.page.locator(".summary")).to_contain_text("peut-être enregistrée")
    phone.save()
    phone.page.wait_for_url(VISIT)
    assert site.visits() == ["Horlogerie du Lion", "Horlogerie du Lion bis"]
    assert len(set(site.keys())) == 2
