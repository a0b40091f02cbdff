"""The sign-in service (OpenID Connect): its addresses, its keys, and a code turned into a proven identity."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from services.directory.fetching import Answer, unreachable
from shared.clock import Clock
from shared.errors import Forbidden

Fetch = Callable[[str, Mapping[str, str] | None], Answer]
KEPT = timedelta(minutes=10)
"""How long a warm process keeps the addresses and the keys."""
UNKNOWN_KEY_PAUSE = timedelta(minutes=1)
"""Keys are asked for again at most this often when a token names one that is not known: they may have turned."""
LEEWAY = timedelta(seconds=60)
CLAIMS = ["aud", "exp", "iat", "iss", "nonce", "sub"]


class Issuer:
    """One sign-in service and this site as its client. `audience` is the client's id."""

    def __init__(self, url: str, audience: str, fetch: Fetch, clock: Clock) -> None:
        self._url = url
        self._audience = audience
        self._fetch = fetch
        self._clock = clock
        self._kept: dict[str, tuple[datetime, dict[str, Any]]] = {}

    def authorize_url(self, *, state: str, nonce: str, challenge: str, back: str) -> str:
        """Where a browser goes to sign in; raises Unavailable. `challenge` is PKCE's, `back` this site's address."""
        parameters = {
            "response_type": "code",
            "client_id": self._audience,
            "redirect_uri": back,
            "scope": "openid email",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._discovered('authorization_endpoint')}?{urlencode(parameters)}"

    def redeem(self, *, code: str, verifier: str, nonce: str, back: str) -> str:
        """The subject that the code stands for; raises Unavailable, Forbidden when code or token is not good."""
        form = {
            "grant_type": "authorization_code",
            "client_id": self._audience,
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": back,
        }
        answer = self._fetch(self._discovered("token_endpoint"), form)
        if 400 <= answer.status < 500:  # noqa: PLR2004 - the class of statuses that blame the code
            raise _not_proven()
        return self._subject(str(_document(answer).get("id_token", "")), nonce)

    def _subject(self, token: str, nonce: str) -> str:
        # Here and not above: it costs a cold start 230 M instructions, and only the last request of a sign-in, for
        # which the process is seldom new, has a token to read.
        import jwt  # noqa: PLC0415 - see above

        try:
            header = jwt.get_unverified_header(token)
            key = jwt.PyJWK(self._key(str(header.get("kid", ""))), algorithm="RS256")
            claims = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                audience=self._audience,
                issuer=self._url,
                # The times are compared below, with the clock that everything else goes by.
                options={"require": CLAIMS, "verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )
        except jwt.PyJWTError as error:
            raise _not_proven() from error
        if claims["nonce"] != nonce or claims.get("token_use") != "id" or not self._is_current(claims):
            raise _not_proven()
        return str(claims["sub"])

    def _is_current(self, claims: Mapping[str, Any]) -> bool:
        now = self._clock.now().timestamp()
        leeway = LEEWAY.total_seconds()
        return int(claims["iat"]) - leeway <= now < int(claims["exp"]) + leeway

    def _key(self, key_id: str) -> dict[str, Any]:
        url = self._discovered("jwks_uri")
        for kept in (KEPT, UNKNOWN_KEY_PAUSE):
            for key in self._json(url, kept).get("keys", []):
                if key.get("kid") == key_id and key.get("kty") == "RSA":
                    return dict(key)
        raise _not_proven()

    def _discovered(self, name: str) -> str:
        found = self._json(f"{self._url}/.well-known/openid-configuration", KEPT)
        if found.get("issuer") != self._url or not isinstance(found.get(name), str):
            raise unreachable()
        return str(found[name])

    def _json(self, url: str, kept: timedelta) -> dict[str, Any]:
        now = self._clock.now()
        read_at, document = self._kept.get(url, (None, {}))
        if read_at is None or not read_at <= now < read_at + kept:
            document = _document(self._fetch(url, None))
            self._kept[url] = (now, document)
        return document


def _document(answer: Answer) -> dict[str, Any]:
    try:
        document = json.loads(answer.body)
    except ValueError:
        document = None
    if answer.status != 200 or not isinstance(document, dict):  # noqa: PLR2004 - OK
        raise unreachable()
    return document


def _not_proven() -> Forbidden:
    return Forbidden("La connexion n’a pas pu être vérifiée : recommencez.", code="connexion-a-reprendre")
