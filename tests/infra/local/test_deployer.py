"""The deployer carries out a template entirely, or says which part it cannot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from infra.local.arns import ACCOUNT
from infra.local.patterns import UnknownOperator
from infra.local.schedule_pump import UnknownExpression
from infra.local.server import Listener, PortTaken
from infra.local.system import AlreadyRunning, LocalSystem
from infra.local.templates import Scope, Stack, TemplateError, in_order
from tests.infra.local import small_system as small


def deploy(tmp_path: Path, resources: dict[str, Any], **sections: Any) -> None:
    folder = small.write_assembly(tmp_path / "assembly", resources, **sections)
    with LocalSystem(folder, tmp_path / "state"):
        pass


def test_unknown_type_is_an_error(tmp_path: Path) -> None:
    """A type without a provider stops the start and is named."""
    with pytest.raises(TemplateError, match=r"no provider for AWS::Pipes::Pipe \(Flow\)"):
        deploy(tmp_path, {"Flow": small.resource("AWS::Pipes::Pipe", Name="x")})


def test_unknown_property_is_an_error(tmp_path: Path) -> None:
    """A property that nobody thought about stops the start and is named, though the type is known."""
    with pytest.raises(TemplateError, match=r"AWS::SQS::Queue has properties nobody carries out: FifoQueue \(Q\)"):
        deploy(tmp_path, {"Q": small.queue("q.fifo", FifoQueue=True)})


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("Policy", "does not let events.amazonaws.com send"),
        ("HearRole", "its role does not allow sqs:DeleteMessage"),
        ("WebPermission", "does not let apigateway.amazonaws.com invoke it"),
    ],
)
def test_wiring_that_aws_would_refuse_is_an_error(tmp_path: Path, missing: str, message: str) -> None:
    """A queue without a policy for the bus, a consumer without its permissions, a route without its own."""
    resources = small.everything()
    resources[missing] = small.role("logs:PutLogEvents") if missing.endswith("Role") else small.queue("instead")
    with pytest.raises(TemplateError, match=message):
        deploy(tmp_path, resources)


def test_rule_and_schedule_that_cannot_be_evaluated_are_errors(tmp_path: Path) -> None:
    """They fail at the start, not at the first event."""
    resources = small.everything()
    resources["Rule"]["Properties"]["EventPattern"] = {"detail": {"ip": [{"cidr": "10.0.0.0/8"}]}}
    with pytest.raises(UnknownOperator, match="cidr"):
        deploy(tmp_path, resources)
    late = {**small.data(), **small.ticking(), "Odd": small.schedule("odd", "every day", "Tick")}
    with pytest.raises(UnknownExpression, match="every day"):
        deploy(tmp_path, late)


def test_second_system_in_a_process_is_refused(system: LocalSystem, assembly: Path, tmp_path: Path) -> None:
    """The emulator's state belongs to the process."""
    with pytest.raises(AlreadyRunning):
        LocalSystem(assembly, tmp_path)
    system.settle()


def test_port_that_is_taken_is_said_so(system: LocalSystem) -> None:
    """Two systems cannot listen on the same port; the message says which."""
    port = int(system.aws_endpoint.rpartition(":")[2])
    with pytest.raises(PortTaken, match=str(port)):
        Listener(lambda *_: [], port)


SECTIONS = {
    "Mappings": {"Region": {"eu-west-3": {"name": "Paris"}}},
    "Conditions": {
        "InParis": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-3"]},
        "Elsewhere": {"Fn::Not": [{"Condition": "InParis"}]},
        "Both": {"Fn::And": [{"Condition": "InParis"}, {"Condition": "Elsewhere"}]},
    },
    "Parameters": {
        "BootstrapVersion": {
            "Type": "AWS::SSM::Parameter::Value<String>",
            "Default": "/cdk-bootstrap/hnb659fds/version",
        },
        "Size": {"Type": "Number", "Default": 3},
    },
}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ({"Ref": "AWS::AccountId"}, ACCOUNT),
        ({"Ref": "Size"}, "3"),
        ({"Fn::Sub": "${AWS::StackName}-${!kept}"}, "test-${kept}"),
        ({"Fn::Sub": ["${a}/${b}", {"a": "1", "b": {"Ref": "AWS::Partition"}}]}, "1/aws"),
        ({"Fn::Join": [":", ["a", {"Ref": "AWS::Region"}]]}, "a:eu-west-3"),
        ({"Fn::Select": [1, {"Fn::Split": [",", "a,b,c"]}]}, "b"),
        ({"Fn::FindInMap": ["Region", {"Ref": "AWS::Region"}, "name"]}, "Paris"),
        ({"Fn::If": ["Both", "yes", "no"]}, "no"),
        ({"Fn::If": ["InParis", "yes", "no"]}, "yes"),
        ({"a": {"Ref": "AWS::NoValue"}, "b": [{"Ref": "AWS::NoValue"}, 1]}, {"b": [1]}),
        ("{{resolve:ssm:/there}}", "found"),
        ({"Ref": "BootstrapVersion"}, "local"),
    ],
)
def test_intrinsic_functions(expression: Any, value: Any) -> None:
    """Each expression gives what CloudFormation gives."""
    scope = Scope(Stack("test", {"Resources": {}, **SECTIONS}, {}), {"/there": "found"})
    assert scope.resolve(expression) == value


def test_intrinsic_function_that_is_not_carried_out_is_an_error() -> None:
    """Stacks meet by name: an import is refused."""
    scope = Scope(Stack("test", {"Resources": {}}, {}), {})
    with pytest.raises(TemplateError, match="Fn::ImportValue"):
        scope.resolve({"Fn::ImportValue": "x"})


def test_resources_are_made_after_what_they_mention() -> None:
    """References, substitutions and explicit dependencies all count."""
    resources = {
        "A": {"Properties": {"x": {"Fn::Sub": "${B.Arn}"}}},
        "B": {"Properties": {"x": {"Fn::GetAtt": ["C", "Arn"]}}, "DependsOn": ["D"]},
        "C": {"Properties": {}, "DependsOn": "D"},
        "D": {"Properties": {}},
    }
    assert list(in_order(resources)) == ["D", "C", "B", "A"]
