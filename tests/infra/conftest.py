"""The templates of the real application, synthesized at most once for all these tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from infra.assembly import draft, ensure, templates
from infra.stages import LOCAL, PROD

Resource = Mapping[str, Any]


@dataclass(frozen=True)
class Stacks:
    """Every template of a stage, and the resources of all of them as (template, logical id, resource)."""

    templates: list[dict[str, Any]]

    def of_type(self, kind: str) -> dict[str, Resource]:
        """Properties by logical id; ids are unique here by the stack's number."""
        return {
            f"{number}/{name}": each["Properties"]
            for number, template in enumerate(self.templates)
            for name, each in template["Resources"].items()
            if each["Type"] == kind
        }

    def at(self, name: str, reference: Any) -> str:
        """The key of what a property of `name` refers to, by Ref or GetAtt, in the same stack."""
        target = reference["Ref"] if "Ref" in reference else reference["Fn::GetAtt"][0]
        return f"{name.partition('/')[0]}/{target}"


@pytest.fixture(scope="session")
def prod() -> Stacks:
    """Production, as it would be deployed, but for its code."""
    return Stacks(templates(draft(PROD.name)))


@pytest.fixture(scope="session")
def local() -> Stacks:
    """The local stage, which infra.local executes."""
    return Stacks(templates(ensure(LOCAL.name)))
