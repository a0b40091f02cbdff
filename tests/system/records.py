"""What the functions of each world called and logged, kept for the tests that look back on all of them."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Record:
    """Of one world: by function, the IAM actions needed and those granted; the calls that AWS would refuse; the logs."""

    calls: Mapping[str, Set[str]]
    grants: Mapping[str, Set[str]]
    denied: tuple[str, ...]
    logs: str


RECORDS: list[Record] = []
"""Of the worlds that are over in this run, oldest first."""


def logs_of(state: Path) -> str:
    """Everything that the functions wrote."""
    return "\n".join(file.read_text(errors="replace") for file in sorted((state / "logs").glob("*.log")))
