"""The founding text of the platform, lived by the people that it names.

« Une procédure d’alerte est prévue lorsque le capteur fait face à un besoin de recrutement urgent de la part de
l’entreprise. Dans ce cas, le capteur contacte directement le coordinateur de la MD3E qui se charge, sans attendre la
réunion du Comité technique et dans les 48 heures, de transmettre l’information à Pôle Emploi qui s’engage à retourner au
coordinateur de la MD3E, les références et le contact de l’offre enregistrée pour diffusion auprès des différents
partenaires de la Plateforme Emploi Mutations Economiques. »
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from standardwebhooks import Webhook as StandardWebhook

from tests.system.people import (
    AGENCY,
    COORDINATOR,
    PARTNERS_BY_EMAIL,
    PARTNERS_BY_SMS,
    PARTNERS_BY_WEBHOOK,
    report_urgent_need,
    signed_in,
)
from tests.system.visitor import Visitor
from tests.system.world import Webhook, World

AT_ONCE = timedelta(minutes=5)
"""Of the machine's own time: nobody has moved the clock."""
REFERENCE = "048KLTP"
CONTACT = "Service entreprises, 03 53 01 10 07"


@pytest.fixture(scope="module")
def alert_page(world: World) -> str:
    """The address of the alert that is followed from here to the end of this module."""
    visit = report_urgent_need(world)
    world.settle()
    return visit.links["Suivre l’alerte"]


@pytest.fixture(scope="module")
def coordinator(world: World) -> Visitor:
    """The coordinator, signed in."""
    return signed_in(world, COORDINATOR)


def test_1_the_capteur_meets_an_urgent_recruitment_need(world: World, alert_page: str) -> None:
    """« … lorsque le capteur fait face à un besoin de recrutement urgent de la part de l’entreprise »: it is recorded."""
    followed = signed_in(world, COORDINATOR).get(alert_page)
    assert "2 postes : Soudeur TIG" in followed.text
    assert "H2913 Soudeur / Soudeuse" in followed.text
    assert "732 829 320 00074" in followed.text
    assert world.dead_letters() == {}


def test_2_the_coordinator_is_told_at_once(world: World, alert_page: str, coordinator: Visitor) -> None:
    """« Dans ce cas, le capteur contacte directement le coordinateur »: by e-mail and by text, with the way to the alert."""
    (mail,) = world.mails_to(COORDINATOR.email)
    (text,) = world.texts_to(COORDINATOR.phone)
    assert world.now() - min(mail.at, text.at) < AT_ONCE
    assert "Recrutement urgent à transmettre : Soudeur TIG (2 postes) à Héricourt" in mail.words
    assert "Horlogerie du Lion, Montbéliard" in mail.words
    assert mail.link("/alertes/") == text.link("/alertes/") == world.site + alert_page
    assert "Soudeur TIG" in text.words
    board = coordinator.get("/alertes")
    assert "il reste 47 h 5" in board.text
    assert alert_page in board.links.values()


def test_2_the_coordinator_takes_it_in_charge(world: World, alert_page: str, coordinator: Visitor) -> None:
    """« … le coordinateur de la MD3E qui se charge … »: said by one button, it does not stop the 48 hours."""
    taken = coordinator.submit(coordinator.get(alert_page), "/prise-en-charge")
    world.settle()
    assert "L’alerte est prise en charge. Le délai court toujours." in taken.text
    assert "il reste 47 h 5" in coordinator.get("/alertes").text


def test_3_the_coordinator_transmits_it_to_pole_emploi(world: World, alert_page: str, coordinator: Visitor) -> None:
    """« … dans les 48 heures, de transmettre l’information à Pôle Emploi »: a signed link leaves, the proof is kept."""
    sent = coordinator.submit(coordinator.get(alert_page), "/transmission", channel="mail")
    world.settle()
    assert "La transmission est consignée." in sent.text
    assert "transmise en" in sent.text
    (mail,) = world.mails_to(AGENCY.email)
    assert mail.link("/retour/").startswith(f"{world.site}/retour/")
    kept = world.client("s3").list_objects_v2(Bucket=proofs(world))["Contents"]
    (proof,) = [world.client("s3").get_object(Bucket=proofs(world), Key=each["Key"]) for each in kept]
    assert AGENCY.email.encode() in proof["Body"].read()


def test_4_the_agency_returns_the_reference_and_the_contact(world: World) -> None:
    """« … qui s’engage à retourner … les références et le contact de l’offre enregistrée »: on a page without account."""
    agency = world.visitor()
    page = agency.get(world.mails_to(AGENCY.email)[0].link("/retour/"))
    assert page.headers["referrer-policy"] == "no-referrer"
    answered = agency.submit(page, page.forms[0].action, reference=REFERENCE, contact=CONTACT)
    world.settle()
    assert "Merci. Votre réponse est enregistrée." in answered.text
    assert agency.cookies == {}
    told = world.mails_to(COORDINATOR.email)[-1]
    assert f"Référence {REFERENCE}" in told.words


def test_5_every_partner_receives_the_offer_on_its_channel(world: World) -> None:
    """« … pour diffusion auprès des différents partenaires de la Plateforme »: by e-mail, text and signed webhook."""
    messages = [world.mails_to(address) for address in PARTNERS_BY_EMAIL]
    messages += [world.texts_to(number) for number in PARTNERS_BY_SMS]
    for received in messages:
        (message,) = received
        assert REFERENCE in message.words
        assert CONTACT in message.words
    for partner in PARTNERS_BY_WEBHOOK:
        (request,) = world.webhooks_to(partner)
        offer = verified(world, request)["data"]
        assert (offer["reference"], offer["contact"], offer["quantity"]) == (REFERENCE, CONTACT, 2)


def test_5_no_partner_learns_who_recruits(world: World) -> None:
    """The partners get the offer's sheet: the enterprise is between the platform and Pôle emploi."""
    bodies = [message.words for address in PARTNERS_BY_EMAIL for message in world.mails_to(address)]
    bodies += [request.body.decode() for partner in PARTNERS_BY_WEBHOOK for request in world.webhooks_to(partner)]
    assert [body for body in bodies if "Horlogerie" in body or "732829320" in body] == []


def test_5_the_alert_shows_what_happened_to_each_recipient(alert_page: str, coordinator: Visitor) -> None:
    """Each of the eight partners by name, with its channel and its state."""
    page = coordinator.get(alert_page)
    assert "Offre diffusée aux partenaires 8 destinataires" in page.text
    assert "8 messages partis sur 8" in page.text
    for partner in ("OPCO des Ateliers", "Cap emploi du Nord comtois", "Groupement d’employeurs de la Lisaine"):
        assert f"{partner} Diffusion de l’offre" in page.text


def test_nothing_was_left_behind(world: World) -> None:
    """No message failed for good on the way."""
    assert world.dead_letters() == {}


def proofs(world: World) -> str:
    """The bucket of the proofs of transmission."""
    names = [str(bucket["Name"]) for bucket in world.client("s3").list_buckets()["Buckets"]]
    return next(name for name in names if "alerts-proofs" in name)


def verified(world: World, request: Webhook) -> dict[str, dict[str, object]]:
    """The body of a webhook whose signature the standard's own library accepts."""
    return dict(StandardWebhook(world.secret_of(request.partner)).verify(request.body, request.headers))
