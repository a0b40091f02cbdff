"""Whose jobs they are: sealed for the referent, and a digest by which the same enterprise is known as the same."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from services.matching.jobs.job import DeclaredJob

DIGEST_LENGTH = 24
PURPOSE = "matching-enterprise"


class Sealer(Protocol):
    """Seals and opens small texts of a territory."""

    def encrypt(self, plain: bytes, context: Mapping[str, str]) -> bytes: ...

    def decrypt(self, sealed: bytes, context: Mapping[str, str]) -> bytes: ...


class Identity(BaseModel):
    """An enterprise as its referent named it."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    name: str
    siret: str | None = None


def seal(identity: Identity, territory_id: str, sealer: Sealer) -> str:
    """Base64 of the ciphertext; raises Unavailable when the vault is shut."""
    plain = json.dumps(identity.model_dump(), ensure_ascii=False).encode()
    return base64.b64encode(sealer.encrypt(plain, _context(territory_id))).decode()


def identity_of(job: DeclaredJob, sealer: Sealer) -> Identity | None:
    """Whose jobs they are, for those who may know; None where only the visit tells. Raises Unavailable."""
    if job.sealed_enterprise is None:
        return None
    opened = sealer.decrypt(base64.b64decode(job.sealed_enterprise), _context(job.territory_id))
    return Identity.model_validate_json(opened)


def sameness(territory_id: str, identity: Identity) -> str:
    """The same for the same SIREN, else for the same name: what keeps an enterprise from being matched with itself."""
    known = identity.siret[:9] if identity.siret else " ".join(identity.name.casefold().split())
    return "e:" + hashlib.sha256(f"{territory_id}\n{known}".encode()).hexdigest()[:DIGEST_LENGTH]


def visited(visit_id: str) -> str:
    """What stands for the enterprise of a visit, which alone knows its name."""
    return f"v:{visit_id}"


def _context(territory_id: str) -> dict[str, str]:
    return {"territory": territory_id, "purpose": PURPOSE}
