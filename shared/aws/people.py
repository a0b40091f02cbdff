"""The ways out to people: e-mail by SES, texts by AWS End User Messaging."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from shared.aws.calls import send

if TYPE_CHECKING:
    from mypy_boto3_pinpoint_sms_voice_v2 import PinpointSMSVoiceV2Client
    from mypy_boto3_sesv2 import SESV2Client


class SesMailer:
    """E-mail by SES, each with the tags that its provider events bring back."""

    def __init__(self, client: SESV2Client, sender: str, configuration: str) -> None:
        self._client = client
        self.sender = sender
        self._configuration = configuration

    def send(self, mime: bytes, tags: Mapping[str, str]) -> str:
        """Hands a whole message to SES and returns its message id.

        Raises Refused (never again), Throttled (not accepted, try again); anything else means *unknown*.
        """
        answer = send(
            self._client.send_email,
            Content={"Raw": {"Data": mime}},
            ConfigurationSetName=self._configuration,
            EmailTags=[{"Name": name, "Value": value} for name, value in tags.items()],
        )
        return str(answer["MessageId"])


class SmsTexter:
    """Texts by AWS End User Messaging."""

    def __init__(self, client: PinpointSMSVoiceV2Client, origin: str, configuration: str) -> None:
        self._client = client
        self._origin = origin
        self._configuration = configuration

    def send(self, phone: str, body: str, time_to_live_s: int, tags: Mapping[str, str]) -> str:
        """Hands a text to the carrier and returns its message id; errors as for `SesMailer.send`."""
        answer = send(
            self._client.send_text_message,
            DestinationPhoneNumber=phone,
            OriginationIdentity=self._origin,
            MessageBody=body,
            MessageType="TRANSACTIONAL",
            ConfigurationSetName=self._configuration,
            TimeToLive=time_to_live_s,
            Context=dict(tags),
        )
        return str(answer["MessageId"])
