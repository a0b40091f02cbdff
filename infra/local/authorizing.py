"""API Gateway's JWT authorizer: the token's signature, issuer, audience and times, before the function sees anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from infra.local.cloud import Authorizer

_ALGORITHM = "RS256"


class Denied(Exception):
    """No token, or one that does not hold."""


class JwtCheck:
    """Checks bearer tokens with the development issuer's key."""

    def __init__(self, public_key: Callable[[], RSAPublicKey]) -> None:
        self._public_key = public_key

    def claims(self, header: str, authorizer: Authorizer) -> Mapping[str, Any]:
        """The claims of a good token; raises Denied. The audience is `aud`, or `client_id` where there is no `aud`."""
        token = header[7:] if header[:7].lower() == "bearer " else header
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._public_key(),
                algorithms=[_ALGORITHM],
                issuer=authorizer.issuer,
                options={"require": ["exp", "iss"], "verify_aud": False},
            )
        except jwt.InvalidTokenError as error:
            raise Denied(type(error).__name__) from None
        audience = claims.get("aud", claims.get("client_id"))
        named = audience if isinstance(audience, list) else [audience]
        if not set(named) & set(authorizer.audience):
            raise Denied("audience")
        return claims
