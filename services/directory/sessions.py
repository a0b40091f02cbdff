"""What the sessions table keeps: a sign-in under way, and who is signed in, both under hashed keys and both short-lived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.identity import session_key
from shared.tables import ConditionFailed, Delete, Equals, Put, TableClient, Update

SESSION_LASTS = timedelta(hours=10)
SIGN_IN_LASTS = timedelta(minutes=10)


@dataclass(frozen=True)
class SignIn:
    """A sign-in that a browser has begun: what must come back with it."""

    state: str
    verifier: str
    nonce: str
    back: str


class Sessions:
    """Writes the table that `shared.identity` reads."""

    def __init__(self, table: TableClient) -> None:
        self._table = table

    def begin(self, sign_in: SignIn, now: datetime) -> None:
        """Keeps a sign-in for ten minutes."""
        self._table.write(
            Put(
                {
                    "pk": session_key(sign_in.state),
                    "sk": "SIGN_IN",
                    "verifier": sign_in.verifier,
                    "nonce": sign_in.nonce,
                    "back": sign_in.back,
                    "expires_at": int((now + SIGN_IN_LASTS).timestamp()),
                }
            )
        )

    def take(self, state: str, now: datetime) -> SignIn | None:
        """The sign-in that this state began, once; None when unknown, over or already taken."""
        item = self._table.get(session_key(state), "SIGN_IN")
        if item is None or item["expires_at"] <= now.timestamp():
            return None
        try:
            self._table.write(Delete(item["pk"], item["sk"], (Equals({"nonce": item["nonce"]}),)))
        except ConditionFailed:
            return None
        return SignIn(state, item["verifier"], item["nonce"], item["back"])

    def open(self, token: str, subject: str, now: datetime) -> None:
        """Signs `subject` in for ten hours; only a hash of `token` is kept."""
        expires_at = int((now + SESSION_LASTS).timestamp())
        self._table.write(
            Put({"pk": session_key(token), "sk": "SESSION", "subject": subject, "expires_at": expires_at})
        )

    def close(self, token: str) -> None:
        """Signs out; nothing to do for an unknown token."""
        self._table.write(Delete(session_key(token), "SESSION"))

    def choose(self, token: str, subject: str, territory_id: str) -> None:
        """The session goes on in another territory; raises ConditionFailed when it was closed meanwhile."""
        mine = Equals({"subject": subject})
        self._table.write(Update(session_key(token), "SESSION", {"territory_id": territory_id}, when=(mine,)))
