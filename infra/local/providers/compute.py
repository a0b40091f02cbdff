"""Functions with what feeds them, their roles, and schedules."""

from __future__ import annotations

import json
from typing import Any

from infra.local import patterns
from infra.local.arns import ACCOUNT, REGION, arn, last_part, service_of
from infra.local.children import FunctionSpec
from infra.local.cloud import Cloud, Resource
from infra.local.providers.base import providing
from infra.local.queue_pump import QueueMapping
from infra.local.schedule_pump import from_definition
from infra.local.stream_pump import StreamMapping
from infra.local.templates import Made, TemplateError

_CHILDREN = 2
"""Processes a function may have at once: enough to meet concurrency, few enough for a small machine."""


@providing(
    "AWS::Lambda::Function",
    {
        "FunctionName",
        "Code",
        "Handler",
        "Environment",
        "Timeout",
        "MemorySize",
        "Role",
        "DeadLetterConfig",
        "ReservedConcurrentExecutions",
    },
    Runtime="the Python at hand runs it",
    Architectures="the processor at hand runs it",
    LoggingConfig="each function has a log file",
    RecursiveLoop="AWS's own guard",
    TracingConfig="no X-Ray here",
    Description="for people",
    EphemeralStorage="the machine's disk",
)
def _function(cloud: Cloud, resource: Resource) -> Made:
    name = resource.name("FunctionName")
    reserved = resource.get("ReservedConcurrentExecutions", _CHILDREN)
    spec = FunctionSpec(
        name=name,
        asset=resource.assets[resource.get("Code")["S3Key"]],
        handler=resource.get("Handler"),
        environment=_environment(cloud, resource, name),
        timeout_s=int(resource.get("Timeout", 3)),
        memory_mb=int(resource.get("MemorySize", 128)),
        concurrency=min(_CHILDREN, int(reserved)),
        dead_queue=resource.get("DeadLetterConfig", {}).get("TargetArn", ""),
    )
    cloud.functions.add(spec)
    cloud.grants.function_roles[name] = last_part(resource.get("Role"))
    return Made(name, {"Arn": spec.arn})


def _environment(cloud: Cloud, resource: Resource, name: str) -> dict[str, str]:
    given = resource.get("Environment", {}).get("Variables", {})
    memory = resource.get("MemorySize", 128)
    return {
        "AWS_ACCESS_KEY_ID": cloud.ledger.key_for(name),
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": cloud.aws_endpoint,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory),
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_REGION": REGION,
        "AWS_SECRET_ACCESS_KEY": "local",
        "LAMBDA_TASK_ROOT": str(resource.assets[resource.get("Code")["S3Key"]]),
        "LANG": "C.UTF-8",
        "PATH": "/usr/bin:/bin",
        "TZ": "UTC",
        "_HANDLER": resource.get("Handler"),
        **{key: str(value) for key, value in given.items()},
    }


@providing(
    "AWS::Lambda::EventSourceMapping",
    {
        "EventSourceArn",
        "FunctionName",
        "BatchSize",
        "FunctionResponseTypes",
        "BisectBatchOnFunctionError",
        "DestinationConfig",
        "MaximumRecordAgeInSeconds",
        "MaximumRetryAttempts",
        "ScalingConfig",
        "FilterCriteria",
        "Enabled",
    },
    StartingPosition="a stream starts empty here",
    MaximumBatchingWindowInSeconds="batches are not waited for",
    ParallelizationFactor="one batch at a time keeps the order",
    MetricsConfig="no metrics here",
)
def _mapping(cloud: Cloud, resource: Resource) -> Made:
    source = resource.get("EventSourceArn")
    if not resource.get("Enabled", True):
        raise TemplateError(f"{resource.stack}: {resource.logical_id} is a disabled mapping")
    if service_of(source) == "sqs":
        cloud.queue_mappings.append(_queue_mapping(resource, source))
    else:
        cloud.stream_mappings.append(_stream_mapping(resource, source))
    return Made(resource.logical_id, {"Id": resource.logical_id})


