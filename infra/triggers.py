"""What wakes a function: a rule and its queue, a queue, a stream, a route or a schedule."""

from __future__ import annotations

import json
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs

from infra import alarms, grants, pieces
from infra.pieces import FedQueue
from infra.place import Place
from infra.stream_patterns import stream_patterns
from shared.topology import Every, Follows, Function, On, Queue, Serves

STREAM_ATTEMPTS = 20
STREAM_AGE_S = 18 * 3600
"""A stream forgets after 24 hours: what cannot be handled leaves for its queue well before."""
RULE_AGE_H = 24
_Schedule = scheduler.CfnSchedule
_Mapping = lambda_.CfnEventSourceMapping
PAYLOAD = '{"scheduled_at":"<aws.scheduler.scheduled-time>"}'


@dataclass(frozen=True)
class Api:
    """The stage's HTTP API, by the identifiers that AWS gave it; an authorizer only where tokens are asked for."""

    id: str
    authorizer: str | None


def subscribe(place: Place, declared: Function, trigger: On, fed: FedQueue) -> None:
    """Bus → rule → queue; an event that cannot enter the queue goes to the same dead-letter queue."""
    bus = events.EventBus.from_event_bus_name(place.stack, f"bus-{declared.name}", place.stage.prefix)
    events.Rule(
        place.stack,
        f"rule-{declared.name}",
        rule_name=place.name(declared.name),
        event_bus=bus,
        event_pattern=events.EventPattern(
            source=sorted({event.source for event in trigger.events}),
            detail_type=[event.detail_type for event in trigger.events],
        ),
        targets=[targets.SqsQueue(fed.live, dead_letter_queue=fed.dead, max_event_age=cdk.Duration.hours(RULE_AGE_H))],
    )


def hear(place: Place, declared: Function, fed: FedQueue) -> None:
    """The providers' topic → queue, word for word; too many doubts left to time alone ring."""
    topic = sns.Topic.from_topic_arn(place.stack, f"receipts-{declared.name}", pieces.receipts_arn(place))
    into = subscriptions.SqsSubscription(fed.live, raw_message_delivery=True, dead_letter_queue=fed.dead)
    topic.add_subscription(into)
    alarms.doubled_alarm(place, declared.name)


def drain(made: lambda_.Function, queue: sqs.Queue, *, batch: int, most: int = 0) -> None:
    """Queue → function, each message failing or succeeding for itself; at most so many at a time, unless 0."""
    _Mapping(
        made,
        "messages",
        function_name=made.function_name,
        event_source_arn=queue.queue_arn,
        batch_size=batch,
        function_response_types=["ReportBatchItemFailures"],
        scaling_config=_Mapping.ScalingConfigProperty(maximum_concurrency=most) if most else None,
    )


def check_visibility(declared: Function, queue: Queue) -> None:
    """Raises ValueError where a message could come back while it is still being handled."""
    least = pieces.VISIBILITY_PER_TIMEOUT * declared.timeout_s
    if queue.visibility_s < least:
        raise ValueError(f"queue {queue.name}: visibility_s must be at least {least} for {declared.name}")


def follow(place: Place, declared: Function, made: lambda_.Function, table: dynamodb.Table, dead: sqs.Queue) -> None:
    """Stream → function; a batch that keeps failing is halved, then its poison record is set aside."""
    _Mapping(
        made,
        "changes",
        function_name=made.function_name,
        event_source_arn=table.table_stream_arn,
        starting_position="TRIM_HORIZON",
        batch_size=100,
        bisect_batch_on_function_error=True,
        maximum_retry_attempts=STREAM_ATTEMPTS,
        maximum_record_age_in_seconds=STREAM_AGE_S,
        function_response_types=["ReportBatchItemFailures"],
        filter_criteria=_filters(declared),
        destination_config=_Mapping.DestinationConfigProperty(
            on_failure=_Mapping.OnFailureProperty(destination=dead.queue_arn)
        ),
    )
    behind = made.metric("IteratorAge")
    alarms.alarm(place, f"{declared.name}-behind", behind, above=600_000, what="ms behind its stream")


def _filters(declared: Function) -> lambda_.CfnEventSourceMapping.FilterCriteriaProperty:
    images = declared.trigger.images if isinstance(declared.trigger, Follows) else ()
    return _Mapping.FilterCriteriaProperty(
        filters=[_Mapping.FilterProperty(pattern=json.dumps(pattern)) for pattern in stream_patterns(images)]
    )


def serve(place: Place, declared: Function, trigger: Serves, made: lambda_.Function, api: Api) -> None:
    """Routes → function; a prefix answers for itself and for all that is under it."""
    integration = apigateway.CfnIntegration(
        place.stack,
        f"integration-{declared.name}",
        api_id=api.id,
        integration_type="AWS_PROXY",
        integration_uri=made.function_arn,
        payload_format_version="2.0",
    )
    for route in routes(trigger):
        _route(place, route, integration.ref, api)
    lambda_.CfnPermission(
        made,
        "requests",
        action="lambda:InvokeFunction",
        function_name=made.function_name,
        principal="apigateway.amazonaws.com",
        source_arn=place.arn("execute-api", f"{api.id}/*/*"),
    )


def routes(trigger: Serves) -> list[str]:
    """The route keys of its prefixes; `/` is the front page, and every address that nobody else answers."""
    return [
        route
        for prefix in trigger.prefixes
        for route in (["$default"] if prefix == "/" else [f"ANY {prefix}", f"ANY {prefix}/{{proxy+}}"])
    ]


def _route(place: Place, route: str, integration: str, api: Api) -> None:
    made = apigateway.CfnRoute(
        place.stack,
        f"route {route}".replace("/", "|"),
        api_id=api.id,
        route_key=route,
        target=f"integrations/{integration}",
        authorization_type="JWT" if api.authorizer else "NONE",
        authorizer_id=api.authorizer,
    )
    if not api.authorizer:
        pieces.accept(made, "APIG4", "Pages for people: the session cookie or the signed link is checked in the code.")


def schedule(place: Place, declared: Function, trigger: Every, made: lambda_.Function, dead: sqs.Queue) -> None:
    """Schedule → function, in Paris time; a run that cannot be started waits in the dead-letter queue."""
    _Schedule(
        place.stack,
        f"schedule-{declared.name}",
        name=place.name(declared.name),
        group_name=place.stage.prefix,
        schedule_expression=trigger.expression,
        schedule_expression_timezone="Europe/Paris",
        flexible_time_window=_Schedule.FlexibleTimeWindowProperty(mode="OFF"),
        target=_Schedule.TargetProperty(
            arn=made.function_arn,
            role_arn=_clock(place, declared, made, dead).role_arn,
            input=PAYLOAD,
            retry_policy=_Schedule.RetryPolicyProperty(maximum_retry_attempts=3, maximum_event_age_in_seconds=600),
            dead_letter_config=_Schedule.DeadLetterConfigProperty(arn=dead.queue_arn),
        ),
    )


def _clock(place: Place, declared: Function, made: lambda_.Function, dead: sqs.Queue) -> iam.Role:
    """The schedule's own role: to start this function, or to say that it could not."""
    allowed = [
        *grants.allow(["lambda:InvokeFunction"], [made.function_arn]),
        *grants.allow(["sqs:SendMessage"], [dead.queue_arn]),
    ]
    this_account = {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}}
    scheduler_service = iam.ServicePrincipal("scheduler.amazonaws.com", conditions=this_account)
    return pieces.role(place, f"clock-{declared.name}", scheduler_service, allowed)
