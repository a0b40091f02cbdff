"""The house defaults of each kind of resource: encrypted, private, alarmed, kept as long as the stage says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra import alarms
from infra.place import Place
from infra.stages import Stage
from shared import topology

_Projection = dynamodb.ProjectionType

DEAD_DAYS = 14
VISIBILITY_PER_TIMEOUT = 6
"""AWS's advice: a queue's visibility time-out is at least six times that of the function it feeds."""


@dataclass(frozen=True)
class FedQueue:
    """A queue, and the dead-letter queue behind it; `max_receives` is how often a function tries."""

    live: sqs.Queue
    dead: sqs.Queue
    max_receives: int


def accept(scope: Construct, rule: str, reason: str) -> None:
    """Acknowledges a finding of the AwsSolutions rules where it arises, with the reason for it."""
    cdk.Validations.of(scope).acknowledge(cdk.Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}", reason=reason))


def removal(stage: Stage) -> cdk.RemovalPolicy:
    return cdk.RemovalPolicy.RETAIN if stage.keeps_data else cdk.RemovalPolicy.DESTROY


def receipts_arn(place: Place) -> str:
    """The topic where the providers of e-mail and texts say what became of each message."""
    return place.arn("sns", f"{place.stage.prefix}-receipts")


def table(place: Place, declared: topology.Table, *, followed: bool) -> dynamodb.Table:
    """A table with point-in-time recovery, and a stream of new images when something follows it."""
    made = dynamodb.Table(
        place.stack,
        f"table-{declared.name}",
        table_name=place.table(declared),
        partition_key=_text("pk"),
        sort_key=_text("sk"),
        billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
        encryption=dynamodb.TableEncryption.AWS_MANAGED,
        point_in_time_recovery_specification={"point_in_time_recovery_enabled": True},
        time_to_live_attribute="expires_at",
        stream=dynamodb.StreamViewType.NEW_IMAGE if followed else None,
        deletion_protection=place.stage.keeps_data,
        removal_policy=removal(place.stage),
    )
    for index in declared.indexes:
        made.add_global_secondary_index(
            index_name=index.name,
            partition_key=_text(f"{index.name}_pk"),
            sort_key=_text(f"{index.name}_sk"),
            projection_type=_Projection.KEYS_ONLY if index.keys_only else _Projection.ALL,
        )
    return made


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)


def fed_queue(place: Place, name: str, *, visibility_s: int, max_receives: int) -> FedQueue:
    """A queue with its dead-letter queue; both encrypted, both alarmed.

    The function buries a message, with the reason, on its `max_receives`-th receive; SQS only what is left one receive later.
    """
    dead = dead_queue(place, name)
    live = _queue(
        place,
        name,
        visibility_timeout=cdk.Duration.seconds(visibility_s),
        retention_period=cdk.Duration.days(4),
        dead_letter_queue=sqs.DeadLetterQueue(queue=dead, max_receive_count=max_receives + 1),
    )
    alarms.alarm(place, f"{name}-late", live.metric_approximate_age_of_oldest_message(), above=900, what="seconds old")
    return FedQueue(live, dead, max_receives)


def declared_queue(place: Place, declared: topology.Queue) -> FedQueue:
    """A queue as its service declares it."""
    return fed_queue(place, declared.name, visibility_s=declared.visibility_s, max_receives=declared.max_receives)


def dead_queue(place: Place, name: str) -> sqs.Queue:
    """Where what failed for good waits, with an alarm as soon as there is anything."""
    dead = _queue(place, f"{name}-dead", retention_period=cdk.Duration.days(DEAD_DAYS))
    accept(dead, "SQS3", "It is itself where failures end; an alarm rings on its first message.")
    waiting = dead.metric_approximate_number_of_messages_visible()
    alarms.alarm(place, f"{name}-dead", waiting, above=0, what="messages failed for good")
    return dead


def _queue(place: Place, name: str, **options: Any) -> sqs.Queue:
    return sqs.Queue(
        place.stack,
        f"queue-{name.replace('_', '-')}",
        queue_name=place.name(name),
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        **options,
    )


def bucket(place: Place, declared: topology.Bucket) -> s3.Bucket:
    """A private bucket; it outlives its stack in every stage, since it cannot be removed unless empty."""
    made = s3.Bucket(
        place.stack,
        f"bucket-{declared.name}",
        bucket_name=place.bucket(declared),
        encryption=s3.BucketEncryption.S3_MANAGED,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        enforce_ssl=True,
        versioned=True,
        lifecycle_rules=_lifecycle(declared),
        removal_policy=cdk.RemovalPolicy.RETAIN,
    )
    accept(made, "S1", "Only functions reach it, and each of their writes is in the application's own ledger.")
    return made


def _lifecycle(declared: topology.Bucket) -> list[s3.LifecycleRule]:
    ends = {
        "expiration": declared.keep_days,
        "noncurrent_version_expiration": declared.recover_days,
    }
    given = {name: cdk.Duration.days(days) for name, days in ends.items() if days}
    return [s3.LifecycleRule(**given)] if given else []


def secret(place: Place, declared: topology.Secret) -> secretsmanager.Secret:
    """A random 64-character secret that nobody typed."""
    made = secretsmanager.Secret(
        place.stack,
        f"secret-{declared.name}",
        secret_name=place.name(declared.name, declared.service),
        generate_secret_string=secretsmanager.SecretStringGenerator(password_length=64, exclude_punctuation=True),
        removal_policy=removal(place.stage),
    )
    accept(made, "SMG4", "It signs links that live for days: replacing it is a decision, not a calendar event.")
    return made


def function(place: Place, declared: topology.Function, *, dead: sqs.Queue | None, **given: Any) -> lambda_.Function:
    """A function on arm64 with JSON logs and the recursion guard; `given` is its code, environment and role."""
    made = lambda_.Function(
        place.stack,
        f"function-{declared.name}",
        function_name=place.name(declared.name),
        runtime=lambda_.Runtime.PYTHON_3_13,
        architecture=lambda_.Architecture.ARM_64,
        handler=f"services.{place.service}.handlers.{declared.name}.handler",
        memory_size=declared.memory_mb,
        timeout=cdk.Duration.seconds(declared.timeout_s),
        log_group=log_group(place, declared.name, f"/aws/lambda/{place.name(declared.name)}"),
        logging_format=lambda_.LoggingFormat.JSON,
        recursive_loop=lambda_.RecursiveLoop.TERMINATE,
        dead_letter_queue=dead,
        reserved_concurrent_executions=_room(place.stage, declared),
        **given,
    )
    accept(made, "L1", "Packages carry bytecode for Python 3.13; moving to 3.14 is a decision of its own.")
    alarms.alarm(place, f"{declared.name}-errors", made.metric_errors(), above=0, what="failed invocations")
    alarms.alarm(place, f"{declared.name}-throttles", made.metric_throttles(), above=0, what="throttled invocations")
    return made


def _room(stage: Stage, declared: topology.Function) -> int | None:
    """How many may run at once of what anybody may ask for; the others share what is left of the account."""
    is_open = isinstance(declared.trigger, topology.Serves) and not declared.trigger.bearer
    return stage.door_concurrency if is_open else None


def function_role(place: Place, declared: topology.Function, statements: Sequence[iam.PolicyStatement]) -> iam.IRole:
    """A function's own role: its log group and these statements; nothing can be granted to it afterwards."""
    streams = place.arn("logs", f"log-group:/aws/lambda/{place.name(declared.name)}:*")
    logging = iam.PolicyStatement(actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[streams])
    lambda_service = iam.ServicePrincipal("lambda.amazonaws.com")
    made = role(place, f"role-{declared.name}", lambda_service, [logging, *statements])
    accept(made, f"IAM5[Resource::{_as_reported(streams)}]", "Log streams are named by Lambda, within this one group.")
    for objects in sorted({_as_reported(place.objects(each)) for each in _buckets(declared)}):
        accept(made, f"IAM5[Resource::{objects}]", "The objects of one bucket; their keys are known only as they come.")
    return made.without_policy_updates()


def _buckets(declared: topology.Function) -> tuple[topology.Bucket, ...]:
    return (*declared.gets, *declared.puts, *declared.deletes)


def role(place: Place, name: str, assumed_by: iam.IPrincipal, statements: Sequence[iam.PolicyStatement]) -> iam.Role:
    """A role with one inline policy, which is all it may do."""
    policy = iam.PolicyDocument(statements=statements)
    return iam.Role(place.stack, name, assumed_by=assumed_by, inline_policies={"declared": policy})


def _as_reported(arn: str) -> str:
    """An ARN as the AwsSolutions rules write it, with the account's placeholder."""
    return arn.replace(cdk.Aws.ACCOUNT_ID, "<AWS::AccountId>")


def log_group(place: Place, name: str, path: str) -> logs.LogGroup:
    """A log group that forgets after the stage's `log_days`."""
    made = logs.LogGroup(place.stack, f"logs-{name}", log_group_name=path, removal_policy=removal(place.stage))
    made.node.default_child.retention_in_days = place.stage.log_days
    return made
