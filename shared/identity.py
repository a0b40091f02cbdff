"""Who is calling, for which territory, in which role: the one check of it.

A page's caller has an opaque session cookie, the API's a bearer token that the gateway's authorizer has verified. Both end
in a subject, and the memberships of that subject are read from the address book, so that a role withdrawn is withdrawn at
the next request.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.address_book import AddressBook, Membership, Role, User
from shared.errors import Forbidden, NotFound, Unidentified
from shared.tables import Item, TableClient

COOKIE = "vigie_session"
TERRITORY_HEADER = "vigie-territory"


@dataclass(frozen=True)
class Caller:
    """A known person or system, acting in one territory."""

    subject: str
    name: str
    membership: Membership
    elsewhere: tuple[Membership, ...] = ()
    """The caller's other territories, to switch to."""

    @property
    def territory_id(self) -> str:
        return self.membership.territory_id

    @property
    def member_id(self) -> str:
        return self.membership.member_id

    def has(self, *roles: Role) -> bool:
        return bool(set(roles) & set(self.membership.roles))


def require(caller: Caller, *roles: Role) -> None:
    """Raises Forbidden unless the caller has one of the roles."""
    if not caller.has(*roles):
        raise Forbidden("Votre rôle dans ce territoire ne permet pas cette action.")


class Identity:
    """Finds the caller of a request."""

    def __init__(self, sessions: TableClient, book: AddressBook) -> None:
        self._sessions = sessions
        self._book = book

    def of_page(self, cookies: Mapping[str, str], now: datetime) -> Caller:
        """The caller of a page; raises Unidentified when the session is missing, forged, over, or of a territory left."""
        item = self._session(cookies.get(COOKIE, ""), now)
        try:
            return self._caller(str(item["subject"]), item.get("territory_id"))
        except NotFound:
            # A new session begins where they still belong; this one would find every page missing.
            raise Unidentified("Vous n’êtes plus dans ce territoire : connectez-vous de nouveau.") from None

    def of_api(self, claims: Mapping[str, Any], audience: str, issuer: str, territory_id: str | None) -> Caller:
        """The caller of the API, from claims whose signature and expiry the gateway has verified.

        `audience` names the clients that may call, separated by spaces: the site's own, and partners' machines, whose tokens
        have the client itself as subject (RFC 6749 4.4) and which are members like any other. Raises Unidentified for another
        issuer, audience or kind of token; NotFound for a territory that is not theirs.
        """
        audiences = {str(claims.get("client_id")), str(claims.get("aud"))}
        if claims.get("iss") != issuer or claims.get("token_use") != "access" or audiences.isdisjoint(audience.split()):
            raise Unidentified("Ce jeton n’est pas valable pour cette interface.")
        return self._caller(str(claims["sub"]), territory_id)

    def _session(self, token: str, now: datetime) -> Item:
        item = self._sessions.get(session_key(token), "SESSION") if token else None
        if item is None or item["expires_at"] <= now.timestamp():
            raise Unidentified("Votre session est terminée : connectez-vous de nouveau.")
        return item

    def _caller(self, subject: str, territory_id: str | None) -> Caller:
        user = self._book.user(subject)
        if user is None or not user.memberships:
            raise Unidentified("Ce compte n’est rattaché à aucun territoire.")
        membership = _membership(user, territory_id)
        others = tuple(other for other in user.memberships if other is not membership)
        return Caller(user.subject, user.name, membership, others)


def session_key(token: str) -> str:
    """The key of a session: the cookie's value itself is stored nowhere."""
    return "SESSION#" + hashlib.sha256(token.encode()).hexdigest()


def _membership(user: User, territory_id: str | None) -> Membership:
    if territory_id is None:
        return user.memberships[0]
    for membership in user.memberships:
        if membership.territory_id == territory_id:
            return membership
    raise NotFound("Ce territoire n’existe pas.")
