"""What the machines of an import are asked to do; its state says what that means."""

from __future__ import annotations

from typing import Protocol

from pydantic import BaseModel, ConfigDict


class Advance(BaseModel):
    """An import to take further: to read its file, or to send its chunks to be written."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")

    territory_id: str
    import_id: str


class ChunkWork(Advance):
    """A chunk to compare with the register, or to write to it."""

    number: int


class Outlet(Protocol):
    """A queue to send to."""

    def send(self, body: str) -> None:
        """One message; raises Unavailable."""
        ...
