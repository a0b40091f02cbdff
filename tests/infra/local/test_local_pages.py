"""The pages under /_local/: what left, what time it is, who signs in, and what partners receive."""

from __future__ import annotations

import base64
import hashlib
import json
import urllib.error
import urllib.request
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from standardwebhooks import Webhook

from infra.local.system import LocalSystem
from infra.stages import LOCAL

SECRET = f"whsec_{base64.b64encode(b'k' * 32).decode()}"
MAIL = b"""From: a@vigie.localhost
To: b@example.org
Subject: <b>Alerte</b>
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<p>Lien : <a href="https://example.org/x">ici</a></p><script>alert(1)</script>"""


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def call(system: LocalSystem, path: str, data: bytes | None = None, **headers: str) -> tuple[int, str, str]:
    """Status, body and location."""
    url = path if path.startswith("http") else system.loopback_url + path
    request = urllib.request.Request(url, data, headers)  # noqa: S310 - loopback
    try:
        answer = urllib.request.build_opener(_Stay).open(request)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.status, answer.read().decode(), answer.headers.get("location", "")


def test_how_messages_to_an_address_end_can_be_told(system: LocalSystem) -> None:
    """To see a bounce, or a provider that is silent; an end that nobody knows is refused."""
    json_type = {"Content-Type": "application/json"}
    assert call(system, "/_local/outcomes/b@example.org", b'{"outcome": "bounced"}', **json_type)[0] == 204
    assert call(system, "/_local/outcomes/b@example.org", b'{"outcome": "lost"}', **json_type)[0] == 400


def test_outbox_shows_an_email_without_running_it(system: LocalSystem) -> None:
    """The subject is text, the HTML part lives in a frame where no script runs, newest first, filtered on demand."""
    system.client("sesv2").send_email(Content={"Raw": {"Data": MAIL}})
    status, page, _ = call(system, "/_local/outbox?kind=email")
    assert status == 200
    assert "&lt;b&gt;Alerte&lt;/b&gt;" in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "<script>" not in page
    assert "Rien n’est parti" in call(system, "/_local/outbox?to=nobody")[1]


def test_outbox_has_a_json_twin(system: LocalSystem) -> None:
    """The same records for a program, newest first."""
    for number in ("+33639981001", "+33639981002"):
        system.client("pinpoint-sms-voice-v2").send_text_message(
            DestinationPhoneNumber=number, OriginationIdentity="VIGIE", MessageBody="un"
        )
    records = json.loads(call(system, "/_local/outbox.json?kind=sms")[1])
    assert [record["to"] for record in records[:2]] == [["+33639981002"], ["+33639981001"]]


def test_clock_moves_forward_only(system: LocalSystem) -> None:
    """A button or a program moves it; backwards, nothing and far too far are refused."""
    before = system.now()
    status, body, _ = call(system, "/_local/clock", b'{"minutes": 10}', **{"Content-Type": "application/json"})
    assert (status, json.loads(body)["ahead_s"] > 550) == (200, True)
    assert call(system, "/_local/clock", b"minutes=5")[0] == 303
    assert system.now() - before >= timedelta(minutes=15)
    for wrong in (b"hours=-1", b"hours=0", b"hours=x", b"hours=1000000"):
        assert call(system, "/_local/clock", wrong)[0] == 400
    assert "En avance de" in call(system, "/_local/clock")[1]


def test_receiver_verifies_signatures(system: LocalSystem) -> None:
    """The standard's own library judges, and what the partner answered is in the outbox with the verdict."""
    json_type = {"Content-Type": "application/json"}
    call(system, "/_local/webhooks/opco", b"{}", **json_type)
    assert call(system, "/_local/webhooks/opco/secret", json.dumps({"secret": SECRET}).encode(), **json_type)[0] == 204
    body = b'{"type":"offer"}'
    stamp = str(int(system.now().timestamp()))
    signature = Webhook(SECRET).sign("m-1", system.now(), body.decode())
    signed = {"webhook-id": "m-1", "webhook-timestamp": stamp, "webhook-signature": signature}
    assert call(system, "/_local/webhooks/opco", body, **signed)[0] == 200
    assert call(system, "/_local/webhooks/opco", body + b" ", **signed)[0] == 200
    verdicts = [sent.body["verdict"] for sent in system.outbox("webhook", to="opco")]
    assert [verdict.split(" : ")[0] for verdict in verdicts] == [
        "signature non vérifiée",
        "signature vérifiée",
        "signature refusée",
    ]


