"""The second opinion's own rules: differences are reasoned and true; what stands before MiniStack changes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from urllib3 import HTTPHeaderDict, HTTPResponse
from werkzeug.test import Client

from infra.local.sending import Senders, Sending
from infra.parity.differences import known_differences
from infra.parity.gate import Endpoint, Site
from tests.infra.conftest import Stacks

SIGNED = "AWS4-HMAC-SHA256 Credential=parity/20261124/eu-west-3/{}/aws4_request, SignedHeaders=host, Signature=0"


class Behind:
    """Stands for MiniStack: keeps what it was asked, answers the same thing each time."""

    def __init__(self, status: int, body: bytes, headers: HTTPHeaderDict) -> None:
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self._answer = (status, body, headers)

    def ask(self, method: str, path: str, headers: Any, body: bytes) -> HTTPResponse:
        self.asked.append((method, path, dict(headers), body))
        status, content, sent = self._answer
        return HTTPResponse(content, sent, status)


def test_every_type_that_is_not_deployed_is_in_a_template(local: Stacks) -> None:
    """The list holds no resource type that Vigie does not have, or no longer has."""
    types = {each["Type"] for template in local.templates for each in template["Resources"].values()}
    assert set(known_differences().types) <= types


def test_a_difference_without_reason_is_refused(tmp_path: Path) -> None:
    """Nothing is tolerated without saying why."""
    file = tmp_path / "differences.toml"
    file.write_text('[[journey]]\ntest = "test_journey.py::test_x"\nreason = " "\n')
    with pytest.raises(ValueError, match="no reason given"):
        known_differences(file)


def test_the_site_is_passed_on_under_the_name_of_its_api() -> None:
    """Path, query, form and cookies arrive as they were sent; each cookie of the answer comes back on its own."""
    behind = Behind(
        303, b"moved", HTTPHeaderDict([("Location", "/alertes"), ("Set-Cookie", "a=1"), ("Set-Cookie", "c=3")])
    )
    site = Site(local=None)
    site.ask, site.host = behind.ask, "abcd.execute-api.localhost"
    client = Client(site)
    client.set_cookie("b", "2")
    answer = client.post("/visites/nouvelle?a=%20b", data={"post": "soudeur"})
    ((method, path, headers, body),) = behind.asked
    assert (method, path, body) == ("POST", "/visites/nouvelle?a=%20b", b"post=soudeur")
    assert (headers["Host"], headers["Cookie"]) == ("abcd.execute-api.localhost", "b=2")
    assert (answer.status_code, answer.location) == (303, "/alertes")
    assert answer.headers.getlist("Set-Cookie") == ["a=1", "c=3"]


def test_an_outage_is_refused_before_ministack() -> None:
    """Exactly the calls that are out of order answer 503, and never reach MiniStack."""
    behind, endpoint = Behind(200, b"{}", HTTPHeaderDict()), Endpoint(Sending(Senders(), lambda *_: None))
    endpoint.ask = behind.ask
    endpoint.refusing.add(("events", "PutEvents"))
    client = Client(endpoint)
    refused = client.post("/", headers=_call("events", "AWSEvents.PutEvents"), data=b"{}")
    passed = client.post("/", headers=_call("sqs", "AmazonSQS.SendMessage"), data=b"{}")
    assert (refused.status_code, passed.status_code, len(behind.asked)) == (503, 200, 1)
    assert endpoint.traffic.changes == 2


def test_a_text_leaves_without_ministack() -> None:
    """It knows no texts: they are checked and kept before it."""
    sent: list[tuple[str, dict[str, Any]]] = []
    endpoint = Endpoint(Sending(Senders(sms_senders={"VIGIE"}), lambda *one: sent.append(one)))
    text = {"DestinationPhoneNumber": "+33639981001", "OriginationIdentity": "VIGIE", "MessageBody": "Bonjour"}
    call = _call("sms-voice", "PinpointSMSVoiceV2.SendTextMessage")
    assert Client(endpoint).post("/", headers=call, data=json.dumps(text)).status_code == 200
    assert [(kind, body["to"], body["text"]) for kind, body in sent] == [("sms", ["+33639981001"], "Bonjour")]


def _call(service: str, target: str) -> dict[str, str]:
    return {"Authorization": SIGNED.format(service), "X-Amz-Target": target}
