"""What every service of a stage stands on: the bus, the key, the users, the site's front door, the ways out, the alarms."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sns as sns
from aws_cdk import aws_ssm as ssm

from infra import alarms, pieces
from infra.dashboard import dashboard
from infra.front_door import front_door
from infra.place import Place, stack_for
from infra.stages import Stage
from infra.users import users
from infra.ways_out import mail, receipts, texts


def platform_stack(app: cdk.App, stage: Stage) -> cdk.Stack:
    """The stack `vigie-<stage>-platform`; what AWS names in it is left in parameters under `/vigie/<stage>/`."""
    place = stack_for(app, stage, "platform", "platform")
    _bus(place)
    _alarm_topic(place)
    scheduler.CfnScheduleGroup(place.stack, "schedules", name=stage.prefix)
    heard = receipts(place)
    mail(place, heard)
    texts(place, heard)
    identity = users(place)
    door = front_door(place, identity)
    dashboard(place)
    _leave(place, {"data-key": _data_key(place), **identity.parameters, **door})
    return place.stack


def _bus(place: Place) -> None:
    """One bus, and an archive of everything it carried, to replay from."""
    bus = events.EventBus(place.stack, "bus", event_bus_name=place.stage.prefix)
    events.CfnArchive(
        place.stack,
        "archive",
        source_arn=bus.event_bus_arn,
        archive_name=place.stage.prefix,
        retention_days=place.stage.archive_days,
    )


def _data_key(place: Place) -> str:
    """The key of what is encrypted field by field: partners' secrets."""
    key = kms.Key(
        place.stack,
        "data-key",
        alias=f"alias/{place.stage.prefix}",
        description=f"Vigie, {place.stage.name}: secrets kept in tables",
        enable_key_rotation=True,
        removal_policy=pieces.removal(place.stage),
    )
    return str(key.key_arn)


def _alarm_topic(place: Place) -> None:
    """The topic on-call people subscribe to. Its policy names CloudWatch: a policy that only denies would mute it."""
    topic = sns.Topic(place.stack, "alarms", topic_name=f"{place.stage.prefix}-alarms", enforce_ssl=True)
    topic.add_to_resource_policy(
        iam.PolicyStatement(
            actions=["sns:Publish"],
            principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
            resources=[alarms.topic_arn(place)],
            conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
        )
    )


def _leave(place: Place, values: dict[str, str]) -> None:
    for name, value in values.items():
        ssm.StringParameter(place.stack, f"parameter-{name}", parameter_name=place.parameter(name), string_value=value)
