"""The HTTP API: one per stage, throttled, logged without addresses, its routes added by the services' stacks."""

from __future__ import annotations

import json

from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch

from infra import pieces
from infra.place import Place
from infra.users import Identity

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


def front_door(place: Place, identity: Identity) -> dict[str, str]:
    """The API, its only stage, and the authorizer that checks bearer tokens; returns their parameters."""
    api = apigateway.CfnApi(place.stack, "api", name=place.stage.prefix, protocol_type="HTTP")
    authorizer = apigateway.CfnAuthorizer(
        place.stack,
        "bearer",
        api_id=api.ref,
        name="bearer",
        authorizer_type="JWT",
        identity_source=["$request.header.Authorization"],
        jwt_configuration=apigateway.CfnAuthorizer.JWTConfigurationProperty(
            issuer=identity.issuer, audience=[identity.site, *identity.machines]
        ),
    )
    _stage(place, api.ref)
    _alarm(place, api.ref)
    return {"api": api.ref, "authorizer": authorizer.ref}


def _stage(place: Place, api: str) -> None:
    group = pieces.log_group(place, "access", f"/aws/vendedlogs/{place.stage.prefix}-access")
    apigateway.CfnStage(
        place.stack,
        "stage",
        api_id=api,
        stage_name="$default",
        auto_deploy=True,
        default_route_settings=apigateway.CfnStage.RouteSettingsProperty(
            throttling_rate_limit=place.stage.requests_per_second, throttling_burst_limit=place.stage.request_burst
        ),
        access_log_settings=apigateway.CfnStage.AccessLogSettingsProperty(
            destination_arn=place.arn("logs", f"log-group:{group.log_group_name}"), format=json.dumps(ACCESS_LOG)
        ),
    )


def _alarm(place: Place, api: str) -> None:
    failures = cloudwatch.Metric(
        namespace="AWS/ApiGateway", metric_name="5xx", dimensions_map={"ApiId": api}, statistic="Sum"
    )
    pieces.alarm(place, "site-failures", failures, above=0, what="answers 5xx")
