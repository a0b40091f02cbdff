"""The JSON API of endpoints and deliveries, called as the gateway passes requests on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from console.openapi import openapi_files
from services.alerts.deliveries.delivery import DeliveryState
from services.alerts.partners import api
from services.alerts.rules.alert import Alert
from services.alerts.webhooks.signatures import key_of, verify
from shared.web.openapi import document
from tests.unit.alerts.partners.partner_site import API, MAIL, WEBHOOK, PartnerSite

DEVELOPER = "m-diffusion"
DELIVERIES = "/api/v1/deliveries"
COMMANDS: dict[str, dict[str, Any]] = {
    "address": {"url": "https://autre.example.org/vigie"},
    "rotate": {"overlap_hours": 0},
    "test": {},
    "enable": {},
    "disable": {"reason": "Serveur remplacé"},
    "pause": {},
    "resume": {},
}


def command(site: PartnerSite, verb: str, *, who: str = DEVELOPER, **given: Any) -> Any:
    """Gives a command on the version that is read just before."""
    version = site.call("GET", API).json["version"]
    return site.call("POST", f"{API}/{verb}", {"expected_version": version, **given}, who=who)


def reference(site: PartnerSite, partner_id: str = WEBHOOK) -> str:
    found = site.call("GET", DELIVERIES, partner_id=partner_id)
    return str(found.json["items"][0]["reference"])


def test_an_endpoint_goes_from_its_challenge_to_a_test(partners: PartnerSite) -> None:
    """Enable challenges what was never verified; then a test says what the receiver answered."""
    assert command(partners, "enable").json["endpoint"]["state"] == "enabled"
    answer = command(partners, "test").json
    assert (answer["accepted"], answer["attempt"]["status"]) == (True, 200)
    partners.receiver.status = 500
    refused = command(partners, "test")
    assert (refused.status, refused.json["accepted"]) == (200, False)
    assert refused.json["reason"]


def test_a_secret_is_said_once(partners: PartnerSite) -> None:
    """The same command with the same key makes no second secret and does not say the first again."""
    body = {"expected_version": 1}
    first, second = (partners.call("POST", f"{API}/rotate", body, who=DEVELOPER, key="one-rotation") for _ in range(2))
    secret = first.json["secret"]
    assert (first.status, second.status, second.json["secret"]) == (200, 200, None)
    assert [bool(key["expires_at"]) for key in first.json["endpoint"]["keys"]] == [False, True]
    assert secret not in partners.call("GET", API).body
    assert secret not in json.dumps(list(map(str, partners.platform.table.items.values())))
    command(partners, "test")
    headers, body_sent = partners.receiver.received[-1]
    verify(headers, body_sent, [key_of(secret)], partners.platform.clock.now())


def test_an_old_secret_can_be_dropped_at_once(partners: PartnerSite) -> None:
    """The newest cannot: that is an emergency rotation."""
    keys = command(partners, "rotate").json["endpoint"]["keys"]
    assert command(partners, f"keys/{keys[0]['id']}/revoke").status == 409
    assert len(command(partners, f"keys/{keys[1]['id']}/revoke").json["keys"]) == 1


def test_every_command_is_given_on_the_version_that_was_read(partners: PartnerSite) -> None:
    """An old one is a conflict, and nothing happens."""
    command(partners, "pause")
    for verb, given in COMMANDS.items():
        assert partners.call("POST", f"{API}/{verb}", {"expected_version": 1, **given}).status == 409, verb
        assert partners.call("POST", f"{API}/{verb}", given).status == 422, verb
    assert partners.receiver.events == []


@pytest.mark.parametrize("who", ["m-manager", "m-capteur", "m-steering", "m-agency", "m-autre"])
def test_nobody_else_reaches_an_endpoint(partners: PartnerSite, alert: Alert, who: str) -> None:
    """404 for whatever is asked, as for a partner that there is not."""
    partners.failed(alert)
    wanted = reference(partners)
    reads = ["/api/v1/webhook-endpoints", API, f"{DELIVERIES}/{wanted}"]
    assert {partners.call("GET", path, who=who).status for path in reads} == {404}
    assert partners.call("GET", DELIVERIES, who=who, partner_id=WEBHOOK).status == 404
    for verb, given in COMMANDS.items():
        assert partners.call("POST", f"{API}/{verb}", {"expected_version": 1, **given}, who=who).status == 404
    assert partners.call("POST", f"{DELIVERIES}/{wanted}/replay", {}, who=who).status == 404
    assert partners.call("POST", f"{DELIVERIES}/replays", {"partner_id": WEBHOOK}, who=who).status == 404


def test_a_developer_reaches_their_own_and_no_other(partners: PartnerSite, alert: Alert) -> None:
    """Their endpoint, their deliveries; another partner's look as if they did not exist, and an alert as a whole too."""
    partners.failed(alert)
    other = partners.failed(alert, MAIL)
    assert [
        item["partner_id"] for item in partners.call("GET", "/api/v1/webhook-endpoints", who=DEVELOPER).json["items"]
    ] == [WEBHOOK]
    assert partners.call("GET", DELIVERIES, who=DEVELOPER, partner_id=MAIL).status == 404
    theirs = reference(partners, MAIL)
    assert partners.call("POST", f"{DELIVERIES}/{theirs}/replay", {}, who=DEVELOPER).status == 404
    body = {"alert_id": alert.alert_id}
    assert partners.call("POST", f"{DELIVERIES}/alert-replays", body, who=DEVELOPER).status == 404
    assert partners.now_is_delivery(other).state is DeliveryState.DEAD


