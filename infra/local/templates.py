"""CloudFormation templates of a CDK cloud assembly: read in the order of their dependencies, intrinsic functions resolved."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from infra.local.arns import ACCOUNT, REGION

_PLACEHOLDER = re.compile(r"\$\{(!?)([^}]+)\}")
_SSM = re.compile(r"\{\{resolve:ssm:([^:}]+)(?::\d+)?\}\}")
_NO_VALUE = object()


class TemplateError(Exception):
    """A template says something that the local system cannot carry out."""


@dataclass(frozen=True)
class Stack:
    """One template with its asset folders by the hash that function code names."""

    name: str
    template: Mapping[str, Any]
    assets: Mapping[str, Path]


@dataclass(frozen=True)
class Made:
    """A resource that exists: what `Ref` and `Fn::GetAtt` give."""

    ref: str
    attributes: Mapping[str, str] = field(default_factory=dict)


def read_assembly(folder: Path, rewrites: Mapping[str, str]) -> list[Stack]:
    """Every stack of the assembly, dependencies first; `rewrites` replaces text in the templates (the site's address)."""
    folder = folder.resolve()
    artifacts = json.loads((folder / "manifest.json").read_text())["artifacts"]
    stacks = {
        name: _read_stack(folder, name, artifact["properties"], rewrites)
        for name, artifact in artifacts.items()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    graph = {
        name: {*artifacts[name].get("dependencies", []), *_writers(stack, stacks.values())} & set(stacks)
        for name, stack in stacks.items()
    }
    return [stacks[name] for name in TopologicalSorter(graph).static_order()]


def _writers(reader: Stack, stacks: Iterable[Stack]) -> Iterator[str]:
    """The stacks that write a parameter which this one reads: stacks meet by name, CDK knows no dependency there."""
    read = {parameter.get("Default") for parameter in reader.template.get("Parameters", {}).values()}
    for stack in stacks:
        resources = stack.template["Resources"].values()
        if read & {r["Properties"].get("Name") for r in resources if r["Type"] == "AWS::SSM::Parameter"}:
            yield stack.name


def _read_stack(folder: Path, name: str, properties: Mapping[str, Any], rewrites: Mapping[str, str]) -> Stack:
    text = (folder / properties["templateFile"]).read_text()
    for old, new in rewrites.items():
        text = text.replace(old, new)
    assets_file = folder / properties["templateFile"].replace(".template.json", ".assets.json")
    files = json.loads(assets_file.read_text())["files"] if assets_file.exists() else {}
    assets = {
        destination["objectKey"]: folder / file["source"]["path"]
        for file in files.values()
        for destination in file["destinations"].values()
    }
    return Stack(name, json.loads(text), assets)


class Scope:
    """What the expressions of one stack may refer to."""

    def __init__(self, stack: Stack, parameters: Mapping[str, str]) -> None:
        self.stack = stack
        self.made: dict[str, Made] = {}
        self._ssm = parameters
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Fn::GetAtt": self._attribute,
            "Fn::Sub": self._substituted,
            "Fn::Join": lambda given: given[0].join(str(self.resolve(part)) for part in self.resolve(given[1])),
            "Fn::Select": lambda given: self.resolve(given[1])[int(self.resolve(given[0]))],
            "Fn::Split": lambda given: self.resolve(given[1]).split(given[0]),
            "Fn::FindInMap": self._from_map,
            "Fn::If": lambda given: self.resolve(given[1] if self.holds(given[0]) else given[2]),
            "Fn::GetAZs": lambda _: [f"{REGION}{zone}" for zone in "abc"],
        }

    def resolve(self, value: Any) -> Any:
        """The value with every intrinsic function replaced; raises TemplateError."""
        if isinstance(value, list):
            return [item for part in value if (item := self.resolve(part)) is not _NO_VALUE]
        if isinstance(value, str):
            return _SSM.sub(lambda found: self._parameter(found[1]), value)
        if not isinstance(value, dict):
            return value
        if len(value) == 1 and (name := next(iter(value))).startswith(("Ref", "Fn::")):
            if name not in self._functions:
                raise TemplateError(f"{self.stack.name}: intrinsic function {name} is not supported")
            return self._functions[name](value[name])
        resolved = {key: self.resolve(part) for key, part in value.items()}
        return {key: part for key, part in resolved.items() if part is not _NO_VALUE}

    def holds(self, condition: str | None) -> bool:
        """Whether a condition of the template is true; no condition always is."""
        return condition is None or self._truth(self.stack.template["Conditions"][condition])

    def _truth(self, expression: Any) -> bool:
        ((name, given),) = expression.items()
        match name:
            case "Condition":
                return self.holds(given)
            case "Fn::Equals":
                return bool(self.resolve(given[0]) == self.resolve(given[1]))
            case "Fn::Not":
                return not self._truth(given[0])
            case "Fn::And":
                return all(self._truth(part) for part in given)
            case "Fn::Or":
                return any(self._truth(part) for part in given)
        raise TemplateError(f"{self.stack.name}: condition function {name} is not supported")

    def _ref(self, name: str) -> Any:
        pseudo = {
            "AWS::AccountId": ACCOUNT,
            "AWS::Region": REGION,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::StackName": self.stack.name,
            "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{self.stack.name}/local",
            "AWS::NoValue": _NO_VALUE,
        }
        if name in pseudo:
            return pseudo[name]
        if name in self.stack.template.get("Parameters", {}):
            return self._template_parameter(self.stack.template["Parameters"][name])
        return self._resource(name).ref

    def _template_parameter(self, parameter: Mapping[str, Any]) -> str:
        default = str(parameter["Default"])
        if not parameter["Type"].startswith("AWS::SSM::Parameter::Value"):
            return default
        return "local" if default.startswith("/cdk-bootstrap/") else self._parameter(default)

    def _parameter(self, name: str) -> str:
        if name not in self._ssm:
            raise TemplateError(f"{self.stack.name}: no stack before it writes the parameter {name}")
        return self._ssm[name]

    def _resource(self, name: str) -> Made:
        if name not in self.made:
            raise TemplateError(f"{self.stack.name}: {name} is referred to and was not made")
        return self.made[name]

    def _attribute(self, given: Any) -> str:
        name, attribute = given.split(".", 1) if isinstance(given, str) else given
        attributes = self._resource(name).attributes
        if attribute not in attributes:
            kind = self.stack.template["Resources"][name]["Type"]
            raise TemplateError(f"{self.stack.name}: {kind} has no attribute {attribute} in the local system ({name})")
        return attributes[attribute]

    def _substituted(self, given: Any) -> str:
        text, extra = (given, {}) if isinstance(given, str) else given

        def value(found: re.Match[str]) -> str:
            literal, name = found.groups()
            if literal:
                return f"${{{name}}}"
            if name in extra:
                return str(self.resolve(extra[name]))
            return str(self._attribute(name) if "." in name else self._ref(name))

        return _PLACEHOLDER.sub(value, text)

    def _from_map(self, given: Any) -> Any:
        name, first, second = (self.resolve(part) for part in given)
        return self.stack.template["Mappings"][name][first][second]


def in_order(resources: Mapping[str, Any]) -> Iterator[str]:
    """Logical names, each after all that it refers to or depends on."""
    graph = {name: set(_references(resource)) & set(resources) for name, resource in resources.items()}
    return iter(tuple(TopologicalSorter(graph).static_order()))


def _references(value: Any) -> Iterator[str]:
    """Every logical name that a part of a template mentions."""
    if isinstance(value, list):
        for part in value:
            yield from _references(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _mentioned(key, part)
            yield from _references(part)


def _mentioned(key: str, part: Any) -> list[str]:
    match key, part:
        case "Ref" | "DependsOn", str():
            return [part]
        case "DependsOn", list():
            return part
        case "Fn::GetAtt", str():
            return [part.split(".")[0]]
        case "Fn::GetAtt", [str() as name, *_]:
            return [name]
        case "Fn::Sub", str() | [str(), *_]:
            text = part if isinstance(part, str) else part[0]
            return [found[2].split(".")[0] for found in _PLACEHOLDER.finditer(text)]
    return []
