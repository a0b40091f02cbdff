"""How messages leave: an SES identity for e-mail, an End User Messaging sender for texts."""

from __future__ import annotations

from aws_cdk import aws_ses as ses
from aws_cdk import aws_smsvoice as smsvoice

from infra.place import Place

TEXTED_COUNTRIES = ("FR", "GP", "MQ", "GF", "RE", "YT")
"""France and its overseas departments; texts to anywhere else are blocked by the carrier service itself."""


_Mails = ses.CfnConfigurationSet
_Domain = ses.CfnEmailIdentity
_Protection = smsvoice.CfnProtectConfiguration


def mail(place: Place) -> None:
    """The domain we send from, signed by DKIM, and the configuration set that every e-mail names."""
    configuration = _Mails(
        place.stack,
        "mail-configuration",
        name=place.stage.prefix,
        delivery_options=_Mails.DeliveryOptionsProperty(tls_policy="REQUIRE"),
        reputation_options=_Mails.ReputationOptionsProperty(reputation_metrics_enabled=True),
        suppression_options=_Mails.SuppressionOptionsProperty(suppressed_reasons=["BOUNCE", "COMPLAINT"]),
    )
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


def texts(place: Place) -> None:
    """The sender people see, the list of those who answered STOP, and where texts may go."""
    smsvoice.CfnOptOutList(place.stack, "text-opt-outs", opt_out_list_name=place.stage.prefix)
    protection = _Protection(
        place.stack,
        "text-protection",
        country_rule_set=_Protection.CountryRuleSetProperty(sms=[_allowed(country) for country in TEXTED_COUNTRIES]),
    )
    smsvoice.CfnConfigurationSet(
        place.stack,
        "text-configuration",
        configuration_set_name=place.stage.prefix,
        default_sender_id=place.stage.sms_sender,
        protect_configuration_id=protection.ref,
    )
    smsvoice.CfnSenderId(place.stack, "text-sender", iso_country_code="FR", sender_id=place.stage.sms_sender)


def _allowed(country: str) -> smsvoice.CfnProtectConfiguration.CountryRuleProperty:
    return _Protection.CountryRuleProperty(country_code=country, protect_status="ALLOW")
