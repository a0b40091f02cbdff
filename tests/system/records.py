"""What the functions of each world called and logged, kept for the tests that look back on all of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from infra.local.system import LocalSystem


@dataclass(frozen=True)
class Record:
    """Of one world: by function, the IAM actions needed and those granted; the calls that AWS would refuse; the logs."""

    calls: Mapping[str, Set[str]]
    grants: Mapping[str, Set[str]]
    denied: tuple[str, ...]
    logs: str

    @classmethod
    def of(cls, system: LocalSystem) -> Self:
        """What a system has done so far."""
        return cls(system.calls(), system.grants(), tuple(system.denied()), logs_of(system.folder))

    @classmethod
    def read(cls, file: Path) -> Self:
        """What `write` wrote."""
        kept: dict[str, Any] = json.loads(file.read_text())
        calls, grants = ({name: set(of) for name, of in kept[part].items()} for part in ("calls", "grants"))
        return cls(calls, grants, tuple(kept["denied"]), kept["logs"])

    def write(self, file: Path) -> None:
        """Keeps it for another process."""
        calls, grants = ({name: sorted(of) for name, of in part.items()} for part in (self.calls, self.grants))
        file.write_text(json.dumps({"calls": calls, "grants": grants, "denied": self.denied, "logs": self.logs}))


RECORDS: list[Record] = []
"""Of the worlds that are over in this run, oldest first."""


def logs_of(state: Path) -> str:
    """Everything that the functions wrote."""
    return "\n".join(file.read_text(errors="replace") for file in sorted((state / "logs").glob("*.log")))
