"""Queues, topics, the bus and its rules."""

from __future__ import annotations

import json
from typing import Any

from moto.sqs.models import sqs_backends

from infra.local import patterns
from infra.local.arns import ACCOUNT, REGION, arn, last_part
from infra.local.cloud import Cloud, Resource
from infra.local.providers.base import providing
from infra.local.router import Rule, Target
from infra.local.templates import Made, TemplateError

_QUEUE_ATTRIBUTES = (
    "VisibilityTimeout",
    "MessageRetentionPeriod",
    "DelaySeconds",
    "ReceiveMessageWaitTimeSeconds",
    "MaximumMessageSize",
    "RedrivePolicy",
)


@providing(
    "AWS::SQS::Queue",
    {"QueueName", *_QUEUE_ATTRIBUTES},
    SqsManagedSseEnabled="encryption at rest cannot be seen on one machine",
    KmsMasterKeyId="encryption at rest cannot be seen on one machine",
    RedriveAllowPolicy="one account: every redrive is allowed",
)
def _queue(cloud: Cloud, resource: Resource) -> Made:
    name = resource.name("QueueName")
    attributes: dict[str, Any] = {
        key: _text(resource.get(key)) for key in _QUEUE_ATTRIBUTES if resource.get(key) is not None
    }
    cloud.messages.follow(sqs_backends[ACCOUNT][REGION].create_queue(name, **attributes))
    url = f"{cloud.aws_endpoint}/{ACCOUNT}/{name}"
    return Made(url, {"Arn": arn("sqs", name), "QueueName": name, "QueueUrl": url})


def _text(value: Any) -> str:
    return json.dumps(value) if isinstance(value, dict) else str(value)


@providing("AWS::SQS::QueuePolicy", {"Queues", "PolicyDocument"})
def _queue_policy(cloud: Cloud, resource: Resource) -> Made:
    for url in resource.get("Queues"):
        statements = cloud.grants.queues.setdefault(arn("sqs", last_part(url)), [])
        statements.extend(resource.get("PolicyDocument")["Statement"])
    return Made(resource.logical_id)


@providing(
    "AWS::SNS::Topic",
    {"TopicName"},
    KmsMasterKeyId="encryption at rest cannot be seen on one machine",
    DisplayName="for people",
)
def _topic(_cloud: Cloud, resource: Resource) -> Made:
    name = resource.name("TopicName")
    topic = arn("sns", name)
    return Made(topic, {"TopicArn": topic, "TopicName": name})


@providing(
    "AWS::SNS::Subscription",
    {"TopicArn", "Protocol", "Endpoint", "RawMessageDelivery"},
    RedrivePolicy="a queue of our own accepts at once",
    Region="there is one region",
)
def _subscription(cloud: Cloud, resource: Resource) -> Made:
    """Queues, word for word: nobody is on call on a laptop."""
    if resource.get("Protocol") != "sqs" or not resource.get("RawMessageDelivery"):
        raise TemplateError(f"{resource.stack}: {resource.logical_id} is no raw subscription of a queue")
    cloud.topics.queues.setdefault(resource.get("TopicArn"), []).append(resource.get("Endpoint"))
    return Made(resource.logical_id)


@providing("AWS::Events::EventBus", {"Name"}, Description="for people")
def _bus(cloud: Cloud, resource: Resource) -> Made:
    name = resource.name("Name")
    cloud.router.buses[name] = []
    return Made(name, {"Arn": arn("events", f"event-bus/{name}"), "Name": name})


@providing("AWS::Events::Rule", {"Name", "EventBusName", "EventPattern", "State", "Targets"}, Description="for people")
def _rule(cloud: Cloud, resource: Resource) -> Made:
    name, bus = resource.name("Name"), last_part(resource.get("EventBusName", "default"))
    if bus not in cloud.router.buses:
        raise TemplateError(f"{resource.stack}: rule {name} names the bus {bus}, which no stack before it makes")
    pattern = resource.get("EventPattern")
    patterns.check(pattern)
    targets = tuple(_target(resource, target) for target in resource.get("Targets", []))
    enabled = resource.get("State", "ENABLED") == "ENABLED"
    cloud.router.buses[bus].append(Rule(name, pattern, targets, enabled))
    return Made(f"{bus}|{name}", {"Arn": arn("events", f"rule/{bus}/{name}")})


def _target(resource: Resource, target: dict[str, Any]) -> Target:
    """A queue of our own accepts at once, so RetryPolicy has nothing to retry."""
    unknown = sorted(set(target) - {"Id", "Arn", "DeadLetterConfig", "RetryPolicy"})
    if unknown or ":sqs:" not in target["Arn"]:
        raise TemplateError(
            f"{resource.stack}: target of {resource.logical_id} nobody carries out: {unknown or target}"
        )
    return Target(target["Arn"], target.get("DeadLetterConfig", {}).get("Arn", ""))


PROVIDERS = {**_queue, **_queue_policy, **_topic, **_subscription, **_bus, **_rule}
