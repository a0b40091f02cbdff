"""What a template lets each of its functions do, read back from the roles: for the checks, and for the flow map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Template = Mapping[str, Any]
Statement = Mapping[str, Any]


def statements(template: Template) -> dict[str, list[Statement]]:
    """The policy statements of each function, by the function's physical name."""
    resources = template["Resources"]
    return {
        function["Properties"]["FunctionName"]: role_statements(resources[role_of(function)])
        for function in of_type(template, "AWS::Lambda::Function").values()
    }


def allowed(template: Template) -> dict[str, frozenset[str]]:
    """The actions each function may take, by the function's physical name."""
    return {
        function: frozenset(action for statement in granted for action in listed(statement["Action"]))
        for function, granted in statements(template).items()
    }


def unused(calls: Mapping[str, Iterable[str]], granted: Mapping[str, frozenset[str]]) -> list[str]:
    """`function: action` for each grant that no recorded call needed, among the functions that were called at all."""
    return sorted(
        f"{function}: {action}" for function, made in calls.items() for action in granted[function] - frozenset(made)
    )


def of_type(template: Template, kind: str) -> dict[str, Mapping[str, Any]]:
    """The template's resources of one CloudFormation type, by logical id."""
    return {name: each for name, each in template["Resources"].items() if each["Type"] == kind}


def role_of(function: Mapping[str, Any]) -> str:
    """The logical id of a function's role."""
    return str(function["Properties"]["Role"]["Fn::GetAtt"][0])


def role_statements(role: Mapping[str, Any]) -> list[Statement]:
    return [each for policy in role["Properties"].get("Policies", []) for each in policy["PolicyDocument"]["Statement"]]


def listed(value: Any) -> list[Any]:
    """IAM writes one thing as itself and several as a list."""
    return list(value) if isinstance(value, list) else [value]
