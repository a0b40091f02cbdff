"""What a provider of a CloudFormation type is: how to make it, which properties it carries out, which cannot show here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.local.cloud import Cloud, Resource
from infra.local.templates import Made

Make = Callable[[Cloud, Resource], Made]


@dataclass(frozen=True)
class Provider:
    """One CloudFormation type."""

    make: Make
    carries_out: frozenset[str] = frozenset()
    not_shown: Mapping[str, str] = field(default_factory=dict)
    """Property → why it has no effect on one machine."""
    records_only: str = ""
    """Why the whole type has no effect here; its properties are then for AWS alone."""

    def unknown(self, properties: Mapping[str, Any]) -> str:
        """The properties that nobody thought about; empty when there are none."""
        known = self.carries_out | set(self.not_shown) | {"Tags"}
        return "" if self.records_only else ", ".join(sorted(set(properties) - known))


def providing(kind: str, carries_out: Iterable[str], **not_shown: str) -> Callable[[Make], dict[str, Provider]]:
    """Declares the provider of a type; the decorated name becomes an entry of the registry."""
    return lambda make: {kind: Provider(make, frozenset(carries_out), not_shown)}
