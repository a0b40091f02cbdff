"""What the templates' roles and resource policies allow: read back to check that what runs here would be let run on AWS."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Grants:
    """Statements by role name and by queue ARN, and which role each function has."""

    roles: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    queues: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    function_roles: dict[str, str] = field(default_factory=dict)
    invokers: dict[str, set[str]] = field(default_factory=dict)
    """Function name → services that a Lambda permission lets invoke it."""

    def actions(self, function: str) -> set[str]:
        """Every action that the function's role allows, as written (wildcards stay)."""
        statements = self.roles.get(self.function_roles.get(function, ""), [])
        return {action for statement in statements for action in _listed(statement["Action"])}

    def allows(self, role: str, action: str, resource: str) -> bool:
        """Whether a role may do this to that; conditions are taken as satisfied."""
        statements = self.roles.get(role, [])
        return any(_covers(s["Action"], action) and _covers(s.get("Resource", "*"), resource) for s in statements)

    def queue_takes_from(self, queue: str, service: str) -> bool:
        """Whether a queue's policy lets this service principal send to it."""
        return any(
            statement["Effect"] == "Allow"
            and _covers(statement["Action"], "sqs:SendMessage")
            and service in _services(statement)
            for statement in self.queues.get(queue, [])
        )


def _services(statement: Mapping[str, Any]) -> list[str]:
    principal = statement.get("Principal", {})
    return _listed(principal.get("Service", [])) if isinstance(principal, dict) else []


def _covers(patterns: Any, value: str) -> bool:
    return any(fnmatch.fnmatchcase(value, pattern) for pattern in _listed(patterns))


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def unmet(calls: Mapping[str, Iterable[str]], grants: Grants) -> list[str]:
    """`function: action` for each call that AWS would have denied."""
    return sorted(
        f"{function}: {action}"
        for function, actions in calls.items()
        for action in actions
        if not _covers(grants.actions(function), action)
    )
