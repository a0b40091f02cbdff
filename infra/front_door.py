"""The HTTP API: one per stage, its routes added by the services' stacks, opened by `infra.gate` once they are there."""

from __future__ import annotations

from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch

from infra import alarms
from infra.place import Place
from infra.users import Identity


def front_door(place: Place, identity: Identity) -> dict[str, str]:
    """The API and the authorizer that checks bearer tokens; returns their parameters."""
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
    _alarm(place, api.ref)
    return {"api": api.ref, "authorizer": authorizer.ref}


def _alarm(place: Place, api: str) -> None:
    failures = cloudwatch.Metric(
        namespace="AWS/ApiGateway", metric_name="5xx", dimensions_map={"ApiId": api}, statistic="Sum"
    )
    alarms.alarm(place, "site-failures", failures, above=0, what="answers 5xx")
