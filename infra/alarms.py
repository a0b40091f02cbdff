"""What rings: every alarm speaks to the stage's topic, and its last word is the page that says what to do."""

from __future__ import annotations

import re
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as cloudwatch_actions
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns

from infra.place import Place
from shared import topology

DOUBLED_AN_HOUR = 5


def topic_arn(place: Place) -> str:
    """The topic that every alarm speaks to."""
    return place.arn("sns", f"{place.stage.prefix}-alarms")


def alarm(place: Place, name: str, metric: cloudwatch.IMetric, *, above: float, what: str) -> None:
    """Speaks to the stage's topic when the metric's worst five minutes go above this."""
    _alarm(
        place,
        name,
        f"more than {above} {what}",
        metric=metric.with_(period=cdk.Duration.minutes(5), statistic="Maximum" if above else metric.statistic),
        threshold=above,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    )


def silence_alarm(place: Place, declared: topology.Function, made: lambda_.Function) -> None:
    """Speaks when a scheduled function has not run for a quarter of an hour: a stopped clock makes no error."""
    _alarm(
        place,
        f"{declared.name}-silent",
        "not one run in 15 minutes",
        metric=made.metric_invocations(period=cdk.Duration.minutes(15), statistic="Sum"),
        threshold=1,
        comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
        treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
    )


def heartbeat_alarm(place: Place, declared: topology.Function, metric: str) -> None:
    """Speaks when a function that runs has not finished its work for a quarter of an hour."""
    _alarm(
        place,
        f"{declared.name}-heartbeat",
        f"not one {metric} in 15 minutes",
        metric=own_metric(place, metric, period=cdk.Duration.minutes(15)),
        threshold=1,
        comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
        treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
    )


def worry_alarm(place: Place, declared: topology.Function, metric: str) -> None:
    """Speaks as soon as a function counts any of what should not be."""
    last_word = re.findall(r"[A-Z][a-z]+", metric)[-1].lower()
    alarm(place, f"{declared.name}-{last_word}", own_metric(place, metric), above=0, what=metric)


def own_metric(place: Place, name: str, **period: cdk.Duration) -> cloudwatch.Metric:
    """What a service counts by itself, added up."""
    dimensions = {"service": place.service, "stage": place.stage.name}
    return cloudwatch.Metric(namespace="Vigie", metric_name=name, dimensions_map=dimensions, statistic="Sum", **period)


def doubled_alarm(place: Place, name: str) -> None:
    """Speaks when messages are sent again for want of the providers' word more often than providers are at fault."""
    doubled = own_metric(place, "DeliveriesPossiblyDoubled", period=cdk.Duration.hours(1))
    _alarm(
        place,
        f"{name}-doubled",
        f"more than {DOUBLED_AN_HOUR} messages of one hour were perhaps sent twice",
        metric=doubled,
        threshold=DOUBLED_AN_HOUR,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    )


def _alarm(place: Place, name: str, says: str, **watching: Any) -> None:
    named = place.name(name)
    made = cloudwatch.Alarm(
        place.stack,
        f"alarm-{name}",
        alarm_name=named,
        alarm_description=f"{named}: {says}. What to do: docs/runbook.md",
        evaluation_periods=1,
        **watching,
    )
    topic = sns.Topic.from_topic_arn(place.stack, f"topic-{name}", topic_arn(place))
    made.add_alarm_action(cloudwatch_actions.SnsAction(topic))