def test_a_delivery_is_read_with_each_attempt(partners: PartnerSite, alert: Alert) -> None:
    """Verdict, status, duration and the beginning of the answer, the newest first."""
    made = partners.failed(alert)
    read = partners.call("GET", f"{DELIVERIES}/{reference(partners)}", who=DEVELOPER).json
    assert read["id"] == made.id
    assert [(each["verdict"], each["status"], each["duration_ms"], each["answer"]) for each in read["tries"]] == [
        ("refused", 422, 87, "Champ inconnu"),
        ("later", 503, 1234, "En maintenance"),
    ]


def test_what_was_missed_is_counted_then_leaves_again(partners: PartnerSite, alert: Alert) -> None:
    """The count and the replay answer the same question; a repeated command has one effect and one answer."""
    made = partners.failed(alert)
    counted = partners.call("GET", f"{DELIVERIES}/replays", who=DEVELOPER, partner_id=WEBHOOK).json
    assert counted == {"count": 1, "more": False}
    body = {"partner_id": WEBHOOK}
    sent = [partners.call("POST", f"{DELIVERIES}/replays", body, who=DEVELOPER, key="one-demand") for _ in range(2)]
    assert [answer.json for answer in sent] == [{"replayed": 1, "next_cursor": None}] * 2
    other = partners.call("POST", f"{DELIVERIES}/replays", {**body, "missed_only": False}, key="one-demand")
    assert other.status == 200  # another person's key is another one
    recycled = {**body, "missed_only": False}
    refused = partners.call("POST", f"{DELIVERIES}/replays", recycled, who=DEVELOPER, key="one-demand")
    assert (refused.status, refused.code) == (422, "cle-idempotence-reutilisee")
    assert partners.now_is_delivery(made).state is DeliveryState.REPLAYED


def test_one_delivery_and_one_alert_leave_again(partners: PartnerSite, alert: Alert) -> None:
    """One by its reference; all that failed of an alert by the coordination."""
    partners.failed(alert)
    again = partners.call("POST", f"{DELIVERIES}/{reference(partners)}/replay", {}, who=DEVELOPER)
    assert (again.status, again.json["state"], len(again.json["tries"])) == (200, "replayed", 2)
    partners.failed(alert, MAIL)
    done = partners.call("POST", f"{DELIVERIES}/alert-replays", {"alert_id": alert.alert_id})
    assert (done.status, done.json["replayed"]) == (200, 1)


def test_deliveries_come_page_by_page_and_by_state(partners: PartnerSite) -> None:
    """The cursor leads through all of them once."""
    for number in range(3):
        partners.platform.later(minutes=1)
        partners.failed(partners.platform.raised(f"n-{number}"))
    first = partners.call("GET", DELIVERIES, partner_id=WEBHOOK, limit="2")
    second = partners.call("GET", DELIVERIES, partner_id=WEBHOOK, limit="2", cursor=first.json["next_cursor"])
    assert [len(page.json["items"]) for page in (first, second)] == [2, 1]
    assert second.json["next_cursor"] is None
    assert partners.call("GET", DELIVERIES, partner_id=WEBHOOK, state="sent").json["items"] == []


@pytest.mark.parametrize(
    "forged", ["x", "%C3%A9", "QUxFUlQ", "Li4vLi4vZXRjCkRFTElWRVJZIw", "A" * 900, "CkRFTElWRVJZIw"]
)
def test_a_forged_reference_is_no_delivery(partners: PartnerSite, forged: str) -> None:
    """404, whatever it is made of."""
    assert partners.call("GET", f"{DELIVERIES}/{forged}").status == 404


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"since": "2026-06-01T00:00:00"}, "since"),
        ({"since": "2020-01-01T00:00:00Z"}, "since"),
        ({"missed_only": "x"}, "missed_only"),
    ],
)
def test_a_period_that_cannot_be_is_refused(partners: PartnerSite, query: dict[str, str], field: str) -> None:
    """422 beside the parameter."""
    refused = partners.call("GET", f"{DELIVERIES}/replays", partner_id=WEBHOOK, **query)
    assert refused.status == 422
    assert field in {error["field"].strip("/") for error in refused.json["errors"]}


def test_the_document_describes_every_route_and_every_webhook(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each route has its words and its refusals; `webhooks` has one entry an event, each with a schema that is there."""
    made = document(api.resolver(*[None] * 4), api.TITLE, api.DESCRIPTION)  # type: ignore[arg-type]
    operations = [operation for path in made["paths"].values() for operation in path.values()]
    assert len(operations) == 18
    assert all(operation["summary"] and operation["description"] for operation in operations)
    whole = json.loads(openapi_files()[Path("docs/openapi/alerts-partners.json")])
    assert [*whole["webhooks"]] == [
        *("offer.broadcast.v1", "offer.corrected.v1", "offer.ended.v1", "endpoint.challenge.v1", "endpoint.test.v1")
    ]
    for webhook in whole["webhooks"].values():
        name = webhook["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        assert name in whole["components"]["schemas"]
        assert {parameter["name"] for parameter in webhook["post"]["parameters"]} == {
            *("webhook-id", "webhook-timestamp", "webhook-signature")
        }
