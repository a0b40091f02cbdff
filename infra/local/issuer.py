"""The development issuer's tokens: signed like Cognito's, with a key of this machine that never leaves it."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from infra.local.clock import Clock
from infra.local.durability import Store

ALGORITHM = "RS256"
_TOKEN_LIFE = timedelta(hours=1)
_CODE_LIFE = timedelta(minutes=5)
_KEY = "issuer-key"


class BadGrant(Exception):
    """A code, a client or a verifier that is not right; the text is OAuth's error code."""


@dataclass
class _Code:
    subject: str
    email: str
    nonce: str
    client: str
    redirect_uri: str
    challenge: str
    expires_at: float


@dataclass
class Issuer:
    """Makes keys, codes and tokens. `url` is the `iss` of every token."""

    store: Store
    clock: Clock
    url: str
    audience: str
    _codes: dict[str, _Code] = field(default_factory=dict)

    def __post_init__(self) -> None:
        pem = self.store.fact("setting", _KEY)
        if pem is None:
            pem = _new_key()
            self.store.save_fact("setting", _KEY, pem)
        loaded = serialization.load_pem_private_key(pem.encode(), None)
        if not isinstance(loaded, rsa.RSAPrivateKey):
            raise TypeError("the kept issuer key is not RSA")
        self._key = loaded
        self._kid = hashlib.sha256(pem.encode()).hexdigest()[:16]

    @property
    def public_key(self) -> rsa.RSAPublicKey:
        """What verifies the tokens."""
        return self._key.public_key()

    def jwks(self) -> dict[str, Any]:
        """The public key as a JSON Web Key Set."""
        key = json.loads(RSAAlgorithm.to_jwk(self.public_key))
        return {"keys": [{**key, "kid": self._kid, "alg": ALGORITHM, "use": "sig"}]}

    def discovery(self) -> dict[str, Any]:
        """The OpenID configuration document."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/oauth2/authorize",
            "token_endpoint": f"{self.url}/oauth2/token",
            "jwks_uri": f"{self.url}/.well-known/jwks.json",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
        }

    def code(self, subject: str, email: str, request: dict[str, str]) -> str:
        """A one-time code for the authorization request that this person answered by signing in."""
        code = secrets.token_urlsafe(24)
        self._codes[code] = _Code(
            subject,
            email,
            request.get("nonce", ""),
            request.get("client_id", ""),
            request.get("redirect_uri", ""),
            request.get("code_challenge", ""),
            (self.clock.now() + _CODE_LIFE).timestamp(),
        )
        return code

    def exchange(self, request: dict[str, str]) -> dict[str, Any]:
        """Tokens for a code (RFC 6749 4.1.3, with PKCE when it was asked for); raises BadGrant."""
        code = self._codes.pop(request.get("code", ""), None)
        if code is None or code.expires_at < self.clock.now().timestamp():
            raise BadGrant("invalid_grant")
        if (code.client, code.redirect_uri) != (request.get("client_id", code.client), request.get("redirect_uri")):
            raise BadGrant("invalid_grant")
        if code.challenge and code.challenge != _challenge(request.get("code_verifier", "")):
            raise BadGrant("invalid_grant")
        return self.person_tokens(code.subject, code.email, code.client, code.nonce)

    def person_tokens(self, subject: str, email: str, client: str = "", nonce: str = "") -> dict[str, Any]:
        """An id token and an access token for someone."""
        person = {"sub": subject, "email": email, "email_verified": True, "cognito:username": subject}
        audience = client or self.audience
        optional = {"nonce": nonce} if nonce else {}
        access = {"sub": subject, "username": subject, "client_id": audience, "scope": "openid email"}
        return {
            "id_token": self._sign({**person, **optional, "aud": audience, "token_use": "id"}),
            "access_token": self._sign({**access, "token_use": "access"}),
            "token_type": "Bearer",
            "expires_in": int(_TOKEN_LIFE.total_seconds()),
        }

    def client_tokens(self, client: str, scope: str) -> dict[str, Any]:
        """An access token for a partner's system (client credentials): its subject is the client itself."""
        claims = {"sub": client, "client_id": client, "scope": scope, "token_use": "access"}
        return {
            "access_token": self._sign(claims),
            "token_type": "Bearer",
            "expires_in": int(_TOKEN_LIFE.total_seconds()),
        }

    def _sign(self, claims: dict[str, Any]) -> str:
        now = self.clock.now()
        times = {"iat": int(now.timestamp()), "exp": int((now + _TOKEN_LIFE).timestamp())}
        unique = {"jti": secrets.token_hex(16), "auth_time": times["iat"]}
        return jwt.encode({**claims, **times, **unique, "iss": self.url}, self._key, ALGORITHM, {"kid": self._kid})


def _new_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _challenge(verifier: str) -> str:
    return jwt.utils.base64url_encode(hashlib.sha256(verifier.encode()).digest()).decode()
