"""Deploys the synthesized templates by MiniStack's own CloudFormation, as `cdk deploy` would."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from infra.local.arns import ACCOUNT, REGION
from infra.local.templates import Stack
from infra.parity.differences import Differences
from infra.parity.emulator import Emulator

_ASSETS = f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"
_BOOTSTRAP = "/cdk-bootstrap/hnb659fds/version"
_LOOK_AGAIN_S = 0.05


class NotDeployed(Exception):
    """A stack did not come up, or the list of what is left out is not right; the text says why."""


def deploy(emulator: Emulator, stacks: Iterable[Stack], differences: Differences) -> None:
    """Bootstraps, then creates each stack in turn, adapted to the known differences; raises NotDeployed."""
    stacks = list(stacks)
    _check(stacks, differences)
    emulator.client("ssm").put_parameter(Name=_BOOTSTRAP, Value="30", Type="String")
    storage = emulator.client("s3")
    storage.create_bucket(Bucket=_ASSETS, CreateBucketConfiguration={"LocationConstraint": REGION})
    for key, content in _contents(stacks).items():
        storage.put_object(Bucket=_ASSETS, Key=key, Body=content)
    for stack in stacks:
        body = json.dumps(adapted(stack.template, differences))
        storage.put_object(Bucket=_ASSETS, Key=stack.name, Body=body.encode())
        _create(emulator, stack.name)


def _check(stacks: Iterable[Stack], differences: Differences) -> None:
    """A difference that is none any more must leave the list."""
    templates = json.dumps([stack.template for stack in stacks])
    listed = [*differences.types, *differences.actions]
    if unknown := [name for name in listed if f'"{name}"' not in templates]:
        raise NotDeployed(f"listed as a difference, in no template: {', '.join(unknown)}")


def _contents(stacks: Iterable[Stack]) -> dict[str, bytes]:
    """Each asset folder as a zip, by its key."""
    folders = {key: path for stack in stacks for key, path in stack.assets.items() if path.is_dir()}
    return {key: _zipped(folder) for key, folder in folders.items()}


def _zipped(folder: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.write(path, path.relative_to(folder))
    return content.getvalue()


def adapted(template: Mapping[str, Any], differences: Differences) -> dict[str, Any]:
    """The template without the types that are not deployed, and with what MiniStack reads otherwise put its way."""
    kept = {name: one for name, one in template["Resources"].items() if one["Type"] not in differences.types}
    secrets = {name for name, one in kept.items() if one["Type"] == "AWS::SecretsManager::Secret"}
    return {**template, "Resources": _put_its_way(kept, secrets, set(differences.actions))}


def _put_its_way(value: Any, secrets: set[str], actions: set[str]) -> Any:
    if isinstance(value, list):
        return [_put_its_way(part, secrets, actions) for part in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"Ref"} and value["Ref"] in secrets:
        return {"Fn::GetAtt": [value["Ref"], "Id"]}
    if "Effect" in value and actions.intersection(_listed(value["Action"])):
        return {"Effect": value["Effect"], "Action": value["Action"], "Resource": "*"}
    return {key: _put_its_way(part, secrets, actions) for key, part in value.items()}


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _create(emulator: Emulator, name: str) -> None:
    formation = emulator.client("cloudformation")
    url = f"{emulator.url}/{_ASSETS}/{name}"
    formation.create_stack(StackName=name, TemplateURL=url, Capabilities=["CAPABILITY_NAMED_IAM"])
    while (status := formation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]) == "CREATE_IN_PROGRESS":
        time.sleep(_LOOK_AGAIN_S)
    if status != "CREATE_COMPLETE":
        raise NotDeployed(f"{name}: {status}\n" + "\n".join(_failures(formation, name)))


def _failures(formation: Any, name: str) -> list[str]:
    events = formation.describe_stack_events(StackName=name)["StackEvents"]
    return [
        f"{event['LogicalResourceId']} ({event['ResourceType']}): {event.get('ResourceStatusReason', '')}"
        for event in events
        if event["ResourceStatus"].endswith("FAILED")
    ]
