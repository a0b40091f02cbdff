"""A sign-in service in memory: real keys, real tokens, and a browser's requests as the HTTP API gives them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from services.directory.fetching import Answer, unreachable
from services.directory.signing_in import challenge

ISSUER = "https://issuer.example/pool"
AUDIENCE = "vigie-test"
SITE = "https://vigie.example"
_KEYS = {name: rsa.generate_private_key(public_exponent=65537, key_size=2048) for name in ("one", "two")}


class SignInService:
    """Answers as an OpenID provider; `claims` and the attributes bend its tokens."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.subject = "sub-alix"
        self.claims: dict[str, Any] = {}
        self.key = "one"
        self.published = ["one"]
        self.algorithm = "RS256"
        self.is_down = False
        self.fetched: list[str] = []
        self.discovery = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/jwks",
        }
        self._asked: dict[str, str] = {}

    def sign_in(self, url: str) -> dict[str, str]:
        """What a browser brings back once somebody signed in at `url`."""
        self._asked = dict(parse_qsl(urlsplit(url).query))
        return {"code": "a-code", "state": self._asked["state"]}

    def __call__(self, url: str, form: Mapping[str, str] | None) -> Answer:
        self.fetched.append(url)
        if self.is_down:
            raise unreachable()
        match url.removeprefix(ISSUER):
            case "/.well-known/openid-configuration":
                return _json(self.discovery)
            case "/jwks":
                return _json({"keys": [_public(name) for name in self.published]})
            case _:
                return self._token(form or {})

    def _token(self, form: Mapping[str, str]) -> Answer:
        proven = challenge(form["code_verifier"]) == self._asked.get("code_challenge")
        if form["code"] != "a-code" or not proven or form["redirect_uri"] != self._asked["redirect_uri"]:
            return Answer(400, b'{"error":"invalid_grant"}')
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": self.subject,
            "token_use": "id",
            "nonce": self._asked["nonce"],
            "iat": int(self.now.timestamp()),
            "exp": int((self.now + timedelta(hours=1)).timestamp()),
        } | self.claims
        kept = {name: value for name, value in claims.items() if value is not None}
        forged: dict[str, Any] = {"HS256": "s" * 64, "none": None}
        key = forged.get(self.algorithm, _KEYS[self.key])
        return _json({"id_token": jwt.encode(kept, key, algorithm=self.algorithm, headers={"kid": self.key})})


def _json(value: object) -> Answer:
    return Answer(200, json.dumps(value).encode())


def _public(name: str) -> dict[str, Any]:
    return jwt.algorithms.RSAAlgorithm.to_jwk(_KEYS[name].public_key(), as_dict=True) | {"kid": name}


def request(
    method: str,
    path: str,
    query: Mapping[str, str] | None = None,
    cookies: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """An HTTP API request, payload 2.0."""
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": urlencode(query or {}),
        "queryStringParameters": dict(query or {}),
        "cookies": [f"{name}={value}" for name, value in (cookies or {}).items()],
        "headers": {"origin": SITE, "content-type": "application/x-www-form-urlencoded"},
        "requestContext": {"http": {"method": method, "path": path}, "stage": "$default"},
        "body": urlencode(form or {}),
        "isBase64Encoded": False,
    }
