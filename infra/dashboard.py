"""One page of graphs per stage, filled by name: a new service appears on it by being deployed."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch

from infra.place import Place

ROWS = (
    ("Invocations refusées ou en échec", "AWS/Lambda,FunctionName", "Errors", "Sum"),
    ("Durée au 95e centile (ms)", "AWS/Lambda,FunctionName", "Duration", "p95"),
    ("Messages en attente", "AWS/SQS,QueueName", "ApproximateNumberOfMessagesVisible", "Maximum"),
    ("Âge du plus ancien message (s)", "AWS/SQS,QueueName", "ApproximateAgeOfOldestMessage", "Maximum"),
    ("Retard sur le flux (ms)", "AWS/Lambda,FunctionName", "IteratorAge", "Maximum"),
    ("Écritures refusées faute de capacité", "AWS/DynamoDB,TableName", "WriteThrottleEvents", "Sum"),
)

OWN_ROWS = (
    ("Audits terminés", ("AuditHeartbeat",)),
    (
        "Alertes rattrapées, remises à l’heure, remises à plus tard ou à examiner",
        ("AlertsMissed", "AlertsRepaired", "WorkRepaired", "PeopleToldLate", "AlertsPassedOver", "AlertsUnsound"),
    ),
    (
        "Envois revenus, doutes levés, envois peut-être doublés",
        ("DeliveriesReturned", "DoubtsResolved", "DeliveriesPossiblyDoubled"),
    ),
)
"""What the services count themselves."""


def dashboard(place: Place) -> None:
    """The stage's dashboard, two graphs a row."""
    page = cloudwatch.Dashboard(place.stack, "dashboard", dashboard_name=place.stage.prefix)
    for left, right in zip(ROWS[::2], ROWS[1::2], strict=True):
        page.add_widgets(_graph(place, *left), _graph(place, *right))
    page.add_widgets(*(_own_graph(place, title, metrics) for title, metrics in OWN_ROWS))


def _graph(place: Place, title: str, family: str, metric: str, statistic: str) -> cloudwatch.GraphWidget:
    dimension = family.partition(",")[2]
    return _found(title, f'{{{family}}} MetricName="{metric}" {dimension}="{place.stage.prefix}-"', statistic)


def _own_graph(place: Place, title: str, metrics: tuple[str, ...]) -> cloudwatch.GraphWidget:
    names = " OR ".join(f'"{metric}"' for metric in metrics)
    return _found(title, f'{{Vigie,service,stage}} MetricName=({names}) stage="{place.stage.name}"', "Sum")


def _found(title: str, search: str, statistic: str) -> cloudwatch.GraphWidget:
    found = cloudwatch.MathExpression(
        expression=f"SEARCH('{search}', '{statistic}', 300)", label="", period=cdk.Duration.minutes(5)
    )
    return cloudwatch.GraphWidget(title=title, left=[found], width=12)
