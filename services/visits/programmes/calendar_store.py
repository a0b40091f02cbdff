"""Where the private addresses of calendars are kept: by the hash of their token, never the token.

pk            sk                 what
T#<t>#FEED    <hash of a token>  whose calendar it is
T#<t>#FEED    MEMBER#<member>    which hash is the member's now: one address a person
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from shared.clock import to_text
from shared.errors import Conflict
from shared.identity import Caller
from shared.tables import Absent, ConditionFailed, Delete, Equals, Item, Put, TableClient, Write, can_exist

TOKEN_BYTES = 24
"""192 random bits: nobody finds an address by trying."""
NewToken = Callable[[], str]


class Feed(BaseModel):
    """Whose calendar an address shows."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    territory_id: str
    member_id: str
    structure_id: str
    hash: str
    created_at: str


def random_token() -> str:
    """A new token, 32 characters that an address may hold."""
    return secrets.token_urlsafe(TOKEN_BYTES)


class CalendarStore:
    """The addresses of a territory's calendars."""

    def __init__(self, table: TableClient) -> None:
        self._table = table

    def feed(self, territory_id: str, token: str) -> Feed | None:
        """Whose calendar the token opens, if anybody's."""
        pk = _pk(territory_id)
        item = self._table.get(pk, _hash(token)) if can_exist(pk) else None
        return Feed.model_validate(item) if item else None

    def feed_of(self, caller: Caller) -> Feed | None:
        """The caller's address, without its token, which nobody knows any more."""
        item = self._current(caller)
        return Feed.model_validate(item) if item else None

    def renew(self, caller: Caller, now: datetime, new_token: NewToken = random_token) -> str:
        """Makes a new address and voids the former one; returns the token, which is never shown again. Raises Conflict."""
        token = new_token()
        former = self._current(caller)
        feed = {
            "territory_id": caller.territory_id,
            "member_id": caller.member_id,
            "structure_id": caller.membership.structure_id,
            "hash": _hash(token),
            "created_at": to_text(now),
        }
        pk = _pk(caller.territory_id)
        condition = Equals({"hash": former["hash"]}) if former else Absent()
        writes: list[Write] = [Delete(pk, former["hash"])] if former else []
        writes += [
            Put({"pk": pk, "sk": _hash(token), **feed}, (Absent(),)),
            Put({"pk": pk, "sk": _member_sk(caller), **feed}, (condition,)),
        ]
        self._write(*writes)
        return token

    def revoke(self, caller: Caller) -> None:
        """Voids the caller's address, if there is one. Raises Conflict."""
        former = self._current(caller)
        if former:
            pk = _pk(caller.territory_id)
            guard = (Equals({"hash": former["hash"]}),)
            self._write(Delete(pk, former["hash"]), Delete(pk, _member_sk(caller), guard))

    def _current(self, caller: Caller) -> Item | None:
        return self._table.get(_pk(caller.territory_id), _member_sk(caller))

    def _write(self, *writes: Write) -> None:
        try:
            self._table.write(*writes)
        except ConditionFailed:
            raise Conflict("Votre adresse de calendrier vient de changer : rechargez la page.") from None


def _pk(territory_id: str) -> str:
    return f"T#{territory_id}#FEED"


def _member_sk(caller: Caller) -> str:
    return f"MEMBER#{caller.member_id}"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
