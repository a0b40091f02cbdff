"""Where the reference is kept: each version as one object, and a small one that says which version is in use."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from services.matching.reference.packed import unreadable
from shared.errors import NotFound

NPZ, JSON, CSV = "application/octet-stream", "application/json", "text/csv; charset=utf-8"
_SUFFIXES = {NPZ: "npz", JSON: "json", CSV: "csv"}


class Objects(Protocol):
    """What the shelf asks of a bucket, or of a folder."""

    def put(self, key: str, content: bytes, content_type: str) -> None:
        """Writes the whole object, or nothing."""
        ...

    def get(self, key: str) -> bytes:
        """The whole object; raises NotFound."""
        ...


@dataclass(frozen=True)
class Shelf:
    """The versions of each part of the reference: `rome`, `communes`, `naf`, `dispositifs`, `passerelles/<territory>`."""

    objects: Objects

    def version(self, part: str) -> str | None:
        """The version in use, None before the first."""
        found = self._pointer(part)
        return found["version"] if found else None

    def content(self, part: str) -> bytes:
        """The version in use; raises NotFound before the first."""
        found = self._pointer(part)
        if not found:
            raise NotFound("Cette partie du référentiel n’est pas encore chargée : « vigie reference --help ».")
        return self.objects.get(found["key"])

    def publish(self, part: str, version: str, content: bytes, content_type: str) -> bool:
        """Puts this version in use; False when it already was, and nothing is written.

        The version is whole before it is in use: an interruption leaves the former one.
        """
        key = f"{part}/{version}-{sha256(content).hexdigest()[:12]}.{_SUFFIXES[content_type]}"
        pointer = {"version": version, "key": key}
        if self._pointer(part) == pointer:
            return False
        self.objects.put(key, content, content_type)
        self.objects.put(_current(part), json.dumps(pointer).encode(), JSON)
        return True

    def _pointer(self, part: str) -> dict[str, str] | None:
        try:
            found = json.loads(self.objects.get(_current(part)))
            return {"version": str(found["version"]), "key": str(found["key"])}
        except NotFound:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise unreadable() from error


def _current(part: str) -> str:
    return f"{part}/current.json"


def version_of(*contents: bytes) -> str:
    """The version of what has no number of its own: 12 hexadecimal digits of its hash."""
    return sha256(b"".join(sha256(content).digest() for content in contents)).hexdigest()[:12]
