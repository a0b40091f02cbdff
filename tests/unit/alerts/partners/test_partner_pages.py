"""The pages of partners, opened and posted as a browser does."""

from __future__ import annotations

import re

import pytest

from services.alerts.deliveries.delivery import DeliveryState
from services.alerts.rules.alert import Alert
from services.alerts.webhooks.signatures import key_of, verify
from tests.unit.alerts.fake_site import Answer
from tests.unit.alerts.partners.partner_site import MAIL, PLACE, PartnerSite

DEVELOPER = "m-diffusion"
FORMS = ("adresse", "secret", "desactivation", "renvoi")


def press(site: PartnerSite, slug: str, who: str = "m-coord", **fields: str) -> Answer:
    """Sends a form of the partner's page, with the hidden fields that it shows now."""
    return site.post(f"{PLACE}/{slug}", {**site.open(PLACE, who=who).hidden, **fields}, who=who)


def test_the_list_says_who_receives_how_and_what_waits(partners: PartnerSite, alert: Alert) -> None:
    """Each partner with channel, state and what waits; a name leads to its page."""
    partners.told(alert)
    shown = partners.open("/alertes/partenaires")
    for words in ("Mission locale", "Cap emploi", "Agence d’intérim", "E-mail", "SMS", "Webhook", "À vérifier"):
        assert words in shown.text
    assert f'href="{PLACE}"' in shown.body
    assert re.search(r"Aucun encore\D*1", shown.text)


def test_the_developer_is_led_to_their_own_endpoint(partners: PartnerSite) -> None:
    """One endpoint, one page; the menu says “Mon point d’accès”."""
    led = partners.open("/alertes/partenaires", who=DEVELOPER)
    assert (led.status, led.headers["Location"]) == (303, PLACE)
    shown = partners.open(PLACE, who=DEVELOPER)
    assert shown.status == 200
    assert "Mon point d’accès" in shown.text
    assert "Tous les partenaires" not in shown.text


@pytest.mark.parametrize("who", ["m-manager", "m-capteur", "m-steering", "m-agency"])
def test_nobody_else_sees_a_partner(partners: PartnerSite, who: str) -> None:
    """404 for the list, the page and its forms: the same as for a partner that there is not."""
    for path in ("/alertes/partenaires", PLACE, f"{PLACE}/secret", "/alertes/partenaires/p-nobody"):
        assert partners.open(path, who=who).status == 404
    assert partners.post(f"{PLACE}/pause", {"idempotency_key": "one-click"}, who=who).status == 404


def test_another_territorys_coordination_reaches_nothing_here(partners: PartnerSite, alert: Alert) -> None:
    """The partner of the same id is their own: other deliveries, another endpoint."""
    partners.failed(alert)
    assert "Aucun envoi à montrer" in partners.open(PLACE, who="stranger").text
    press(partners, "pause", "stranger")
    assert "En pause" not in partners.open(PLACE).text


def test_a_developer_sees_no_other_partner(partners: PartnerSite, alert: Alert) -> None:
    """Neither its page nor a delivery of it, however named."""
    other = partners.failed(alert, MAIL)
    assert partners.open(f"/alertes/partenaires/{MAIL}", who=DEVELOPER).status == 404
    coordination = partners.open(f"/alertes/partenaires/{MAIL}")
    reference = re.findall(r'name="reference" value="([^"]+)"', coordination.body)[0]
    assert press(partners, "envois", DEVELOPER, reference=reference).status == 404
    assert partners.now_is_delivery(other).state is DeliveryState.DEAD


@pytest.mark.parametrize("who", ["m-coord", "m-deputy", DEVELOPER])
def test_every_form_opens(partners: PartnerSite, who: str) -> None:
    """For all who may use it, each with a key of its own."""
    for slug in FORMS:
        shown = partners.open(f"{PLACE}/{slug}", who=who)
        assert shown.status == 200
        assert shown.hidden["idempotency_key"]


def test_a_verified_address_is_tested_from_its_page(partners: PartnerSite) -> None:
    """First the challenge, then test events; what came of each is said in a sentence."""
    assert press(partners, "activation").status == 303
    assert partners.receiver.events[0]["type"] == "endpoint.challenge.v1"
    assert "Actif" in partners.open(PLACE).text
    assert press(partners, "essai").status == 303
    assert [event["type"] for event in partners.receiver.events] == ["endpoint.challenge.v1", "endpoint.test.v1"]


