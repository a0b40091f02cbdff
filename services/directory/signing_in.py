"""Signs people in: authorization code with PKCE, a state bound to the browser, then an opaque session of our own."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from services.directory.sessions import Sessions, SignIn
from shared.address_book import AddressBook
from shared.clock import Clock
from shared.errors import Forbidden


class IdentityProvider(Protocol):
    """Who proves identities; `services.directory.issuer.Issuer` is one."""

    def authorize_url(self, *, state: str, nonce: str, challenge: str, back: str) -> str: ...

    def redeem(self, *, code: str, verifier: str, nonce: str, back: str) -> str: ...


@dataclass(frozen=True)
class Departure:
    """Where the browser goes to sign in, and the state that it must keep in a cookie until it returns."""

    url: str
    state: str


@dataclass(frozen=True)
class Arrival:
    """The token of the new session, and the page that was asked for in the first place."""

    token: str
    back: str


@dataclass(frozen=True)
class SigningIn:
    """The two halves of a sign-in. `random_text` gives 256 bits."""

    sessions: Sessions
    book: AddressBook
    provider: IdentityProvider
    clock: Clock
    random_text: Callable[[], str]
    public_url: str

    @property
    def callback(self) -> str:
        """Where the sign-in service sends the browser back: registered there, word for word."""
        return f"{self.public_url}/connexion/retour"

    def depart(self, back: str) -> Departure:
        """Begins; raises Unavailable when the sign-in service does not answer."""
        sign_in = SignIn(self.random_text(), self.random_text(), self.random_text(), back)
        url = self.provider.authorize_url(
            state=sign_in.state, nonce=sign_in.nonce, challenge=challenge(sign_in.verifier), back=self.callback
        )
        self.sessions.begin(sign_in, self.clock.now())
        return Departure(url, sign_in.state)

    def arrive(self, *, code: str, state: str, kept_state: str) -> Arrival:
        """Ends; `state` came by the address, `kept_state` by the cookie of the browser that departed.

        Raises Forbidden for a state of another browser, over or already used, a code or token that is not good, and an
        account that belongs nowhere; Unavailable.
        """
        same_browser = bool(state) and hmac.compare_digest(state.encode(), kept_state.encode())
        sign_in = self.sessions.take(state, self.clock.now()) if same_browser else None
        if sign_in is None:
            raise Forbidden("Cette connexion a expiré : recommencez.", code="connexion-a-reprendre")
        subject = self.provider.redeem(code=code, verifier=sign_in.verifier, nonce=sign_in.nonce, back=self.callback)
        self._require_membership(subject)
        token = self.random_text()
        self.sessions.open(token, subject, self.clock.now())
        return Arrival(token, sign_in.back)

    def _require_membership(self, subject: str) -> None:
        user = self.book.user(subject)
        if user is None or not user.memberships:
            raise Forbidden(
                "Ce compte n’est rattaché à aucun territoire : demandez au coordinateur du vôtre de vous y inscrire.",
                code="sans-territoire",
            )


def challenge(verifier: str) -> str:
    """PKCE's S256 (RFC 7636, section 4.2)."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
