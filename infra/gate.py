"""How much is let in: the API's only stage, throttled route by route, logged without addresses.

A stack of its own, deployed last: what it says of a route is refused while the route is not there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_ssm as ssm

from infra import pieces
from infra.place import stack_for
from infra.stages import Stage
from infra.triggers import routes
from shared.topology import Serves, Service

ACCESS_LOG = {
    name: f"$context.{variable}"
    for name, variable in {
        "request_id": "requestId",
        "time": "requestTimeEpoch",
        "route": "routeKey",
        "status": "status",
        "latency_ms": "responseLatency",
        "bytes": "responseLength",
        "error": "integrationErrorMessage",
    }.items()
}
"""No address and no path: a path can hold a signed link's token."""

CAREFUL = frozenset({"/connexion", "/deconnexion", "/retour", "/arret", "/calendrier", "/webhooks"})
"""Prefixes that anybody may try without having signed in: signing in itself, signed links, private calendars, webhooks."""


def gate_stack(app: cdk.App, stage: Stage, declared: Iterable[Service]) -> cdk.Stack:
    """The stack `vigie-<stage>-gate`."""
    place = stack_for(app, stage, "gate", "gate")
    group = pieces.log_group(place, "access", f"/aws/vendedlogs/{stage.prefix}-access")
    apigateway.CfnStage(
        place.stack,
        "stage",
        api_id=ssm.StringParameter.value_for_string_parameter(place.stack, place.parameter("api")),
        stage_name="$default",
        auto_deploy=True,
        default_route_settings=apigateway.CfnStage.RouteSettingsProperty(
            throttling_rate_limit=stage.requests_per_second, throttling_burst_limit=stage.request_burst
        ),
        route_settings=_tighter(stage, declared),
        access_log_settings=apigateway.CfnStage.AccessLogSettingsProperty(
            destination_arn=place.arn("logs", f"log-group:{group.log_group_name}"), format=json.dumps(ACCESS_LOG)
        ),
    )
    return place.stack


def _tighter(stage: Stage, declared: Iterable[Service]) -> dict[str, dict[str, int]]:
    """What the careful routes are let, by route key."""
    limits = {
        "ThrottlingRateLimit": stage.careful_requests_per_second,
        "ThrottlingBurstLimit": stage.careful_request_burst,
    }
    doors = [each.trigger for service in declared for each in service.functions if isinstance(each.trigger, Serves)]
    careful = [prefix for door in doors for prefix in door.prefixes if prefix in CAREFUL]
    return dict.fromkeys(routes(Serves(*careful)), limits)