def test_receiver_takes_both_secrets_of_a_rotation_and_echoes_challenges(system: LocalSystem) -> None:
    """As a partner's program has to; a challenge that nobody of ours signed gets no echo."""
    other = "whsec_" + base64.b64encode(b"o" * 32).decode()
    secrets = json.dumps({"secrets": [SECRET, other]}).encode()
    assert call(system, "/_local/webhooks/mlj/secret", secrets, **{"Content-Type": "application/json"})[0] == 204
    body = b'{"type":"endpoint.challenge.v1","data":{"challenge":"defi-1"}}'
    stamp = str(int(system.now().timestamp()))
    echoed = []
    for secret in (SECRET, other, "whsec_" + base64.b64encode(b"x" * 32).decode()):
        signature = Webhook(secret).sign("m-2", system.now(), body.decode())
        signed = {"webhook-id": "m-2", "webhook-timestamp": stamp, "webhook-signature": signature}
        echoed.append(call(system, "/_local/webhooks/mlj", body, **signed)[1])
    assert echoed == ["defi-1", "defi-1", ""]


def test_receiver_fails_on_demand(system: LocalSystem) -> None:
    """A partner's failure can be played."""
    json_type = {"Content-Type": "application/json"}
    assert call(system, "/_local/webhooks/down/answer", b'{"status": 503}', **json_type)[0] == 204
    assert call(system, "/_local/webhooks/down", b"{}")[0] == 503
    assert call(system, "/_local/webhooks/down/answer", b'{"status": 42}', **json_type)[0] == 400


VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
BACK = "http://localhost:8600/connexion/retour"
ASKED = {
    "response_type": "code",
    "client_id": "vigie-local",
    "redirect_uri": BACK,
    "state": "s-1",
    "nonce": "n-1",
    "code_challenge": CHALLENGE,
}


def test_code_is_given_back_to_this_machine_only(system: LocalSystem) -> None:
    """Another host's address is refused, and so is somebody who is not in the address book."""
    authorize = f"{system.issuer.discovery()['authorization_endpoint']}?"
    assert call(system, authorize + urlencode(ASKED))[0] == 200
    assert call(system, authorize + urlencode(ASKED | {"redirect_uri": "https://evil.example/"}))[0] == 400
    assert call(system, authorize, urlencode(ASKED | {"subject": "nobody"}).encode())[0] == 400


def test_code_is_exchanged_once_with_its_verifier(system: LocalSystem) -> None:
    """The id token verifies with the published key; the code is good once, for its own verifier and address."""
    form = {"grant_type": "authorization_code", "client_id": "vigie-local", "redirect_uri": BACK}
    for verifier, status in (("wrong", 400), (VERIFIER, 200)):
        code = system.issuer.code("nadia", "nadia@example.org", ASKED)
        exchange = urlencode(form | {"code": code, "code_verifier": verifier}).encode()
        got, body, _ = call(system, system.issuer.discovery()["token_endpoint"], exchange)
        assert got == status
    assert call(system, system.issuer.discovery()["token_endpoint"], exchange)[0] == 400
    jwks = json.loads(call(system, system.issuer.discovery()["jwks_uri"])[1])
    key = jwt.PyJWK(jwks["keys"][0]).key
    claims = jwt.decode(json.loads(body)["id_token"], key, algorithms=["RS256"], audience="vigie-local")
    assert (claims["sub"], claims["nonce"], claims["token_use"]) == ("nadia", "n-1", "id")
    assert claims["iss"] == system.issuer.url


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"grant_type": "client_credentials", "client_id": LOCAL.machines[0], "scope": "vigie/visits"}, 200),
        ({"grant_type": "client_credentials", "client_id": "opco"}, 400),
        ({"grant_type": "client_credentials"}, 400),
        ({"grant_type": "password"}, 400),
    ],
)
def test_systems_get_a_token_of_their_own(system: LocalSystem, form: dict[str, str], status: int) -> None:
    """Client credentials give an access token; other grants do not exist."""
    assert call(system, system.issuer.discovery()["token_endpoint"], urlencode(form).encode())[0] == status


def test_sign_in_lists_the_people_of_the_address_book(system: LocalSystem) -> None:
    """Whoever the directory knows by subject is one click away."""
    page = call(system, f"{system.issuer.discovery()['authorization_endpoint']}?{urlencode(ASKED)}")[1]
    assert "L’annuaire est vide" in page
