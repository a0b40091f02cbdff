"""Makes every resource of every template, strictly: a type or property that nobody thought about is an error naming it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from infra.local.cloud import Cloud, Resource
from infra.local.providers import PROVIDERS
from infra.local.templates import Scope, Stack, TemplateError, in_order

_CONSUMES = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
_FOLLOWS = ("dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream")


def deploy(cloud: Cloud, stacks: Iterable[Stack]) -> None:
    """Deploys the stacks one after the other, then checks what AWS would check; raises TemplateError."""
    with cloud.world.changing():
        for stack in stacks:
            _deploy_stack(cloud, stack)
        problems = [
            *_unfed_queues(cloud),
            *_deaf_queues(cloud),
            *_unreadable_sources(cloud),
            *_uncallable_functions(cloud),
        ]
    if problems:
        raise TemplateError("AWS would refuse this wiring:\n  " + "\n  ".join(problems))


def _deploy_stack(cloud: Cloud, stack: Stack) -> None:
    scope = Scope(stack, cloud.parameters)
    resources = stack.template["Resources"]
    for name in in_order(resources):
        if not scope.holds(resources[name].get("Condition")):
            continue
        kind = resources[name]["Type"]
        if kind not in PROVIDERS:
            raise TemplateError(f"{stack.name}: no provider for {kind} ({name})")
        provider = PROVIDERS[kind]
        properties = scope.resolve(resources[name].get("Properties", {}))
        unknown = provider.unknown(properties)
        if unknown:
            raise TemplateError(f"{stack.name}: {kind} has properties nobody carries out: {unknown} ({name})")
        scope.made[name] = provider.make(cloud, Resource(stack.name, name, kind, properties, stack.assets))


def _unfed_queues(cloud: Cloud) -> Iterator[str]:
    for rules in cloud.router.buses.values():
        for rule in rules:
            for target in rule.targets:
                for queue in filter(None, (target.queue, target.dead_queue)):
                    if not cloud.grants.queue_takes_from(queue, "events.amazonaws.com"):
                        yield f"rule {rule.name}: the policy of {queue} does not let events.amazonaws.com send"


def _deaf_queues(cloud: Cloud) -> Iterator[str]:
    for subscribers in cloud.topics.queues.values():
        for queue in subscribers:
            if not cloud.grants.queue_takes_from(queue, "sns.amazonaws.com"):
                yield f"the policy of {queue} does not let sns.amazonaws.com send"


def _unreadable_sources(cloud: Cloud) -> Iterator[str]:
    sources = [(m.function, m.queue, _CONSUMES) for m in cloud.queue_mappings]
    sources += [(m.function, m.stream, _FOLLOWS) for m in cloud.stream_mappings]
    for function, source, actions in sources:
        role = cloud.grants.function_roles[function]
        for action in actions:
            if not cloud.grants.allows(role, action, source):
                yield f"{function}: its role does not allow {action} on {source}"


def _uncallable_functions(cloud: Cloud) -> Iterator[str]:
    for route in cloud.api.routes:
        function = cloud.api.integrations[route.integration]
        if "apigateway.amazonaws.com" not in cloud.grants.invokers.get(function, set()):
            yield f"route {route.key}: {function} does not let apigateway.amazonaws.com invoke it"
