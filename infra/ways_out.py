"""How messages leave: an SES identity for e-mail, an End User Messaging sender for texts, a topic for what becomes of them."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_ses as ses
from aws_cdk import aws_smsvoice as smsvoice
from aws_cdk import aws_sns as sns

from infra import alarms, pieces
from infra.place import Place

TEXTED_COUNTRIES = ("FR", "GP", "MQ", "GF", "RE", "YT")
"""France and its overseas departments; texts to anywhere else are blocked by the carrier service itself."""

MAIL_EVENTS = ("send", "delivery", "bounce", "complaint", "reject", "deliveryDelay", "renderingFailure")
TEXT_EVENTS = ("TEXT_ALL",)
SUFFERED = {"Bounce": 0.02, "Complaint": 0.0005}
"""Shares of e-mails; SES itself looks into an account at 5 % and 0.1 %, and may stop it."""

SPENT = (50, 80)
"""Percents of what the month allows; at 100 the carrier service takes no more texts."""

_Mails = ses.CfnConfigurationSet
_Receipts = ses.CfnConfigurationSetEventDestination
_Domain = ses.CfnEmailIdentity
_Protection = smsvoice.CfnProtectConfiguration
_Texts = smsvoice.CfnConfigurationSet


def receipts(place: Place) -> sns.Topic:
    """Where the providers publish what became of each message; they name addresses, hence a key of its own."""
    providers = [iam.ServicePrincipal(f"{name}.amazonaws.com") for name in ("ses", "sms-voice")]
    ours = {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}}
    key = kms.Key(
        place.stack,
        "receipts-key",
        alias=f"alias/{place.stage.prefix}-receipts",
        description=f"Vigie, {place.stage.name}: what the providers say of messages, on its way",
        enable_key_rotation=True,
        removal_policy=pieces.removal(place.stage),
    )
    topic = sns.Topic(
        place.stack, "receipts", topic_name=f"{place.stage.prefix}-receipts", master_key=key, enforce_ssl=True
    )
    key.add_to_resource_policy(_allowed_to(providers, ["kms:GenerateDataKey", "kms:Decrypt"], "*", ours))
    topic.add_to_resource_policy(_allowed_to(providers, ["sns:Publish"], pieces.receipts_arn(place), ours))
    return topic


def _allowed_to(
    providers: list[iam.ServicePrincipal], actions: list[str], on: str, conditions: dict[str, dict[str, str]]
) -> iam.PolicyStatement:
    return iam.PolicyStatement(principals=[*providers], actions=actions, resources=[on], conditions=conditions)


def mail(place: Place, heard: sns.Topic) -> None:
    """The domain we send from, signed by DKIM, and the configuration set that every e-mail names."""
    configuration = _Mails(
        place.stack,
        "mail-configuration",
        name=place.stage.prefix,
        delivery_options=_Mails.DeliveryOptionsProperty(tls_policy="REQUIRE"),
        reputation_options=_Mails.ReputationOptionsProperty(reputation_metrics_enabled=True),
        suppression_options=_Mails.SuppressionOptionsProperty(suppressed_reasons=["BOUNCE", "COMPLAINT"]),
    )
    _mail_events(place, configuration, heard)
    _Domain(
        place.stack,
        "mail-identity",
        email_identity=place.stage.mail_domain,
        configuration_set_attributes=_Domain.ConfigurationSetAttributesProperty(
            configuration_set_name=configuration.ref
        ),
        dkim_attributes=_Domain.DkimAttributesProperty(signing_enabled=True),
        mail_from_attributes=_Domain.MailFromAttributesProperty(
            mail_from_domain=f"retours.{place.stage.mail_domain}", behavior_on_mx_failure="USE_DEFAULT_VALUE"
        ),
    )


def _mail_events(place: Place, configuration: ses.CfnConfigurationSet, heard: sns.Topic) -> None:
    """What SES publishes; it tries the topic when it is told of it, so the topic's policy comes first."""
    made = _Receipts(
        place.stack,
        "mail-events",
        configuration_set_name=configuration.ref,
        event_destination=_Receipts.EventDestinationProperty(
            name="receipts",
            enabled=True,
            matching_event_types=list(MAIL_EVENTS),
            sns_destination=_Receipts.SnsDestinationProperty(topic_arn=heard.topic_arn),
        ),
    )
    made.node.add_dependency(heard)
    for suffered, most in SUFFERED.items():
        rate = cloudwatch.Metric(
            namespace="AWS/SES",
            metric_name=f"Reputation.{suffered}Rate",
            dimensions_map={"ses:configuration-set": place.stage.prefix},
        )
        alarms.alarm(place, f"mail-{suffered.lower()}s", rate, above=most, what=f"of the e-mails: {suffered.lower()}s")


def texts(place: Place, heard: sns.Topic) -> None:
    """The sender people see, the list of those who answered STOP, and where texts may go."""
    smsvoice.CfnOptOutList(place.stack, "text-opt-outs", opt_out_list_name=place.stage.prefix)
    protection = _Protection(
        place.stack,
        "text-protection",
        country_rule_set=_Protection.CountryRuleSetProperty(sms=[_allowed(country) for country in TEXTED_COUNTRIES]),
    )
    _Texts(
        place.stack,
        "text-configuration",
        configuration_set_name=place.stage.prefix,
        default_sender_id=place.stage.sms_sender,
        protect_configuration_id=protection.ref,
        event_destinations=[_text_events(heard)],
    ).node.add_dependency(heard)
    smsvoice.CfnSenderId(place.stack, "text-sender", iso_country_code="FR", sender_id=place.stage.sms_sender)
    spent = cloudwatch.Metric(namespace="AWS/SMSVoice", metric_name="TextMessageMonthlySpend")
    for share in SPENT:
        most = place.stage.sms_monthly_usd * share // 100
        alarms.alarm(place, f"texts-{share}-spend", spent, above=most, what=f"dollars of texts this month, {share} %")


def _text_events(heard: sns.Topic) -> smsvoice.CfnConfigurationSet.EventDestinationProperty:
    return _Texts.EventDestinationProperty(
        event_destination_name="receipts",
        enabled=True,
        matching_event_types=list(TEXT_EVENTS),
        sns_destination=_Texts.SnsDestinationProperty(topic_arn=heard.topic_arn),
    )


def _allowed(country: str) -> smsvoice.CfnProtectConfiguration.CountryRuleProperty:
    return _Protection.CountryRuleProperty(country_code=country, protect_status="ALLOW")
