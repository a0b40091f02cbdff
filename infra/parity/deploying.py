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
from infra.parity.emulator import Emulator

_ASSETS = f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"
_BOOTSTRAP = "/cdk-bootstrap/hnb659fds/version"
_LOOK_AGAIN_S = 0.05


class NotDeployed(Exception):
    """A stack did not come up, or the list of what is left out is not right; the text says why."""


def deploy(emulator: Emulator, stacks: Iterable[Stack], left_out: Iterable[str]) -> None:
    """Bootstraps, then creates each stack in turn without the resources of the types `left_out`; raises NotDeployed."""
    stacks = list(stacks)
    _check(stacks, set(left_out))
    emulator.client("ssm").put_parameter(Name=_BOOTSTRAP, Value="30", Type="String")
    storage = emulator.client("s3")
    storage.create_bucket(Bucket=_ASSETS, CreateBucketConfiguration={"LocationConstraint": REGION})
    for key, content in _contents(stacks).items():
        storage.put_object(Bucket=_ASSETS, Key=key, Body=content)
    for stack in stacks:
        body = json.dumps(_without(stack.template, set(left_out)))
        storage.put_object(Bucket=_ASSETS, Key=stack.name, Body=body.encode())
        _create(emulator, stack.name)


def _check(stacks: Iterable[Stack], left_out: set[str]) -> None:
    """A difference that is none any more must leave the list."""
    types = {resource["Type"] for stack in stacks for resource in stack.template["Resources"].values()}
    if unknown := left_out - types:
        raise NotDeployed(f"listed as a difference, in no template: {', '.join(sorted(unknown))}")


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


def _without(template: Mapping[str, Any], left_out: set[str]) -> dict[str, Any]:
    kept = {name: one for name, one in template["Resources"].items() if one["Type"] not in left_out}
    return {**template, "Resources": kept}


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
