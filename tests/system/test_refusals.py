"""Bad input: each gets a clear answer and leaves nothing half done."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from services.alerts.messages.links import Link, Links
from tests.system.chain import raised_alert
from tests.system.machine import fresh_key, machine_of
from tests.system.people import (
    AGENCY,
    CAPTEUR,
    COORDINATOR,
    ELSEWHERE_CAPTEUR,
    ELSEWHERE_COORDINATOR,
    report_urgent_need,
    signed_in,
    today,
    typed_visit,
)
from tests.system.visitor import Page, Visitor
from tests.system.world import World

FORM = "/visites/nouvelle"
ALTERED = {"A": "B"}


@pytest.fixture(scope="module")
def capteur(world: World) -> Visitor:
    """A capteur, signed in."""
    return signed_in(world, CAPTEUR)


@pytest.fixture
def nothing_new(world: World, capteur: Visitor) -> Iterator[None]:
    """No visit and no message comes of what the test does."""
    before = (_visits(capteur), len(world.mails_to(COORDINATOR.email)))
    yield
    world.settle()
    assert (_visits(capteur), len(world.mails_to(COORDINATOR.email))) == before


def _visits(capteur: Visitor) -> list[str]:
    return sorted(link for link in capteur.get("/visites").links.values() if link.startswith("/visites/"))


@pytest.mark.usefixtures("nothing_new")
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"siret": "732 829 320 00075"}, "sa clé de contrôle est fausse"),
        ({"siret": "732 829 320"}, "Ajoutez les 5 chiffres de l’établissement"),
        ({"rome": "H9999"}, "n’est pas un métier du ROME"),
        ({"quantity": "0"}, "Indiquez un nombre entre 1 et 999"),
    ],
)
def test_a_wrong_field_is_explained_and_what_was_typed_is_kept(
    world: World, capteur: Visitor, typed: dict[str, str], said: str
) -> None:
    """The form comes back with a message at the field, the rest as it was typed, and nothing recorded."""
    refused = report_urgent_need(world, capteur, **typed)
    assert refused.status == 422
    assert said in refused.text
    assert refused.form(FORM).fields["enterprise_name"] == "Horlogerie du Lion"
    for name, value in typed.items():
        assert refused.form(FORM).fields[name] == value


@pytest.mark.usefixtures("nothing_new")
def test_a_date_that_is_over_is_refused(world: World, capteur: Visitor) -> None:
    """Nobody can be hired yesterday, and no visit takes place tomorrow."""
    wanted = _date("wanted_on", world, timedelta(days=-1))
    assert "La date souhaitée est déjà passée." in report_urgent_need(world, capteur, **wanted).text
    visited = _date("visited_on", world, timedelta(days=1))
    assert report_urgent_need(world, capteur, **visited).status == 422


def _date(name: str, world: World, away: timedelta) -> dict[str, str]:
    day = today(world) + away
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


@pytest.mark.usefixtures("nothing_new")
def test_an_oversized_body_is_refused(world: World, capteur: Visitor) -> None:
    """64 kB hold any form and any document of the API: more is 413, in words."""
    form = capteur.get(FORM).form(FORM)
    page = capteur.post(FORM, {**form.fields, **typed_visit(world, enterprise_name="A" * 70_000)})
    assert (page.status, "trop" in page.text.lower()) == (413, True)
    body = b'{"enterprise": "' + b"A" * 70_000 + b'"}'
    reply = machine_of(world, CAPTEUR).send("POST", "/api/v1/visits", body, {"Idempotency-Key": fresh_key()})
    assert (reply.status, reply.body["type"].rpartition("/")[2]) == (413, "trop-volumineux")


@pytest.mark.usefixtures("nothing_new")
def test_a_form_posted_from_another_site_is_refused(world: World, capteur: Visitor) -> None:
    """A page elsewhere cannot act in the name of who is signed in here."""
    form = capteur.get(FORM).form(FORM)
    refused = capteur.post(FORM, {**form.fields, **typed_visit(world)}, origin="https://evil.example")
    assert refused.status == 403


def test_a_visitor_without_session_is_led_to_sign_in_and_back(world: World) -> None:
    """Whoever follows a link of an e-mail signs in, then sees the page that was asked for."""
    visitor = world.visitor()
    door = visitor.get(FORM)
    assert door.url.startswith(f"{world.site}/connexion")
    assert visitor.sign_in(CAPTEUR.login, door).url == world.site + FORM


@pytest.fixture(scope="module")
def link(world: World) -> str:
    """The agency's link of an alert that was transmitted."""
    coordinator = signed_in(world, COORDINATOR)
    page = coordinator.get(raised_alert(world)["url"].replace("/api/v1/alerts", "/alertes"))
    page = coordinator.submit(page, "/prise-en-charge")
    coordinator.submit(page, "/transmission", channel="mail")
    world.settle()
    return world.mails_to(AGENCY.email)[-1].link("/retour/")


