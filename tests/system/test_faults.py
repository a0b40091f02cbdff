"""Faults on the way: nothing is lost, nothing is done twice, and what fails for good says why and can be replayed."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from shared.events.visits import UrgentRecruitmentReported
from tests.system.chain import broadcast_alert, deliveries, raised_alert
from tests.system.people import CAPTEUR, COORDINATOR, Person, report_urgent_need, signed_in, today, typed_visit
from tests.system.visitor import Visitor
from tests.system.world import TERRITORY, World

FORM = "/visites/nouvelle"
BUS, OPENING = "vigie-local", "alerts-open-alert"
DEAD = f"vigie-local-{OPENING}-dead"
NEWCOMER = Person("", "coordination@pays-neuf.example")


@pytest.fixture(scope="module")
def capteur(world: World) -> Visitor:
    """A capteur, signed in."""
    return signed_in(world, CAPTEUR)


def told_of(world: World, post: str) -> tuple[int, int]:
    """How many e-mails and texts the coordinator got about a post."""
    mails, texts = world.mails_to(COORDINATOR.email), world.texts_to(COORDINATOR.phone)
    return sum(post in mail.words for mail in mails), sum(post in text.words for text in texts)


def test_what_fails_too_often_says_why_and_is_replayed(world: World) -> None:
    """The table refuses every write until the last receive: set aside with the reason, and done after the repair.

    It stands first: whatever else waits would fail along with it, minute after minute.
    """
    with world.outage("dynamodb", "TransactWriteItems"):
        publish(world, urgent_need(world, TERRITORY))
        world.advance(hours=1)
        world.advance(minutes=45)
        (letter,) = world.dead_letters()[DEAD]
    assert (letter.attributes["code"], told_of(world, "Plieur")) == ("indisponible", (0, 0))
    world.console("redrive", OPENING)
    world.settle()
    assert told_of(world, "Plieur") == (1, 1)
    assert DEAD not in world.dead_letters()


def test_a_double_click_is_one_visit(world: World, capteur: Visitor) -> None:
    """The same form sent twice leads to the same visit, and the coordinator is told once."""
    form = capteur.get(FORM).form(FORM)
    fields = {**form.fields, **typed_visit(world, post="Fraiseur")}
    first, again = capteur.post(FORM, fields), capteur.post(FORM, fields)
    world.settle()
    assert first.url == again.url
    assert told_of(world, "Fraiseur") == (1, 1)


def test_a_lost_connection_is_no_lost_visit(world: World, capteur: Visitor) -> None:
    """The answer never came: sent again, the same form shows the visit that the first sending recorded."""
    form = capteur.get(FORM).form(FORM)
    fields = {**form.fields, **typed_visit(world, post="Chaudronnier")}
    send_and_hang_up(world.site, FORM, fields, capteur.cookies)
    again = capteur.post(FORM, fields)
    world.settle()
    assert "La visite est enregistrée" in again.text
    assert told_of(world, "Chaudronnier") == (1, 1)


def send_and_hang_up(site: str, path: str, fields: dict[str, str], cookies: dict[str, str]) -> None:
    """Posts a form and closes the connection without reading the answer."""
    parts, body = urlsplit(site), urlencode(fields).encode()
    headers = [
        f"POST {path} HTTP/1.1",
        f"Host: {parts.netloc}",
        f"Origin: {site}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        "Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()),
    ]
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        connection.sendall("\r\n".join(headers).encode() + b"\r\n\r\n" + body)


def test_the_bus_is_down_and_comes_back(world: World, capteur: Visitor) -> None:
    """The visit is recorded all the same; its news waits in the table and leaves when the bus is there again."""
    with world.outage("events", "PutEvents"):
        visit = report_urgent_need(world, capteur, post="Tourneur")
        world.settle()
        assert "La visite est enregistrée" in visit.text
        assert told_of(world, "Tourneur") == (0, 0)
    world.advance(minutes=11)
    assert told_of(world, "Tourneur") == (1, 1)


def test_silence_on_one_channel_never_blocks_the_other(world: World, capteur: Visitor) -> None:
    """E-mail is out of order: the text comes at once, and the e-mail, once, when it can."""
    with world.outage("ses", "SendEmail"):
        report_urgent_need(world, capteur, post="Ajusteur")
        world.settle()
        assert told_of(world, "Ajusteur") == (0, 1)
    world.advance(hours=1.5)
    assert told_of(world, "Ajusteur")[0] >= 1
    first = [mail for mail in world.mails_to(COORDINATOR.email) if "Recrutement urgent" in mail.subject]
    assert sum("Ajusteur" in mail.words for mail in first) == 1


def test_a_partner_is_down_and_comes_back(world: World) -> None:
    """Its webhook is tried again under the same id until it is taken; the other partners have theirs at once."""
    down, up = "opco-ateliers", "mission-locale-allan"
    before = len(world.webhooks_to(up))
    world.partner_answers(down, 503)
    alert = broadcast_alert(world)
    assert len(world.webhooks_to(up)) == before + 1
    assert state_of(world, alert, down) == "retrying"
    world.partner_answers(down, 200)
    world.advance(minutes=10)
    assert state_of(world, alert, down) == "sent"
    attempts = [request for request in world.webhooks_to(down) if alert["id"].encode() in request.body]
    assert len({request.headers["webhook-id"] for request in attempts}) == 1
    assert [request.answered for request in attempts][-1] == 200
    assert 200 not in [request.answered for request in attempts][:-1]


def state_of(world: World, alert: dict[str, Any], recipient: str) -> str:
    """Where the broadcast to this partner stands."""
    (found,) = [item for item in deliveries(world, alert) if item["recipient_id"] == recipient]
    return str(found["state"])


def test_an_event_for_an_unknown_territory_waits_for_its_directory(world: World, tmp_path: Path) -> None:
    """It ends in the dead-letter queue with the reason; once the territory is applied, one command replays it."""
    publish(world, urgent_need(world, "pays-neuf"))
    world.settle()
    (letter,) = world.dead_letters()[DEAD]
    assert letter.attributes["code"] == "introuvable"
    assert letter.attributes["source"] == f"vigie-local-{OPENING}"
    world.console("directory", "apply", str(new_territory(tmp_path)), "--yes")
    printed = world.console("redrive", OPENING)
    world.settle()
    assert "1 message rejoué" in " ".join(printed.split())
    assert DEAD not in world.dead_letters()
    assert ["Plieur" in mail.words for mail in world.mails_to(NEWCOMER.email)] == [True]


def test_a_version_from_the_future_is_set_aside(world: World) -> None:
    """A message that this code cannot read goes to the dead-letter queue at once; replayed too early, it comes back."""
    envelope = urgent_need(world, TERRITORY)
    send(world, json.dumps({**envelope, "detail-type": "UrgentRecruitmentReported.v9"}))
    world.settle()
    (letter,) = world.dead_letters()[DEAD]
    assert letter.attributes["code"] == "version-inconnue"
    assert "UrgentRecruitmentReported.v9" in letter.attributes["reason"]
    world.console("redrive", OPENING)
    world.settle()
    assert [again.body for again in world.dead_letters()[DEAD]] == [letter.body]
    empty(world)


def test_a_version_that_nobody_listens_to_disturbs_nobody(world: World) -> None:
    """On the bus, a new version is published beside the old one: who knows only the old one does not hear it."""
    publish(world, {**urgent_need(world, TERRITORY), "detail-type": "UrgentRecruitmentReported.v9"})
    world.settle()
    assert world.dead_letters() == {}


def test_a_poison_message_keeps_no_neighbour_waiting(world: World) -> None:
    """What is no message at all is set aside with the reason; an alert that comes behind it is raised."""
    send(world, "{poison")
    alert = raised_alert(world)
    (letter,) = world.dead_letters()[DEAD]
    assert (letter.body, letter.attributes["code"]) == ("{poison", "json")
    assert alert["state"] == "raised"
    assert "1 × json" in world.console("redrive", OPENING, "--dry-run")
    empty(world)


def urgent_need(world: World, territory: str) -> dict[str, Any]:
    """An urgent need as the bus carries it, for a territory."""
    now = world.now().isoformat()
    data = {
        **dict.fromkeys(("structure_id", "structure_name", "member_id", "enterprise_name", "place"), "texte"),
        "visit_id": f"visite-{territory}",
        "need_id": "besoin",
        "siret": None,
        "post": "Plieur",
        "quantity": 1,
        "contract": "cdi",
        "contract_label": "CDI",
        "rome_code": "H2914",
        "rome_label": "Tôlier",
        "wanted_on": today(world).isoformat(),
        "occurred_at": None,
        "received_at": now,
    }
    ids = dict.fromkeys(("actor", "correlation_id", "causation_id"), "texte")
    times = {"occurred_at": now, "recorded_at": now}
    metadata = {"id": "evenement", "territory_id": territory, "sequence": 1, **ids, **times}
    event = UrgentRecruitmentReported
    detail = {"metadata": metadata, "data": data}
    return {"source": event.source, "detail-type": event.detail_type, "detail": detail}


def publish(world: World, envelope: dict[str, Any]) -> None:
    """Puts an event on the bus."""
    entry = {
        "EventBusName": BUS,
        "Source": envelope["source"],
        "DetailType": envelope["detail-type"],
        "Detail": json.dumps(envelope["detail"]),
    }
    assert world.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0


def send(world: World, body: str) -> None:
    """Puts a message into the queue of what opens alerts."""
    sqs = world.client("sqs")
    url = sqs.get_queue_url(QueueName=f"vigie-local-{OPENING}")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=body)


def empty(world: World) -> None:
    """Forgets the dead letters of what opens alerts."""
    sqs = world.client("sqs")
    url = sqs.get_queue_url(QueueName=DEAD)["QueueUrl"]
    for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def new_territory(folder: Path) -> Path:
    """The file of a territory that joins."""
    file = folder / "pays-neuf.yaml"
    file.write_text(f"""
territory: {{id: pays-neuf, name: Pays neuf, communes: [90010]}}
structures: [{{id: maison, name: Maison de l’emploi, kind: maison-emploi}}]
members:
  - {{id: c, structure: maison, name: C. Neuve, roles: [coordinator], email: {NEWCOMER.email}}}
  - {{id: a, structure: maison, name: Agence, roles: [agency], email: agence@pays-neuf.example}}
partners: []
""")
    return file
