"""Types that one machine has nothing to execute for: noted with the reason, and referable like any other."""

from __future__ import annotations

from collections.abc import Callable

from infra.local.arns import ACCOUNT, REGION, arn
from infra.local.cloud import Cloud, Resource
from infra.local.providers.base import Provider
from infra.local.templates import Made

_POOL = f"{REGION}_LOCAL"
Describe = Callable[[Resource], Made]


def _recording(reason: str, describe: Describe) -> Provider:
    def make(cloud: Cloud, resource: Resource) -> Made:
        made = describe(resource)
        cloud.recorded.append((resource.kind, made.ref))
        return made

    return Provider(make, records_only=reason)


def _plain(name_property: str = "", arn_service: str = "", arn_prefix: str = "") -> Describe:
    """Ref is the name, and Arn is made of the service and a prefix."""

    def describe(resource: Resource) -> Made:
        name = resource.name(name_property)
        return Made(name, {"Arn": arn(arn_service, f"{arn_prefix}{name}")} if arn_service else {})

    return describe


def _user_pool(_resource: Resource) -> Made:
    provider = f"cognito-idp.{REGION}.amazonaws.com/{_POOL}"
    attributes = {
        "Arn": arn("cognito-idp", f"userpool/{_POOL}"),
        "ProviderName": provider,
        "ProviderURL": f"https://{provider}",
        "UserPoolId": _POOL,
    }
    return Made(_POOL, attributes)


def _client(resource: Resource) -> Made:
    return Made(resource.logical_id, {"ClientId": resource.logical_id, "Name": resource.logical_id})


def _log_group(resource: Resource) -> Made:
    name = resource.name("LogGroupName")
    return Made(name, {"Arn": f"{arn('logs', f'log-group:{name}')}:*"})


_ISSUER = "the development issuer signs people in"
_NO_METRICS = "no metrics are kept here"
_ONE_ACCOUNT = f"IAM is not evaluated here; there is one account, {ACCOUNT}"

PROVIDERS: dict[str, Provider] = {
    "AWS::CDK::Metadata": _recording("a version number for AWS", _plain()),
    "AWS::CloudWatch::Alarm": _recording(_NO_METRICS, _plain("AlarmName", "cloudwatch", "alarm:")),
    "AWS::CloudWatch::CompositeAlarm": _recording(_NO_METRICS, _plain("AlarmName", "cloudwatch", "alarm:")),
    "AWS::CloudWatch::Dashboard": _recording(_NO_METRICS, _plain("DashboardName")),
    "AWS::Cognito::UserPool": _recording(_ISSUER, _user_pool),
    "AWS::Cognito::UserPoolClient": _recording(_ISSUER, _client),
    "AWS::Cognito::UserPoolDomain": _recording(_ISSUER, _plain("Domain")),
    "AWS::Cognito::UserPoolGroup": _recording(_ISSUER, _plain("GroupName")),
    "AWS::Cognito::UserPoolResourceServer": _recording(_ISSUER, _plain("Identifier")),
    "AWS::Cognito::ManagedLoginBranding": _recording(_ISSUER, _plain()),
    "AWS::Events::Archive": _recording(
        "nothing is replayed from an archive here", _plain("ArchiveName", "events", "archive/")
    ),
    "AWS::Events::EventBusPolicy": _recording(_ONE_ACCOUNT, _plain()),
    "AWS::Logs::LogGroup": _recording("each function has a log file", _log_group),
    "AWS::Logs::MetricFilter": _recording(_NO_METRICS, _plain()),
    "AWS::Logs::ResourcePolicy": _recording(_ONE_ACCOUNT, _plain("PolicyName")),
    "AWS::S3::BucketPolicy": _recording(_ONE_ACCOUNT, _plain()),
    "AWS::SMSVOICE::OptOutList": _recording(
        "nobody opts out here", _plain("OptOutListName", "sms-voice", "opt-out-list/")
    ),
    "AWS::SMSVOICE::Pool": _recording("the sender name is used directly", _plain("", "sms-voice", "pool/")),
    "AWS::SNS::TopicPolicy": _recording(_ONE_ACCOUNT, _plain()),
}
