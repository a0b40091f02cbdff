"""The same request said twice has one effect and one answer (the `Idempotency-Key` header)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.errors import Invalid
from shared.tables import Absent, Item, Put, TableClient

KEPT = timedelta(days=90)
"""How long a key is remembered at least: a phone may hold a visit for weeks before it finds a network."""

SPENT = "cle-idempotence-reutilisee"
"""The code of the refusal of a key that came with another content before."""

_KEY = re.compile(r"[\x21-\x7e]{8,128}")


@dataclass(frozen=True)
class Request:
    """One command of one caller: claim it in the transaction of its effect, and look up its answer before."""

    territory_id: str
    caller_id: str
    key: str
    fingerprint: str

    @classmethod
    def of(cls, territory_id: str, caller_id: str, key: str | None, body: str) -> Request:
        """Raises Invalid when the key is missing or not 8 to 128 visible ASCII characters."""
        if key is None or not _KEY.fullmatch(key):
            raise Invalid(
                "L’en-tête Idempotency-Key est obligatoire : 8 à 128 caractères visibles, un par envoi.",
                code="cle-idempotence",
            )
        return cls(territory_id, caller_id, key, hashlib.sha256(body.encode()).hexdigest())

    def claim(self, answer: dict[str, Any], now: datetime) -> Put:
        """The write that remembers the answer; its condition fails when the key was used meanwhile."""
        item: Item = {
            "pk": self._pk,
            "sk": self._sk,
            "fingerprint": self.fingerprint,
            "answer": answer,
            "expires_at": int((now + KEPT).timestamp()),
        }
        return Put(item, (Absent(),))

    def answered(self, table: TableClient) -> dict[str, Any] | None:
        """The answer given before, or None. Raises Invalid when the key came with another content."""
        item = table.get(self._pk, self._sk)
        if item is None:
            return None
        if item["fingerprint"] != self.fingerprint:
            raise Invalid(
                "Cette clé Idempotency-Key a déjà servi pour un autre contenu.",
                code=SPENT,
            )
        answer: dict[str, Any] = item["answer"]
        return answer

    @property
    def demand(self) -> str:
        """What this very command is known by where each of its effects is marked: who, which key."""
        return hashlib.sha256(f"{self.territory_id}\n{self.caller_id}\n{self.key}".encode()).hexdigest()[:32]

    @property
    def _pk(self) -> str:
        return f"T#{self.territory_id}#IDEMPOTENCY"

    @property
    def _sk(self) -> str:
        return f"{self.caller_id}#{self.key}"
