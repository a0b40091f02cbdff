"""The HTTP API: routes, what they call, and who may."""

from __future__ import annotations

from infra.local.arns import last_part
from infra.local.cloud import Authorizer, Cloud, Resource, Route
from infra.local.providers.base import providing
from infra.local.templates import Made, TemplateError


@providing("AWS::ApiGatewayV2::Api", {"Name", "ProtocolType"}, Description="for people")
def _api(cloud: Cloud, resource: Resource) -> Made:
    if resource.get("ProtocolType") != "HTTP":
        raise TemplateError(f"{resource.stack}: only HTTP APIs are carried out")
    return Made("local0api0", {"ApiEndpoint": cloud.site_url, "ApiId": "local0api0"})


@providing(
    "AWS::ApiGatewayV2::Stage",
    {"ApiId", "StageName", "AutoDeploy"},
    AccessLogSettings="each function has a log file",
    DefaultRouteSettings="requests are not throttled here",
    RouteSettings="requests are not throttled here",
)
def _stage(_cloud: Cloud, resource: Resource) -> Made:
    if resource.get("StageName") != "$default":
        raise TemplateError(f"{resource.stack}: only the $default stage is carried out")
    return Made("$default")


@providing(
    "AWS::ApiGatewayV2::Integration",
    {"ApiId", "IntegrationType", "IntegrationUri", "PayloadFormatVersion"},
    TimeoutInMillis="the function's own time-out counts",
)
def _integration(cloud: Cloud, resource: Resource) -> Made:
    if (resource.get("IntegrationType"), resource.get("PayloadFormatVersion")) != ("AWS_PROXY", "2.0"):
        raise TemplateError(f"{resource.stack}: {resource.logical_id} is not a Lambda proxy with payload 2.0")
    name = f"{resource.stack}-{resource.logical_id}"
    uri = resource.get("IntegrationUri").removesuffix("/invocations")
    cloud.api.integrations[name] = last_part(uri)
    return Made(name)


@providing("AWS::ApiGatewayV2::Route", {"ApiId", "RouteKey", "Target", "AuthorizationType", "AuthorizerId"})
def _route(cloud: Cloud, resource: Resource) -> Made:
    authorizer = resource.get("AuthorizerId", "") if resource.get("AuthorizationType", "NONE") == "JWT" else ""
    cloud.api.routes.append(Route(resource.get("RouteKey"), last_part(resource.get("Target")), authorizer))
    return Made(f"{resource.stack}-{resource.logical_id}")


@providing("AWS::ApiGatewayV2::Authorizer", {"ApiId", "AuthorizerType", "IdentitySource", "JwtConfiguration", "Name"})
def _authorizer(cloud: Cloud, resource: Resource) -> Made:
    if resource.get("IdentitySource") != ["$request.header.Authorization"]:
        raise TemplateError(f"{resource.stack}: {resource.logical_id} takes the token from elsewhere than the header")
    name, configuration = f"{resource.stack}-{resource.logical_id}", resource.get("JwtConfiguration")
    cloud.api.authorizers[name] = Authorizer(configuration["Issuer"], tuple(configuration["Audience"]))
    return Made(name, {"AuthorizerId": name})


PROVIDERS = {**_api, **_stage, **_integration, **_route, **_authorizer}