def _queue_mapping(resource: Resource, source: str) -> QueueMapping:
    return QueueMapping(
        queue=source,
        function=last_part(resource.get("FunctionName")),
        batch=int(resource.get("BatchSize", 10)),
        partial_failures="ReportBatchItemFailures" in resource.get("FunctionResponseTypes", []),
        concurrency=int(resource.get("ScalingConfig", {}).get("MaximumConcurrency", _CHILDREN)),
        filters=_filters(resource),
    )


def _stream_mapping(resource: Resource, source: str) -> StreamMapping:
    return StreamMapping(
        stream=source,
        function=last_part(resource.get("FunctionName")),
        batch=int(resource.get("BatchSize", 100)),
        partial_failures="ReportBatchItemFailures" in resource.get("FunctionResponseTypes", []),
        bisect=bool(resource.get("BisectBatchOnFunctionError", False)),
        max_attempts=int(resource.get("MaximumRetryAttempts", -1)),
        max_age_s=int(resource.get("MaximumRecordAgeInSeconds", -1)),
        failure_queue=resource.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination", ""),
        filters=_filters(resource),
    )


def _filters(resource: Resource) -> tuple[dict[str, Any], ...]:
    filters = tuple(json.loads(f["Pattern"]) for f in resource.get("FilterCriteria", {}).get("Filters", []))
    for wanted in filters:
        patterns.check(wanted)
    return filters


@providing(
    "AWS::Lambda::Permission", {"FunctionName", "Principal", "Action"}, SourceArn="one account", SourceAccount="one"
)
def _permission(cloud: Cloud, resource: Resource) -> Made:
    function = last_part(resource.get("FunctionName"))
    cloud.grants.invokers.setdefault(function, set()).add(resource.get("Principal"))
    return Made(resource.logical_id)


@providing(
    "AWS::IAM::Role",
    {"RoleName", "Policies"},
    AssumeRolePolicyDocument="nobody assumes roles here",
    ManagedPolicyArns="AWS's own policies are not read",
    Description="for people",
    Path="a name",
)
def _role(cloud: Cloud, resource: Resource) -> Made:
    name = resource.name("RoleName")
    documents = [policy["PolicyDocument"] for policy in resource.get("Policies", [])]
    cloud.grants.roles[name] = [statement for document in documents for statement in document["Statement"]]
    return Made(name, {"Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}", "RoleId": name})


@providing("AWS::IAM::Policy", {"PolicyName", "PolicyDocument", "Roles"})
def _policy(cloud: Cloud, resource: Resource) -> Made:
    for role in resource.get("Roles", []):
        cloud.grants.roles.setdefault(role, []).extend(resource.get("PolicyDocument")["Statement"])
    return Made(resource.logical_id)


@providing(
    "AWS::Scheduler::Schedule",
    {"Name", "GroupName", "ScheduleExpression", "ScheduleExpressionTimezone", "Target", "State"},
    FlexibleTimeWindow="on time here",
    Description="for people",
)
def _schedule(cloud: Cloud, resource: Resource) -> Made:
    target = resource.get("Target")
    unknown = sorted(set(target) - {"Arn", "RoleArn", "Input", "DeadLetterConfig", "RetryPolicy"})
    if unknown or service_of(target["Arn"]) not in ("lambda", "sqs"):
        raise TemplateError(f"{resource.stack}: {resource.logical_id} has a target nobody carries out: {target}")
    name = resource.name("Name")
    if resource.get("State", "ENABLED") == "ENABLED":
        cloud.schedules.add(from_definition({**resource.properties, "Name": name}))
    return Made(name, {"Arn": arn("scheduler", f"schedule/{resource.get('GroupName', 'default')}/{name}")})


@providing("AWS::Scheduler::ScheduleGroup", {"Name"})
def _schedule_group(_cloud: Cloud, resource: Resource) -> Made:
    name = resource.name("Name")
    return Made(name, {"Arn": arn("scheduler", f"schedule-group/{name}")})


PROVIDERS = {
    **_function,
    **_mapping,
    **_permission,
    **_role,
    **_policy,
    **_schedule,
    **_schedule_group,
}