def test_a_pause_is_lifted_from_the_page(partners: PartnerSite) -> None:
    """Both are one button; the page says what waits for what."""
    press(partners, "pause")
    assert "Les envois attendent" in partners.open(PLACE).text
    press(partners, "reprise")
    assert "Les envois attendent" not in partners.open(PLACE).text


def test_a_disabled_endpoint_says_why_and_comes_back_with_a_test(partners: PartnerSite) -> None:
    """The reason that was typed is read by the others; only an accepted test enables it again."""
    press(partners, "activation")
    press(partners, "desactivation", reason="Serveur remplacé")
    assert "Serveur remplacé" in partners.open(PLACE).text
    partners.receiver.status = 500
    press(partners, "activation")
    assert "Désactivé" in partners.open(PLACE).text
    partners.receiver.status = 204
    press(partners, "activation")
    assert "Désactivé" not in partners.open(PLACE).text


def test_a_new_secret_is_shown_once_and_signs(partners: PartnerSite) -> None:
    """The same form sent twice makes one secret and does not show it again; both keys sign meanwhile."""
    fields = {**partners.open(f"{PLACE}/secret").hidden, "overlap": "24"}
    first, second = (partners.post(f"{PLACE}/secret", fields) for _ in range(2))
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]+", first.text.replace("Copier", ""))[:1]
    assert "whsec_" not in second.body
    assert "déjà été montré" in second.text
    assert secret not in partners.open(PLACE).body
    press(partners, "essai")
    headers, body = partners.receiver.received[-1]
    assert len(headers["webhook-signature"].split()) == 2
    verify(headers, body, [key_of(secret)], partners.platform.clock.now())


def test_a_choice_that_is_missing_is_said_beside_it(partners: PartnerSite) -> None:
    """The form comes back as it was, with what to put right."""
    refused = partners.post(f"{PLACE}/secret", partners.open(f"{PLACE}/secret").hidden)
    assert refused.status == 422
    assert "Dites ce que devient l’ancien secret" in refused.text


def test_an_address_that_nothing_is_sent_to_is_refused_beside_the_field(partners: PartnerSite) -> None:
    """Nothing is posted, and what was typed is still there."""
    fields = partners.open(f"{PLACE}/adresse").hidden
    refused = partners.post(f"{PLACE}/adresse", {**fields, "url": "http://127.0.0.1/x"})
    assert refused.status == 422
    assert 'value="http://127.0.0.1/x"' in refused.body
    assert 'id="url-error"' in refused.body
    assert partners.receiver.events == []


def test_two_people_at_once_are_told(partners: PartnerSite) -> None:
    """A form of an older version changes nothing."""
    old = partners.open(f"{PLACE}/desactivation").hidden
    press(partners, "pause")
    assert partners.post(f"{PLACE}/desactivation", old).status == 409
    assert "Désactivé" not in partners.open(PLACE).text


def test_deliveries_are_shown_attempt_by_attempt(partners: PartnerSite, alert: Alert) -> None:
    """Hour, status, duration, beginning of the answer, what to do, and the webhook-id to look for in one's own log."""
    made = partners.failed(alert)
    shown = partners.open(PLACE).text
    for words in ("refusé (422) en 87 ms", "Champ inconnu", "(503) en 1,2 s", "En maintenance", "2 essais", made.id):
        assert words in shown
    assert "vérifiez avec lui, puis rejouez l’envoi" in shown


def test_only_what_was_asked_for_is_shown_page_after_page(partners: PartnerSite) -> None:
    """The filter is a link that the next page keeps."""
    for number in range(25):
        partners.platform.later(minutes=1)
        partners.told(partners.platform.raised(f"n-{number}"), state=DeliveryState.SENT)
    first = partners.open(PLACE, etat="partis")
    (cursor,) = re.findall(r'suite=([^"#]+)#envois" rel="next"', first.body)
    second = partners.open(PLACE, etat="partis", suite=cursor)
    assert (first.body.count(">webhook-id <code"), second.body.count(">webhook-id <code")) == (20, 5)
    assert "Aucun envoi de ce partenaire n’est dans cet état" in partners.open(PLACE, etat="a-traiter").text
