"""Who may send e-mail and texts: identities, sender names, configuration sets."""

from __future__ import annotations

from typing import Any

from infra.local.arns import arn
from infra.local.cloud import Cloud, Resource
from infra.local.outbox import EMAIL, SMS
from infra.local.providers.base import providing
from infra.local.templates import Made

_AWS_SIDE = "between AWS and the mail providers"


@providing(
    "AWS::SES::EmailIdentity",
    {"EmailIdentity"},
    ConfigurationSetAttributes="the call names its configuration set",
    DkimAttributes=_AWS_SIDE,
    DkimSigningAttributes=_AWS_SIDE,
    MailFromAttributes=_AWS_SIDE,
    FeedbackAttributes=_AWS_SIDE,
)
def _identity(cloud: Cloud, resource: Resource) -> Made:
    identity = resource.get("EmailIdentity")
    cloud.senders.mail_identities.add(identity)
    tokens = {f"DkimDNSToken{kind}{n}": f"local{n}" for kind in ("Name", "Value") for n in (1, 2, 3)}
    return Made(identity, tokens)


@providing(
    "AWS::SES::ConfigurationSet",
    {"Name"},
    DeliveryOptions=_AWS_SIDE,
    ReputationOptions=_AWS_SIDE,
    SuppressionOptions=_AWS_SIDE,
    SendingOptions=_AWS_SIDE,
    VdmOptions=_AWS_SIDE,
)
def _mail_configuration(cloud: Cloud, resource: Resource) -> Made:
    name = resource.name("Name")
    cloud.senders.mail_configurations.add(name)
    return Made(name)


@providing("AWS::SES::ConfigurationSetEventDestination", {"ConfigurationSetName", "EventDestination"})
def _mail_events(cloud: Cloud, resource: Resource) -> Made:
    destination = resource.get("EventDestination")
    topic = destination["SnsDestination"]["TopicARN"]
    cloud.topics.told.setdefault((EMAIL, resource.get("ConfigurationSetName")), []).append(topic)
    return Made(resource.logical_id)


@providing(
    "AWS::SMSVOICE::ConfigurationSet",
    {"ConfigurationSetName", "DefaultSenderId", "ProtectConfigurationId", "EventDestinations"},
)
def _sms_configuration(cloud: Cloud, resource: Resource) -> Made:
    name = resource.name("ConfigurationSetName")
    topics = [each["SnsDestination"]["TopicArn"] for each in resource.get("EventDestinations", [])]
    cloud.topics.told[(SMS, name)] = topics
    cloud.senders.sms_configurations[name] = resource.get("ProtectConfigurationId", "")
    return Made(name, {"Arn": arn("sms-voice", f"configuration-set/{name}")})


@providing("AWS::SMSVOICE::ProtectConfiguration", {"CountryRuleSet"}, DeletionProtectionEnabled="never deleted here")
def _protection(cloud: Cloud, resource: Resource) -> Made:
    name = f"protect-{resource.logical_id}"
    rules: list[dict[str, Any]] = resource.get("CountryRuleSet", {}).get("SMS", [])
    allowed = {rule["CountryCode"] for rule in rules if rule["ProtectStatus"] == "ALLOW"}
    cloud.senders.sms_countries[name] = allowed
    return Made(name, {"ProtectConfigurationId": name, "Arn": arn("sms-voice", f"protect-configuration/{name}")})


@providing("AWS::SMSVOICE::SenderId", {"SenderId", "IsoCountryCode"}, DeletionProtectionEnabled="never deleted here")
def _sender(cloud: Cloud, resource: Resource) -> Made:
    sender, country = resource.get("SenderId"), resource.get("IsoCountryCode")
    cloud.senders.sms_senders.add(sender)
    return Made(f"{sender}|{country}", {"Arn": arn("sms-voice", f"sender-id/{sender}/{country}")})


PROVIDERS = {**_identity, **_mail_configuration, **_mail_events, **_sms_configuration, **_protection, **_sender}
