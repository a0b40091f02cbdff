"""What MiniStack is known to do otherwise: one file, each difference with its reason."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("differences.toml")


@dataclass(frozen=True)
class Differences:
    """The reason by resource type that is not deployed, by action allowed widely, by journey expected to fail."""

    types: Mapping[str, str]
    actions: Mapping[str, str]
    journeys: Mapping[str, str]


def known_differences(file: Path = FILE) -> Differences:
    """Reads the file; raises ValueError for an entry without a reason."""
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    every = [entry for entries in content.values() for entry in entries]
    if silent := [entry for entry in every if not str(entry.get("reason", "")).strip()]:
        raise ValueError(f"no reason given: {silent[0]}")
    return Differences(
        types={entry["type"]: entry["reason"] for entry in content.get("not_deployed", [])},
        actions={entry["action"]: entry["reason"] for entry in content.get("allowed_widely", [])},
        journeys={entry["test"]: entry["reason"] for entry in content.get("journey", [])},
    )