def test_an_expired_or_forged_link_tells_nothing(world: World, link: str) -> None:
    """Expired, altered, or signed by another key: the same page, on opening and on answering."""
    agency, wrong = (
        world.visitor(),
        [expired(world, link), altered(link), forged(world, link), f"{world.site}/retour/x"],
    )
    shown = [agency.get(url) for url in wrong]
    answered = [agency.post(url, {"reference": "048KLTP", "contact": "x"}) for url in wrong]
    assert {page.status for page in (*shown, *answered)} == {404}
    assert len({page.text for page in (*shown, *answered)}) == 1
    assert "Ce lien n’est pas valable ou ne l’est plus." in shown[0].text


def test_opening_the_link_changes_nothing(world: World, link: str) -> None:
    """Scanners of e-mails open links, and some ask twice: only the button of the page answers."""
    agency = world.visitor()
    pages = [agency.get(link) for _ in range(3)]
    assert "Ce que nous avons enregistré" not in pages[-1].text


def test_half_an_answer_is_explained(world: World, link: str) -> None:
    """The reference without the contact is not enough to broadcast: the page says what is missing."""
    page = world.visitor().get(link)
    refused = world.visitor().submit(page, page.forms[0].action, reference="048KLTP")
    assert refused.status == 422
    assert "Dites qui joindre pour cette offre." in refused.text


def expired(world: World, link: str) -> str:
    """The link with the same rights, over since a second, and truly signed."""
    links, known = _links(world), _read(world, link)
    over = replace(known, expires_at=int(world.now().timestamp()) - 1)
    return f"{world.site}/retour/{links.token(over)}"


def altered(link: str) -> str:
    """The link with one letter changed."""
    head, last = link[:-1], link[-1]
    return head + ("B" if last == "A" else "A")


def forged(world: World, link: str) -> str:
    """The link as somebody would sign it who does not know the key."""
    return f"{world.site}/retour/{Links(lambda: 'k' * 64, world.site).token(_read(world, link))}"


def _links(world: World) -> Links:
    secrets = world.client("secretsmanager")
    name = next(each["Name"] for each in secrets.list_secrets()["SecretList"] if "link-key" in each["Name"])
    return Links(lambda: secrets.get_secret_value(SecretId=name)["SecretString"], world.site)


def _read(world: World, link: str) -> Link:
    return _links(world).read(link.rpartition("/")[2], world.now())


def test_another_territorys_pages_do_not_exist(world: World) -> None:
    """What is of elsewhere looks, word for word, like what never was."""
    visit = report_urgent_need(world)
    world.settle()
    alert = visit.links["Suivre l’alerte"]
    nowhere = "00000000-0000-5000-8000-000000000000"
    coordinator, capteur = signed_in(world, ELSEWHERE_COORDINATOR), signed_in(world, ELSEWHERE_CAPTEUR)
    assert _same(coordinator.get(alert), coordinator.get(f"/alertes/{nowhere}"))
    order = {"idempotency_key": fresh_key(), "expected_version": "1"}
    refused = coordinator.post(f"{alert}/prise-en-charge", order)
    assert _same(refused, coordinator.post(f"/alertes/{nowhere}/prise-en-charge", order))
    path = visit.url.removeprefix(world.site)
    assert _same(capteur.get(path), capteur.get(f"/visites/{nowhere}"))


def _same(page: Page, missing: Page) -> bool:
    return (page.status, page.text) == (missing.status, missing.text) and page.status == 404


def test_an_unknown_address_is_answered_in_french(world: World) -> None:
    """A page that says where to go on, whether one is signed in or not."""
    page = world.visitor().get("/nulle/part")
    assert page.status == 404
    assert "Cette page n’existe pas" in page.text


def test_whoever_only_checks_that_a_page_is_there_gets_no_body(world: World) -> None:
    """HEAD is answered as GET would be (RFC 9110)."""
    site = urlsplit(world.site)
    connection = http.client.HTTPConnection(site.hostname or "", site.port, timeout=30)
    connection.request("HEAD", "/accessibilite")
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (200, b"")
    connection.close()
